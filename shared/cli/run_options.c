#include "cli/run_options.h"

#include "cli/command_line.h"

#include "base/units.h"
#include "cli/words.h"
#include "number/tally.h"
#include "work/cost.h"

#include <stdlib.h>
#include <string.h>

enum key {
    KEY_RANGE = 256,
    KEY_TYPE,
    KEY_WORK,
    KEY_EXCHANGE,
    KEY_ROOT,
    KEY_GIL,
    KEY_SCHEDULE,
    KEY_CHUNK,
    KEY_COST,
    KEY_SEED,
    KEY_JSON,
    KEY_NO_FSYNC,
    KEY_PROGRESS,
};

/* "-5" is a number, not an option: every digit is a hidden option whose value is the rest. */
#define DIGIT(c)                                                                                   \
    {                                                                                              \
        NULL, c, "", OPTION_ARG_OPTIONAL | OPTION_HIDDEN, NULL, 0                                  \
    }

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "Numbers in, results out:", 1},
    {"range", KEY_RANGE, "A:B[:STEP]", 0, "the numbers A, A+STEP, ... up to B, without B itself",
     1},
    {"input", 'i', "FILE", 0,
     "read numbers from FILE: .npy, .i64, else text, where commas separate numbers (0,5 is two); "
     "- is standard input",
     1},
    {"type", KEY_TYPE, "KIND", 0,
     "read text as int64 or float64 (default: as its first number is "
     "written)",
     1},
    {"output", 'o', "FILE", 0, "write results to FILE: .npy, .i64, else text", 1},
    {NULL, 0, NULL, 0, "How:", 2},
    {"work", KEY_WORK, "NAME[:K=V,...]", 0, "what a task does (default: squares)", 2},
    {"exchange", KEY_EXCHANGE, "NAME", 0, "how numbers travel (default: auto)", 2},
    {"schedule", KEY_SCHEDULE, "NAME", 0,
     "how chunks go to workers, see below (default: dynamic, or static if no worker would get "
     "more than one)",
     2},
    {"chunk", KEY_CHUNK, "N", 0,
     "tasks in a chunk; the minimum, if the schedule's chunks shrink (default: about 10 us of "
     "tasks)",
     2},
    {"cost", KEY_COST, "SHAPE", 0,
     "how the work of a task depends on its position, see below (default: flat)", 2},
    {"root", KEY_ROOT, "ROLE", 0,
     "what rank 0 does: works like the others, or only feeds them (default: works)", 2},
    {"gil", KEY_GIL, "MS", OPTION_ARG_OPTIONAL,
     "threads of a process take turns at computing under a lock like CPython's; MS: its switch "
     "interval, in milliseconds or with a unit (if left out: 5, as in CPython)",
     2},
    {"seed", KEY_SEED, "N", 0, "seed of everything random (default: 1)", 2},
    {NULL, 0, NULL, 0, "What is shown:", 4},
    {"json", KEY_JSON, "FILE", 0,
     "write the report as JSON to FILE; - is standard output, which then holds nothing else", 4},
    {"no-fsync", KEY_NO_FSYNC, NULL, 0,
     "do not wait until files are on the disk: faster, but a power failure may cut them short", 4},
    {"quiet", 'q', NULL, 0, "only the results", 4},
    {"verbose", 'v', NULL, 0, "a row for every rank and every worker, however many", 4},
    {"progress", KEY_PROGRESS, "WHEN", 0,
     "auto (a bar on a terminal), always, never, or lines for "
     "the log of a job (default: auto)",
     4},
    {"help", '?', NULL, 0, "this help", -1},
    DIGIT('0'),
    DIGIT('1'),
    DIGIT('2'),
    DIGIT('3'),
    DIGIT('4'),
    DIGIT('5'),
    DIGIT('6'),
    DIGIT('7'),
    DIGIT('8'),
    DIGIT('9'),
    DIGIT('.'),
    {0},
};

static const struct words_slot SLOTS[] = {
    {'i', false, offsetof(struct run_options, input)},
    {'o', false, offsetof(struct run_options, output)},
    {KEY_JSON, false, offsetof(struct run_options, json)},
    {KEY_NO_FSYNC, true, offsetof(struct run_options, no_fsync)},
    {'q', true, offsetof(struct run_options, quiet)},
    {'v', true, offsetof(struct run_options, verbose)},
    {'?', true, offsetof(struct run_options, help)},
    {0},
};

