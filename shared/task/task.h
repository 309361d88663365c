/*
 * task - a task of your own for squares, as a plug-in: a shared object that exports one struct.
 *
 *     #include <squares/task.h>
 *
 *     static int halve(void *state, struct task_turn *turn, const struct task_chunk *chunk)
 *     {
 *         (void)state;
 *         for (int64_t i = 0; i < chunk->count && !turn->pass(turn); i++)
 *             chunk->int64[i] /= 2;
 *         return 0;
 *     }
 *
 *     const struct task squares_task = {
 *         .version = TASK_VERSION,
 *         .size = sizeof(struct task),
 *         .name = "halve",
 *         .help = "half of each number; takes no arguments",
 *         .run = halve,
 *     };
 *
 *     cc -O2 -shared -fPIC $(pkg-config --cflags squares) -o halve.so halve.c
 *     mpirun -np 4 squares run --range 0:1000 --threads 2 --work ./halve.so
 *
 * Each rank of a job loads the plug-in and calls init once, then run from each of its threads, on
 * different chunks at the same time, then done once. The plug-in reaches squares only through
 * pointers, so it need not be linked with anything.
 *
 * A plug-in changes only the numbers of its chunk, and keeps data that its threads share read-only
 * or guarded by a lock. It does not call MPI, exit, pthread_exit or exec. It does not change what
 * belongs to the process, and neither may a library that it uses: the locale of numbers
 * (LC_NUMERIC), the current folder, the mask of new files, limits, signals, alarms, descriptors
 * that it has not opened (the standard streams are among them), and where threads run. During a
 * call it may change what belongs to the calling thread (rounding and other modes of floating
 * point, uselocale, blocked signals). Most of what is left changed is noticed: it is restored, and
 * the job ends with a message that names the plug-in. Numbers are read and written correctly in any
 * case.
 *
 * If a plug-in starts threads of its own, they end before the function that started them returns
 * (threads started by init: before done returns), and they do not use the turn.
 *
 * Plain C99 and C++11; this header includes no other header of squares.
 */
#ifndef SQUARES_TASK_H
#define SQUARES_TASK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Which plug-ins a squares can load. The version changes only if something below changes its
 * meaning; then plug-ins must be compiled again. New optional features are added as fields at the
 * end of a struct, where 0 means the old behaviour. Old and new can be combined, because each side
 * gives the size of its structs:
 *
 *     older plug-in, newer squares    fields that the plug-in lacks are 0
 *     newer plug-in, older squares    is loaded if the fields that squares does not know are 0,
 *                                     and refused, with a message, if not
 *     function of a newer turn        call it only if TASK_HAS(turn, function)
 */
#define TASK_VERSION 1u

/* Kinds of numbers. */
enum {
    TASK_INT64 = 1,
    TASK_FLOAT64 = 2,
};

/* Properties of a task. */
enum {
    TASK_WAITS = 1, /* it spends its time waiting, not computing: more workers than cores help */
};

#if defined(__GNUC__)
#define TASK_EXPORT       __attribute__((visibility("default")))
#define TASK_FORMAT(a, b) __attribute__((format(printf, a, b)))
#else
#define TASK_EXPORT
#define TASK_FORMAT(a, b)
#endif

/* Consecutive numbers to work on. Exactly one of the pointers is set: the one for their kind. */
struct task_chunk {
    int64_t first;   /* position of the first in the job's input, counted from 0 */
    int64_t count;   /* at least 1 */
    int64_t *int64;  /* [count], or NULL */
    double *float64; /* [count], or NULL */
};

/*
 * What a plug-in can ask of squares during one call of init or run. It belongs to the thread that
 * makes the call, and is invalid once the call has returned.
 */
struct task_turn {
    size_t size; /* of this struct, in this squares */

    /* Call it in each iteration of a computing loop, ideally every few microseconds (it costs a few
     * nanoseconds): it lets other threads compute if they take turns at that (--gil). Not 0: the
     * job is stopping; return 0 soon, as the numbers no longer matter. */
    int (*pass)(struct task_turn *turn);

    /* Call them before and after code that blocks: on a file, a socket, a lock, a process. In
     * between, other threads may compute if they take turns, so do no long computing there. */
    void (*wait_begin)(struct task_turn *turn);
    void (*wait_end)(struct task_turn *turn);

    /* Waits for `ns` nanoseconds; needs no wait_begin. Not 0: the job is stopping, as for pass. */
    int (*sleep)(struct task_turn *turn, int64_t ns);

    /* Says why init or run is about to return -1: one line, formatted like printf, without the
     * plug-in's name, which is added in front. `position` is that of the number at fault,
     * chunk->first + i; any other value, such as -1, stands for the whole chunk. Only the first
     * call counts. Returns -1. */
    int (*fail)(struct task_turn *turn, int64_t position, const char *format, ...)
        TASK_FORMAT(3, 4);
};

/* Whether this turn has the function, which a later version of squares has added. */
#define TASK_HAS(turn, function)                                                                   \
    ((turn)->size >= offsetof(struct task_turn, function) + sizeof((turn)->function))

/* A task. Fields that are not set are 0, which is allowed unless stated otherwise. */
struct task {
    unsigned version; /* TASK_VERSION */
    size_t size;      /* sizeof(struct task) */
    const char *name; /* a word, for reports */
    const char *help; /* one line: what it does and which arguments it takes; shown if init fails */
    unsigned kinds;   /* of numbers it works on: TASK_INT64 (the default), TASK_FLOAT64, or both */
    unsigned flags;   /* TASK_WAITS */
    int64_t grain; /* how many tasks to hand out at once, some 10 us of them; 0: 1; at most 2^40 */

    /* Called once in each rank, before its threads work. `args` is what the user wrote after the
     * first colon of --work ./plugin.so:ARGS, or "", and stays valid until done has returned. What
     * it stores in *state (NULL before) is passed to run and done. Return 0, or -1 to keep the job
     * from beginning. */
    int (*init)(struct task_turn *turn, const char *args, void **state);

    /* Replaces the numbers of a chunk by their results, in place. Called by several threads at
     * once, with the same state and different chunks. A result should depend only on the number,
     * its position and the arguments, as it is not known in advance how the job is cut into chunks.
     * Return 0, or -1 to end the job with the message of turn->fail. Must be set. */
    int (*run)(void *state, struct task_turn *turn, const struct task_chunk *chunk);

    /* Called once in each rank in which init returned 0 or there is no init; even after a failure,
     * once no thread runs any more. */
    void (*done)(void *state);
};

/* The symbol that squares looks for in a plug-in. */
extern TASK_EXPORT const struct task squares_task;

#ifdef __cplusplus
}
#endif

#endif
