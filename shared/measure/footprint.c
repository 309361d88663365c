#include "measure/footprint.h"

#include "base/arithmetic.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/patience.h"
#include "program/program.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In a file of that process, finds the line "`key`   123 kB" and returns its number in bytes; NAN:
 * there is none. */
static double find_bytes(pid_t process, const char *name, const char *key)
{
    char path[64], line[256];
    double bytes = NAN;
    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)process, name);
    FILE *file = fopen(path, "re");
    while (file != NULL && isnan(bytes) && fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            bytes = 1024 * arithmetic_read(line + strlen(key), NULL);
    if (file != NULL)
        (void)fclose(file);
    return bytes;
}

struct footprint footprint_of(pid_t process)
{
    return (struct footprint){.pages = find_bytes(process, "smaps_rollup", "Pss:"),
                              .tables = find_bytes(process, "status", "VmPTE:")};
}

/* What this process and `other` take now, less what this one alone took before. Each counts only
 * its part of the pages they share, so the figure of the other alone is not all that it adds. */
static struct footprint added_since(struct footprint before, pid_t other)
{
    struct footprint mine = footprint_of(getpid()), others = footprint_of(other);
    return (struct footprint){.pages = mine.pages + others.pages - before.pages,
                              .tables = mine.tables + others.tables - before.tables};
}

/* --- threads --- */

/* The memory of a single thread is too little to measure, as the kernel counts in KiB; and a new
 * thread may reuse the stack of one that has ended. */
enum { THREADS = 64 };

struct room {
    pthread_mutex_t door; /* locked while the threads are to stay */
    int here;
};

static void *stay(void *arg)
{
    struct room *room = arg;
    __atomic_fetch_add(&room->here, 1, __ATOMIC_RELEASE);
    pthread_mutex_lock(&room->door);
    pthread_mutex_unlock(&room->door);
    return NULL;
}

/* Ends: each started thread comes here before it waits for anything. */
static void await_all_here(const struct room *room, int started)
{
    struct patience patience = patience_start(true);
    while (__atomic_load_n(&room->here, __ATOMIC_ACQUIRE) < started)
        patience_wait(&patience);
}

int footprint_threads(struct footprint *added, struct err *err)
{
    struct room room = {.here = 0};
    pthread_t threads[THREADS];
    struct limits_reason reason;
    int started = 0, failed = 0;
    struct footprint before = footprint_of(getpid());
    pthread_mutex_init(&room.door, NULL);
    pthread_mutex_lock(&room.door);
    while (started < THREADS && failed == 0) {
        failed = pthread_create(&threads[started], NULL, stay, &room);
        started += failed == 0;
    }
    if (failed != 0)
        limits_find(LIMITS_THREAD, failed, &reason); /* while the other threads still exist */
    await_all_here(&room, started);
    struct footprint now = footprint_of(getpid());
    pthread_mutex_unlock(&room.door);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL); /* ends: the door is open */
    pthread_mutex_destroy(&room.door);
    *added = (struct footprint){.pages = (now.pages - before.pages) / THREADS,
                                .tables = (now.tables - before.tables) / THREADS};
    if (started == THREADS)
        return 0;
    err_set(err, ERR_FAILED, "cannot start thread %d of %d: %s", started + 1, THREADS,
            reason.cause);
    return err_remedy(err, "%s", reason.remedy);
}

/* --- processes --- */

struct visit {
    child_fn *fn;
    void *arg;
    int ready; /* the pipe on which it reports that it is ready */
};

/* Ends: its parent kills it, or it dies with its parent. */
static int visit_and_stay(void *arg)
{
    const struct visit *visit = arg;
    int code = visit->fn(visit->arg);
    if (code != 0 || write(visit->ready, "", 1) != 1)
        return 1;
    for (;;)
        (void)pause();
}

/* Whether a byte came. Ends: the other process sends one, or it dies, which closes its end of the
 * pipe, or the time is up. */
static bool await_byte(int pipe)
{
    const int LIMIT_MS = 4000;
    char byte;
    struct pollfd ready = {.fd = pipe, .events = POLLIN};
    return poll(&ready, 1, LIMIT_MS) == 1 && read(pipe, &byte, 1) == 1;
}

int footprint_child(child_fn *fn, void *arg, struct footprint *added, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_sys(err, ERR_FAILED, "cannot make a pipe");
    struct visit visit = {.fn = fn, .arg = arg, .ready = ends[1]};
    struct footprint before = footprint_of(getpid());
    pid_t child = child_start(visit_and_stay, &visit, err);
    (void)close(ends[1]); /* the child has its own copy */
    bool ready = child >= 0 && await_byte(ends[0]);
    if (ready)
        *added = added_since(before, child);
    (void)close(ends[0]);
    if (child < 0)
        return -1;
    (void)child_await(child, 0); /* it is killed at once */
    if (ready)
        return 0;
    err_set(err, ERR_FAILED, "a child was killed, or failed, before it could be looked at");
    return err_remedy(err, "check whether there is enough memory: free -m");
}

void footprint_program(const char *const *words, struct footprint *added)
{
    const int64_t LIMIT_NS = 2 * NS_PER_S;
    int ends[2];
    *added = (struct footprint){.pages = NAN, .tables = NAN};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return;
    (void)fcntl(ends[1], F_SETPIPE_SZ, 4096); /* fills up soon: then it waits */
    struct footprint before = footprint_of(getpid());
    pid_t child = program_start(words, ends[1]);
    (void)close(ends[1]);
    if (child >= 0 && await_byte(ends[0]))
        *added = added_since(before, child);
    (void)close(ends[0]); /* no reader is left: the program's next write fails, and it ends */
    if (child >= 0)
        (void)child_await(child, LIMIT_NS);
}
