/* In C++, for float64 alone; throws at what is below 0. */
#include <squares/task.h>

#include <cmath>
#include <stdexcept>

static int run(void *, struct task_turn *turn, const struct task_chunk *chunk)
{
    for (int64_t i = 0; i < chunk->count && !turn->pass(turn); i++) {
        if (chunk->float64[i] < 0)
            throw std::domain_error("below 0");
        chunk->float64[i] = std::sqrt(chunk->float64[i]);
    }
    return 0;
}

const struct task squares_task = {TASK_VERSION, sizeof(struct task),
                                  "floats",     "square roots",
                                  TASK_FLOAT64, TASK_WAITS,
                                  100,          nullptr,
                                  run,          nullptr};
