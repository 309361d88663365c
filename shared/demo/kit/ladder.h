/*
 * ladder - tasks of rising length: numbers, each squared 0, 1, 2, 4, ... times. On each rung all
 * numbers are done by one worker, then by several. They are timed in rounds that include every
 * rung, so that other activity on the machine affects all alike.
 */
#ifndef SQUARES_DEMO_KIT_LADDER_H
#define SQUARES_DEMO_KIT_LADDER_H

#include "base/err.h"
#include "base/settings.h"
#include "base/units.h"
#include "demo/kit/showing.h"

enum { LADDER_RUNGS = 10, LADDER_ROUNDS_LEAST = 5 };

/* The parts of the time of several workers. */
enum { LADDER_OUT, LADDER_WORK, LADDER_BACK, LADDER_PARTS };

/* How often a number is squared on each rung; 0: it is copied. */
extern const int64_t LADDER_SQUARES[LADDER_RUNGS];

/* The same as text. Returns `label`. */
const char *ladder_label(int rung, char label[UNIT_TEXT]);

/* "size=4M". */
struct ladder_settings {
    int64_t size; /* bytes of all numbers */
};
extern const struct setting LADDER_SETTINGS[];

struct ladder {
    int64_t count;
    int64_t *in, *out; /* [count] */

    /* set by ladder_climb; seconds per number: the least of all rounds, as a disturbance only adds
     * to one */
    int rungs; /* number of rungs climbed */
    int rounds;
    double alone[LADDER_RUNGS], shared[LADDER_RUNGS];
    double parts[LADDER_RUNGS][LADDER_PARTS]; /* the parts of shared, which add up to it */
    double faster[LADDER_RUNGS];              /* alone / shared */
};

/* Allocates memory for `count` numbers and their results, and writes to all of it, as the kernel
 * provides a page only when it is first touched. Returns 0, or -1 and sets err. Close it in any
 * case. */
int ladder_open(struct ladder *ladder, int64_t count, struct err *err);
void ladder_close(struct ladder *ladder);

/* Squares the `count` numbers from `begin` on, as often as the rung says, modulo 2^64. */
void ladder_square(const struct ladder *ladder, int rung, int64_t begin, int64_t count);

/* How many of all results are wrong for this rung. */
int64_t ladder_wrong(const struct ladder *ladder, int rung);

/* Lets several workers do all numbers once: parts[] in seconds. Returns 0, or -1 and sets err if
 * they could not. */
typedef int ladder_fn(void *arg, int rung, double parts[LADDER_PARTS], struct err *err);

/* Climbs until several workers are clearly faster, or a rung takes long; then times all rungs in
 * LADDER_ROUNDS_LEAST rounds, or more within `enough_ns`, or within three times that if some were
 * clearly disturbed. Returns 0, or -1 and sets err if `several` failed. */
int ladder_climb(struct ladder *ladder, ladder_fn *several, void *arg, int64_t enough_ns,
                 struct err *err);

/* The length of a task, in seconds per number, from which on several workers are faster, as
 * computed by pool_task_pays; NAN: there is none. *rung: the first rung from which on all are
 * faster; may be past the last one. */
double ladder_even(const struct ladder *ladder, int *rung);

/* Shows a table of all rungs. */
void ladder_show(const struct ladder *ladder, const char *key, const char *alone,
                 const char *shared, struct showing *showing);

#endif
