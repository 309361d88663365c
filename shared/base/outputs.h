/*
 * outputs - the files that one command writes, held against each other and against what it reads:
 * by where their names lead, as ./a.txt, a link to it and /tmp/../a.txt are one file, and so are
 * two names of one new file.
 */
#ifndef SQUARES_BASE_OUTPUTS_H
#define SQUARES_BASE_OUTPUTS_H

#include "base/outfile.h"

struct output {
    const char *option;         /* "--json", for messages */
    const struct outfile *file; /* open; one that is closed is not wanted */
    bool replaces_input;        /* may take the place of the input, which is read before */
};

/* Returns 0, or -1 and sets err if two outputs are one file or one stream, or one would replace the
 * file that standard output or standard error goes to. */
int outputs_apart(const struct output *outputs, int count, struct err *err);

/* Returns 0, or -1 and sets err if an output is the file `input`, "-" being standard input, and
 * would destroy it, or be read again as input. NULL: there is no input. */
int outputs_apart_from(const struct output *outputs, int count, const char *input, struct err *err);

#endif
