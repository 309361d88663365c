/*
 * isolation - threads have one memory; each process has its own. A forked child begins with a copy
 * of its parent's memory, made page by page when either of them writes ("copy on write"): the same
 * name, the same address, but two variables.
 */
#include "base/clock.h"
#include "base/patience.h"
#include "demo/demo.h"
#include "demo/isolation_shared.h"
#include "demo/kit/gang.h"
#include "demo/kit/gang_fork.h"
#include "program/child.h"

enum { BEFORE = 1, WRITTEN = 42, RUNS = 5 };

static long value, other; /* shared by all, one might think */

/* What parent and child do share: a page that was mapped as shared before the fork. */
struct page {
    _Alignas(128) long value;
    _Alignas(128) long read; /* the value that the reader saw */
    const void *address;     /* of `value`, in the child */
    unsigned written;        /* not 0: the reader may look */
};

/* Ends: the writer has started and writes soon; if it is the parent and dies, this child is
 * killed. */
static void await_written(const struct page *page)
{
    struct patience patience = patience_start(true);
    while (__atomic_load_n(&page->written, __ATOMIC_ACQUIRE) == 0)
        patience_wait(&patience);
}

/* Two threads: one writes, then the other reads. */
static void write_or_read(void *arg, int member)
{
    struct page *page = arg;
    if (member == 0) {
        value = WRITTEN;
        __atomic_store_n(&page->written, 1, __ATOMIC_RELEASE);
    } else {
        await_written(page);
        page->read = value;
    }
}

/* A child: writes to its copy, and to the page that both share; then reads what the parent wrote
 * after the fork, which is in the parent's copy only. */
static int write_and_read(void *arg)
{
    struct page *page = arg;
    value = WRITTEN;
    page->value = WRITTEN;
    page->address = &value;
    await_written(page);
    page->read = other;
    return 0;
}

/* --- which writes are seen --- */

static const char *const VIEWS[] = {"a thread, its sibling", "a child, its parent",
                                    "a parent, its child", "a child, its parent: mapped"};

enum { SIBLING, UP, DOWN, MAPPED, VIEWS_COUNT };

struct views {
    long read[VIEWS_COUNT]; /* in the last run */
    int seen[VIEWS_COUNT];  /* number of runs in which the written value was read */
};

static int look(struct scene *scene, struct page *page, struct views *views, struct err *err)
{
    page->written = 0;
    value = page->read = BEFORE;
    if (gang_run(scene, 2, write_or_read, page, NULL, err) != 0)
        return -1;
    views->read[SIBLING] = page->read;
    page->written = 0;
    value = other = page->value = page->read = BEFORE;
    pid_t child = child_start(write_and_read, page, err);
    if (child < 0)
        return -1;
    other = WRITTEN;
    __atomic_store_n(&page->written, 1, __ATOMIC_RELEASE);
    if (child_await(child, 2 * NS_PER_S) != 0) {
        err_set(err, ERR_FAILED, "a child was killed, or took longer than 2 s");
        return err_remedy(err, "try again when the machine has less to do");
    }
    views->read[UP] = value;
    views->read[DOWN] = page->read;
    views->read[MAPPED] = page->value;
    for (int i = 0; i < VIEWS_COUNT; i++)
        views->seen[i] += views->read[i] == WRITTEN;
    return 0;
}

static int view(struct scene *scene, struct page *page, struct err *err)
{
    static const struct showing_column COLUMNS[] = {{"before", "before", SHOWN_COUNT},
                                                    {"written", "written", SHOWN_COUNT},
                                                    {"read", "read", SHOWN_COUNT},
                                                    {"seen_runs", "seen in runs", SHOWN_COUNT},
                                                    {.key = NULL}};
    struct views views = {.seen = {0}};
    for (int run = 0; run < RUNS; run++)
        if (look(scene, page, &views, err) != 0)
            return -1;
    showing_table(&scene->showing, "views", "who writes, who reads", COLUMNS);
    for (int i = 0; i < VIEWS_COUNT; i++)
        showing_row(&scene->showing, VIEWS[i],
                    (double[]){BEFORE, WRITTEN, (double)views.read[i], views.seen[i]});
    showing_say(&scene->showing,
                "A thread's write was seen by its sibling in %d of %d runs; a child's write by "
                "its parent in %d, and a parent's write after the fork by its child in %d.",
                views.seen[SIBLING], RUNS, views.seen[UP], views.seen[DOWN]);
    if (page->address == &value)
        showing_say(&scene->showing,
                    "Parent and child have the variable at the same address, but there each has "
                    "memory of its own.");
    return 0;
}

static int run(struct scene *scene, struct err *err)
{
    int children = scene_threads(scene, 2);
    if (children > GANG_FORK_MOST) {
        children = GANG_FORK_MOST;
        showing_say(&scene->showing, "%d processes are the most here.", children);
    }
    struct page *page = child_share(sizeof(*page), err);
    if (page == NULL)
        return -1;
    int status = view(scene, page, err);
    if (status == 0)
        status = mapped_count(scene, children, err);
    child_unshare(page, sizeof(*page));
    return status;
}

const struct demo DEMO_ISOLATION = {
    .name = "isolation",
    .shows = "threads see each other's writes, processes only those to shared memory",
    .predict = "A variable is 1. A child process sets it to 42 and ends: what does its parent "
               "read then? And if a thread sets it? Two processes add to a counter in memory "
               "that both have mapped: what is its value at the end?",
    .why = "Threads share all memory of their process. fork copies it, each page at the first "
           "write, and ranks have none in common: one name, two variables. That is safe, but "
           "processes must say what they share: by a mapping, a window, a message. In memory "
           "that they share they race as threads do, and need the same remedies: atomics, or "
           "locks.",
    .next = {"demo isolation --threads 8", "demo race"},
    .code = {"shared/demo/isolation.c", "shared/demo/isolation_shared.c",
             "mpi/command/demo_isolation.c"},
    .run = run,
    .ranks = 2,
};
