
#include <gtest/gtest.h>
#include <thread>

extern "C" {
#include "base/stop.h"
}

TEST(Stop, AskAndClear)
{
    struct stop stop = {};
    EXPECT_FALSE(stop_asked(&stop));
    stop_ask(&stop);
    EXPECT_TRUE(stop_asked(&stop));
    stop_ask(&stop);
    EXPECT_TRUE(stop_asked(&stop));
    stop_clear(&stop);
    EXPECT_FALSE(stop_asked(&stop));
}

TEST(Stop, IsSeenByAnotherThread)
{
    struct stop stop = {};
    std::thread other([&stop] {
        while (!stop_asked(&stop))
            std::this_thread::yield();
    });
    stop_ask(&stop);
    other.join();
}
