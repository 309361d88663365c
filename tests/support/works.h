/*
 * works - a workload for as long as a test needs it.
 */
#ifndef SQUARES_TESTS_SUPPORT_WORKS_H
#define SQUARES_TESTS_SUPPORT_WORKS_H

#include "support/numbers.h"

extern "C" {
#include "base/err.h"
#include "base/stop.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "work/cost.h"
#include "work/work.h"
}

/* A workload that cannot be made, and what its message and its remedy name. */
struct Refusal {
    const char *spec;
    const char *subject;
    const char *remedy;
};

inline void expect_refused(const std::vector<Refusal> &refusals)
{
    for (const Refusal &row : refusals) {
        SCOPED_TRACE(row.spec);
        struct work work;
        Err err;
        EXPECT_TRUE(fails(work_create(&work, row.spec, 0, &err), err, ERR_INPUT, {row.subject}));
        EXPECT_TRUE(advises(err, row.remedy));
        work_release(&work);
    }
}

class Work
{
  public:
    explicit Work(const std::string &spec, uint64_t seed = 0)
    {
        Err err;
        EXPECT_TRUE(works(work_create(&work_, spec.c_str(), seed, &err), err));
    }
    ~Work()
    {
        work_release(&work_);
    }
    Work(const Work &) = delete;
    Work &operator=(const Work &) = delete;

    /* Has `count` tasks cost by `shape`. */
    void shape(enum cost_shape shape, int64_t count)
    {
        Err err;
        EXPECT_TRUE(works(work_shape(&work_, shape, &err), err));
        work_.cost.count = count;
    }

    const struct work &operator*() const
    {
        return work_;
    }
    const struct work *operator->() const
    {
        return &work_;
    }

    /* Replaces `cells`, which begin at position `first`, by their results. */
    template <typename T> int run(std::vector<T> &cells, int64_t first, struct err *err) const
    {
        struct stop stop = {};
        const struct safepoint at = {&stop, nullptr, nullptr};
        struct numbers run = run_of(cells, first);
        return work_run(&work_, &run, &at, err);
    }

  private:
    struct work work_;
};

#endif
