/*
 * deadline - tasks that take long, and a shared count of those that began: how soon does a job end
 * after a failure? Its arguments, KEY=VALUE and "," between them:
 *
 *     count=FILE   where the count is, a struct of 8-byte cells: see below; it is there already
 *     ms=N         how long a task takes
 *     fast=N       the first N tasks of each process take no time
 *     below=N      the tasks of the first N numbers take no time
 *     fail=N       the N-th task of the process of rank=R fails
 *     cut=FILE     is empty from the first task on
 */
#define _GNU_SOURCE
#include <squares/task.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The file: all processes' together. */
struct counts {
    int64_t began;    /* tasks that take long */
    int64_t after;    /* of those, after the failure of a task */
    int64_t first_ns; /* CLOCK_MONOTONIC of the first task; 0: there was none */
    int64_t fault_ns; /* of the failure of a task; 0: none has failed */
};

struct deadline {
    struct counts *counts;
    int64_t ms, fast, below, fail;
    char cut[256];
    int64_t tasks; /* of this process */
};

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int own_rank(void)
{
    static const char *const NAMES[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK"};
    for (int i = 0; i < 2; i++)
        if (getenv(NAMES[i]) != NULL)
            return atoi(getenv(NAMES[i]));
    return 0;
}

/* The text of a key, up to the next comma, in `text`; "" if it is not there. */
static const char *value(const char *args, const char *key, char text[256])
{
    const char *at = args;
    size_t length = strlen(key);
    text[0] = '\0';
    while (at != NULL && strncmp(at, key, length) != 0)
        at = strchr(at, ',') != NULL ? strchr(at, ',') + 1 : NULL;
    if (at != NULL)
        (void)snprintf(text, 256, "%.*s", (int)strcspn(at + length, ","), at + length);
    return text;
}

static int init(struct task_turn *turn, const char *args, void **state)
{
    struct deadline *d = calloc(1, sizeof(*d));
    char text[256];
    int fd = open(value(args, "count=", text), O_RDWR | O_CLOEXEC);
    void *counts =
        fd >= 0 ? mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                : MAP_FAILED;
    if (d == NULL || counts == MAP_FAILED)
        return turn->fail(turn, -1, "no count in '%s'", text);
    (void)close(fd);
    d->counts = counts;
    d->ms = atoll(value(args, "ms=", text));
    d->fast = atoll(value(args, "fast=", text));
    d->below = atoll(value(args, "below=", text));
    if (atoi(value(args, "rank=", text)) == own_rank())
        d->fail = atoll(value(args, "fail=", text));
    (void)value(args, "cut=", d->cut);
    *state = d;
    return 0;
}

/* With the first task of this process. */
static void disturb(struct deadline *d)
{
    int64_t none = 0;
    (void)__atomic_compare_exchange_n(&d->counts->first_ns, &none, now_ns(), 0, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST);
    if (d->cut[0] != '\0' && truncate(d->cut, 0) != 0)
        perror(d->cut);
}

static int run_one(struct deadline *d, struct task_turn *turn, int64_t position)
{
    int64_t task = __atomic_add_fetch(&d->tasks, 1, __ATOMIC_RELAXED);
    if (task == 1)
        disturb(d);
    if (task == d->fail) {
        __atomic_store_n(&d->counts->fault_ns, now_ns(), __ATOMIC_SEQ_CST);
        return turn->fail(turn, position, "as it was told to");
    }
    if (position < d->below || task <= d->fast)
        return 0;
    __atomic_add_fetch(&d->counts->began, 1, __ATOMIC_RELAXED);
    if (__atomic_load_n(&d->counts->fault_ns, __ATOMIC_SEQ_CST) != 0)
        __atomic_add_fetch(&d->counts->after, 1, __ATOMIC_RELAXED);
    (void)turn->sleep(turn, d->ms * 1000000);
    return 0;
}

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    for (int64_t i = 0; i < chunk->count && !turn->pass(turn); i++)
        if (run_one(state, turn, chunk->first + i) != 0)
            return -1;
    return 0;
}

static void done(void *state)
{
    struct deadline *d = state;
    (void)munmap(d->counts, sizeof(*d->counts));
    free(d);
}

const struct task squares_task = {
    .version = TASK_VERSION,
    .size = sizeof(struct task),
    .name = "deadline",
    .help = "tasks that take long, and a failure",
    .flags = TASK_WAITS,
    .init = init,
    .run = run,
    .done = done,
};
