/*
 * pattern - the contents of test files: the key of a word tells which file it belongs to, and its
 * value where in the file, so that damage, mix-ups and shifts all show. Any thread.
 */
#ifndef SQUARES_WORK_PATTERN_H
#define SQUARES_WORK_PATTERN_H

#include <stdint.h>
#include <string.h>

enum { PATTERN_WORD = 8 };

/* Neighbours differ in half of their bits, as file systems compress repetition. */
#define PATTERN_STEP UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t pattern_word(uint64_t key, int64_t index)
{
    return key + (uint64_t)index * PATTERN_STEP;
}

/* Fills `count` words, starting with word `first` of a file. */
static inline void pattern_fill(uint64_t *words, int64_t count, uint64_t key, int64_t first)
{
    uint64_t word = pattern_word(key, first);
    for (int64_t i = 0; i < count; i++, word += PATTERN_STEP)
        words[i] = word;
}

/* The index of the first of `size` bytes that differs from the file's contents, starting at its
 * word `first`; `size` if none does. */
static inline int64_t pattern_match(const uint64_t *words, int64_t size, uint64_t key,
                                    int64_t first)
{
    uint64_t wrong = 0, expected = pattern_word(key, first);
    for (int64_t i = 0; i < size / PATTERN_WORD; i++, expected += PATTERN_STEP)
        wrong |= words[i] ^ expected;
    int64_t same = wrong == 0 ? size - size % PATTERN_WORD : 0;
    for (; same < size; same++) {
        uint64_t word = pattern_word(key, first + same / PATTERN_WORD);
        if (((const char *)words)[same] != ((const char *)&word)[same % PATTERN_WORD])
            break;
    }
    return same;
}

#endif
