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
 * different chunks at the same time, then done once. All the plug-in needs of squares comes by
 * pointers, so it is linked with nothing.
 *
 * A plug-in changes no numbers but those of its chunk, and keeps what its threads share read-only
 * or guarded. It does not call MPI, exit, pthread_exit or exec, and leaves alone what belongs to
 * the process, also where a library of its would change it: the locale of numbers (LC_NUMERIC), the
 * current folder, the mask of new files, limits, signals, alarms, descriptors that it has not
 * opened, among them the standard streams, and where threads run. What belongs to the thread that
 * was called (rounding and other modes of floating point, uselocale, blocked signals) it may change
 * for the time of a call. Most of what is left changed is noticed: it is put back, and the job ends
 * with a message that names the plug-in. Numbers are read and written as they should be in any
 * case.
 *
 * A thread of its own, if it has any, ends before the function that started it returns (for one of
 * init: before done does), and uses no turn.
 *
 * Plain C99 and C++11; this header includes no other of squares.
 */
#ifndef SQUARES_TASK_H
#define SQUARES_TASK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Which plug-ins a squares can load. The version changes only when what is below changes its
 * meaning; then plug-ins have to be compiled anew. What is new and optional comes as a field at the
 * end of a struct, where 0 means what was so before, and old and new go together, because both
 * sides tell the size of what they give:
 *
 *     older plug-in, newer squares    fields it has not got are 0
 *     newer plug-in, older squares    is loaded if it leaves the fields squares does not know at 0,
 *                                     and refused, with a message, if not
 *     function of a newer turn        call it only if TASK_HAS(turn, function)
 */
#define TASK_VERSION 1u

/* Kinds of numbers. */
enum {
    TASK_INT64 = 1,
    TASK_FLOAT64 = 2,
};

/* What is to be known of a task. */
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

/* Consecutive numbers to be worked on. Exactly one of the pointers is set: that of their kind. */
struct task_chunk {
    int64_t first;   /* position of the first in the job's input, counted from 0 */
    int64_t count;   /* at least 1 */
    int64_t *int64;  /* [count], or NULL */
    double *float64; /* [count], or NULL */
};

/*
 * What a plug-in can ask of squares during one call of init or run. It belongs to the thread that
 * was called, and is gone when the call returns.
 */
struct task_turn {
    size_t size; /* of this struct, as squares has it */

    /* At each turn of a computing loop, at best every few microseconds (it costs a few
     * nanoseconds): lets others compute, where threads take turns at that (--gil). Not 0: the job
     * is stopping; return 0 soon, the numbers no longer matter. */
    int (*pass)(struct task_turn *turn);

    /* Before and behind what blocks: a file, a socket, a lock, a process. Between them others may
     * compute where threads take turns, so nothing long is computed there. */
    void (*wait_begin)(struct task_turn *turn);
    void (*wait_end)(struct task_turn *turn);

    /* Waits for `ns` nanoseconds; needs no wait_begin. Not 0: the job is stopping, as of pass. */
    int (*sleep)(struct task_turn *turn, int64_t ns);

    /* Says why init or run is about to return -1: one line, as of printf, without the plug-in's
     * name, which is put before it. `position` is that of the number at fault, chunk->first + i;
     * any other, such as -1, stands for the whole chunk. The first call counts. Returns -1. */
    int (*fail)(struct task_turn *turn, int64_t position, const char *format, ...)
        TASK_FORMAT(3, 4);
};

/* Whether this turn has got the function, which a later squares has added. */
#define TASK_HAS(turn, function)                                                                   \
    ((turn)->size >= offsetof(struct task_turn, function) + sizeof((turn)->function))

/* A task. What is not set is 0, which is allowed wherever nothing else is said. */
struct task {
    unsigned version; /* TASK_VERSION */
    size_t size;      /* sizeof(struct task) */
    const char *name; /* a word, for reports */
    const char *help; /* a line: what it does, and which arguments it takes; shown if init fails */
    unsigned kinds;   /* of numbers it works on: TASK_INT64 (also if 0), TASK_FLOAT64, or both */
    unsigned flags;   /* TASK_WAITS */
    int64_t grain;    /* how many tasks are worth handing out at once, about 10 us of them; 0: 1;
                         at most 2^40 */

    /* Once in each rank, before its threads work. `args` is what the user wrote behind the first
     * colon of --work ./plugin.so:ARGS, or "", and stays until done has returned. What it leaves in
     * *state (NULL before) is given to run and done. -1: the job does not begin. */
    int (*init)(struct task_turn *turn, const char *args, void **state);

    /* Replaces the numbers of a chunk by their results, in place. Called by several threads at
     * once, with the same state and different chunks. What a number becomes should depend on it,
     * its position and the arguments alone, as nobody knows how the job is cut into chunks. -1: the
     * job ends, with the message of turn->fail. Must be set. */
    int (*run)(void *state, struct task_turn *turn, const struct task_chunk *chunk);

    /* Once in each rank where init returned 0, or there is none; also after a failure, and when no
     * thread runs any more. */
    void (*done)(void *state);
};

/* What squares looks for in a plug-in. */
extern TASK_EXPORT const struct task squares_task;

#ifdef __cplusplus
}
#endif

#endif
