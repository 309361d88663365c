/*
 * ladder - tasks of rising length: numbers, each squared 0, 1, 2, 4, ... times. On each rung all
 * numbers are done by one, then by several, in rounds in which each rung has its turn, so that
 * whatever else runs on the machine meets them alike.
 */
#ifndef SQUARES_DEMO_KIT_LADDER_H
#define SQUARES_DEMO_KIT_LADDER_H

#include "base/err.h"
#include "base/settings.h"
#include "base/units.h"
#include "demo/kit/showing.h"

enum { LADDER_RUNGS = 10, LADDER_ROUNDS_LEAST = 5 };

/* Where the time of several goes. */
enum { LADDER_OUT, LADDER_WORK, LADDER_BACK, LADDER_PARTS };

/* How often a number is squared, rung by rung; 0: it is copied. */
extern const int64_t LADDER_SQUARES[LADDER_RUNGS];

/* That as text. Returns `label`. */
const char *ladder_label(int rung, char label[UNIT_TEXT]);

/* "size=4M". */
struct ladder_settings {
    int64_t size; /* bytes of all numbers */
};
extern const struct setting LADDER_SETTINGS[];

struct ladder {
    int64_t count;
    int64_t *in, *out; /* [count] */

    /* set by ladder_climb; seconds of a number: the quickest of all rounds, as whatever disturbs
     * one only adds to it */
    int rungs; /* that were climbed */
    int rounds;
    double alone[LADDER_RUNGS], shared[LADDER_RUNGS];
    double parts[LADDER_RUNGS][LADDER_PARTS]; /* of shared, and as long together */
    double faster[LADDER_RUNGS];              /* alone / shared */
};

/* Memory for `count` numbers and their results, all of it written to, as the kernel gives a page
 * when it is first touched. To be closed in any case. */
int ladder_open(struct ladder *ladder, int64_t count, struct err *err);
void ladder_close(struct ladder *ladder);

/* Squares the `count` numbers from `begin` on, each as often as the rung wants, modulo 2^64. */
void ladder_square(const struct ladder *ladder, int rung, int64_t begin, int64_t count);

/* How many of all results are not what the rung wants. */
int64_t ladder_wrong(const struct ladder *ladder, int rung);

/* Several do all numbers once: parts[] in seconds. -1: they have not. */
typedef int ladder_fn(void *arg, int rung, double parts[LADDER_PARTS], struct err *err);

/* Climbs as far as several are clearly faster, or a rung takes long; then times all rungs in
 * LADDER_ROUNDS_LEAST rounds, and more within `enough_ns`, or three times that if some were clearly
 * disturbed. -1: see `several`. */
int ladder_climb(struct ladder *ladder, ladder_fn *several, void *arg, int64_t enough_ns,
                 struct err *err);

/* The length, in seconds of a number, from which on several are faster, as by errand_pays; NAN:
 * there is none. *rung: the first rung from which on all are faster, which may be none. */
double ladder_even(const struct ladder *ladder, int *rung);

/* A table of all rungs. */
void ladder_show(const struct ladder *ladder, const char *key, const char *alone,
                 const char *shared, struct showing *showing);

#endif