/* What the parser fills in besides the options. */
struct parsing {
    struct run_options *options;
    struct err *err;
    const char *work;
    const char *exchange;
    enum cost_shape cost;
};

static int set_choice(struct parsing *p, int key, const char *word)
{
    static const char *const TYPES[] = {"auto", "int64", "float64", NULL};
    static const char *const ROLES[] = {"works", "feeds", NULL};
    struct run_options *o = p->options;
    int choice;
    switch (key) {
    case KEY_SCHEDULE:
        if ((choice = words_choose("--schedule", word, SCHEDULES, p->err)) >= 0)
            o->schedule = (enum schedule)choice;
        o->scheduled = true;
        return choice;
    case KEY_COST:
        if ((choice = words_choose("--cost", word, COSTS, p->err)) >= 0)
            p->cost = (enum cost_shape)choice;
        return choice;
    case KEY_TYPE:
        if ((choice = words_choose("--type", word, TYPES, p->err)) >= 0)
            o->type = (enum number_type)choice;
        return choice;
    case KEY_ROOT:
        if ((choice = words_choose("--root", word, ROLES, p->err)) >= 0)
            o->root_works = choice == 0;
        return choice;
    default:
        return words_progress(word, &o->progress, p->err);
    }
}

/* Puts "-" together again with what getopt took for an option and its value. */
static char *negative_number(int digit, const char *rest)
{
    char *word = NULL;
    return asprintf(&word, "-%c%s", digit, rest != NULL ? rest : "") < 0 ? NULL : word;
}

static int add_word(struct run_options *o, char *word, struct err *err)
{
    char **words = realloc(o->words, ((size_t)o->words_count + 1) * sizeof(*words));
    if (word == NULL || words == NULL) {
        o->words = words != NULL ? words : o->words;
        free(word);
        return err_memory(err, "the command line");
    }
    o->words = words;
    o->words[o->words_count++] = word;
    return 0;
}

static int take(struct cli *words, int key, char *word)
{
    struct parsing *p = words->options;
    struct run_options *o = p->options;
    switch (key) {
    case KEY_RANGE:
        o->ranged = true;
        o->range_text = word;
        return range_parse(word, &o->range, p->err);
    case KEY_WORK:
        p->work = word;
        return 0;
    case KEY_EXCHANGE:
        p->exchange = word;
        return 0;
    case KEY_CHUNK:
        return words_size("--chunk", word, 1, SCHEDULE_CHUNK_MOST, &o->chunk, p->err);
    case KEY_GIL:
        return words_gil(word, &o->gil_ns, p->err);
    case KEY_SEED:
        return words_seed(word, &o->seed, p->err);
    case ARGP_KEY_ARG:
        return add_word(o, strdup(word), p->err);
    default:
        if ((key >= '0' && key <= '9') || key == '.')
            return add_word(o, negative_number(key, word), p->err);
        return set_choice(p, key, word);
    }
}

/* Prints the workloads, exchanges, schedules and costs, from their tables, below the options. */
static void tell_tables(FILE *out)
{
    words_tell_works(out);
    (void)fprintf(out, "\nExchanges:\n");
    for (int kind = 0; kind < EXCHANGE_KINDS_COUNT; kind++)
        (void)fprintf(out, "  %-9s %s\n", EXCHANGE_KINDS[kind].name, EXCHANGE_KINDS[kind].help);
    (void)fprintf(out, "\nSchedules:\n ");
    for (int i = 0; SCHEDULES[i] != NULL; i++)
        (void)fprintf(out, " %s", SCHEDULES[i]);
    (void)fprintf(out, "\n\nCosts, all with the same mean:\n");
    for (int i = 0; COSTS[i] != NULL; i++)
        (void)fprintf(out, "  %-9s %s\n", COSTS[i], cost_help((enum cost_shape)i));
    (void)fprintf(out, "\nExit status: 0 done, 1 the job failed, 2 bad usage or bad input.\n");
}

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = words_parse_one,
    .children = WORDS_PLACING,
    .args_doc = "NUMBER...\n--range A:B[:STEP]\n--input FILE",
    .doc = "Scatters numbers over the processes of an MPI job and their threads, works on each, "
           "and brings the results back in order.",
};

