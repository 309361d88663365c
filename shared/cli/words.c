#include "cli/words.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "crew/gil.h"
#include "place/placement.h"
#include "work/work.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int words_choose(const char *option, const char *word, const char *const *names, struct err *err)
{
    char known[96] = "";
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], word) == 0)
            return i;
        text_item(known, sizeof(known), ", ", "%s", names[i]);
    }
    err_set(err, ERR_INPUT, "%s cannot be '%s'", option, word);
    return err_remedy(err, "it is one of: %s", known);
}

int words_size(const char *option, const char *word, int64_t low, int64_t high, int64_t *value,
               struct err *err)
{
    if (unit_parse_int64(word, value) == UNIT_OK && *value >= low && *value <= high)
        return 0;
    err_set(err, ERR_INPUT, "%s cannot be '%s'", option, word);
    return err_remedy(err, "it is a number from %" PRId64 " to %" PRId64, low, high);
}

int words_count(const char *option, const char *word, int low, int high, int *value,
                struct err *err)
{
    int64_t number = 0;
    if (words_size(option, word, low, high, &number, err) != 0)
        return -1;
    *value = (int)number;
    return 0;
}

int words_threads(const char *word, int *threads, struct err *err)
{
    if (strcmp(word, "auto") == 0) {
        *threads = PLACEMENT_AUTO;
        return 0;
    }
    if (words_count("--threads", word, 1, PLACEMENT_THREADS_MOST, threads, err) == 0)
        return 0;
    (void)snprintf(err->remedy, sizeof(err->remedy), "it is a number from 1 to %d, or auto",
                   PLACEMENT_THREADS_MOST);
    return -1;
}

int words_two_files(const char *option, const char *name, const char *other_option,
                    const char *other, struct err *err)
{
    if (name == NULL || other == NULL || strcmp(name, other) != 0)
        return 0;
    err_set(err, ERR_INPUT, "%s and %s would both write '%s'", option, other_option, name);
    return err_remedy(err, "give each a file of its own");
}

int words_seed(const char *word, uint64_t *seed, struct err *err)
{
    int64_t number = 0;
    if (unit_parse_int64(word, &number) != UNIT_OK)
        return words_size("--seed", word, INT64_MIN, INT64_MAX, &number, err);
    *seed = (uint64_t)number;
    return 0;
}

int words_gil(const char *word, int64_t *interval_ns, struct err *err)
{
    char *with_unit = NULL;
    *interval_ns = GIL_INTERVAL_NS;
    if (word == NULL)
        return 0;
    enum unit_status status = unit_parse_duration(word, interval_ns);
    if (status == UNIT_UNKNOWN && asprintf(&with_unit, "%sms", word) >= 0)
        status = unit_parse_duration(with_unit, interval_ns);
    free(with_unit);
    if (status == UNIT_OK && *interval_ns >= GIL_INTERVAL_LEAST && *interval_ns <= 10 * NS_PER_S)
        return 0;
    err_set(err, ERR_INPUT, "--gil cannot be '%s'", word);
    return err_remedy(err, "it is a time from 1us to 10s; 5 alone means 5ms");
}

int words_progress(const char *word, enum progress_choice *choice, struct err *err)
{
    static const char *const WHENS[] = {"auto", "always", "never", "lines", NULL};
    int index = words_choose("--progress", word, WHENS, err);
    if (index >= 0)
        *choice = (enum progress_choice)index;
    return index < 0 ? -1 : 0;
}

void words_tell_works(FILE *out)
{
    (void)fprintf(out, "Workloads, with their settings and defaults:\n");
    for (const struct workload *const *load = WORKLOADS; *load != NULL; load++) {
        char defaults[128];
        settings_defaults((*load)->table, defaults, sizeof(defaults));
        (void)fprintf(out, "  %s:%s\n      %s\n", (*load)->name, defaults, (*load)->help);
        for (const struct setting *s = (*load)->table; s->name != NULL; s++)
            (void)fprintf(out, "      %s: %s\n", s->name, s->help);
    }
    (void)fprintf(out, "  ./NAME.so:ARGUMENTS\n      a task of your own, see squares/task.h\n");
}

