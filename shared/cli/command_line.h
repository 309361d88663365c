/*
 * command_line - how a command's line is read and explained: one row per command, without MPI. What
 * a command does is in mpi/command.
 */
#ifndef SQUARES_CLI_COMMAND_LINE_H
#define SQUARES_CLI_COMMAND_LINE_H

#include "base/err.h"

#include <argp.h>
#include <stdio.h>

enum command_line_status { LINE_BAD = -1, LINE_GO, LINE_HELP };

struct command_line {
    const char *name;
    const char *help;               /* one line, for the list of commands */
    const struct argp *argp;        /* its options, including those of children, and its text */
    void (*tell_tables)(FILE *out); /* prints what its help has below the options; or NULL */
    /* Reads argv[1..argc-1], the same way on every rank; does not use argv[0]. Returns LINE_GO;
     * LINE_HELP if help is wanted; or LINE_BAD and sets err if the line is wrong. `options` can be
     * released in any case. */
    enum command_line_status (*parse)(void *options, int argc, char **argv, struct err *err);
    void (*release)(void *options); /* or NULL */
};

extern const struct command_line RUN_LINE, COMPARE_LINE, PLACE_LINE, CPUS_LINE, DEMO_LINE;

/* Prints the command's help, as `squares COMMAND --help` does. */
void command_line_help(const struct command_line *line, FILE *out);

/* The name in a NULL-ended list that `word` was most likely meant to be: the one that needs the
 * fewest changes of a letter (insert, remove, replace, or swap two). NULL if that is more than two
 * changes or more than a third of the word's letters. (Optimal string alignment: Boytsov, "Indexing
 * methods for approximate dictionary searching", 2011.) */
const char *nearest_name(const char *word, const char *const *names);

#endif
