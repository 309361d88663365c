/*
 * err - checking that a call failed as it should, or did not, with the message shown if not.
 *
 *     Err err;
 *     EXPECT_TRUE(fails(outfile_open(&out, "", &err), err, ERR_INPUT, {"a.txt"}));
 *     EXPECT_TRUE(works(outfile_write(&out, "x", 1, &err), err));
 */
#ifndef SQUARES_TESTS_SUPPORT_ERR_H
#define SQUARES_TESTS_SUPPORT_ERR_H

#include <gtest/gtest.h>
#include <initializer_list>
#include <string>

extern "C" {
#include "base/err.h"
}

struct Err : err {
    Err() : err(ERR_INIT)
    {
    }
};

inline testing::AssertionResult shown(testing::AssertionResult result, const struct err &err)
{
    return result << "code " << err.code << ", at " << err.at << "\n  text: " << err.text
                  << "\n  remedy: " << err.remedy << "\n";
}

/* Whether `text` can stand in a message: one line, no full stop at its end. */
inline bool well_worded(const std::string &text)
{
    return text.empty() || (text.find('\n') == std::string::npos && text.back() != '.');
}

/* Whether a call failed: -1, this class, a text that holds each of `subjects`. */
inline testing::AssertionResult fails(int status, const struct err &err, enum err_code code,
                                      std::initializer_list<std::string> subjects)
{
    if (status != -1)
        return testing::AssertionFailure() << "returned " << status << ", not -1";
    if (err.code != code)
        return shown(testing::AssertionFailure() << "not of class " << code << ": ", err);
    if (err.text[0] == '\0' || !well_worded(err.text) || !well_worded(err.remedy))
        return shown(testing::AssertionFailure() << "badly worded: ", err);
    for (const std::string &subject : subjects)
        if (std::string(err.text).find(subject) == std::string::npos)
            return shown(testing::AssertionFailure() << "does not name " << subject << ": ", err);
    return testing::AssertionSuccess();
}

/* As above, for calls that return NULL. */
inline testing::AssertionResult fails(const void *made, const struct err &err, enum err_code code,
                                      std::initializer_list<std::string> subjects)
{
    return fails(made == nullptr ? -1 : 0, err, code, subjects);
}

/* Whether a call returned 0 and left `err` empty. */
inline testing::AssertionResult works(int status, const struct err &err)
{
    if (status == 0 && !err_is(&err))
        return testing::AssertionSuccess();
    return shown(testing::AssertionFailure() << "returned " << status << ": ", err);
}

inline testing::AssertionResult works(const void *made, const struct err &err)
{
    return works(made != nullptr ? 0 : -1, err);
}

/* Whether the remedy holds `words`; "": there is none. */
inline testing::AssertionResult advises(const struct err &err, const std::string &words)
{
    std::string remedy = err.remedy;
    if (words.empty() ? remedy.empty() : remedy.find(words) != std::string::npos)
        return testing::AssertionSuccess();
    return shown(testing::AssertionFailure() << "does not advise \"" << words << "\": ", err);
}

#endif