/* --- the options for placing --- */

enum placing_key { KEY_PLACE = 512, KEY_SMT, KEY_WIDEN };

enum { SMT_MOST = 64 };

static const struct argp_option PLACING[] = {
    {NULL, 0, NULL, 0, "Where workers sit:", 3},
    {"threads", 't', "T", 0,
     "threads of each process, or auto: one per core (default: 1; compare in a single process: one "
     "per core, at least 8)",
     3},
    {"place", KEY_PLACE, "POLICY", 0,
     "auto: each rank within a NUMA node and a cache if it fits; compact: core after core; "
     "spread: as far apart as possible; none: as the launcher bound them (default: auto, but a "
     "job that nothing bound and that needs fewer cores than it may use is left to the kernel)",
     3},
    {"smt", KEY_SMT, "N", 0,
     "workers per core, on its hardware threads (default: one; more only if there are more "
     "workers than cores)",
     3},
    {"widen", KEY_WIDEN, "WHEN", 0,
     "auto: a rank bound to fewer cores than it has threads gets more, if the job has them; "
     "never: each keeps what the launcher gave (default: auto)",
     3},
    {0},
};

static int take_placing(struct cli *words, int key, const char *word)
{
    static const char *const WIDEN[] = {"auto", "never", NULL};
    struct placement_request *placing = words->placing;
    int choice;
    switch (key) {
    case 't':
        return words_threads(word, &placing->threads, words->err);
    case KEY_PLACE:
        choice = words_choose("--place", word, PLACE_POLICIES, words->err);
        if (choice >= 0)
            placing->policy = (enum place_policy)choice;
        placing->named = true;
        return choice;
    case KEY_SMT:
        return words_count("--smt", word, 1, SMT_MOST, &placing->smt, words->err);
    default:
        choice = words_choose("--widen", word, WIDEN, words->err);
        placing->never_widen = choice == 1;
        return choice;
    }
}

static error_t parse_placing(int key, char *word, struct argp_state *state)
{
    if (key != 't' && (key < KEY_PLACE || key > KEY_WIDEN))
        return ARGP_ERR_UNKNOWN;
    return take_placing(state->input, key, word) < 0 ? EINVAL : 0;
}

static const struct argp PLACING_ARGP = {.options = PLACING, .parser = parse_placing};

const struct argp_child WORDS_PLACING[] = {{&PLACING_ARGP, 0, NULL, 0}, {0}};

/* --- parsing --- */

/* Fills in the option's slot, if it has one. Returns whether it has. */
static bool fill_slot(const struct cli *words, int key, const char *word)
{
    const struct words_slot *slot = words->slots;
    while (slot->key != 0 && slot->key != key)
        slot++;
    void *place = (char *)words->slotted + slot->offset;
    if (slot->key != 0 && slot->flag)
        *(bool *)place = true;
    else if (slot->key != 0)
        *(const char **)place = word;
    return slot->key != 0;
}

error_t words_parse_one(int key, char *word, struct argp_state *state)
{
    struct cli *words = state->input;
    if (key == ARGP_KEY_INIT && state->root_argp->children != NULL)
        state->child_inputs[0] = words;
    if (key == ARGP_KEY_ERROR)
        words->stopped = state->next;
    if (key >= ARGP_KEY_END) /* argp's own events; ARGP_KEY_ARG and our keys are lower */
        return ARGP_ERR_UNKNOWN;
    return fill_slot(words, key, word) || words->take(words, key, word) >= 0 ? 0 : EINVAL;
}

/* The option that `word` names, as "--name" or "--name=value"; NULL if this table does not have
 * it. */
