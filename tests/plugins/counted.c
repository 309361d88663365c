/*
 * counted - gives back each number after a millisecond. In "LOG.RANK" is a byte for each that a
 * rank has done, so a test sees who has done how many while the job runs; its argument is LOG.
 */
#define _GNU_SOURCE
#include <squares/task.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int log_file;

static int init(struct task_turn *turn, const char *args, void **state)
{
    static const char *const NAMES[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK"};
    const char *rank = "0";
    char path[512];
    (void)state;
    for (int i = 0; i < 2; i++)
        if (getenv(NAMES[i]) != NULL)
            rank = getenv(NAMES[i]);
    (void)snprintf(path, sizeof(path), "%s.%s", args, rank);
    log_file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    return log_file >= 0 ? 0 : turn->fail(turn, -1, "no log '%s'", path);
}

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    (void)state;
    for (int64_t i = 0; i < chunk->count; i++) {
        if (turn->sleep(turn, 1000000))
            return -1;
        if (write(log_file, ".", 1) != 1)
            return turn->fail(turn, chunk->first + i, "the log is full");
    }
    return 0;
}

static void done(void *state)
{
    (void)state;
    (void)close(log_file);
}

const struct task squares_task = {
    .version = TASK_VERSION,
    .size = sizeof(struct task),
    .name = "counted",
    .help = "waits and counts",
    .kinds = TASK_INT64,
    .flags = TASK_WAITS,
    .init = init,
    .run = run,
    .done = done,
};
