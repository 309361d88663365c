/*
 * crew - all suites begin with Crew, so that a run under ThreadSanitizer can name them.
 */
#include "support/crews.h"
#include "support/huge_stacks.h"

#include <filesystem>
#include <thread>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "crew/crew.h"
#include "crew/safepoint.h"
#include "crew/schedule.h"
#include "measure/account.h"
#include "place/seat.h"
}

TEST_P(CrewOf, DoesEachTaskOnce)
{
    CrewPointer crew = this->crew();
    EXPECT_EQ(crew_size(crew.get()), threads());
    for (int64_t grain : {1, 7, 64})
        for (int64_t count : {INT64_C(0), INT64_C(1), grain - 1, grain, grain + 1, 2 * grain,
                              10 * grain + 3, INT64_C(20000)}) {
            SCOPED_TRACE(testing::Message() << count << " by " << grain);
            Counting counting(count);
            counting.job.grain = grain;
            counting.crew_size = threads();
            Err err;
            EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
            EXPECT_TRUE(counting.each_once());
            EXPECT_EQ(counting.misshapen.load(), 0);
            EXPECT_EQ(counting.misplaced.load(), 0);
        }
}

TEST_P(CrewOf, GrainBeyondAllCounts)
{
    CrewPointer crew = this->crew();
    Counting counting(10);
    counting.job.grain = INT64_MAX;
    Err err;
    EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
    EXPECT_TRUE(counting.each_once());
}

/* Without a pause the workers still look for the next job, after one they sleep. */
TEST_P(CrewOf, ManyShortJobs)
{
    CrewPointer crew = this->crew();
    for (int i = 0; i < MANY; i++) {
        Counting counting(2 * threads());
        Err err;
        ASSERT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
        ASSERT_TRUE(counting.each_once()) << i;
        if (i % 20 == 0)
            clock_sleep_until(clock_now_ns() + 100 * NS_PER_US);
    }
}

TEST_P(CrewOf, LowestFailureIsTold)
{
    CrewPointer crew = this->crew();
    for (int i = 0; i < MANY / 10; i++) {
        Counting counting(200);
        counting.job.grain = 1 + i % 5;
        int64_t lowest = static_cast<int64_t>(random_bits(9, static_cast<uint64_t>(i)) % 150);
        for (int64_t k = lowest; k < 200; k += 1 + i % 3)
            counting.bad.insert(k);
        Err err;
        ASSERT_TRUE(fails(crew_run(crew.get(), &counting.job, &err), err, ERR_INPUT,
                          {"task " + std::to_string(lowest) + " is"}));
        ASSERT_EQ(err.at, lowest);
        for (int64_t k = 0; k <= lowest; k++)
            ASSERT_EQ(counting.times(k), 1) << "every chunk below it was worked on";
        for (int64_t k = lowest; k < 200; k++)
            ASSERT_LE(counting.times(k), 1);
    }
}

TEST_P(CrewOf, WorksAgainAfterAFailure)
{
    CrewPointer crew = this->crew();
    for (int i = 0; i < 50; i++) {
        Counting bad(50), good(50);
        bad.bad = {static_cast<int64_t>(i)};
        Err first, second;
        EXPECT_TRUE(fails(crew_run(crew.get(), &bad.job, &first), first, ERR_INPUT, {"bad"}));
        EXPECT_TRUE(works(crew_run(crew.get(), &good.job, &second), second));
        EXPECT_TRUE(good.each_once());
    }
}

/* Of a job so long that only a stop ends it. */
TEST_P(CrewOf, StopFromBetweenEndsTheJobWithoutAMessage)
{
    struct Stopping {
        struct crew *crew;
        int calls;
    };
    CrewPointer crew = this->crew();
    Stopping stopping = {crew.get(), 0};
    struct crew_job job = {};
    job.count = INT64_C(1) << 50;
    job.grain = 1;
    job.chunk = [](void *, const struct crew_chunk *, struct err *) { return 0; };
    job.between_arg = &stopping;
    job.between = [](void *arg) {
        auto *s = static_cast<Stopping *>(arg);
        s->calls++;
        crew_stop(s->crew);
    };
    Err err;
    EXPECT_EQ(crew_run(crew.get(), &job, &err), -1);
    EXPECT_FALSE(err_is(&err));
    EXPECT_GE(stopping.calls, 1);
    Counting next(100);
    EXPECT_TRUE(works(crew_run(crew.get(), &next.job, &err), err));
    EXPECT_TRUE(next.each_once());
}

/* Chunks that last until they are told to stop: only worker 0 does not, so that it gets to stop
 * them. */
