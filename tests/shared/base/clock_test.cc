
#include <atomic>
#include <csignal>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <thread>

extern "C" {
#include "base/clock.h"
}

TEST(Clock, NeverStepsBack)
{
    int64_t before = clock_now_ns();
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_now_ns();
        ASSERT_GE(now, before);
        before = now;
    }
}

TEST(Clock, SleepsUntilTheDeadline)
{
    int64_t deadline = clock_now_ns() + 3 * NS_PER_MS;
    clock_sleep_until(deadline);
    EXPECT_GE(clock_now_ns(), deadline);
}

TEST(Clock, PastDeadlineReturns)
{
    clock_sleep_until(clock_now_ns() - NS_PER_S);
    clock_sleep_until(0);
}

TEST(Clock, SignalsDoNotShortenASleep)
{
    struct sigaction action = {}, old;
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, &old);
    std::atomic<bool> over{false};
    std::thread disturber([&over, sleeper = pthread_self()] {
        while (!over.load()) {
            pthread_kill(sleeper, SIGUSR1);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    int64_t deadline = clock_now_ns() + 20 * NS_PER_MS;
    clock_sleep_until(deadline);
    int64_t woken = clock_now_ns();
    over = true;
    disturber.join();
    sigaction(SIGUSR1, &old, nullptr);
    EXPECT_GE(woken, deadline);
}

TEST(Clock, ProcessorTimeGrowsWithWork)
{
    int64_t start = clock_thread_cpu_ns();
    volatile uint64_t spun = 0;
    while (clock_thread_cpu_ns() - start < NS_PER_MS)
        spun = spun + 1;
    EXPECT_GT(spun, 0u);
}

TEST(Clock, Seconds)
{
    EXPECT_DOUBLE_EQ(clock_seconds(1500 * NS_PER_MS), 1.5);
    EXPECT_DOUBLE_EQ(clock_seconds(-NS_PER_US), -1e-6);
}

TEST(Clock, PreciseSleepIsOfTheThread)
{
    long mine = prctl(PR_GET_TIMERSLACK), others = 0;
    std::thread([&others] {
        clock_precise_sleep();
        others = prctl(PR_GET_TIMERSLACK);
    }).join();
    EXPECT_EQ(others, 1);
    EXPECT_EQ(prctl(PR_GET_TIMERSLACK), mine);
}
