#include "support/err.h"

#include <set>
#include <vector>

extern "C" {
#include "work/pattern.h"
}

namespace
{

const uint64_t KEY = UINT64_C(0x123456789abcdef0);

std::vector<uint64_t> filled(int64_t count, uint64_t key = KEY, int64_t first = 0)
{
    std::vector<uint64_t> words(static_cast<size_t>(count));
    pattern_fill(words.data(), count, key, first);
    return words;
}

} // namespace

/* Each byte, each size, the ends of vector loops among them. */
TEST(Pattern, FirstWrongByteIsFound)
{
    for (int64_t size = 1; size <= 100; size++)
        for (int64_t at = 0; at < size; at++) {
            std::vector<uint64_t> words = filled(20);
            for (int64_t i = at; i < 160; i += 3)
                reinterpret_cast<char *>(words.data())[i] ^= 1;
            EXPECT_EQ(pattern_match(words.data(), size, KEY, 0), at) << "of " << size;
        }
}

TEST(Pattern, WhatLiesBehindTheSizeDoesNotMatter)
{
    for (int64_t size = 0; size <= 100; size++) {
        std::vector<uint64_t> words = filled(20);
        reinterpret_cast<char *>(words.data())[size] ^= 1;
        EXPECT_EQ(pattern_match(words.data(), size, KEY, 0), size);
    }
}

TEST(Pattern, AnotherFileOrPlaceDiffers)
{
    const std::vector<uint64_t> words = filled(1000, KEY, 77);
    EXPECT_EQ(pattern_match(words.data(), 8000, KEY, 77), 8000);
    EXPECT_LT(pattern_match(words.data(), 8000, KEY, 76), 8);
    EXPECT_LT(pattern_match(words.data(), 8000, KEY, 78), 8);
    EXPECT_LT(pattern_match(words.data(), 8000, KEY + 1, 77), 8);
    EXPECT_EQ(pattern_match(words.data() + 1, 7992, KEY, 78), 7992);
}

TEST(Pattern, NoWordComesTwice)
{
    const std::vector<uint64_t> words = filled(100000);
    EXPECT_EQ(std::set<uint64_t>(words.begin(), words.end()).size(), words.size());
}
