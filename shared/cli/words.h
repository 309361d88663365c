/*
 * words - what the command lines of all commands have in common: choices, counts, and options that
 * are not there. Messages are of class ERR_INPUT.
 */
#ifndef SQUARES_CLI_WORDS_H
#define SQUARES_CLI_WORDS_H

#include "base/err.h"
#include "place/placement.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The index of `word` in a NULL-ended list of names. -1: it is not there. */
int words_choose(const char *option, const char *word, const char *const *names, struct err *err);

/* A whole number from `low` to `high`. -1: it is not. */
int words_count(const char *option, const char *word, int low, int high, int *value,
                struct err *err);
int words_size(const char *option, const char *word, int64_t low, int64_t high, int64_t *value,
               struct err *err);

/* "3", or "auto" for PLACEMENT_AUTO. */
int words_threads(const char *word, int *threads, struct err *err);

/* A seed: any whole number. */
int words_seed(const char *word, uint64_t *seed, struct err *err);

/* The switch interval of the gil, nanoseconds: a time, or milliseconds; NULL: CPython's. */
int words_gil(const char *word, int64_t *interval_ns, struct err *err);

/* When progress is shown: --progress. */
enum progress_choice { CHOICE_AUTO, CHOICE_ALWAYS, CHOICE_NEVER, CHOICE_LINES };

int words_progress(const char *word, enum progress_choice *choice, struct err *err);

/* Lists the workloads with their settings, for a help text. */
void words_tell_works(FILE *out);

/* An option that is stored as it is: its word, as a const char *, or that it was given, as a bool.
 */
struct words_slot {
    int key; /* 0 ends a table */
    bool flag;
    size_t offset; /* in what words->slotted points to */
};

/* What an argp parser of ours is given. */
struct cli {
    void *options;                  /* what `take` fills */
    const struct words_slot *slots; /* options that `take` does not see */
    void *slotted;                  /* what they fill */
    struct err *err;
    int (*take)(struct cli *words, int key, char *word); /* -1: see err */
    struct placement_request *placing;                   /* for WORDS_PLACING's options */
    int stopped; /* the index behind the word that could not be parsed */
};

/* The parser of every table: fills slots, and hands other options, and arguments, to `take`. */
error_t words_parse_one(int key, char *word, struct argp_state *state);

/* The options by which workers are placed, as a child of a command's table: --threads, --place,
 * --smt, --widen. */
extern const struct argp_child WORDS_PLACING[];

/* Parses argv[1..] by `argp`, whose parser is words_parse_one. `command` is named in remedies. */
int words_parse(const struct argp *argp, const char *command, int argc, char **argv,
                struct cli *words);

/* What a help_filter of argp returns: text as it is, but below the options what `tell` prints,
 * whose memory is argp's then. NULL: out of memory. */
char *words_help(int key, const char *text, void (*tell)(FILE *out));

/* The words in one line, as typed. A new string; NULL: out of memory. */
char *words_join(int argc, char **argv);

/* The command line, for a shell, without --threads: what launch_again takes; also without --place
 * none and --widen never, which no launch line mends. A new string; NULL: out of memory. */
char *words_again(const char *program, int argc, char **argv);

#endif
