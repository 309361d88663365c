/*
 * numbers - vectors as runs of numbers, and all that a source gives as a vector.
 */
#ifndef SQUARES_TESTS_SUPPORT_NUMBERS_H
#define SQUARES_TESTS_SUPPORT_NUMBERS_H

#include "support/err.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

extern "C" {
#include "base/err.h"
#include "number/numbers.h"
#include "number/source.h"
#include "number/tally.h"
}

inline struct numbers run_of(std::vector<int64_t> &cells, int64_t first = 0)
{
    struct numbers run = {};
    run.kind = NUMBER_INT64;
    run.first = first;
    run.count = static_cast<int64_t>(cells.size());
    run.i64 = cells.data();
    return run;
}

inline struct numbers run_of(std::vector<double> &cells, int64_t first = 0)
{
    struct numbers run = {};
    run.kind = NUMBER_FLOAT64;
    run.first = first;
    run.count = static_cast<int64_t>(cells.size());
    run.f64 = cells.data();
    return run;
}

/* The bits of numbers, to compare them by: nan is nan, and -0 is not 0. */
inline int64_t bits_of(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

inline std::vector<int64_t> bits_of(const std::vector<double> &values)
{
    std::vector<int64_t> bits;
    for (double value : values)
        bits.push_back(bits_of(value));
    return bits;
}

/* The bytes of numbers in memory. */
template <typename T> std::string bytes_of(const std::vector<T> &cells)
{
    return {reinterpret_cast<const char *>(cells.data()), cells.size() * sizeof(T)};
}

struct SourceDeleter {
    void operator()(struct source *source) const
    {
        source_destroy(source);
    }
};
using Source = std::unique_ptr<struct source, SourceDeleter>;

/* All that is left in a source, as bits, taken `step` at a time; stops at a failure, told in err.
 */
inline std::vector<int64_t> read_all(struct source *source, struct err *err, int64_t step = 1000)
{
    std::vector<int64_t> all, room(static_cast<size_t>(step));
    struct numbers run;
    while (source_next(source, step, room.data(), &run, err) == 0 && run.count > 0) {
        EXPECT_EQ(run.first, static_cast<int64_t>(all.size()));
        EXPECT_EQ(run.kind, source->kind);
        EXPECT_LE(run.count, step);
        all.insert(all.end(), run.i64, run.i64 + run.count);
    }
    return all;
}

/* An int128 in decimal. */
inline std::string text_of(int128 value)
{
    char text[TALLY_TEXT];
    return int128_text(value, text);
}

#endif
