/*
 * outputs - checks that the files a command writes are different from each other and from what it
 * reads. It compares where their names lead: ./a.txt, a link to it and /tmp/../a.txt are one file,
 * and so are two names of one new file.
 */
#ifndef SQUARES_BASE_OUTPUTS_H
#define SQUARES_BASE_OUTPUTS_H

#include "base/outfile.h"

struct output {
    const char *option;         /* "--json", for messages */
    const struct outfile *file; /* open; a closed one is not wanted */
    bool replaces_input;        /* may take the place of the input, which has been read by then */
};

/* Returns 0, or -1 and sets err if two outputs are the same file or stream, or if one would replace
 * the file that standard output or standard error goes to. */
int outputs_apart(const struct output *outputs, int count, struct err *err);

/* Returns 0, or -1 and sets err if an output is the file `input` ("-": standard input), and writing
 * it would destroy the input or be read again as input. NULL: there is no input. */
int outputs_apart_from(const struct output *outputs, int count, const char *input, struct err *err);

#endif
