#include "cli/cpus_options.h"

#include "cli/command_line.h"
#include "cli/words.h"

enum key { KEY_JSON = 256, KEY_NO_FSYNC };

static const struct argp_option OPTIONS[] = {
    {"quiet", 'q', NULL, 0, "only the number of workers: make -j$(squares cpus -q)", 1},
    {"json", KEY_JSON, "FILE", 0,
     "write the report as JSON to FILE; - is standard output, which then holds nothing else", 1},
    {"no-fsync", KEY_NO_FSYNC, NULL, 0,
     "do not wait until files are on the disk: faster, but a power failure may cut them short", 1},
    {"help", '?', NULL, 0, "this help", -1},
    {0},
};

static const struct words_slot SLOTS[] = {
    {KEY_JSON, false, offsetof(struct cpus_options, json)},
    {KEY_NO_FSYNC, true, offsetof(struct cpus_options, no_fsync)},
    {'q', true, offsetof(struct cpus_options, quiet)},
    {'?', true, offsetof(struct cpus_options, help)},
    {0},
};

static int take(struct cli *words, int key, char *word)
{
    (void)key;
    err_set(words->err, ERR_INPUT, "unexpected argument '%s': cpus takes only options", word);
    return err_remedy(words->err, "'squares cpus --help' lists them");
}

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = words_parse_one,
    .doc = "Says how many workers should be started here, and who says so: the machine, the "
           "kernel's mask, cgroups with their quotas, batch systems, the launcher, OpenMP's "
           "variables. The least of what they allow is the answer.",
};

static void tell_status(FILE *out)
{
    (void)fprintf(out, "Exit status: 0 done, 1 it failed, 2 bad usage.\n");
}

static enum command_line_status parse(void *into, int argc, char **argv, struct err *err)
{
    struct cpus_options *options = into;
    *options = (struct cpus_options){.json = NULL};
    struct cli words = {options, SLOTS, options, err, take, NULL, 0};
    if (words_parse(&ARGP, "cpus", argc, argv, &words) != 0)
        return LINE_BAD;
    return options->help ? LINE_HELP : LINE_GO;
}

const struct command_line CPUS_LINE = {
    .name = "cpus",
    .help = "how many workers may be started here, and who says so",
    .argp = &ARGP,
    .tell_tables = tell_status,
    .parse = parse,
};
