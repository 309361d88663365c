/*
 * amdahl - work with a part that cannot be shared. One thread does that part while the others wait,
 * then all do equal shares of the rest. So with p threads the work takes
 *
 *     serial + (1 - serial) / p        of the time that one thread takes
 *
 * and with any number of threads the serial part remains: Amdahl, "Validity of the single processor
 * approach to achieving large scale computing capabilities", AFIPS 1967.
 */
#include "base/clock.h"
#include "demo/amdahl_speedups.h"
#include "demo/demo.h"
#include "demo/kit/gang.h"
#include "demo/kit/timed_work.h"

#include <math.h>
#include <pthread.h>

struct work {
    enum timed_work timed_work; /* the kind of work: computing or waiting */
    double serial, whole_s;     /* the serial part, a fraction; the time one thread takes for all */
    double steps_per_s;         /* when computing */
    int threads;
    pthread_barrier_t serial_done;
};

/* What each thread does. */
static void do_share(void *arg, int member)
{
    struct work *work = arg;
    if (member == 0)
        timed_work_do(work->timed_work, work->serial * work->whole_s, work->steps_per_s);
    pthread_barrier_wait(&work->serial_done); /* ends: thread 0 comes after its part */
    timed_work_do(work->timed_work, (1 - work->serial) * work->whole_s / work->threads,
                  work->steps_per_s);
}

/* --- measuring --- */

enum { ROUNDS = 11, USUAL_MOST = 16 };

static const double WHOLE_S = 24e-3;

/* Keeps the least time so far in `speedups`: a disturbance only adds to it. */
static int measure(struct work *work, struct speedups *speedups, const struct scene *scene,
                   int count, struct err *err)
{
    double seconds = 0, *least = &speedups->seconds[work->timed_work][count];
    work->threads = speedups->counts[count];
    if (pthread_barrier_init(&work->serial_done, NULL, (unsigned)work->threads) != 0)
        return err_memory(err, "a barrier");
    int status = gang_run(scene, work->threads, do_share, work, &seconds, err);
    (void)pthread_barrier_destroy(&work->serial_done);
    *least = *least == 0 ? seconds : fmin(*least, seconds);
    return status;
}

static int measure_all(struct speedups *speedups, const struct scene *scene, struct err *err)
{
    struct work work = {
        .serial = speedups->serial, .whole_s = WHOLE_S, .steps_per_s = timed_work_speed()};
    clock_precise_sleep(); /* for all threads from here on */
    for (int i = 0; i < ROUNDS * TIMED_WORKS * speedups->many; i++) {
        work.timed_work = i % TIMED_WORKS;
        if (measure(&work, speedups, scene, i / TIMED_WORKS % speedups->many, err) != 0)
            return -1;
    }
    return 0;
}

/* --- the demo --- */

struct settings {
    int64_t serial; /* in millionths */
};

static const struct setting SETTINGS[] = {
    {"serial", SETTING_FRACTION, offsetof(struct settings, serial), "0.25", 0, 1000000, NULL,
     "the part that cannot be shared"},
    {.name = NULL},
};

static int run(struct scene *scene, struct err *err)
{
    const struct settings *settings = scene->settings;
    const int cores = scene->cores->count, usual = cores > USUAL_MOST ? cores : USUAL_MOST;
    struct speedups speedups;
    speedups_open(&speedups, (double)settings->serial / 1e6, scene_threads(scene, usual));
    if (measure_all(&speedups, scene, err) != 0)
        return -1;
    speedups_show(&speedups, cores, &scene->showing);
    return 0;
}

const struct demo DEMO_AMDAHL = {
    .name = "amdahl",
    .shows = "a serial part of your choice, and the limit it sets",
    .predict = "One thread has to do a part of the work alone, by default a quarter; the rest is "
               "shared. How much faster than one thread are 2 threads, 4, 16, and a million?",
    .why = "More threads shorten only the part they share. The serial part stays, and soon is "
           "most of the time: the speed-up never exceeds 1/serial. So first make the serial part "
           "smaller, or the shared part larger: more cores pay off if the problems grow with "
           "them (Gustafson 1988). And computing threads beyond the number of cores gain nothing.",
    .next = {"demo amdahl:serial=0.05", "demo amdahl:serial=0.5 --threads 64", "demo granularity"},
    .settings = SETTINGS,
    .code = {"shared/demo/amdahl.c"},
    .run = run,
};
