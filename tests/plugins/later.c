/*
 * As if compiled for a later squares, whose task has more fields; LATER_SET: it makes use of one.
 * The declaration of the header is kept out of the way.
 */
#define squares_task squares_task_of_now
#include <squares/task.h>
#undef squares_task

#ifndef LATER_SET
#define LATER_SET 0
#endif

struct later_task {
    struct task now;
    int64_t field, used;
};

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    (void)state, (void)turn;
    chunk->int64[0] *= 2;
    return 0;
}

extern const struct later_task squares_task;
const struct later_task squares_task = {
    .now = {.version = TASK_VERSION, .size = sizeof(struct later_task), .run = run},
    .used = LATER_SET};
