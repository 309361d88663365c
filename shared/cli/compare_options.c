#include "cli/compare_options.h"

#include "cli/command_line.h"

#include "base/arithmetic.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/words.h"
#include "crew/gil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum key {
    KEY_WORK = 256,
    KEY_RANGE,
    KEY_GIL,
    KEY_SEED,
    KEY_REPEAT,
    KEY_BUDGET,
    KEY_CONFIDENCE,
    KEY_JSON,
    KEY_CSV,
    KEY_NO_FSYNC,
    KEY_PROGRESS,
};

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "What is compared:", 1},
    {"work", KEY_WORK, "NAME[:K=V,...]", 0,
     "what a task does; may be given several times (default: squares, squares:repeat=10000, io)",
     1},
    {"range", KEY_RANGE, "A:B[:STEP]", 0,
     "the numbers (default: 1, 2, ... as many as fit the budget)", 1},
    {"gil", KEY_GIL, "MS", OPTION_ARG_OPTIONAL,
     "switch interval of the gil, in milliseconds or with a unit (default: 5, as in CPython)", 1},
    {"seed", KEY_SEED, "N", 0, "seed of everything random (default: 1)", 1},
    {NULL, 0, NULL, 0, "How it is measured:", 2},
    {"budget", KEY_BUDGET, "TIME", 0,
     "repeat until rows can be told apart, or TIME has passed (default: 10s)", 2},
    {"repeat", KEY_REPEAT, "N", 0, "exactly N repetitions, instead of a budget", 2},
    {"confidence", KEY_CONFIDENCE, "P", 0, "confidence of the intervals (default: 0.95)", 2},
    {NULL, 0, NULL, 0, "What is shown:", 4},
    {"json", KEY_JSON, "FILE", 0,
     "write all that was measured as JSON to FILE; - is standard output, which then holds "
     "nothing else",
     4},
    {"csv", KEY_CSV, "FILE", 0, "write the rows to FILE as comma-separated values", 4},
    {"no-fsync", KEY_NO_FSYNC, NULL, 0,
     "do not wait until files are on the disk: faster, but a power failure may cut them short", 4},
    {"quiet", 'q', NULL, 0, "only the verdict", 4},
    {"verbose", 'v', NULL, 0, "also a line for each worker", 4},
    {"progress", KEY_PROGRESS, "WHEN", 0,
     "auto (a bar on a terminal), always, never, or lines for the log of a job (default: auto)", 4},
    {"help", '?', NULL, 0, "this help", -1},
    {0},
};

static const struct words_slot SLOTS[] = {
    {KEY_JSON, false, offsetof(struct compare_options, json)},
    {KEY_CSV, false, offsetof(struct compare_options, csv)},
    {KEY_NO_FSYNC, true, offsetof(struct compare_options, no_fsync)},
    {'q', true, offsetof(struct compare_options, quiet)},
    {'v', true, offsetof(struct compare_options, verbose)},
    {'?', true, offsetof(struct compare_options, help)},
    {0},
};

/* The workloads of a comparison without --work: moving numbers, computing, waiting. */
static const char *const TOUR[] = {"squares", "squares:repeat=10000", "io", NULL};

struct parsing {
    struct compare_options *options;
    const char *works[EXPERIMENT_WORKS];
    int works_count;
};

static int add_work(struct parsing *p, const char *word, struct err *err)
{
    if (p->works_count == EXPERIMENT_WORKS) {
        err_set(err, ERR_INPUT, "more than %d workloads cannot be compared", EXPERIMENT_WORKS);
        return err_remedy(err, "compare the others in a second run");
    }
    p->works[p->works_count++] = word;
    return 0;
}

static int take_budget(struct compare_options *o, const char *word, struct err *err)
{
    int64_t ns = 0;
    if (unit_parse_duration(word, &ns) == UNIT_OK && ns >= 100 * NS_PER_MS &&
        ns <= 24 * 3600 * NS_PER_S) {
        o->budget_s = clock_seconds(ns);
        return 0;
    }
    err_set(err, ERR_INPUT, "--budget cannot be '%s'", word);
    return err_remedy(err, "it is a time from 100ms to 24 hours, with a unit: 10s, 2min");
}

