/*
 * binding - what two workers came to, pair by pair, and the telling of it.
 */
#ifndef SQUARES_DEMO_BINDING_H
#define SQUARES_DEMO_BINDING_H

#include "demo/binding_pairs.h"
#include "demo/kit/scene.h"

/* What the workers do. */
enum binding_work { BINDING_CHAIN, BINDING_DENSE, BINDING_READ, BINDING_WORKS };

struct binding {
    struct pairs pairs;
    double speedup[PAIR_FAR][BINDING_WORKS]; /* of two workers to one; 0: there is no such pair */
    double pass_s[PAIR_FAR];                 /* of a word, from one worker to the other */
    bool seated;                             /* the kernel let all of them sit where they were to */
};

/* The table: a row for each pair that there is. */
void binding_show(const struct binding *found, struct showing *showing);

/* What the machine lacks, and whether the seats can be trusted. */
void binding_tell_lacking(const struct binding *found, struct scene *scene);

/* What the pairs have shown; no more than was measured. */
void binding_tell(const struct binding *found, struct showing *showing);

#endif
