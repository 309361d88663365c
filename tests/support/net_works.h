/*
 * net_works - the workload `net` with its server, for as long as a test needs it.
 */
#ifndef SQUARES_TESTS_SUPPORT_NET_WORKS_H
#define SQUARES_TESTS_SUPPORT_NET_WORKS_H

#include "support/sockets.h"
#include "support/works.h"

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/stop.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "work/work.h"
}

/* A workload `net`, opened as the one rank of a host does. */
class NetWork
{
  public:
    explicit NetWork(const std::string &settings)
    {
        Err err;
        EXPECT_TRUE(works(work_create(&work_, ("net:" + settings).c_str(), 0, &err), err));
        EXPECT_TRUE(works(work_host_open(&work_, &err), err));
        EXPECT_TRUE(works(work_open(&work_, &err), err));
        own_ = work_.common;
    }
    ~NetWork()
    {
        work_.common = own_;
        work_close(&work_);
        work_host_close(&work_);
        work_release(&work_);
    }
    NetWork(const NetWork &) = delete;
    NetWork &operator=(const NetWork &) = delete;

    template <typename T>
    int run(std::vector<T> &cells, int64_t first, const struct safepoint &at, struct err *err) const
    {
        struct numbers run = run_of(cells, first);
        return work_run(&work_, &run, &at, err);
    }
    template <typename T> int run(std::vector<T> &cells, int64_t first, struct err *err) const
    {
        struct stop stop = {};
        return run(cells, first, {&stop, nullptr, nullptr}, err);
    }
    /* One task, at position `at`, or several from there on. */
    int run(struct err *err, int64_t at = 0, size_t count = 1) const
    {
        std::vector<int64_t> cells(count, 7);
        return run(cells, at, err);
    }
    int settle(struct err *err) const
    {
        return work_settle(&work_, err);
    }
    int64_t handle() const
    {
        return work_.common;
    }
    /* From now on tasks ask there. */
    void turn_to(int64_t handle)
    {
        work_.common = handle;
    }

  private:
    struct work work_;
    int64_t own_;
};

inline std::string port_of(int64_t handle)
{
    return "'127.0.0.1:" + std::to_string(handle & 0xffff) + "'";
}

/* Runs a task that never ends, and asks it to stop; it does, or the test hangs. */
inline void expect_to_end_when_asked(const NetWork &work)
{
    std::vector<int64_t> cells(1000, 1);
    struct stop stop = {};
    std::thread asking([&stop] {
        clock_sleep_until(clock_now_ns() + 50 * NS_PER_MS);
        stop_ask(&stop);
    });
    Err err;
    EXPECT_TRUE(works(work.run(cells, 0, {&stop, nullptr, nullptr}, &err), err));
    asking.join();
}

#endif