static const struct argp_option *named(const struct argp_option *table, const char *word)
{
    size_t length = strcspn(word, "=");
    for (const struct argp_option *o = table; o->name != NULL || o->doc != NULL || o->key; o++)
        if (o->name != NULL && strncmp(word, "--", 2) == 0 && strlen(o->name) == length - 2 &&
            strncmp(o->name, word + 2, length - 2) == 0)
            return o;
    return NULL;
}

/* Sets err to say which word of the command line the parser did not accept. */
static int unknown(const struct argp *argp, const char *command, const char *word, struct err *err)
{
    const struct argp_option *o = named(argp->options, word);
    if (o == NULL)
        o = named(PLACING, word);
    if (o != NULL && o->arg != NULL)
        return err_set(err, ERR_INPUT, "option '%s' needs a value: --%s %s", word, o->name, o->arg);
    if (o != NULL)
        return err_set(err, ERR_INPUT, "option '--%s' takes no value", o->name);
    err_set(err, ERR_INPUT, "there is no option '%s', or it needs a value", word);
    return err_remedy(err, "'squares %s --help' lists the options", command);
}

int words_parse(const struct argp *argp, const char *command, int argc, char **argv,
                struct cli *words)
{
    const unsigned FLAGS = ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT;
    error_t status = argp_parse(argp, argc, argv, FLAGS, NULL, words);
    if (status == 0)
        return 0;
    if (err_is(words->err))
        return -1;
    int next = words->stopped;
    return unknown(argp, command, next > 0 && next <= argc ? argv[next - 1] : "", words->err);
}

/* --- the command line again --- */

/* What a line that fixes a placement leaves out: the threads, which it sets itself, and options
 * that keep squares from placing its workers. */
static const struct {
    const char *option, *value; /* value NULL: any value */
} LEFT_OUT[] = {{"--threads", NULL}, {"-t", NULL}, {"--place", "none"}, {"--widen", "never"}};

/* How many words to leave out, starting with `word`: an option and its value can be one word or
 * two. */
static int left_out(const char *word, const char *next)
{
    size_t name = strcspn(word, "=");
    /* argp also accepts a shortened --threads. */
    if (name >= 4 && strncmp(word, "--threads", name) == 0)
        return word[name] == '=' ? 1 : 2;
    for (size_t i = 0; i < sizeof(LEFT_OUT) / sizeof(LEFT_OUT[0]); i++) {
        const char *option = LEFT_OUT[i].option, *value = LEFT_OUT[i].value;
        size_t length = strlen(option);
        if (strncmp(word, option, length) != 0)
            continue;
        const char *rest = word + length;
        if (*rest == '\0' && next != NULL && (value == NULL || strcmp(next, value) == 0))
            return 2;
        bool joined = *rest == '=' || (option[1] != '-' && *rest != '\0');
        rest += *rest == '=';
        if (joined && (value == NULL || strcmp(rest, value) == 0))
            return 1;
    }
    return 0;
}

static void quote(const char *word, FILE *out)
{
    static const char *const PLAIN =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "_./:=,@%+-";
    if (word[0] != '\0' && word[strspn(word, PLAIN)] == '\0') {
        (void)fputs(word, out);
        return;
    }
    (void)fputc('\'', out);
    for (const char *c = word; *c != '\0'; c++)
        (void)fputs(*c == '\'' ? "'\\''" : (char[]){*c, '\0'}, out);
    (void)fputc('\'', out);
}

char *words_join(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (out == NULL)
        return NULL;
    for (int i = 0; i < argc; i++)
        (void)fprintf(out, "%s%s", i > 0 ? " " : "", argv[i]);
    return fclose(out) == 0 ? line : NULL;
}

char *words_again(const char *program, int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (out == NULL)
        return NULL;
    quote(program, out);
    for (int i = 0; i < argc; i++) {
        int skipped = left_out(argv[i], i + 1 < argc ? argv[i + 1] : NULL);
        if (skipped > 0) {
            i += skipped - 1;
            continue;
        }
        (void)fputc(' ', out);
        quote(argv[i], out);
    }
    return fclose(out) == 0 ? line : NULL;
}
