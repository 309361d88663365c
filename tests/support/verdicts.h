/*
 * verdicts - contrasts of 8 workers by their times, and what is said of them.
 */
#ifndef SQUARES_TESTS_SUPPORT_VERDICTS_H
#define SQUARES_TESTS_SUPPORT_VERDICTS_H

#include "support/compare_reports.h"

#include <stdexcept>

extern "C" {
#include "report/compare_report.h"
}

inline bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

struct Times {
    double processes, hybrid, threads; /* 0: there is no such row */
    double threads_gil = 0, processes_gil = 0;
};

/* 8 workers in the usual shapes, serially in a second. */
inline void eight(Comparison &world, double cpu_share, const Times &times, double wide = 0.02,
                  int count = 11)
{
    world.work("w", 1000, 1.0, cpu_share, count, wide);
    const struct {
        enum mechanism mechanism;
        int ranks, threads;
        double time;
    } rows[] = {
        {MECHANISM_PROCESSES, 8, 1, times.processes},
        {MECHANISM_HYBRID, 4, 2, times.hybrid},
        {MECHANISM_THREADS, 1, 8, times.threads},
        {MECHANISM_THREADS_GIL, 1, 8, times.threads_gil},
        {MECHANISM_PROCESSES_GIL, 8, 1, times.processes_gil},
    };
    for (const auto &row : rows)
        if (row.time > 0)
            world.row(row.mechanism, row.ranks, row.threads, row.time, count, wide);
}

/* All that is said of such a work on 2 cores. */
inline std::string said(double cpu_share, const Times &times, double wide = 0.02, int count = 11)
{
    Comparison world(8, 1, 2);
    eight(world, cpu_share, times, wide, count);
    world.judge();
    return world.sentences(0);
}

inline struct compare_row &row_of(Comparison &world, enum mechanism mechanism)
{
    for (int i = 0; i < world.last_work().rows_count; i++)
        if (world.last_work().rows[i].mechanism == mechanism)
            return world.last_work().rows[i];
    throw std::out_of_range("no such row");
}

#endif