/* A file of which each rank reads or writes a part must be a real file, and parts of it must have
 * known places. */
static int check_own_files(const struct run_options *o, struct err *err)
{
    static const char REMEDY[] =
        "name .i64 or .npy files as --input and --output, or give --range A:B; or use "
        "--exchange message";
    const char *name = o->exchange->name;
    if (o->words_count > 0)
        err_set(err, ERR_INPUT, "--exchange %s reads a file, not the command line", name);
    else if (o->input != NULL && strcmp(o->input, "-") == 0)
        err_set(err, ERR_INPUT, "--exchange %s reads a file, not standard input", name);
    else if (o->input != NULL && !named_as_cells(o->input))
        err_set(err, ERR_INPUT,
                "--exchange %s cannot read parts of a text file, and '%s' is named as one", name,
                o->input);
    else if (o->output != NULL && !named_as_cells(o->output))
        err_set(err, ERR_INPUT,
                "--exchange %s cannot write parts of a text file, and '%s' is named as one", name,
                o->output);
    return err_is(err) ? err_remedy(err, "%s", REMEDY) : 0;
}

/* Checks what is only known once all words have been read. */
static int check_together(const struct run_options *o, struct err *err)
{
    int sources = (o->words_count > 0) + o->ranged + (o->input != NULL);
    if (sources != 1) {
        err_set(err, ERR_INPUT,
                sources == 0 ? "there are no numbers to work on"
                             : "numbers come from more than one place");
        return err_remedy(err, "give one of: numbers, as in 'squares run 1 2 3'; --range A:B; "
                               "--input FILE");
    }
    if (o->exchange->makes_numbers && !o->ranged) {
        err_set(err, ERR_INPUT, "--exchange %s makes its own numbers, so it needs a range",
                o->exchange->name);
        return err_remedy(err, "give --range A:B, or use --exchange message");
    }
    if (o->exchange->makes_numbers && o->output != NULL) {
        err_set(err, ERR_INPUT, "--exchange %s brings no results back, so there is no --output",
                o->exchange->name);
        return err_remedy(err, "leave out --output, or use --exchange message");
    }
    if (words_two_files("--output", o->output, "--json", o->json, err) != 0)
        return -1;
    if (o->output != NULL && strcmp(o->output, "-") == 0) {
        err_set(err, ERR_INPUT, "--output needs a file");
        return err_remedy(err,
                          "what a rank prints can be lost on its way through mpirun; up to %d "
                          "results are shown without --output",
                          TALLY_PREVIEW);
    }
    return o->exchange->own_files ? check_own_files(o, err) : 0;
}

static enum command_line_status parse(void *into, int argc, char **argv, struct err *err)
{
    struct run_options *options = into;
    *options = (struct run_options){.root_works = true, .placing = {.threads = 1}, .seed = 1};
    struct parsing p = {options, err, "squares", EXCHANGE_KINDS[0].name, COST_FLAT};
    struct cli words = {&p, SLOTS, options, err, take, &options->placing, 0};
    if (words_parse(&ARGP, "run", argc, argv, &words) != 0)
        return LINE_BAD;
    if (options->help)
        return LINE_HELP;
    options->exchange = exchange_kind_find(p.exchange, err);
    if (options->exchange == NULL || check_together(options, err) != 0 ||
        work_create(&options->work, p.work, options->seed, err) != 0 ||
        work_shape(&options->work, p.cost, err) != 0)
        return LINE_BAD;
    return LINE_GO;
}

static void release(void *filled)
{
    struct run_options *options = filled;
    for (int i = 0; i < options->words_count; i++)
        free(options->words[i]);
    free(options->words);
    options->words = NULL;
    options->words_count = 0;
    work_release(&options->work);
}

const struct command_line RUN_LINE = {
    .name = "run",
    .help = "one job: numbers in, results out",
    .argp = &ARGP,
    .tell_tables = tell_tables,
    .parse = parse,
    .release = release,
};
