/*
 * cost - starting a worker and waiting for its end. A thread uses memory that is already there.
 * fork copies the list of its parent's pages (4 KiB each), not the pages; a page is copied when
 * either process writes to it. spawn copies nothing, but loads a program. An MPI rank also has to
 * find its launcher.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "demo/cost_ballast.h"
#include "demo/cost_bill.h"
#include "demo/demo.h"
#include "demo/kit/tries.h"
#include "place/seat.h"
#include "program/program.h"

#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t LIMIT_NS = 3 * NS_PER_S; /* for the life of a program */

struct cost {
    const struct scene *scene;
    struct ballast held; /* memory that this process has written to */
    const char *program; /* the path of squares, or NULL */
    int refused;         /* mpirun's exit code for starting anything; 0: it works */
};

static void *end_at_once(void *arg)
{
    return arg;
}

static int start_thread(struct cost *cost, struct err *err)
{
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, end_at_once, cost);
    if (failed == 0)
        return pthread_join(thread, NULL); /* ends: the thread ends at once */
    return limits_fail(err, "cannot start a thread", LIMITS_THREAD, failed);
}

static int do_nothing(void *arg)
{
    (void)arg;
    return 0;
}

/* One byte per page is enough: the kernel copies a whole page or nothing. */
static int write_to_all(void *arg)
{
    struct cost *cost = arg;
    for (size_t i = 0; i < cost->held.size; i += cost->held.page)
        ((volatile char *)cost->held.memory)[i] = 2;
    return 0;
}

/* Does not use child_await, which polls: the child may need this core. Ends: the child does little,
 * or is killed. */
static int fork_for(child_fn *fn, struct cost *cost, struct err *err)
{
    int status = 0;
    pid_t child = child_start(fn, cost, err);
    if (child < 0)
        return -1;
    while ((child = waitpid(child, &status, 0)) < 0 && errno == EINTR)
        ;
    return child > 0 && status == 0 ? 0 : err_set(err, ERR_FAILED, "a child was killed");
}

static int start_fork(struct cost *cost, struct err *err)
{
    return fork_for(do_nothing, cost, err);
}

static int start_writing(struct cost *cost, struct err *err)
{
    return fork_for(write_to_all, cost, err);
}

/* The smallest program there is. */
static int start_true(struct cost *cost, struct err *err)
{
    (void)cost, (void)err;
    return program_run((const char *const[]){"true", NULL}, LIMIT_NS);
}

/* squares itself, printing its version: without MPI. */
static int start_squares(struct cost *cost, struct err *err)
{
    (void)err;
    return program_run((const char *const[]){cost->program, "--version", NULL}, LIMIT_NS);
}

/* squares itself as a job that squares a number: MPI_Init, MPI_Finalize, and almost nothing in
 * between. */
static int start_rank(struct cost *cost, struct err *err)
{
    const char *const words[] = {"mpirun", "-np", "1", cost->program, "run", "1", NULL};
    (void)err;
    return program_run(cost->refused == 0 ? words : words + 3, LIMIT_NS);
}

/* --- measuring the cost --- */

/* Each returns 0 if it has done what it should. */
static int (*const START[BILL_KINDS])(struct cost *cost, struct err *err) = {
    [BILL_THREAD] = start_thread, [BILL_FORK] = start_fork,       [BILL_WRITING] = start_writing,
    [BILL_SPAWN] = start_true,    [BILL_SQUARES] = start_squares, [BILL_RANK] = start_rank,
};

static int start_program(void *arg, int kind, struct err *err)
{
    return START[BILL_SPAWN + kind](arg, err);
}

static int start_within(void *arg, int kind, struct err *err)
{
    struct cost *cost = arg;
    if (kind == BILL_WRITING && cost->held.size == 0)
        return 1; /* there is no memory to write to */
    return START[kind](cost, err);
}

/* Threads and children run on the core of their parent: waking another core sometimes takes longer
 * than a thread lives. A rank may use all cores, as it would in a job. */
static int time_all(struct cost *cost, double seconds[BILL_KINDS], struct err *err)
{
    struct plan plan = {0};
    int status = scene_plan(cost->scene, 1, &plan, err);
    if (status == 0) {
        (void)seat_take(plan.seats[0]);
        status = tries_run(start_within, cost, BILL_SPAWN, seconds, err);
        (void)seat_take(cost->scene->placement.widest);
    }
    plan_release(&plan);
    if (status != 0)
        return -1;
    return tries_run(start_program, cost, BILL_KINDS - BILL_SPAWN, seconds + BILL_SPAWN, err);
}

/* Measures the memory of workers that stay a while; programs stay while they print. */
static int weigh_all(struct cost *cost, struct footprint added[BILL_KINDS], struct err *err)
{
    const char *const YES[] = {"yes", NULL}, *const HELP[] = {cost->program, "run", "--help", NULL},
                      *const JOB[] = {cost->program, "run",      "--quiet",     "--range",
                                      "1:4001",      "--output", "/dev/stdout", NULL};
    if (footprint_threads(&added[BILL_THREAD], err) != 0 ||
        footprint_child(do_nothing, cost, &added[BILL_FORK], err) != 0 ||
        footprint_child(write_to_all, cost, &added[BILL_WRITING], err) != 0)
        return -1;
    footprint_program(YES, &added[BILL_SPAWN]);
    footprint_program(HELP, &added[BILL_SQUARES]);
    footprint_program(JOB, &added[BILL_RANK]);
    return 0;
}

/* The large parent comes first: by then, programs have been read from the disk. */
static int measure(struct cost *cost, struct cost_bill *cost_bill, struct err *err)
{
    int status = ballast_load(&cost->held, (size_t)cost_bill->held, err);
    if (status == 0)
        status = weigh_all(cost, cost_bill->added, err);
    if (status == 0)
        status = time_all(cost, cost_bill->seconds[BILL_LARGE], err);
    ballast_drop(&cost->held);
    if (status == 0)
        status = time_all(cost, cost_bill->seconds[BILL_SMALL], err);
    return status;
}

static int run(struct scene *scene, struct err *err)
{
    static const char *const LAUNCH[] = {"mpirun", "-np", "1", "true", NULL};
    struct cost cost = {.scene = scene, .program = scene->program};
    struct cost_bill cost_bill = {
        .held = 200 << 20, .page = (double)sysconf(_SC_PAGESIZE), .squares = cost.program != NULL};
    if (cost_bill.squares)
        cost_bill.mpirun = cost.refused = program_run(LAUNCH, LIMIT_NS);
    if (measure(&cost, &cost_bill, err) != 0)
        return -1;
    cost_bill_tell(&cost_bill, &scene->showing);
    scene_tell_fixed(scene);
    return 0;
}

const struct demo DEMO_COST = {
    .name = "cost",
    .shows = "what a thread, a process and a rank cost: time and memory",
    .predict = "How long does it take to start and end a thread, a process by fork, one by "
               "spawn, an MPI rank? Does it matter if the parent holds 200 MiB? If a forked "
               "child writes one byte to each page of these, how much memory does it take?",
    .why = "A thread needs a stack, and gets only the pages of it that it touches. fork copies "
           "the tables that lead to the parent's pages, so it takes longer the more the parent "
           "holds; a page itself is copied at the first write to it, all of it even for one "
           "byte. spawn copies neither, but has to load a program, and an MPI rank also has to "
           "find its launcher and its network. So start workers once and keep them: that is a "
           "pool.",
    .next = {"demo pool", "demo isolation", "demo server"},
    .code = {"shared/demo/cost.c"},
    .run = run,
};
