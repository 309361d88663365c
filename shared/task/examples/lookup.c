/*
 * lookup - waiting: number k becomes row k of a table, which is read from a file as if that were
 * far away. The file holds int64 numbers as squares writes them (.i64); the arguments are
 *
 *     FILE[,MICROSECONDS]     delay of each access to the file; default 0
 *
 *     cc -O2 -shared -fPIC $(pkg-config --cflags squares) -o lookup.so lookup.c
 *     squares run --range 0:1000 --output table.i64
 *     mpirun -np 2 squares run 3 1 4 --threads 4 --work ./lookup.so:table.i64,5000
 *
 * The state is made once in each rank and only read afterwards, so its threads can share it without
 * a lock: pread does not use the shared position in the file.
 */
#define _POSIX_C_SOURCE 200809L

#include <squares/task.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

struct table {
    int file;
    int64_t rows;
    int64_t delay_ns;
};

/* The microseconds after the comma; -1: that is not a number. */
static int64_t read_delay(const char *text)
{
    char *end;
    long us = strtol(text, &end, 10);
    return end == text || *end != '\0' || us < 0 || us > 60 * 1000000 ? -1 : us * INT64_C(1000);
}

static int open_table(struct task_turn *turn, struct table *table, const char *name)
{
    turn->wait_begin(turn);
    table->file = open(name, O_RDONLY | O_CLOEXEC);
    off_t bytes = table->file < 0 ? -1 : lseek(table->file, 0, SEEK_END);
    turn->wait_end(turn);
    if (bytes < 0)
        return turn->fail(turn, -1, "cannot read '%s': %s", name, strerror(errno));
    table->rows = bytes / (off_t)sizeof(int64_t);
    return 0;
}

static int init(struct task_turn *turn, const char *args, void **state)
{
    const char *comma = strchr(args, ',');
    int64_t delay_ns = comma != NULL ? read_delay(comma + 1) : 0;
    size_t length = comma != NULL ? (size_t)(comma - args) : strlen(args);
    if (length == 0 || delay_ns < 0)
        return turn->fail(turn, -1, "its arguments '%s' are not FILE or FILE,MICROSECONDS", args);
    struct table *table = calloc(1, sizeof(*table));
    char *name = strndup(args, length);
    int status = -1;
    if (table == NULL || name == NULL)
        turn->fail(turn, -1, "out of memory");
    else
        status = open_table(turn, table, name);
    free(name);
    if (status != 0) {
        free(table);
        return -1;
    }
    table->delay_ns = delay_ns;
    *state = table;
    return 0;
}

/* Not 0: the job is stopping, or there is no such row. */
static int look_up(const struct table *table, struct task_turn *turn, int64_t position,
                   int64_t *number)
{
    int64_t row = *number;
    if (row < 0 || row >= table->rows)
        return turn->fail(turn, position, "the table has no row %lld, but rows 0 to %lld",
                          (long long)row, (long long)table->rows - 1);
    if (turn->sleep(turn, table->delay_ns))
        return 1;
    turn->wait_begin(turn);
    ssize_t got = pread(table->file, number, sizeof(*number), (off_t)(row * sizeof(*number)));
    turn->wait_end(turn);
    if (got != (ssize_t)sizeof(*number))
        return turn->fail(turn, position, "row %lld cannot be read: %s", (long long)row,
                          got < 0 ? strerror(errno) : "the file has become shorter");
    return 0;
}

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    for (int64_t i = 0; i < chunk->count; i++) {
        int status = look_up(state, turn, chunk->first + i, &chunk->int64[i]);
        if (status != 0)
            return status < 0 ? -1 : 0;
    }
    return 0;
}

static void done(void *state)
{
    struct table *table = state;
    (void)close(table->file);
    free(table);
}

const struct task squares_task = {
    .version = TASK_VERSION,
    .size = sizeof(struct task),
    .name = "lookup",
    .help = "rows of a table in a file, FILE[,MICROSECONDS for each look at it]",
    .kinds = TASK_INT64,
    .flags = TASK_WAITS,
    .init = init,
    .run = run,
    .done = done,
};
