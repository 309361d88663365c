/* The host crew: ranks of a host that work as one on numbers that they share. */
#include "mpi/world.h"

#include <numeric>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "crew/crew.h"
#include "crew/schedule.h"
#include "exchange/host_crew.h"
#include "number/numbers.h"
}

namespace
{

enum { SIZE = 4096 };

/* Adds 1 to each number of its chunk, with a delay now and then, and fails at some. */
struct Counting {
    struct numbers piece = {};
    int64_t bad = -1; /* position */
    int64_t mine = 0; /* tasks done by this rank */
    uint64_t draw = 0;

    static int chunk(void *arg, const struct crew_chunk *chunk, struct err *err)
    {
        auto *self = static_cast<Counting *>(arg);
        for (int64_t i = chunk->begin; i < chunk->end; i++) {
            __atomic_fetch_add(&self->piece.i64[i], 1, __ATOMIC_RELAXED);
            __atomic_fetch_add(&self->mine, 1, __ATOMIC_RELAXED);
            if (self->piece.first + i == self->bad) {
                err_set(err, ERR_FAILED, "number %d is bad", (int)(self->piece.first + i));
                return err_at(err, self->piece.first + i);
            }
        }
        uint64_t draw = random_bits(7, __atomic_add_fetch(&self->draw, 1, __ATOMIC_RELAXED));
        if (draw % 64 == 0)
            clock_sleep_until(clock_now_ns() + (int64_t)(draw % 100000));
        return 0;
    }
};

class HostCrew : public World
{
  protected:
    /* Runs `pieces` pieces of `count` numbers; what this rank's part came to. */
    int run(struct crew *crew, const struct crew_job &job, int pieces, int64_t count,
            struct err *err)
    {
        auto *counting = static_cast<Counting *>(job.arg);
        struct numbers &piece = counting->piece;
        if (!team_leads_host(&team)) {
            int status = host_crew_follow(&host_crew_, crew, &job, &counting->piece, err);
            host_crew_tell(&host_crew_, {counting->mine, 0});
            return status;
        }
        int status = 0;
        for (int i = 0; i < pieces && status == 0; i++) {
            piece = {};
            piece.first = i * count;
            piece.count = count;
            piece.i64 = host_crew_.cells + (i % 2) * count;
            std::fill_n(piece.i64, count, 0);
            status = host_crew_compute(&host_crew_, crew, &job, &piece, err);
            for (int64_t k = 0; k < count && status == 0; k++)
                EXPECT_EQ(piece.i64[k], 1) << "piece " << i << ", number " << k;
        }
        others_ = host_crew_end(&host_crew_).count;
        return status;
    }
    struct crew *crew(int threads)
    {
        const struct crew_setup setup = {threads, nullptr, true, nullptr};
        team.crowded = true; /* they sit anywhere */
        return crew_create(&setup, err());
    }
    void open(int threads)
    {
        Err err;
        ASSERT_EQ(host_crew_open(&host_crew_, &team, threads, SIZE, &err), 0) << err.text;
    }
    struct err *err()
    {
        return &err_;
    }

    struct host_crew host_crew_ = {};
    int64_t others_ = 0;
    struct err err_ = ERR_INIT;
};

} // namespace

TEST_F(HostCrew, ZeroedIsClosed)
{
    struct host_crew host_crew = {};
    host_crew_close(&host_crew);
}

TEST_F(HostCrew, WithoutAPiece)
{
    Counting counting;
    struct crew *crew = this->crew(1);
    open(1);
    struct crew_job job = {};
    job.grain = 1;
    job.chunk = Counting::chunk;
    job.arg = &counting;
    EXPECT_EQ(run(crew, job, 0, 100, err()), 0);
    host_crew_close(&host_crew_);
    crew_destroy(crew);
}

/* Each number once, whatever the schedule and the shape; the memory is used again and again. */
TEST_F(HostCrew, EachNumberOnce)
{
    const int PIECES = 40;
    for (int threads : {1, 2})
        for (int s = 0; SCHEDULES[s] != nullptr; s++)
            for (int64_t claim : {1, 10}) {
                SCOPED_TRACE(std::string(SCHEDULES[s]) + " by " + std::to_string(claim));
                Counting counting;
                counting.draw = (uint64_t)team.rank << 32;
                struct crew *crew = this->crew(threads);
                open(threads);
                struct crew_job job = {};
                job.schedule = (enum schedule)s;
                job.grain = 3;
                job.claim = claim;
                job.chunk = Counting::chunk;
                job.arg = &counting;
                EXPECT_EQ(run(crew, job, PIECES, 500, err()), 0) << err()->text;
                if (team.rank == 0 && team.hosts == 1) {
                    EXPECT_EQ(counting.mine + others_, PIECES * 500);
                }
                host_crew_close(&host_crew_);
                crew_destroy(crew);
            }
}

/* The end follows a piece so closely that some hear of the end while they come from the piece: they
 * must not take that for a piece once more, whose shares would be theirs again. */
TEST_F(HostCrew, TheEndIsNoPiece)
{
    for (int i = 0; i < 400; i++) {
        Counting counting;
        struct crew *crew = this->crew(1);
        open(1);
        struct crew_job job = {};
        job.schedule = SCHEDULE_STATIC;
        job.grain = 1;
        job.chunk = Counting::chunk;
        job.arg = &counting;
        EXPECT_EQ(run(crew, job, 1, 2 * team.size, err()), 0) << err()->text;
        if (team.rank == 0 && team.hosts == 1) {
            ASSERT_EQ(counting.mine + others_, 2 * team.size);
        }
        host_crew_close(&host_crew_);
        crew_destroy(crew);
    }
}

/* Whichever rank meets it, the leader learns of it, and the rank keeps its error. */
TEST_F(HostCrew, FailuresEndThePiece)
{
    for (int64_t bad : {0, 7, 499, 777}) {
        Counting counting;
        counting.bad = bad;
        struct crew *crew = this->crew(1);
        open(1);
        struct crew_job job = {};
        struct err here = ERR_INIT;
        job.grain = 1;
        job.chunk = Counting::chunk;
        job.arg = &counting;
        int status = run(crew, job, 3, 500, &here);
        if (team_leads_host(&team)) {
            EXPECT_EQ(status, -1);
        }
        int told = err_is(&here), all = 0;
        MPI_Allreduce(&told, &all, 1, MPI_INT, MPI_SUM, team.host);
        EXPECT_EQ(all, 1) << "one rank has met it";
        if (told != 0) {
            EXPECT_EQ(here.at, bad);
        }
        host_crew_close(&host_crew_);
        crew_destroy(crew);
    }
}
