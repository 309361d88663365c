/* A task without a name, a state or a wish: the least there is. */
#include <squares/task.h>

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    (void)state, (void)turn;
    for (int64_t i = 0; i < chunk->count; i++)
        chunk->int64[i] += 1;
    return 0;
}

const struct task squares_task = {.version = TASK_VERSION, .size = sizeof(struct task), .run = run};
