#include "support/scenes.h"

#include <atomic>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "crew/crew.h"
#include "crew/gil.h"
#include "demo/kit/crew_once.h"
#include "place/seat.h"
}

namespace
{

struct count {
    std::atomic<int> tasks{0}, locked{0};
};

int count_tasks(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    auto *count = static_cast<struct count *>(arg);
    (void)err;
    count->tasks += static_cast<int>(chunk->end - chunk->begin);
    count->locked += chunk->at->gil != nullptr;
    return 0;
}

int fail_at_three(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    return chunk->begin == 3 ? err_set(err, ERR_FAILED, "three") : 0;
}

} // namespace

using Band = Scene;

TEST_F(Band, TellsOfAFailure)
{
    Err err;
    struct crew_job job = {};
    job.count = 9;
    job.grain = 1;
    job.chunk = fail_at_three;
    const struct crew_once crew_once = {2, nullptr, GIL_INTERVAL_NS};
    EXPECT_TRUE(fails(crew_once_run(&crew_once, &job, nullptr, &err), err, ERR_FAILED, {"three"}));
}

TEST_F(Band, DoesEachTaskOnce)
{
    Err err;
    ASSERT_TRUE(works(scene_open(&scene, &err), err));
    const struct crew_once BANDS[] = {
        {1, nullptr, 0},
        {1, &scene, GIL_INTERVAL_NS},
        {2, nullptr, GIL_INTERVAL_NS},
        {2, &scene, NS_PER_S},
        {5, &scene, 0},
    };
    for (const struct crew_once &crew_once : BANDS) {
        SCOPED_TRACE(crew_once.threads);
        struct count count;
        double seconds = -1;
        struct crew_job job = {};
        job.count = 40;
        job.grain = 1;
        job.chunk = count_tasks;
        job.arg = &count;
        EXPECT_TRUE(works(crew_once_run(&crew_once, &job, &seconds, &err), err));
        EXPECT_EQ(count.tasks, 40);
        EXPECT_EQ(count.locked, crew_once.interval_ns > 0 ? 40 : 0);
        EXPECT_GE(seconds, 0);
        hwloc_bitmap_t seat = seat_of(0);
        EXPECT_TRUE(hwloc_bitmap_isequal(scene.placement.widest, seat)) << "as before";
        hwloc_bitmap_free(seat);
    }
}
