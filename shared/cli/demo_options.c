#include "cli/demo_options.h"

#include "cli/command_line.h"

#include "base/paragraph.h"
#include "cli/words.h"

#include <string.h>

enum key { KEY_SEED = 256, KEY_JSON, KEY_NO_FSYNC, KEY_CODE, KEY_THREADS };

static const struct argp_option OPTIONS[] = {
    {"threads", 't', "T", 0, "how many threads or processes, if the demo leaves that open", 1},
    {"seed", KEY_SEED, "N", 0, "seed of everything random (default: 1)", 1},
    {"code", KEY_CODE, NULL, 0, "print the demo's own source instead of running it", 2},
    {"json", KEY_JSON, "FILE", 0,
     "write the results as JSON to FILE; - is standard output, which then holds nothing else", 2},
    {"no-fsync", KEY_NO_FSYNC, NULL, 0,
     "do not wait until files are on the disk: faster, but a power failure may cut them short", 2},
    {"help", '?', NULL, 0, "this help", -1},
    {0},
};

static const struct words_slot SLOTS[] = {
    {KEY_JSON, false, offsetof(struct demo_options, json)},
    {KEY_CODE, true, offsetof(struct demo_options, code)},
    {KEY_NO_FSYNC, true, offsetof(struct demo_options, no_fsync)},
    {'?', true, offsetof(struct demo_options, help)},
    {0},
};

static int take_name(struct demo_options *o, const char *word, struct err *err)
{
    if (o->demo != NULL) {
        err_set(err, ERR_INPUT, "'%s' and '%s' are two demos", o->demo->name, word);
        return err_remedy(err, "run them one at a time");
    }
    o->demo = demo_find(word, o->settings, err);
    return o->demo != NULL ? 0 : -1;
}

static int take(struct cli *words, int key, char *word)
{
    struct demo_options *o = words->options;
    switch (key) {
    case 't':
        return words_count("--threads", word, 1, SCENE_THREADS_MOST, &o->threads, words->err);
    case KEY_SEED:
        return words_seed(word, &o->seed, words->err);
    default:
        return take_name(o, word, words->err);
    }
}

static void tell_settings(const struct demo *demo, FILE *out)
{
    char line[160];
    for (const struct setting *s = demo->settings; s != NULL && s->name != NULL; s++)
        (void)fprintf(out, "    %s=...  %s (%s)\n", s->name, s->help, s->fallback);
    if (demo->settings != NULL) {
        settings_defaults(demo->settings, line, sizeof(line));
        (void)fprintf(out, "    as in %s:%s\n", demo->name, line);
    }
}

/* Prints the demos, from their table, below the options. */
static void tell_tables(FILE *out)
{
    (void)fprintf(out, "Demos:\n");
    for (const struct demo *const *d = DEMOS; *d != NULL; d++) {
        const int COLUMN = 17;
        (void)fprintf(out, "  %-14s ", (*d)->name);
        paragraph_print((*d)->shows, COLUMN, COLUMN, out);
        tell_settings(*d, out);
    }
    (void)fprintf(out, "\nExit status: 0 done, 1 it failed, 2 bad usage.\n");
}

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = words_parse_one,
    .args_doc = "[NAME[:K=V,...]]",
    .doc = "Shows one claim of the lesson on threads and processes in a few seconds: what to "
           "predict, what happened, and why. Without a name: the list of demos.",
};

static enum command_line_status parse(void *into, int argc, char **argv, struct err *err)
{
    struct demo_options *options = into;
    *options = (struct demo_options){.seed = 1};
    struct cli words = {options, SLOTS, options, err, take, NULL, 0};
    if (words_parse(&ARGP, "demo", argc, argv, &words) != 0)
        return LINE_BAD;
    if (options->help)
        return LINE_HELP;
    if (options->demo == NULL && (options->code || options->json != NULL)) {
        err_set(err, ERR_INPUT, "%s needs a demo's name", options->code ? "--code" : "--json");
        err_remedy(err, "'squares demo' lists the demos");
    }
    return err_is(err) ? LINE_BAD : LINE_GO;
}

const struct command_line DEMO_LINE = {
    .name = "demo",
    .help = "what threads and processes risk and cost, one claim at a time",
    .argp = &ARGP,
    .tell_tables = tell_tables,
    .parse = parse,
};
