/*
 * squares - processes, threads, or both? Measured on the machine in front of you.
 *
 * The command line is read before MPI starts, so that help, the version and mistakes are answered
 * at once, even where MPI cannot start (a login node). All ranks read the same words and come to
 * the same result, except for what depends on their host's files; only one of them prints.
 */
#include "cli/manual.h"
#include "command/command.h"
#include "command/process.h"
#include "version.h"

#include <stdio.h>
#include <string.h>

static const struct command *const COMMANDS[] = {
    &RUN_COMMAND, &COMPARE_COMMAND, &PLACE_COMMAND, &CPUS_COMMAND, &DEMO_COMMAND,
};

enum { COMMANDS_COUNT = sizeof(COMMANDS) / sizeof(COMMANDS[0]), TOUR_WORDS = 3, TOUR_MOST = 64 };

/* What a bare `squares` does: a comparison that ends within ten seconds. Options are the
 * comparison's. */
static int tour(int argc, char **argv)
{
    char compare[] = "compare", budget[] = "--budget", seconds[] = "6s";
    char *words[TOUR_MOST + 1] = {compare, budget, seconds}; /* the last is NULL */
    int count = TOUR_WORDS + argc - 1;
    struct err err = ERR_INIT;
    if (count > TOUR_MOST) {
        err_set(&err, ERR_INPUT, "there are %d words without a command", argc - 1);
        err_remedy(&err, "name the command: squares compare ...");
        return process_fail(&err);
    }
    memcpy(words + TOUR_WORDS, argv + 1, (size_t)(argc - 1) * sizeof(*argv));
    return command_run(&COMPARE_COMMAND, true, argv[0], count, words);
}

/* Prints something made from the tables of all commands. */
static int tell(void (*print)(const struct command_line *const *lines, FILE *out))
{
    const struct command_line *lines[COMMANDS_COUNT + 1] = {NULL};
    for (int i = 0; i < COMMANDS_COUNT; i++)
        lines[i] = COMMANDS[i]->line;
    if (process_speaks())
        print(lines, stdout);
    return process_flush();
}

static int version(void)
{
    if (process_speaks())
        (void)printf("squares %s (%s), built with %s, hwloc %s\n", SQUARES_VERSION, SQUARES_COMMIT,
                     SQUARES_COMPILER, SQUARES_HWLOC);
    return process_flush();
}

static int unknown(const char *word)
{
    const char *names[COMMANDS_COUNT + 1] = {NULL};
    for (int i = 0; i < COMMANDS_COUNT; i++)
        names[i] = COMMANDS[i]->line->name;
    const char *nearest = nearest_name(word, names);
    struct err err = ERR_INIT;
    err_set(&err, ERR_INPUT, "there is no command '%s'", word);
    if (nearest != NULL)
        err_remedy(&err, "did you mean '%s'? 'squares --help' lists the commands", nearest);
    err_remedy(&err, "'squares --help' lists the commands; numbers come after one, as in "
                     "'squares run 1 2 3'");
    return process_fail(&err);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    if (process_begin(&err) != 0)
        return process_fail(&err);
    if (argc < 2)
        return tour(argc, argv);
    if (is_one_of(argv[1], "--help", "-?") || is_one_of(argv[1], "-h", "help"))
        return tell(manual_overview);
    if (is_one_of(argv[1], "--version", "-V"))
        return version();
    if (strcmp(argv[1], "--manual") == 0)
        return tell(manual_page);
    if (strcmp(argv[1], "--completion") == 0)
        return tell(manual_completion);
    if (argv[1][0] == '-')
        return tour(argc, argv);
    for (int i = 0; i < COMMANDS_COUNT; i++)
        if (strcmp(argv[1], COMMANDS[i]->line->name) == 0)
            return command_run(COMMANDS[i], false, argv[0], argc - 1, argv + 1);
    return unknown(argv[1]);
}
