/*
 * rude - does what its arguments say, as "run segv": in init, run or done a crash or a failure.
 * "LOG done FILE" adds a line to a file in init and in done, and fails in run at number 7.
 */
#define _GNU_SOURCE
#include <squares/task.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *words = "";

static int asked(const char *word)
{
    return strstr(words, word) != NULL;
}

static volatile int zero;
static volatile char *volatile nowhere;

static int deeper(int depth)
{
    volatile char room[4096];
    room[0] = (char)depth;
    return depth < 0 ? room[0] : deeper(depth + 1) + room[0];
}

/* Does it if `where` is asked for. */
static void misbehave(const char *where)
{
    if (!asked(where))
        return;
    if (asked("segv"))
        *nowhere = 1;
    if (asked("bus"))
        (void)raise(SIGBUS);
    if (asked("fpe"))
        zero = 100 / zero;
    if (asked("ill"))
        __builtin_trap();
    if (asked("abort"))
        abort();
    if (asked("stack"))
        zero = deeper(0);
}

static void note(const char *line)
{
    const char *path = strchr(words, '/');
    int file = path == NULL ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (file >= 0 && (write(file, line, strlen(line)) < 0 || close(file) != 0))
        abort();
}

static int init(struct task_turn *turn, const char *args, void **state)
{
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");
    words = args;
    *state = NULL;
    if (asked("only-rank-1") && (rank == NULL || strcmp(rank, "1") != 0))
        words = "";
    misbehave("init");
    note("init\n");
    if (asked("fail-init"))
        return turn->fail(turn, 3, "no\tlicence\nfor '%s'...", args);
    return asked("mute-init") ? -1 : 0;
}

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    (void)state;
    misbehave("run");
    for (int64_t i = 0; i < chunk->count; i++) {
        if (asked("fail-run") && chunk->int64[i] == 7)
            return turn->fail(turn, chunk->first + i, "number %d is not liked", 7);
        if (asked("fail-chunk"))
            (void)turn->fail(turn, -1, "first");
        if (asked("mute-run") && chunk->int64[i] == 7)
            return -5;
        if (asked("stay"))
            while (!turn->pass(turn))
                turn->sleep(turn, 1000000);
        if (asked("compute"))
            while (!turn->pass(turn))
                zero = 0;
    }
    if (asked("stay") || asked("compute"))
        return -1; /* as told to stop: no failure */
    if (asked("after"))
        chunk->int64[chunk->count + 2] = 5;
    if (asked("before"))
        chunk->int64[-1] = 5;
    if (asked("forget"))
        turn->wait_begin(turn);
    return 0;
}

static void done(void *state)
{
    (void)state;
    misbehave("done");
    note("done\n");
}

const struct task squares_task = {
    .version = TASK_VERSION,
    .size = sizeof(struct task),
    .name = "rude",
    .help = "what its arguments say",
    .kinds = TASK_INT64 | TASK_FLOAT64,
    .grain = 3,
    .init = init,
    .run = run,
    .done = done,
};
