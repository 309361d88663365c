/*
 * crew - by every schedule, alone and with another crew.
 */
#include "support/crews.h"

#include <thread>

extern "C" {
#include "base/err.h"
#include "base/random.h"
#include "crew/claims.h"
#include "crew/crew.h"
#include "crew/schedule.h"
}

namespace
{

class CrewScheduleOf : public CrewOf
{
};

int64_t chunks_of(const struct crew *crew)
{
    int64_t chunks = 0;
    for (int i = 0; i < crew_size(crew); i++)
        chunks += crew_stats(crew, i)->chunks;
    return chunks;
}

int64_t pieces(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

/* How many chunks a rule makes of `count` tasks. */
int64_t chunks_by_rule(enum schedule schedule, int64_t count, int workers, int64_t chunk)
{
    if (schedule == SCHEDULE_STATIC)
        return workers;
    if (schedule == SCHEDULE_STEAL || schedule == SCHEDULE_CYCLIC || schedule == SCHEDULE_DYNAMIC)
        return pieces(count, chunk);
    struct schedule_ask ask = {count, count, workers, chunk, 0, 0, 1};
    for (; ask.left > 0; ask.round++) {
        ask.last = schedule_size(schedule, &ask);
        ask.left -= ask.last;
    }
    return ask.round;
}

} // namespace

/* Whatever the schedule and the size of its chunks, which are worked on by the grain. */
TEST_P(CrewScheduleOf, EverySchedule)
{
    CrewPointer crew = this->crew();
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (int64_t claim : {0, 1, 10, 1000}) {
            SCOPED_TRACE(testing::Message() << SCHEDULES[s] << " by " << claim);
            Counting counting(777);
            counting.job.schedule = (enum schedule)s;
            counting.job.grain = 1;
            counting.job.claim = claim;
            counting.crew_size = threads();
            Err err;
            EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
            EXPECT_TRUE(counting.each_once());
            EXPECT_EQ(counting.misshapen, 0);
        }
}

/* A job of a grain or less is the owner's alone, by whatever schedule. */
TEST_P(CrewScheduleOf, EveryScheduleOfAGrain)
{
    CrewPointer crew = this->crew();
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (int64_t claim : {0, 1, 10}) {
            SCOPED_TRACE(testing::Message() << SCHEDULES[s] << " by " << claim);
            Counting counting(64);
            counting.job.schedule = (enum schedule)s;
            counting.job.grain = 64;
            counting.job.claim = claim;
            Err err;
            EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
            EXPECT_TRUE(counting.each_once());
        }
}

/* As many as the rules say, whichever worker takes them; with steal each chunk comes off a
 * worker's share, however often that changed hands. */
TEST_P(CrewScheduleOf, CountsTheChunksHandedOut)
{
    CrewPointer crew = this->crew();
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (int64_t claim : {1, 10, 1000}) {
            SCOPED_TRACE(testing::Message() << SCHEDULES[s] << " by " << claim);
            if (s == SCHEDULE_ADAPTIVE && threads() > 1)
                continue; /* as many as the workers' speeds make of it */
            Counting counting(777);
            counting.job.schedule = (enum schedule)s;
            counting.job.claim = claim;
            crew_forget(crew.get());
            Err err;
            EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
            EXPECT_EQ(chunks_of(crew.get()),
                      chunks_by_rule((enum schedule)s, 777, threads(), claim));
        }
}

TEST_P(CrewScheduleOf, StaticIsAChunkEach)
{
    CrewPointer crew = this->crew();
    Counting counting(777);
    counting.job.schedule = SCHEDULE_STATIC;
    Err err;
    for (int64_t runs : {1, 2}) {
        EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
        for (int i = 0; i < threads(); i++)
            EXPECT_EQ(crew_stats(crew.get(), i)->chunks, runs) << "worker " << i;
    }
    crew_forget(crew.get());
    EXPECT_EQ(chunks_of(crew.get()), 0);
}

/* A chunk of many grains is one. */
TEST_P(CrewScheduleOf, GrainsAreNotChunks)
{
    CrewPointer crew = this->crew();
    Counting counting(700);
    counting.job.grain = 7;
    counting.job.claim = 70;
    Err err;
    EXPECT_TRUE(works(crew_run(crew.get(), &counting.job, &err), err));
    EXPECT_EQ(chunks_of(crew.get()), 10);
}

/* Also of schedules by which chunks are not taken in order. */
TEST_P(CrewScheduleOf, LowestFailureOfEverySchedule)
{
    CrewPointer crew = this->crew();
    for (int i = 0; i < MANY / 5; i++) {
        Counting counting(200);
        counting.job.schedule = (enum schedule)(i % (SCHEDULE_STEAL + 1));
        counting.job.claim = 1 + i % 7;
        int64_t lowest = static_cast<int64_t>(random_bits(8, static_cast<uint64_t>(i)) % 150);
        for (int64_t k = lowest; k < 200; k += 1 + i % 3)
            counting.bad.insert(k);
        Err err;
        ASSERT_TRUE(fails(crew_run(crew.get(), &counting.job, &err), err, ERR_INPUT,
                          {"task " + std::to_string(lowest) + " is"}))
            << SCHEDULES[counting.job.schedule];
        for (int64_t k = 0; k <= lowest; k++)
            ASSERT_EQ(counting.times(k), 1) << "every chunk below it was worked on";
    }
}

/* Two crews, of different threads, that claim from the same. */
TEST(CrewSchedule, TwoWorkTogether)
{
    for (int s = 0; SCHEDULES[s] != nullptr; s++) {
        CrewPointer here = make(2, true);
        Counting counting(3000);
        counting.job.schedule = (enum schedule)s;
        counting.job.workers = 5;
        const struct loop loop = {counting.job.schedule, 3000, 5, 1};
        std::unique_ptr<struct claims, void (*)(void *)> claims(
            (struct claims *)aligned_alloc(CLAIMS_ALIGN, claims_size(5)), free);
        claims_start(claims.get(), &loop);
        int64_t limit = CREW_NO_LIMIT;
        counting.job.claims = claims.get();
        counting.job.limit = &limit;
        std::thread other([&] {
            CrewPointer there = make(3, true);
            Err err;
            struct crew_job job = counting.job;
            job.first = 2;
            EXPECT_TRUE(works(crew_run(there.get(), &job, &err), err));
        });
        Err err;
        EXPECT_TRUE(works(crew_run(here.get(), &counting.job, &err), err));
        other.join();
        EXPECT_TRUE(counting.each_once()) << SCHEDULES[s];
    }
}

INSTANTIATE_TEST_SUITE_P(, CrewScheduleOf,
                         testing::Combine(testing::Values(1, 2, 3, 8), testing::Bool()),
                         [](const auto &row) {
                             return std::to_string(std::get<0>(row.param)) +
                                    (std::get<1>(row.param) ? "Crowded" : "");
                         });
