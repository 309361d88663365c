/*
 * words - what all commands' command lines have in common: choices, counts, and errors for unknown
 * options. Messages are of class ERR_INPUT.
 */
#ifndef SQUARES_CLI_WORDS_H
#define SQUARES_CLI_WORDS_H

#include "base/err.h"
#include "place/placement.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Returns the index of `word` in a NULL-ended list of names, or -1 and sets err if it is not
 * there. */
int words_choose(const char *option, const char *word, const char *const *names, struct err *err);

/* Reads a whole number from `low` to `high`. Returns 0, or -1 and sets err. */
int words_count(const char *option, const char *word, int low, int high, int *value,
                struct err *err);
int words_size(const char *option, const char *word, int64_t low, int64_t high, int64_t *value,
               struct err *err);

/* Reads "3", or "auto" for PLACEMENT_AUTO. Returns 0, or -1 and sets err. */
int words_threads(const char *word, int *threads, struct err *err);

/* Reads a seed: any whole number. Returns 0, or -1 and sets err. */
int words_seed(const char *word, uint64_t *seed, struct err *err);

/* Reads the switch interval of the gil, in nanoseconds: from a time, or from a number of
 * milliseconds; NULL: CPython's default. Returns 0, or -1 and sets err. */
int words_gil(const char *word, int64_t *interval_ns, struct err *err);

/* Checks that two outputs are not the same file by their names; each may be NULL. Returns 0, or -1
 * and sets err. (Other names of one file are noticed when they are opened: base/outputs.) */
int words_two_files(const char *option, const char *name, const char *other_option,
                    const char *other, struct err *err);

/* When progress is shown: --progress. */
enum progress_choice { CHOICE_AUTO, CHOICE_ALWAYS, CHOICE_NEVER, CHOICE_LINES };

int words_progress(const char *word, enum progress_choice *choice, struct err *err);

/* Prints the workloads with their settings, for a help text. */
void words_tell_works(FILE *out);

/* An option that is stored as given: its word, as a const char *, or the fact that it was given, as
 * a bool. */
struct words_slot {
    int key; /* 0 ends a table */
    bool flag;
    size_t offset; /* in the struct that cli.slotted points to */
};

/* The input of all our argp parsers. */
struct cli {
    void *options;                  /* what `take` fills in */
    const struct words_slot *slots; /* options that `take` does not get */
    void *slotted;                  /* the struct that they fill in */
    struct err *err;
    int (*take)(struct cli *words, int key, char *word); /* returns -1 and sets err */
    struct placement_request *placing;                   /* for WORDS_PLACING's options */
    int stopped; /* the index after the word that could not be parsed */
};

/* The parser of every table: fills in slots, and passes other options, and arguments, to `take`. */
error_t words_parse_one(int key, char *word, struct argp_state *state);

/* The options for placing workers, as a child of a command's table: --threads, --place, --smt,
 * --widen. */
extern const struct argp_child WORDS_PLACING[];

/* Parses argv[1..] by `argp`, whose parser is words_parse_one. Remedies name `command`. Returns 0,
 * or -1 and sets err. */
int words_parse(const struct argp *argp, const char *command, int argc, char **argv,
                struct cli *words);

/* Joins the words into one line, as typed. A new string; NULL if memory runs out. */
char *words_join(int argc, char **argv);

/* The command line, for a shell, as launch_again needs it: without --threads, and without --place
 * none and --widen never, which no launch line can make up for. A new string; NULL if memory runs
 * out. */
char *words_again(const char *program, int argc, char **argv);

#endif
