/*
 * golden - exact texts, kept in tests/golden/SUITE.txt: what is worded is worded there, where it
 * can be read as one page and rewritten by `make golden`.
 *
 *     EXPECT_TRUE(golden(table_of(report)));             section "== Test"
 *     EXPECT_TRUE(golden(sentence, "one is missing"));   section "== Test: one is missing"
 *
 * A text holds only figures that the test has given: those are its input. What depends on the
 * machine or on what was measured is no golden text.
 */
#ifndef SQUARES_TESTS_SUPPORT_GOLDEN_H
#define SQUARES_TESTS_SUPPORT_GOLDEN_H

#include <gtest/gtest.h>
#include <string>

/* Whether `text` is the section of this test and `part`; empty lines at its end do not count. */
testing::AssertionResult golden(const std::string &text, const std::string &part = "");

/* Fails tests that have sections which they did not ask for; rewrites the files if that is wanted:
 * SQUARES_GOLDEN=rewrite. The folder is tests/golden, or what SQUARES_GOLDEN_DIR names. */
testing::TestEventListener *golden_listener();

#endif
