/*
 * file_plan - what each rank has to know about a job's files to read and write its part of them.
 * Rank 0 finds it out when it opens them, and broadcasts it.
 */
#ifndef SQUARES_EXCHANGE_FILE_PLAN_H
#define SQUARES_EXCHANGE_FILE_PLAN_H

#include "comm/team.h"
#include "number/sink.h"
#include "number/source.h"

#include <limits.h>

struct file_plan {
    const char *input;  /* as the user named it; NULL: the numbers are made from a range */
    const char *output; /* the same; NULL: no output */
    int64_t count;      /* numbers in all */
    int64_t input_start, output_start; /* bytes before the first number, the first result */
    int64_t input_rest;                /* bytes after the last number */
    bool input_swapped;                /* the input is big-endian */
    char unfinished[PATH_MAX]; /* the output's temporary name, until it is moved into place */
};

/* On rank 0: fills the plan from the source and the sink it has opened. All ranks have set input
 * and output before. Returns 0, or -1 and sets err if parts of the input cannot be read on their
 * own. */
int file_plan_make(struct file_plan *plan, const struct source *source, const struct sink *sink,
                   struct err *err);

/* Collective: broadcasts rank 0's plan to all ranks. */
void file_plan_tell(struct file_plan *plan, const struct team *team);

#endif
