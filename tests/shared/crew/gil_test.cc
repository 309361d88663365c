/*
 * gil - what the protocol promises, seen from outside where that can be, and in the fields of the
 * struct where it cannot. Upper limits of time are the test's own: a lock that hangs ends the run.
 */
#include "support/err.h"

#include <algorithm>
#include <atomic>
#include <sys/resource.h>
#include <thread>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "base/random.h"
#include "crew/gil.h"
}

namespace
{

const int64_t HOUR_NS = 3600 * NS_PER_S; /* an interval that never ends */

#ifdef SQUARES_SANITIZED
const int TURNS = 60;
#else
const int TURNS = 400;
#endif

class Gil
{
  public:
    explicit Gil(int64_t interval_ns)
    {
        gil_init(&gil_, interval_ns);
    }
    ~Gil()
    {
        EXPECT_FALSE(gil_.held);
        gil_destroy(&gil_);
    }
    Gil(const Gil &) = delete;
    Gil &operator=(const Gil &) = delete;

    struct gil *operator&()
    {
        return &gil_;
    }

    /* What may be read only under the lock. */
    uint64_t switches()
    {
        pthread_mutex_lock(&gil_.lock);
        uint64_t switches = gil_.switches;
        pthread_mutex_unlock(&gil_.lock);
        return switches;
    }
    const void *last()
    {
        pthread_mutex_lock(&gil_.lock);
        const void *last = gil_.last;
        pthread_mutex_unlock(&gil_.lock);
        return last;
    }
    bool held()
    {
        pthread_mutex_lock(&gil_.lock);
        bool held = gil_.held;
        pthread_mutex_unlock(&gil_.lock);
        return held;
    }
    /* As if two others had had the lock and given it back to who holds it now. */
    void pretend_switch()
    {
        pthread_mutex_lock(&gil_.lock);
        gil_.switches += 2;
        pthread_mutex_unlock(&gil_.lock);
    }
    void await_asked()
    {
        while (!gil_asked(&gil_))
            std::this_thread::yield();
    }

  private:
    struct gil gil_;
};

void nap(int64_t ns)
{
    clock_sleep_until(clock_now_ns() + ns);
}

/* A thread that takes the lock, runs `inside` and releases it. */
template <typename F> std::thread taker(Gil &gil, F inside)
{
    return std::thread([&gil, inside] {
        char self = 0;
        gil_acquire(&gil, &self);
        inside();
        gil_release(&gil, &self);
    });
}

std::thread taker(Gil &gil)
{
    return taker(gil, [] {});
}

} // namespace

TEST(Gil, FreeIsTakenAtOnce)
{
    Gil gil(HOUR_NS);
    char a = 0, b = 0;
    for (const char *self : {&a, &a, &b, &a}) {
        EXPECT_EQ(gil_acquire(&gil, self), 0);
        EXPECT_EQ(gil.last(), self);
        EXPECT_EQ(gil_release(&gil, self), 0);
        EXPECT_EQ(gil.last(), self);
    }
    EXPECT_EQ(gil.switches(), 3u) << "taking it again is no switch";
}

TEST(Gil, OneAtATime)
{
    Gil gil(20 * NS_PER_US);
    int64_t inside = 0, sum = 0; /* under the gil alone */
    std::atomic<int> intruders{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; t++)
        threads.emplace_back([&] {
            char self = 0;
            gil_acquire(&gil, &self);
            for (int i = 0; i < 20 * TURNS; i++) {
                intruders += inside++ != 0;
                sum++;
                inside--;
                if (gil_asked(&gil) || i % 64 == 0) {
                    gil_release(&gil, &self);
                    gil_acquire(&gil, &self);
                }
            }
            gil_release(&gil, &self);
        });
    for (auto &thread : threads)
        thread.join();
    EXPECT_EQ(intruders.load(), 0);
    EXPECT_EQ(sum, 8 * 20 * TURNS);
}

/* A thread that is awake when it becomes free is faster than one that has to be woken: with a
 * queue, the waiter would have it each time. */
TEST(Gil, HasNoQueue)
{
    char self = 0;
    int barged = 0;
    for (int i = 0; i < 50; i++) {
        Gil gil(HOUR_NS);
        std::atomic<bool> taken{false};
        gil_acquire(&gil, &self);
        std::thread waiter = taker(gil, [&] { taken = true; });
        nap(200 * NS_PER_US);
        gil_release(&gil, &self);
        gil_acquire(&gil, &self);
        barged += !taken;
        gil_release(&gil, &self);
        waiter.join();
    }
    EXPECT_GT(barged, 0);
}

