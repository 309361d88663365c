/*
 * by_message - numbers of rank 0's memory through squares' exchange by messages, and back into it.
 */
#ifndef SQUARES_TESTS_BENCH_BY_MESSAGE_H
#define SQUARES_TESTS_BENCH_BY_MESSAGE_H

#include "base/clock.h"
#include "exchange/exchange.h"
#include "tell.h"

/* Collective. `job` says how: its team, crew, work, and who deals what. The seconds of it, on rank
 * 0. There are no tallies: what it is held against takes none. */
static inline double seconds_by_message(struct job job, int64_t *numbers, int64_t count)
{
    struct err err = ERR_INIT;
    struct sink sink;
    job.kind = NUMBER_INT64;
    job.sink = &sink;
    if (job.team->rank == 0)
        job.source = source_memory(NUMBER_INT64, numbers, count, &err);
    (void)sink_open(&sink, NULL, NUMBER_INT64, &err);
    if (EXCHANGE_MESSAGE.open(&job, &err) != 0)
        tell_failure("out of memory");
    MPI_Barrier(job.team->world);
    int64_t start = clock_now_ns();
    if (EXCHANGE_MESSAGE.run(&job, &err) != 0)
        tell_failure(err.text);
    double seconds = clock_seconds(clock_now_ns() - start);
    EXCHANGE_MESSAGE.close(&job);
    source_destroy(job.source);
    return seconds;
}

#endif
