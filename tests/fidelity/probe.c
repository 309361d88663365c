/*
 * probe - what squares' crew and gil do: the measurements of cells.py, with the same arguments.
 *
 *     probe rate                                              steps of the chain a second
 *     probe tasks threads|processes N PER CPU TASK RATE INTERVAL   seconds
 *     probe slices N INTERVAL DURATION                        each slice, ns
 *     probe sleeper OTHERS INTERVAL SLEEP DURATION            how late each sleep ended, ns
 *
 * CPU is in millionths, times are in nanoseconds. Each worker of a crew gets one chunk: it waits
 * there, without the gil, until all have theirs.
 */
#include "base/clock.h"
#include "crew/crew.h"
#include "work/chain.h"
#include "work/work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORKERS = 64, MOST_ENTRIES = 1000000, STEPS = 8 };

/* What the processes of a cell share. */
struct common {
    pthread_barrier_t gate;
    int64_t begin[MOST_WORKERS], end[MOST_WORKERS];
};

struct cell {
    struct common *common;
    struct work work;
    int64_t per;      /* tasks of a worker */
    int64_t sleep_ns; /* of the sleeper */
    int64_t duration_ns;
    int64_t first; /* the number of worker 0, where a crew is one of several */

    /* Under the gil. */
    int64_t *log;
    int64_t entries;
    int64_t seen; /* who wrote the last entry */
    bool stop;
};

static _Noreturn void fail(const char *what)
{
    (void)fprintf(stderr, "probe: %s\n", what);
    exit(1);
}

static void note(struct cell *cell, int64_t value)
{
    if (cell->entries == MOST_ENTRIES)
        fail("too many entries");
    cell->log[cell->entries++] = value;
}

static void gate(struct cell *cell, const struct safepoint *at)
{
    safepoint_leave(at);
    pthread_barrier_wait(&cell->common->gate);
    safepoint_enter(at);
}

static int share(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    struct cell *cell = arg;
    int64_t worker = cell->first + chunk->begin;
    struct numbers numbers = {.kind = NUMBER_INT64, .count = cell->per};
    gate(cell, chunk->at);
    cell->common->begin[worker] = clock_now_ns();
    int status = work_run(&cell->work, &numbers, chunk->at, err);
    cell->common->end[worker] = clock_now_ns();
    return status;
}

static int slice(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)err;
    struct cell *cell = arg;
    gate(cell, chunk->at);
    int64_t end = clock_now_ns() + cell->duration_ns;
    for (volatile int64_t x = 3; !cell->stop; x = chain_square(x, STEPS, chunk->at)) {
        if (cell->seen == chunk->begin)
            continue;
        cell->seen = chunk->begin;
        int64_t now = clock_now_ns();
        note(cell, now);
        cell->stop = now > end;
    }
    return 0;
}

static int doze(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)err;
    struct cell *cell = arg;
    gate(cell, chunk->at);
    if (chunk->begin != 0) {
        for (volatile int64_t x = 3; !cell->stop; x = chain_square(x, STEPS, chunk->at))
            ;
        return 0;
    }
    int64_t start = clock_now_ns(), end = start + cell->duration_ns;
    while (start < end) {
        (void)safepoint_sleep_until(chunk->at, start + cell->sleep_ns);
        int64_t now = clock_now_ns();
        note(cell, now - start - cell->sleep_ns);
        start = now;
    }
    cell->stop = true;
    return 0;
}

/* Gives each of `workers` threads one chunk, under one gil. */
static void run_crew(struct cell *cell, int workers, int64_t interval_ns, crew_chunk_fn *chunk)
{
    struct gil gil;
    struct err err = ERR_INIT;
    gil_init(&gil, interval_ns);
    const struct crew_setup setup = {workers, NULL, true, &gil};
    const struct crew_job job = {.count = workers, .grain = 1, .chunk = chunk, .arg = cell};
    struct crew *crew = crew_create(&setup, &err);
    if (crew == NULL || crew_run(crew, &job, &err) != 0)
        fail(err.text);
    crew_destroy(crew);
    gil_destroy(&gil);
}