TEST(Gil, NoThreadAsksWithinTheInterval)
{
    Gil gil(HOUR_NS);
    char self = 0;
    gil_acquire(&gil, &self);
    std::thread waiter = taker(gil);
    nap(30 * NS_PER_MS);
    EXPECT_FALSE(gil_asked(&gil));
    EXPECT_EQ(gil_release(&gil, &self), 0);
    waiter.join();
}

/* Who is woken and finds the lock taken by somebody faster has not waited an interval. */
TEST(Gil, WokenForNothingDoesNotAsk)
{
    Gil gil(HOUR_NS);
    char self = 0;
    gil_acquire(&gil, &self);
    std::thread waiter = taker(gil);
    for (int i = 0; i < 10; i++) {
        nap(NS_PER_MS);
        pthread_cond_signal(&(&gil)->freed);
    }
    nap(5 * NS_PER_MS);
    EXPECT_FALSE(gil_asked(&gil));
    EXPECT_EQ(gil_release(&gil, &self), 0);
    waiter.join();
}

TEST(Gil, AsksAfterAWholeInterval)
{
    for (int64_t interval : {NS_PER_MS, 20 * NS_PER_MS}) {
        Gil gil(interval);
        char self = 0;
        gil_acquire(&gil, &self);
        int64_t start = clock_now_ns();
        std::thread waiter = taker(gil);
        gil.await_asked();
        EXPECT_GE(clock_now_ns() - start, interval);
        gil_release(&gil, &self);
        waiter.join();
    }
}

/* An interval in which others had their turn does not count, and the next begins anew. If this
 * thread itself did not run for so long that an interval had none, the test tells nothing. */
TEST(Gil, SwitchBeginsANewInterval)
{
    const int64_t INTERVAL_NS = 40 * NS_PER_MS;
    for (int attempt = 0; attempt < 5; attempt++) {
        Gil gil(INTERVAL_NS);
        char self = 0;
        gil_acquire(&gil, &self);
        std::thread waiter = taker(gil);
        int64_t first = clock_now_ns(), last = first, longest = 0;
        bool asked = false;
        while (last - first < 4 * INTERVAL_NS) {
            nap(NS_PER_MS);
            asked = asked || gil_asked(&gil);
            gil.pretend_switch();
            int64_t now = clock_now_ns();
            longest = std::max(longest, now - last);
            last = now;
        }
        gil.await_asked();
        int64_t quiet = clock_now_ns() - last;
        gil_release(&gil, &self);
        waiter.join();
        if (longest >= INTERVAL_NS)
            continue;
        EXPECT_FALSE(asked);
        EXPECT_GE(quiet, INTERVAL_NS - NS_PER_MS);
        return;
    }
    GTEST_SKIP() << "the machine is too busy";
}

/* What was asked is done when anybody has taken the lock: who still wants it asks again. */
TEST(Gil, TakingClearsWhatWasAsked)
{
    Gil gil(NS_PER_MS);
    char self = 0;
    std::atomic<int> cleared{0};
    auto inside = [&] { cleared += !gil_asked(&gil); };
    gil_acquire(&gil, &self);
    std::thread one = taker(gil, inside), other = taker(gil, inside);
    nap(5 * NS_PER_MS);
    gil.await_asked();
    gil_release(&gil, &self);
    one.join();
    other.join();
    EXPECT_GE(cleared.load(), 1) << "the first may hold it for longer than an interval";
    EXPECT_FALSE(gil_asked(&gil));
}

/* Also who had not been waiting clears it, else the lock would be given away twice. */
TEST(Gil, TakingAFreeLockClearsToo)
{
    Gil gil(HOUR_NS);
    char self = 0;
    __atomic_store_n(&(&gil)->asked, 1, __ATOMIC_RELAXED);
    EXPECT_EQ(gil_acquire(&gil, &self), 0);
    EXPECT_FALSE(gil_asked(&gil));
    gil_release(&gil, &self);
}

/* Who was asked does not go on before somebody else had the lock, awake though it is. */
TEST(Gil, ReleaseHandsOverWhenAsked)
{
    char self = 0;
    for (int i = 0; i < 20; i++) {
        Gil gil(100 * NS_PER_US);
        gil_acquire(&gil, &self);
        std::thread waiter = taker(gil);
        gil.await_asked();
        gil_release(&gil, &self);
        EXPECT_NE(gil.last(), &self);
        waiter.join();
    }
}

