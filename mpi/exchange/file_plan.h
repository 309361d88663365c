/*
 * file_plan - what each rank has to know of a job's files to read and write its part of them: rank
 * 0 finds it out, as it opens them, and tells the others.
 */
#ifndef SQUARES_EXCHANGE_FILE_PLAN_H
#define SQUARES_EXCHANGE_FILE_PLAN_H

#include "comm/team.h"
#include "number/sink.h"
#include "number/source.h"

#include <limits.h>

struct file_plan {
    const char *input;  /* as the user named it; NULL: the numbers are made, of a range */
    const char *output; /* the same; NULL: there is none */
    int64_t count;      /* numbers in all */
    int64_t input_start, output_start; /* bytes before the first number, the first result */
    int64_t input_rest;                /* and behind the last number */
    bool input_swapped;                /* the input is big-endian */
    char unfinished[PATH_MAX];         /* the output until it is in place */
};

/* Rank 0: from the source and the sink it has opened. input and output are set on all ranks before.
 * -1: the input is none of which a part can be read. */
int file_plan_make(struct file_plan *plan, const struct source *source, const struct sink *sink,
                   struct err *err);

/* Collective: makes rank 0's everybody's. */
void file_plan_tell(struct file_plan *plan, const struct team *team);

#endif
