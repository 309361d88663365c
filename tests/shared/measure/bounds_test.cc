#include "support/c.h"

#include <gtest/gtest.h>

namespace
{

struct Row {
    struct bounds bounds; /* workers, cores, gils, task_s, cpu_share, bandwidth */
    double speedup;
    enum bound_by by;
};

TEST(Bounds, LeastOfAllLimits)
{
    const Row rows[] = {
        {{8, 2, 0, 1e-3, 1, 0}, 2, BOUND_CORES},      {{2, 8, 0, 1e-3, 1, 0}, 2, BOUND_WORKERS},
        {{8, 2, 0, 1e-3, 0, 0}, 8, BOUND_WORKERS},    {{8, 2, 0, 1e-3, 0.5, 0}, 4, BOUND_CORES},
        {{8, 2, 0, 1e-3, 0.1, 0}, 8, BOUND_WORKERS},  {{8, 2, 1, 1e-3, 1, 0}, 1, BOUND_LOCK},
        {{8, 2, 1, 1e-3, 0.25, 0}, 4, BOUND_LOCK},    {{8, 2, 8, 1e-3, 1, 0}, 2, BOUND_CORES},
        {{8, 2, 1, 1e-3, 0, 0}, 8, BOUND_WORKERS},   /* who waits needs no lock */
        {{8, 8, 0, 2e-9, 1, 16e9}, 2, BOUND_MEMORY}, /* 16 bytes a task */
        {{8, 8, 0, 1e-6, 1, 16e9}, 8, BOUND_WORKERS}, {{8, 4, 0, 1e-9, 1, 1e9}, 1, BOUND_MEMORY},
        {{8, 2, 0, 1e-3, 1.5, 0}, 2, BOUND_CORES}, /* more than a core is a mistake of clocks */
    };
    for (const Row &row : rows) {
        enum bound_by by;
        EXPECT_DOUBLE_EQ(bounds_speedup(&row.bounds, &by), row.speedup) << &row - rows;
        EXPECT_EQ(by, row.by) << &row - rows;
    }
}

} /* namespace */
