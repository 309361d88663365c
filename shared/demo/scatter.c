/*
 * scatter - a worker that helps another needs the numbers to work on. Threads of a process have the
 * same memory: a second thread begins with its half of the numbers at once, whatever the task is.
 * Between processes the numbers have to be moved, there and back: see mpi/command/demo_scatter.c.
 */
#include "base/clock.h"
#include "demo/demo.h"
#include "demo/kit/gang.h"
#include "demo/kit/ladder.h"
#include "number/numbers.h"

struct shares {
    struct scene *scene;
    const struct ladder *ladder;
    int threads, rung;
};

/* Nothing is moved: each thread reads and writes the numbers in place. */
static void square_share(void *arg, int member)
{
    const struct shares *shares = arg;
    int64_t begin = share_begin(shares->ladder->count, shares->threads, member);
    int64_t end = share_begin(shares->ladder->count, shares->threads, member + 1);
    ladder_square(shares->ladder, shares->rung, begin, end - begin);
}

/* Times all threads once they run; the cost of starting them is shown by another demo (cost). */
static int by_threads(void *arg, int rung, double parts[LADDER_PARTS], struct err *err)
{
    struct shares *shares = arg;
    shares->rung = rung;
    parts[LADDER_OUT] = parts[LADDER_BACK] = 0;
    return gang_run(shares->scene, shares->threads, square_share, shares, &parts[LADDER_WORK], err);
}

static void tell(struct showing *showing, const struct ladder *ladder, int threads)
{
    const int last = ladder->rungs - 1;
    char copy[UNIT_TEXT], length[UNIT_TEXT];
    ladder_show(ladder, "threads", "one thread", "all threads", showing);
    showing_say(showing,
                "Nothing was moved: %d thread%s of one process %s %.2f times as fast as one if a "
                "number is squared once, %.2f times if its task takes %s.",
                threads, threads > 1 ? "s" : "", threads > 1 ? "were" : "was", ladder->faster[1],
                ladder->faster[last], unit_duration(ladder->alone[last], length));
    showing_say(showing,
                "Copying a number (squaring it 0 times) takes one thread %s. A message has to "
                "copy it, too, and its result.",
                unit_duration(ladder->alone[0], copy));
}

static int run(struct scene *scene, struct err *err)
{
    const struct ladder_settings *settings = scene->settings;
    struct ladder ladder;
    struct shares shares = {.scene = scene, .ladder = &ladder, .threads = scene_threads(scene, 2)};
    int status = ladder_open(&ladder, settings->size / NUMBER_SIZE, err);
    if (status == 0)
        status = ladder_climb(&ladder, by_threads, &shares, 2 * NS_PER_S / 5, err);
    if (status == 0)
        tell(&scene->showing, &ladder, shares.threads);
    ladder_close(&ladder);
    return status;
}

const struct demo DEMO_SCATTER = {
    .name = "scatter",
    .shows = "when moving numbers to a process costs more than computing them",
    .predict =
        "Rank 0 has numbers to square. If rank 1 gets half of them (MPI_Scatter) and returns the "
        "results (MPI_Gather), does that take half as long as if rank 0 does all? How long must "
        "the task of a number be for both to take the same time?",
    .why = "A process sees only its own memory: what another is to work on has to be copied to "
           "it, and the results back. That takes the same time for any task, while the time "
           "saved grows with the task: so it pays if a number takes longer to compute than to "
           "move. Move less, or do more with what has been moved. Threads share their memory, so "
           "they need not move anything.",
    .next = {"demo scatter:size=4K", "demo scatter:size=16M", "demo granularity"},
    .code = {"shared/demo/scatter.c", "mpi/command/demo_scatter.c"},
    .settings = LADDER_SETTINGS,
    .run = run,
    .ranks = 2,
};
