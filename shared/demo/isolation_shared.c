/*
 * isolation_shared - sharing memory is only half of it: nothing keeps processes there from
 * interfering. An addition is a load, an add and a store, and what another process stores in
 * between is lost (see race.c).
 */
#include "demo/isolation_shared.h"

#include "demo/kit/gang_fork.h"
#include "demo/lost_updates.h"
#include "program/child.h"

static void add_plainly(long *counter, long times)
{
    for (long i = 0; i < times; i++) {
        long now = __atomic_load_n(counter, __ATOMIC_RELAXED);
        __atomic_store_n(counter, now + 1, __ATOMIC_RELAXED);
    }
}

static void add_atomically(long *counter, long times)
{
    for (long i = 0; i < times; i++)
        __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static const struct way {
    const char *name;
    void (*add)(long *counter, long times);
    bool own;
    long most; /* additions of all together: enough that the children overlap in time */
} WAYS[] = {{"memory of their own", add_plainly, true, 10000000},
            {"mapped, plain", add_plainly, false, 10000000},
            {"mapped, atomic", add_atomically, false, 2000000}};

enum { OWN, PLAIN, ATOMIC, WAYS_COUNT };

static long own; /* once a process writes to it, that process has its own */

/* A page that was mapped as shared before the fork. */
struct page {
    _Alignas(128) long value;
    const struct way *way; /* the way in which the children add */
    long each;             /* additions of each child */
};

static void add(void *arg, int member)
{
    struct page *page = arg;
    (void)member;
    page->way->add(page->way->own ? &own : &page->value, page->each);
}

/* The parent checks how many of its children's additions it sees. */
static int try(struct scene *scene, struct page *page, int children,
               struct lost_updates *lost_updates, struct err *err)
{
    page->each = page->way->most / children;
    lost_updates->made = (double)page->each * children;
    for (int run = 0; run < LOST_UPDATES_RUNS; run++) {
        own = page->value = 0;
        if (gang_fork_run(scene, children, add, page, err) != 0)
            return -1;
        lost_updates->lost[run] = lost_updates->made - (double)(page->way->own ? own : page->value);
    }
    return 0;
}

static void tell(const struct lost_updates *lost_updates, int children, struct showing *showing)
{
    showing_table(showing, "counts", "processes add to", LOST_UPDATES_COLUMNS);
    for (int i = 0; i < WAYS_COUNT; i++)
        lost_updates_row(&lost_updates[i], WAYS[i].name, showing);
    lost_updates_say(&lost_updates[PLAIN], children, "Mapped memory is shared: the plain counter",
                     showing);
    showing_say(showing,
                "Atomic additions lost %s; the parent's own counter lacks %.0f %% of what its "
                "children added to theirs.",
                lost_updates_runs(&lost_updates[ATOMIC]) > 0 ? "SOME" : "nothing",
                100 * lost_updates_share(&lost_updates[OWN]));
}

int mapped_count(struct scene *scene, int children, struct err *err)
{
    struct lost_updates lost_updates[WAYS_COUNT];
    struct page *page = child_share(sizeof(*page), err);
    if (page == NULL)
        return -1;
    int status = 0;
    for (int i = 0; i < WAYS_COUNT && status == 0; i++) {
        page->way = &WAYS[i];
        status = try(scene, page, children, &lost_updates[i], err);
    }
    if (status == 0)
        tell(lost_updates, children, &scene->showing);
    child_unshare(page, sizeof(*page));
    return status;
}
