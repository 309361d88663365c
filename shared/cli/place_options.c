#include "cli/place_options.h"

#include "cli/command_line.h"

#include "cli/words.h"
#include "findings/findings.h"

#include <string.h>

enum key {
    KEY_TOPOLOGY = 256,
    KEY_RANKS,
    KEY_ALLOWED,
    KEY_CHECK,
    KEY_MEASURE,
    KEY_JSON,
    KEY_SVG,
    KEY_NO_FSYNC
};

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "Another machine:", 1},
    {"topology", KEY_TOPOLOGY, "FILE|SYNTHETIC", 0,
     "an XML file that lstopo wrote, or a description for hwloc, such as 'pack:2 core:8 pu:2'", 1},
    {"ranks", KEY_RANKS, "R", 0, "ranks on that machine (default: 1)", 1},
    {"allowed", KEY_ALLOWED, "LIST", 0, "its PUs that may be used, such as 0-3,8 (default: all)",
     1},
    {NULL, 0, NULL, 0, "What is done:", 2},
    {"check", KEY_CHECK, NULL, 0, "exit with 3 if there is any finding", 2},
    {"measure", KEY_MEASURE, NULL, 0, "measure what findings cost, by a probe of a second or two",
     2},
    {NULL, 0, NULL, 0, "What is shown:", 4},
    {"json", KEY_JSON, "FILE", 0,
     "write the report as JSON to FILE; - is standard output, which then holds nothing else", 4},
    {"svg", KEY_SVG, "FILE", 0, "write the picture to FILE", 4},
    {"no-fsync", KEY_NO_FSYNC, NULL, 0,
     "do not wait until files are on the disk: faster, but a power failure may cut them short", 4},
    {"quiet", 'q', NULL, 0, "only the findings", 4},
    {"verbose", 'v', NULL, 0, "every PU and every rank, however many", 4},
    {"help", '?', NULL, 0, "this help", -1},
    {0},
};

static const struct words_slot SLOTS[] = {
    {KEY_TOPOLOGY, false, offsetof(struct place_options, topology)},
    {KEY_ALLOWED, false, offsetof(struct place_options, allowed)},
    {KEY_CHECK, true, offsetof(struct place_options, check)},
    {KEY_MEASURE, true, offsetof(struct place_options, measure)},
    {KEY_JSON, false, offsetof(struct place_options, json)},
    {KEY_SVG, false, offsetof(struct place_options, svg)},
    {KEY_NO_FSYNC, true, offsetof(struct place_options, no_fsync)},
    {'q', true, offsetof(struct place_options, quiet)},
    {'v', true, offsetof(struct place_options, whole)},
    {'?', true, offsetof(struct place_options, help)},
    {0},
};

static int take(struct cli *words, int key, char *word)
{
    struct place_options *o = words->options;
    if (key == KEY_RANKS)
        return words_count("--ranks", word, 1, PLAN_MOST, &o->ranks, words->err);
    err_set(words->err, ERR_INPUT, "unexpected argument '%s': place takes no numbers", word);
    return err_remedy(words->err, "'squares place --help' lists its options");
}

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = words_parse_one,
    .children = WORDS_PLACING,
    .doc = "Shows where the ranks of this job and their threads sit, what is wrong with that, "
           "and which command line fixes it; with --topology, the same for another machine.",
};

/* Prints the codes, from their table, below the options. */
static void tell_codes(FILE *out)
{
    (void)fprintf(out, "Findings:\n");
    for (int code = 0; code < FINDING_CODES; code++)
        (void)fprintf(out, "  %-16s %s\n", finding_name((enum finding_code)code),
                      finding_meaning((enum finding_code)code));
    (void)fprintf(out, "\nExit status: 0 done, 1 it failed, 2 bad usage or input, 3 findings "
                       "(--check).\n");
}

static int check_together(const struct place_options *o, struct err *err)
{
    if (o->topology == NULL && (o->ranks > 0 || o->allowed != NULL)) {
        err_set(err, ERR_INPUT, "%s describes another machine, and needs --topology",
                o->ranks > 0 ? "--ranks" : "--allowed");
        if (o->ranks > 0)
            return err_remedy(err, "on this machine start the ranks: mpirun -np %d ./squares place",
                              o->ranks);
        return err_remedy(err, "on this machine restrict the job: taskset -c 0-1 mpirun "
                               "./squares place");
    }
    if (o->topology != NULL && o->measure)
        return err_set(err, ERR_INPUT, "--measure needs the machine itself, not --topology");
    if ((int64_t)(o->ranks > 0 ? o->ranks : 1) * o->placing.threads > PLAN_MOST) {
        err_set(err, ERR_INPUT, "%d ranks x %d threads are too many", o->ranks, o->placing.threads);
        return err_remedy(err, "a host can have at most %d workers", PLAN_MOST);
    }
    if (o->svg != NULL && strcmp(o->svg, "-") == 0)
        return err_set(err, ERR_INPUT, "--svg needs a file");
    return words_two_files("--svg", o->svg, "--json", o->json, err);
}

static enum command_line_status parse(void *into, int argc, char **argv, struct err *err)
{
    struct place_options *options = into;
    *options = (struct place_options){.placing = {.threads = 1}};
    struct cli words = {options, SLOTS, options, err, take, &options->placing, 0};
    if (words_parse(&ARGP, "place", argc, argv, &words) != 0)
        return LINE_BAD;
    if (options->help)
        return LINE_HELP;
    return check_together(options, err) == 0 ? LINE_GO : LINE_BAD;
}

const struct command_line PLACE_LINE = {
    .name = "place",
    .help = "where ranks and threads sit, what is wrong there, and what fixes it",
    .argp = &ARGP,
    .tell_tables = tell_codes,
    .parse = parse,
};