TEST_P(CrewOf, StopIsSeenWithinChunks)
{
    CrewPointer crew = this->crew();
    struct crew_job job = {};
    job.count = 100;
    job.grain = 1;
    job.chunk = [](void *, const struct crew_chunk *chunk, struct err *) {
        while (chunk->worker != 0 && !safepoint_stopped(chunk->at))
            std::this_thread::yield();
        return 0;
    };
    job.between = [](void *arg) { crew_stop(static_cast<struct crew *>(arg)); };
    job.between_arg = crew.get();
    Err err;
    EXPECT_EQ(crew_run(crew.get(), &job, &err), -1);
    EXPECT_FALSE(err_is(&err));
}

/* A failure stops what lasts, too. */
TEST_P(CrewOf, FailureIsSeenWithinChunks)
{
    CrewPointer crew = this->crew();
    struct crew_job job = {};
    job.count = 100;
    job.grain = 1;
    job.chunk = [](void *, const struct crew_chunk *chunk, struct err *err) {
        if (chunk->begin == 0) {
            err_set(err, ERR_FAILED, "the first one failed");
            return err_at(err, 0);
        }
        while (!safepoint_stopped(chunk->at))
            std::this_thread::yield();
        return 0;
    };
    Err err;
    EXPECT_TRUE(fails(crew_run(crew.get(), &job, &err), err, ERR_FAILED, {"first one"}));
    EXPECT_EQ(err.at, 0);
}

TEST_P(CrewOf, BetweenIsCalledByTheOwnerOnly)
{
    struct Watching {
        pthread_t owner = pthread_self();
        std::atomic<int> calls{0}, foreign{0};
    } watching;
    CrewPointer crew = this->crew();
    for (int i = 0; i < 50; i++) {
        Counting counting(100);
        if (i == 0) /* one chunk, the owner's: of the others it may get none */
            counting.job.grain = counting.job.count;
        counting.job.between_arg = &watching;
        counting.job.between = [](void *arg) {
            auto *w = static_cast<Watching *>(arg);
            w->calls++;
            w->foreign += pthread_equal(pthread_self(), w->owner) == 0;
        };
        Err err;
        ASSERT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
    }
    EXPECT_GT(watching.calls.load(), 0);
    EXPECT_EQ(watching.foreign.load(), 0);
}

TEST_P(CrewOf, StatsAddUp)
{
    CrewPointer crew = this->crew();
    int64_t total = 0;
    for (int64_t count : {0, 1, 10, 1000}) {
        Counting counting(count);
        counting.job.grain = 3;
        Err err;
        ASSERT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
        total += count;
        int64_t sum = 0;
        for (int w = 0; w < threads(); w++) {
            const struct crew_stats *stats = crew_stats(crew.get(), w);
            sum += stats->tasks;
            EXPECT_GE(stats->busy_ns, 0);
            EXPECT_GE(stats->cpu_ns, 0);
            EXPECT_GE(stats->residency.moves, 0);
            EXPECT_FALSE(stats->bound);
            EXPECT_EQ(hwloc_bitmap_iszero(stats->residency.seen), stats->tasks == 0);
        }
        EXPECT_EQ(sum, total);
    }
}

TEST_P(CrewOf, BusyIsTheTimeWithinChunks)
{
    CrewPointer crew = this->crew();
    struct crew_job job = {};
    job.count = 8;
    job.grain = 1;
    job.chunk = [](void *, const struct crew_chunk *, struct err *) {
        clock_sleep_until(clock_now_ns() + NS_PER_MS);
        return 0;
    };
    Err err;
    ASSERT_TRUE(works(crew_run(crew.get(), &job, &err), err));
    for (int w = 0; w < threads(); w++) {
        const struct crew_stats *stats = crew_stats(crew.get(), w);
        EXPECT_GE(stats->busy_ns, stats->tasks * NS_PER_MS);
    }
}

INSTANTIATE_TEST_SUITE_P(, CrewOf, testing::Combine(testing::Values(1, 2, 3, 8), testing::Bool()),
                         [](const auto &row) {
                             return std::to_string(std::get<0>(row.param)) +
                                    (std::get<1>(row.param) ? "Crowded" : "");
                         });

