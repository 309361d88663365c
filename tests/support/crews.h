/*
 * crews - a crew for as long as a test needs it, and a job that counts what it does.
 */
#ifndef SQUARES_TESTS_SUPPORT_CREWS_H
#define SQUARES_TESTS_SUPPORT_CREWS_H

#include "support/err.h"

#include <atomic>
#include <memory>
#include <pthread.h>
#include <set>
#include <vector>

extern "C" {
#include "base/err.h"
#include "crew/crew.h"
}

struct CrewDeleter {
    void operator()(struct crew *crew) const
    {
        crew_destroy(crew);
    }
};
using CrewPointer = std::unique_ptr<struct crew, CrewDeleter>;

inline CrewPointer make(int threads, bool crowded = false, const hwloc_bitmap_t *seats = nullptr)
{
    Err err;
    const struct crew_setup setup = {threads, seats, crowded, nullptr};
    CrewPointer crew(crew_create(&setup, &err));
    EXPECT_TRUE(works(crew.get(), err));
    return crew;
}

/* A job that counts how often each task was done, and fails where it is told to. */
class Counting
{
  public:
    explicit Counting(int64_t count) : done_(static_cast<size_t>(count))
    {
        job.count = count;
        job.grain = 1;
        job.chunk = chunk;
        job.arg = this;
    }

    bool each_once() const
    {
        for (const auto &times : done_)
            if (times.load() != 1)
                return false;
        return true;
    }
    int times(int64_t task) const
    {
        return done_[static_cast<size_t>(task)].load();
    }

    struct crew_job job = {};
    std::set<int64_t> bad;         /* positions that fail */
    int crew_size = 8;             /* for checking chunk->worker */
    std::atomic<int> misshapen{0}; /* chunks that are none of this job */
    std::atomic<int> misplaced{0}; /* chunks of worker 0 elsewhere, or the other way round */
    pthread_t owner = pthread_self();

  private:
    static int chunk(void *arg, const struct crew_chunk *chunk, struct err *err)
    {
        auto *self = static_cast<Counting *>(arg);
        if (chunk->begin >= chunk->end || chunk->begin % self->job.grain != 0 ||
            chunk->end > self->job.count || chunk->end - chunk->begin > self->job.grain ||
            chunk->worker < 0 || chunk->worker >= self->crew_size || err_is(err))
            self->misshapen++;
        if ((chunk->worker == 0) != (pthread_equal(pthread_self(), self->owner) != 0))
            self->misplaced++;
        for (int64_t i = chunk->begin; i < chunk->end; i++) {
            self->done_[static_cast<size_t>(i)]++;
            if (self->bad.count(i) > 0) {
                err_set(err, ERR_INPUT, "task %d is bad", static_cast<int>(i));
                return err_at(err, i);
            }
        }
        return 0;
    }

    std::vector<std::atomic<int>> done_;
};

class CrewOf : public testing::TestWithParam<std::tuple<int, bool>>
{
  protected:
    int threads() const
    {
        return std::get<0>(GetParam());
    }
    CrewPointer crew() const
    {
        return make(threads(), std::get<1>(GetParam()));
    }
};

/* As the sanitizer is slow and the machine small. */
#ifdef SQUARES_SANITIZED
const int MANY = 500;
#else
const int MANY = 5000;
#endif

#endif