/* Who comes only when the lock has long been free makes the releaser wait so long. */
TEST(Gil, TellsHowLongHandingOverTook)
{
    char self = 0;
    int64_t waited = 0;
    for (int i = 0; i < 5; i++) {
        Gil gil(HOUR_NS);
        gil_acquire(&gil, &self);
        __atomic_store_n(&(&gil)->asked, 1, __ATOMIC_RELAXED);
        std::thread late([&] {
            while (gil.held())
                std::this_thread::yield();
            nap(2 * NS_PER_MS);
            char me = 0;
            gil_acquire(&gil, &me);
            gil_release(&gil, &me);
        });
        waited += gil_release(&gil, &self);
        EXPECT_NE(gil.last(), &self);
        late.join();
    }
    EXPECT_GT(waited, 0);
}

TEST(Gil, ReleaseDoesNotWaitUnasked)
{
    Gil gil(HOUR_NS);
    char self = 0;
    gil_acquire(&gil, &self);
    gil_release(&gil, &self);
    EXPECT_EQ(gil.last(), &self);
}

TEST(Gil, ComputingThreadsAlternate)
{
    Gil gil(100 * NS_PER_US);
    std::atomic<int> kept{0}, given{0}, left{2};
    auto compute = [&] {
        char self = 0;
        gil_acquire(&gil, &self);
        for (int turns = 0; turns < TURNS && left == 2;) {
            if (!gil_asked(&gil))
                continue;
            uint64_t before = gil.switches();
            gil_release(&gil, &self);
            gil_acquire(&gil, &self);
            (gil.switches() >= before + 2 ? given : kept)++;
            turns++;
        }
        left--;
        gil_release(&gil, &self);
    };
    std::thread one(compute), other(compute);
    one.join();
    other.join();
    EXPECT_EQ(kept.load(), 0);
    EXPECT_GE(given.load(), TURNS);
}

/* Each waiter sleeps until it is its turn. Were all woken each time, most would find the lock taken
 * and go to sleep again: 136 times in all, which the kernel counts. */
TEST(Gil, ReleaseWakesOne)
{
    const int WAITERS = 16;
    Gil gil(HOUR_NS);
    char self = 0;
    std::atomic<long> sleeps{0};
    std::vector<std::thread> waiters;
    gil_acquire(&gil, &self);
    for (int i = 0; i < WAITERS; i++)
        waiters.emplace_back([&] {
            char me = 0;
            struct rusage before, after;
            getrusage(RUSAGE_THREAD, &before);
            gil_acquire(&gil, &me);
            getrusage(RUSAGE_THREAD, &after);
            sleeps += after.ru_nvcsw - before.ru_nvcsw;
            nap(2 * NS_PER_MS);
            gil_release(&gil, &me);
        });
    nap(20 * NS_PER_MS);
    gil_release(&gil, &self);
    for (auto &waiter : waiters)
        waiter.join();
    EXPECT_LE(sleeps.load(), 4 * WAITERS);
}

TEST(Gil, TellsHowLongTakingTook)
{
    const int64_t INTERVAL_NS = 3 * NS_PER_MS;
    Gil gil(INTERVAL_NS);
    char self = 0;
    int64_t waited = -1;
    gil_acquire(&gil, &self);
    int64_t start = clock_now_ns();
    std::thread waiter([&] {
        char me = 0;
        waited = gil_acquire(&gil, &me);
        gil_release(&gil, &me);
    });
    gil.await_asked();
    gil_release(&gil, &self);
    waiter.join();
    EXPECT_GE(waited, INTERVAL_NS);
    EXPECT_LE(waited, clock_now_ns() - start);
}

/* Computing, passing, letting go, sleeping, with what was asked arriving at any moment. */
TEST(Gil, ManyThreadsAnyOrder)
{
    for (int64_t interval : {GIL_INTERVAL_LEAST, 50 * NS_PER_US, NS_PER_MS}) {
        Gil gil(interval);
        int64_t turns = 0; /* under the gil alone */
        std::vector<std::thread> threads;
        for (uint64_t t = 0; t < 24; t++)
            threads.emplace_back([&, t] {
                char self = 0;
                gil_acquire(&gil, &self);
                for (uint64_t i = 0; i < static_cast<uint64_t>(TURNS) / 4; i++) {
                    uint64_t draw = random_bits(t, i);
                    for (uint64_t spin = 0; spin < draw % 5000 && !gil_asked(&gil); spin++)
                        ;
                    turns++;
                    gil_release(&gil, &self);
                    if (draw % 8 == 0)
                        nap(static_cast<int64_t>(draw / 8 % 200) * NS_PER_US);
                    else if (draw % 8 == 1)
                        std::this_thread::yield();
                    gil_acquire(&gil, &self);
                }
                gil_release(&gil, &self);
            });
        for (auto &thread : threads)
            thread.join();
        EXPECT_EQ(turns, 24 * (TURNS / 4));
    }
}