TEST(Crew, ShortTasksAreClaimedByTheGrainsWhileThereArePlenty)
{
    struct {
        enum schedule schedule;
        int64_t count, grain, claim;
        int workers;
        int64_t expected;
    } const rows[] = {
        {SCHEDULE_DYNAMIC, 1000, 1, 0, 2, 1},
        {SCHEDULE_DYNAMIC, INT64_MAX, 1, 0, 1, 1}, /* a long task is claimed alone */
        {SCHEDULE_DYNAMIC, 100, 8192, 0, 2, 8192},
        {SCHEDULE_DYNAMIC, INT64_C(8192) * 128 * 2 - 1, 8192, 0, 2, 8192},
        {SCHEDULE_DYNAMIC, INT64_C(8192) * 128 * 2, 8192, 0, 2, 2 * 8192},
        {SCHEDULE_DYNAMIC, INT64_C(8192) * 128 * 2, 8192, 0, 4, 8192},
        {SCHEDULE_DYNAMIC, INT64_C(1) << 40, 8192, 0, 2, 8 * 8192},
        {SCHEDULE_DYNAMIC, INT64_MAX, 8192, 0, 1, 8 * 8192},
        {SCHEDULE_DYNAMIC, INT64_C(1) << 40, 8192, 100, 2, 100}, /* asked for */
        {SCHEDULE_GUIDED, INT64_C(1) << 40, 8192, 0, 2, 8192},
        {SCHEDULE_STEAL, INT64_C(1) << 40, 8192, 0, 2, 8192},
    };
    for (const auto &row : rows) {
        struct crew_job job = {};
        job.schedule = row.schedule;
        job.count = row.count;
        job.grain = row.grain;
        job.claim = row.claim;
        EXPECT_EQ(crew_claim(&job, row.workers), row.expected)
            << row.count << " by " << row.grain << " for " << row.workers;
    }
}

TEST(Crew, DestroyTakesNull)
{
    crew_destroy(nullptr);
}

/* The kernel's list of this process's threads: one that was joined leaves it a moment later. */
static int64_t threads_listed()
{
    auto all = std::filesystem::directory_iterator("/proc/self/task");
    return std::distance(begin(all), end(all));
}

static bool threads_become(int64_t wanted)
{
    for (int i = 0; i < 1000 && threads_listed() != wanted; i++)
        clock_sleep_until(clock_now_ns() + NS_PER_MS);
    return threads_listed() == wanted;
}

TEST(Crew, EndsItsThreads)
{
    auto first = threads_listed();
    std::thread([] {}).join(); /* a sanitizer may start a thread of its own with the first one */
    (void)threads_become(first);
    auto before = threads_listed();
    for (int i = 0; i < 20; i++) {
        CrewPointer crew = make(8, i % 2 != 0);
        EXPECT_TRUE(threads_become(before + 7)) << threads_listed();
    }
    EXPECT_TRUE(threads_become(before)) << threads_listed();
}

/* Those that did start are ended. */
TEST(Crew, ThreadThatCannotStart)
{
#ifdef SQUARES_SANITIZED
    GTEST_SKIP() << "sanitizers need the address space";
#endif
    Err err;
    const struct crew_setup setup = {64, nullptr, false, nullptr};
    struct crew *crew = nullptr;
    {
        HugeStacks stacks;
        crew = crew_create(&setup, &err);
    }
    EXPECT_TRUE(
        fails(crew, err, ERR_FAILED, {"cannot start thread", "of 64: ", "memory", "stack"}));
    EXPECT_TRUE(advises(err, "make stacks smaller"));
}

namespace
{

class CrewSeats : public testing::Test
{
  protected:
    hwloc_bitmap_t mine = seat_of(0);
    std::vector<hwloc_bitmap_t> seats;

    /* One PU for each of `threads` workers, of those this thread may use, in turn. */
    void seat(int threads)
    {
        int pu = -1;
        for (int i = 0; i < threads; i++) {
            pu = hwloc_bitmap_next(mine, pu);
            if (pu < 0)
                pu = hwloc_bitmap_first(mine);
            seats.push_back(hwloc_bitmap_alloc());
            hwloc_bitmap_only(seats.back(), static_cast<unsigned>(pu));
        }
    }
    ~CrewSeats() override
    {
        EXPECT_TRUE(seat_take(mine));
        for (hwloc_bitmap_t seat : seats)
            hwloc_bitmap_free(seat);
        hwloc_bitmap_free(mine);
    }
};

} // namespace

TEST_F(CrewSeats, EachSitsOnItsOwn)
{
    for (int threads : {1, 4}) {
        seat(threads);
        CrewPointer crew = make(threads, true, seats.data());
        Counting counting(1000);
        Err err;
        ASSERT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
        for (int w = 0; w < threads; w++) {
            const struct crew_stats *stats = crew_stats(crew.get(), w);
            EXPECT_TRUE(stats->bound);
            ASSERT_NE(stats->seat_read, nullptr);
            EXPECT_TRUE(hwloc_bitmap_isequal(stats->seat_read, seats[static_cast<size_t>(w)]));
            EXPECT_TRUE(
                hwloc_bitmap_isincluded(stats->residency.seen, seats[static_cast<size_t>(w)]));
            EXPECT_EQ(stats->residency.moves, 0);
        }
        for (hwloc_bitmap_t one : seats)
            hwloc_bitmap_free(one);
        seats.clear();
        ASSERT_TRUE(seat_take(mine));
    }
}

