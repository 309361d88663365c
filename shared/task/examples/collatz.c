/*
 * collatz - computing: how many steps a number takes to reach 1, if an even number n becomes n / 2
 * and an odd one 3n + 1.
 *
 * The cost of a number is unknown beforehand, and neighbours differ widely (26 takes 10 steps, 27
 * takes 111): a job for threads or processes that take small chunks, one after the other.
 *
 *     cc -O2 -shared -fPIC $(pkg-config --cflags squares) -o collatz.so collatz.c
 *     mpirun -np 4 squares run --range 1:1000001 --work ./collatz.so
 */
#include <squares/task.h>

/* The largest odd number for which 3n + 1 fits into int64. */
static const int64_t LARGEST_ODD = (INT64_MAX - 1) / 3;

/* -1: a number on the way does not fit into int64. */
static int64_t steps_to_1(int64_t n)
{
    int64_t steps = 0;
    for (; n != 1; steps++) {
        if (n % 2 != 0 && n > LARGEST_ODD)
            return -1;
        n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    }
    return steps;
}

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    (void)state;
    for (int64_t i = 0; i < chunk->count; i++) {
        int64_t n = chunk->int64[i];
        if (n < 1)
            return turn->fail(turn, chunk->first + i, "%lld is not above 0", (long long)n);
        chunk->int64[i] = steps_to_1(n);
        if (chunk->int64[i] < 0)
            return turn->fail(turn, chunk->first + i, "the way of %lld leads out of int64",
                              (long long)n);
        if (turn->pass(turn))
            return 0;
    }
    return 0;
}

const struct task squares_task = {
    .version = TASK_VERSION,
    .size = sizeof(struct task),
    .name = "collatz",
    .help = "how many steps of Collatz's a number takes to 1; no arguments",
    .kinds = TASK_INT64,
    .grain = 32, /* of some 0.3 us each */
    .run = run,
};