static int take_confidence(struct compare_options *o, const char *word, struct err *err)
{
    char *end;
    double value = arithmetic_read(word, &end);
    bool decimal = word[strspn(word, "0123456789.")] == '\0'; /* strtod accepts more */
    if (decimal && end != word && *end == '\0' && value >= 0.5 && value <= 0.9999) {
        o->confidence = value;
        return 0;
    }
    err_set(err, ERR_INPUT, "--confidence cannot be '%s'", word);
    return err_remedy(err, "it is a probability from 0.5 to 0.9999, such as 0.95");
}

static int take(struct cli *words, int key, char *word)
{
    struct parsing *p = words->options;
    struct compare_options *o = p->options;
    switch (key) {
    case KEY_WORK:
        return add_work(p, word, words->err);
    case KEY_RANGE:
        o->ranged = true;
        return range_parse(word, &o->range, words->err);
    case KEY_GIL:
        return words_gil(word, &o->gil_ns, words->err);
    case KEY_SEED:
        return words_seed(word, &o->seed, words->err);
    case KEY_BUDGET:
        return take_budget(o, word, words->err);
    case KEY_REPEAT:
        return words_count("--repeat", word, 1, 100000, &o->repeat, words->err);
    case KEY_CONFIDENCE:
        return take_confidence(o, word, words->err);
    case KEY_PROGRESS:
        return words_progress(word, &o->progress, words->err);
    default:
        err_set(words->err, ERR_INPUT, "unexpected argument '%s': compare makes its own numbers",
                word);
        return err_remedy(words->err, "give --range A:B, or see 'squares compare --help'");
    }
}

/* Prints the workloads, from their table, below the options. */
static void tell_tables(FILE *out)
{
    words_tell_works(out);
    (void)fprintf(out, "\nExit status: 0 done, 1 it failed, 2 bad usage or bad input.\n");
}

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = words_parse_one,
    .children = WORDS_PLACING,
    .doc = "Runs the same work serially, as processes, as threads and as both, in every shape that "
           "the ranks of this job can take, and says what to pick. Threads are also run under a "
           "lock like CPython's.",
};

static int create_works(struct parsing *p, struct err *err)
{
    struct compare_options *o = p->options;
    for (int i = 0; p->works_count == 0 && TOUR[i] != NULL; i++)
        p->works[i] = TOUR[i];
    while (p->works_count < EXPERIMENT_WORKS && p->works[p->works_count] != NULL)
        p->works_count++;
    for (int i = 0; i < p->works_count; i++) {
        if (work_create(&o->works[i], p->works[i], o->seed, err) != 0)
            return -1;
        o->works_count++;
    }
    return 0;
}

static enum command_line_status parse(void *into, int argc, char **argv, struct err *err)
{
    struct compare_options *options = into;
    *options = (struct compare_options){.placing = {.threads = EXPERIMENT_THREADS},
                                        .gil_ns = GIL_INTERVAL_NS,
                                        .budget_s = 10,
                                        .confidence = 0.95,
                                        .seed = 1};
    struct parsing p = {.options = options};
    struct cli words = {&p, SLOTS, options, err, take, &options->placing, 0};
    if (words_parse(&ARGP, "compare", argc, argv, &words) != 0)
        return LINE_BAD;
    if (options->help)
        return LINE_HELP;
    if (words_two_files("--json", options->json, "--csv", options->csv, err) != 0)
        return LINE_BAD;
    return create_works(&p, err) == 0 ? LINE_GO : LINE_BAD;
}

static void release(void *filled)
{
    struct compare_options *options = filled;
    for (int i = 0; i < options->works_count; i++)
        work_release(&options->works[i]);
    options->works_count = 0;
}

const struct command_line COMPARE_LINE = {
    .name = "compare",
    .help = "the same work as processes, as threads and as both, side by side",
    .argp = &ARGP,
    .tell_tables = tell_tables,
    .parse = parse,
    .release = release,
};
