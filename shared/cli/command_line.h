/*
 * command_line - a command as its command line is read and explained: a row for each, without MPI.
 * What a command does is in mpi/command.
 */
#ifndef SQUARES_CLI_COMMAND_LINE_H
#define SQUARES_CLI_COMMAND_LINE_H

#include "base/err.h"

#include <argp.h>
#include <stddef.h>
#include <stdio.h>

enum command_line_status { LINE_BAD = -1, LINE_GO, LINE_HELP };

struct command_line {
    const char *name;
    const char *help;        /* one line, for the list of commands */
    const struct argp *argp; /* its options, with those of children, and its text */
    size_t options_size;     /* of the struct that parse() fills */
    /* Reads argv[1..argc-1], the same way on every rank, without looking at argv[0]. Returns
     * LINE_HELP if help is wanted, LINE_BAD and sets err if the line is wrong; `options` can be
     * released in any case. */
    enum command_line_status (*parse)(void *options, int argc, char **argv, struct err *err);
    void (*release)(void *options); /* or NULL */
};

extern const struct command_line RUN_LINE, COMPARE_LINE, PLACE_LINE, DEMO_LINE;

/* Prints the command's help, as `squares COMMAND --help` does. */
void command_line_help(const struct command_line *line, FILE *out);

/* Of a NULL-ended list of names the one that `word` was most likely meant to be: the one that the
 * fewest changes of a letter (one more, one less, another, two swapped) make of it, if these are at
 * most two and at most a third of its letters; else NULL. (Optimal string alignment: Boytsov,
 * "Indexing methods for approximate dictionary searching", 2011.) */
const char *nearest_name(const char *word, const char *const *names);

#endif