/* Each worker is a process with a crew of one and a gil of its own. */
static void run_processes(struct cell *cell, int workers, int64_t interval_ns)
{
    for (int i = 0; i < workers; i++) {
        pid_t child = fork();
        if (child < 0)
            fail("cannot fork");
        if (child > 0)
            continue;
        cell->first = i;
        run_crew(cell, 1, interval_ns, share);
        _exit(0);
    }
    for (int i = 0; i < workers; i++) {
        int status;
        if (wait(&status) < 0 || status != 0)
            fail("a process failed");
    }
}

static void open_gate(struct cell *cell, int workers)
{
    pthread_barrierattr_t shared;
    if (workers < 1 || workers > MOST_WORKERS)
        fail("too many workers");
    cell->common = mmap(NULL, sizeof(*cell->common), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cell->log = calloc(MOST_ENTRIES, sizeof(*cell->log));
    if (cell->common == MAP_FAILED || cell->log == NULL)
        fail("out of memory");
    pthread_barrierattr_init(&shared);
    pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&cell->common->gate, &shared, (unsigned)workers);
}

/* From when the first began to when the last ended. */
static double seconds_of(const struct common *common, int workers)
{
    int64_t begin = INT64_MAX, end = 0;
    for (int i = 0; i < workers; i++) {
        begin = common->begin[i] < begin ? common->begin[i] : begin;
        end = common->end[i] > end ? common->end[i] : end;
    }
    return clock_seconds(end - begin);
}

static void make_work(struct cell *cell, int64_t cpu_ppm, int64_t task_ns)
{
    char spec[SPEC_TEXT];
    struct err err = ERR_INIT;
    (void)snprintf(spec, sizeof(spec), "mixed:cpu=%.6f,task=%" PRId64 "ns", (double)cpu_ppm * 1e-6,
                   task_ns);
    if (work_create(&cell->work, spec, 0, &err) != 0)
        fail(err.text);
}

static void print_rate(struct cell *cell)
{
    struct err err = ERR_INIT;
    make_work(cell, 1000000, NS_PER_MS);
    int64_t best = 0;
    for (int i = 0; i < 10; i++) {
        if (work_host_open(&cell->work, &err) != 0)
            fail(err.text);
        best = cell->work.common > best ? cell->work.common : best;
    }
    printf("%" PRId64 "\n", best);
}

static void print_tasks(struct cell *cell, const char *mechanism, const int64_t *n)
{
    int workers = (int)n[0];
    cell->per = n[1];
    make_work(cell, n[2], n[3]);
    cell->work.common = n[4];
    open_gate(cell, workers);
    if (strcmp(mechanism, "threads") == 0)
        run_crew(cell, workers, n[5], share);
    else
        run_processes(cell, workers, n[5]);
    printf("%.6f\n", seconds_of(cell->common, workers));
}

static void print_slices(struct cell *cell, const int64_t *n)
{
    cell->duration_ns = n[2];
    cell->seen = -1;
    open_gate(cell, (int)n[0]);
    run_crew(cell, (int)n[0], n[1], slice);
    for (int64_t i = 1; i < cell->entries; i++)
        printf("%" PRId64 "\n", cell->log[i] - cell->log[i - 1]);
}

static void print_late(struct cell *cell, const int64_t *n)
{
    cell->sleep_ns = n[2];
    cell->duration_ns = n[3];
    open_gate(cell, (int)n[0] + 1);
    run_crew(cell, (int)n[0] + 1, n[1], doze);
    for (int64_t i = 0; i < cell->entries; i++)
        printf("%" PRId64 "\n", cell->log[i]);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int arguments;
    } CELLS[] = {{"rate", 0}, {"tasks", 7}, {"slices", 3}, {"sleeper", 4}};
    static struct cell cell;
    int64_t n[8] = {0};
    size_t what = 0;
    while (what < 4 && (argc < 2 || strcmp(argv[1], CELLS[what].name) != 0))
        what++;
    if (what == 4 || argc - 2 != CELLS[what].arguments)
        fail("bad arguments: they stand at the top of probe.c");
    for (int i = what == 1 ? 3 : 2, k = 0; i < argc; i++)
        n[k++] = strtoll(argv[i], NULL, 10);
    switch (what) {
    case 0:
        print_rate(&cell);
        break;
    case 1:
        print_tasks(&cell, argv[2], n);
        break;
    case 2:
        print_slices(&cell, n);
        break;
    default:
        print_late(&cell, n);
    }
    work_release(&cell.work);
    free(cell.log);
    return 0;
}
