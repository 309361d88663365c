/*
 * openmp - what one would write with OpenMP: two threads square 256 MiB of int64 in place, and take
 * empty tasks one at a time. `openmp square ROUNDS` or `openmp tasks ROUNDS`.
 */
#include "../tell.h"

#include <omp.h>
#include <stdint.h>
#include <string.h>

enum { THREADS = 2, TASKS = 4000000 };

static const int64_t COUNT = (256 << 20) / sizeof(int64_t);

static double square_ms(int64_t *numbers)
{
    for (int64_t i = 0; i < COUNT; i++)
        numbers[i] = i % 1000003;
    double start = omp_get_wtime();
#pragma omp parallel for num_threads(THREADS) proc_bind(spread)
    for (int64_t i = 0; i < COUNT; i++)
        numbers[i] *= numbers[i];
    return (omp_get_wtime() - start) * 1e3;
}

static double task_ns(void)
{
    double start = omp_get_wtime();
#pragma omp parallel for num_threads(THREADS) schedule(dynamic, 1) proc_bind(spread)
    for (int64_t i = 0; i < TASKS; i++)
        __asm__ volatile(""); /* nothing, but not nothing at all */
    return (omp_get_wtime() - start) * 1e9 / TASKS;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int rounds = tell_rounds(argc - 1, argv + 1);
    int64_t *numbers = malloc((size_t)COUNT * sizeof(*numbers));
    if (numbers == NULL)
        tell_failure("out of memory");
    (void)task_ns(); /* starts the threads */
    for (; rounds > 0; rounds--)
        if (strcmp(what, "square") == 0)
            tell("openmp", "ms", square_ms(numbers));
        else
            tell("openmp", "ns", task_ns());
    free(numbers);
    return 0;
}
