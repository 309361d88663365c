/*
 * binding - the results of two workers on each kind of pair, and the report about them.
 */
#ifndef SQUARES_DEMO_BINDING_H
#define SQUARES_DEMO_BINDING_H

#include "demo/binding_pairs.h"
#include "demo/kit/scene.h"

/* What the workers do. */
enum binding_work { BINDING_CHAIN, BINDING_DENSE, BINDING_READ, BINDING_WORKS };

struct binding {
    struct pairs pairs;
    double speedup[PAIR_FAR][BINDING_WORKS]; /* of two workers over one; 0: there is no such pair */
    double pass_s[PAIR_FAR];                 /* time of a word from one worker to the other */
    bool seated;                             /* the kernel bound all workers as planned */
};

/* Shows the table: a row for each pair that the machine has. */
void binding_show(const struct binding *found, struct showing *showing);

/* Says which pairs the machine lacks, and whether the binding can be trusted. */
void binding_tell_lacking(const struct binding *found, struct scene *scene);

/* Says what the measured pairs have shown. */
void binding_tell(const struct binding *found, struct showing *showing);

#endif
