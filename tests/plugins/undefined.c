/* Calls what is nowhere. */
#include <squares/task.h>

int64_t nowhere_to_be_found(int64_t number);

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    (void)state, (void)turn;
    chunk->int64[0] = nowhere_to_be_found(chunk->int64[0]);
    return 0;
}

const struct task squares_task = {.version = TASK_VERSION, .size = sizeof(struct task), .run = run};