TEST_F(CrewSeats, RefusedSeatIsNoFailure)
{
    seat(2);
    for (hwloc_bitmap_t seat : seats)
        hwloc_bitmap_only(seat, 60000);
    CrewPointer crew = make(2, false, seats.data());
    Counting counting(100);
    Err err;
    EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
    EXPECT_TRUE(counting.each_once());
    for (int w = 0; w < 2; w++) {
        EXPECT_FALSE(crew_stats(crew.get(), w)->bound);
        EXPECT_TRUE(hwloc_bitmap_isequal(crew_stats(crew.get(), w)->seat_read, mine));
    }
}

TEST_F(CrewSeats, WithoutSeatsNoWorkerIsBound)
{
    CrewPointer crew = make(3);
    for (int w = 0; w < 3; w++) {
        EXPECT_FALSE(crew_stats(crew.get(), w)->bound);
        EXPECT_TRUE(hwloc_bitmap_isequal(crew_stats(crew.get(), w)->seat_read, mine));
    }
    hwloc_bitmap_t now = seat_of(0);
    EXPECT_TRUE(hwloc_bitmap_isequal(now, mine));
    hwloc_bitmap_free(now);
}

/* What a worker did before the watch, or after its end, is not in its account. */
TEST(CrewWatch, HasTheWorkersOnItsAccount)
{
    CrewPointer crew = make(3);
    Counting counting(300);
    counting.job.schedule = SCHEDULE_STATIC;
    Err err;
    const auto burn = [](void *, const struct crew_chunk *, struct err *) {
        int64_t until = clock_thread_cpu_ns() + 100 * NS_PER_US;
        while (clock_thread_cpu_ns() < until)
            ;
        return 0;
    };
    counting.job.chunk = burn;
    crew_watch(crew.get());
    crew_watch_owner(crew.get());
    ASSERT_EQ(crew_run(crew.get(), &counting.job, &err), 0);
    crew_watch_end(crew.get());
    for (int w = 0; w < 3; w++) {
        const struct crew_stats *stats = crew_stats(crew.get(), w);
        EXPECT_GE(stats->account.cpu_ns, 10 * NS_PER_MS) << "100 tasks of 100 us";
        EXPECT_NEAR(static_cast<double>(stats->account.cpu_ns), static_cast<double>(stats->cpu_ns),
                    0.5 * static_cast<double>(stats->cpu_ns));
        ASSERT_NE(stats->seat_left, nullptr);
        EXPECT_TRUE(hwloc_bitmap_isequal(stats->seat_left, stats->seat_read));
    }
    crew_watch(crew.get());
    crew_watch_end(crew.get());
    EXPECT_LT(crew_stats(crew.get(), 2)->account.cpu_ns, 5 * NS_PER_MS) << "it slept";
}

/* More threads than a seat has PUs wait for it, if the kernel tells. */
TEST_F(CrewSeats, WaitingForACoreIsOnTheAccount)
{
    seat(3);
    int pu = hwloc_bitmap_first(mine);
    for (hwloc_bitmap_t seat : seats)
        hwloc_bitmap_only(seat, static_cast<unsigned>(pu));
    CrewPointer crew = make(3, true, seats.data());
    Counting counting(3);
    counting.job.schedule = SCHEDULE_STATIC;
    counting.job.chunk = [](void *, const struct crew_chunk *, struct err *) {
        int64_t until = clock_thread_cpu_ns() + 50 * NS_PER_MS;
        while (clock_thread_cpu_ns() < until)
            ;
        return 0;
    };
    Err err;
    crew_watch(crew.get());
    ASSERT_EQ(crew_run(crew.get(), &counting.job, &err), 0);
    crew_watch_end(crew.get());
    int64_t queued = 0;
    for (int w = 0; w < 3; w++) {
        int64_t one = crew_stats(crew.get(), w)->account.queued_ns;
        if (one == ACCOUNT_UNKNOWN)
            GTEST_SKIP() << "this kernel does not tell how long a thread waits for a core";
        queued += one;
    }
    EXPECT_GE(queued, 90 * NS_PER_MS) << "two wait while one computes for 150 ms";
}
