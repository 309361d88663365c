/*
 * squares - processes, threads, or both? Measured on the machine in front of you.
 *
 * The command line is read before MPI starts, so that help, the version and mistakes are answered
 * at once, also where MPI cannot start (a login node). All ranks read the same words and come to
 * the same end, but for what lies in their host's files; only one of them speaks.
 */
#include "base/arithmetic.h"
#include "base/clock.h"
#include "base/streams.h"
#include "cli/run_options.h"
#include "cli/words.h"
#include "comm/agree.h"
#include "comm/tether.h"
#include "command/compare.h"
#include "command/demo.h"
#include "command/place.h"
#include "command/run.h"
#include "place/leftover.h"
#include "place/seat.h"
#include "place/starter.h"
#include "version.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs with the words behind the command; argv[0] is the command's name. Returns the exit code. */
typedef int command_fn(struct invocation *launch, int argc, char **argv);

static int run(struct invocation *launch, int argc, char **argv);
static int compare(struct invocation *launch, int argc, char **argv);
static int place(struct invocation *launch, int argc, char **argv);
static int demo(struct invocation *launch, int argc, char **argv);

static const struct {
    const char *name;
    command_fn *function;
    const char *help;
} COMMANDS[] = {
    {"run", run, "one job: numbers in, results out"},
    {"compare", compare, "the same work as processes, as threads and as both, side by side"},
    {"place", place, "where ranks and threads sit, what is wrong with it, and what mends it"},
    {"demo", demo, "what threads and processes risk and cost, one claim at a time"},
};

enum { COMMANDS_COUNT = sizeof(COMMANDS) / sizeof(COMMANDS[0]) };

/* Who started this process; found first of all. */
static struct starter starter = {.name = STARTER_NONE, .alone = true};

/* A process that is alone begins as such: what a launcher that is gone has left in the environment
 * would have MPI look for it, and the report speak of it. */
static void find_starter(void)
{
    struct evidence_world world = {.getenv = evidence_getenv, .proc = "/proc", .pid = getpid()};
    starter_find(&starter, &world);
    if (starter.alone)
        leftover_shed(starter.slurm_gone);
}

/* Whether this process is the one to speak, as far as can be known before MPI has started. */
static bool speaks(void)
{
    return starter.rank == 0;
}

/* mpirun ends all ranks when the first exits with an error: those that do not speak must not be the
 * first. What is local the others may not have met, and then no other rank says it. */
static int fail_early(const struct err *err)
{
    const int64_t POLITE_NS = 3 * NS_PER_S;
    if (speaks() || err->local)
        print_failure(err);
    else
        clock_sleep_until(clock_now_ns() + POLITE_NS);
    return (int)err->code;
}

/* What was printed has to have arrived. Returns the exit code. */
static int printed(void)
{
    struct err err = ERR_INIT;
    return speaks() && streams_flush(&err) != 0 ? fail_early(&err) : 0;
}

/* As a process begins that nobody has told otherwise, in what its parent may have left behind: with
 * SIGCHLD ignored no child could be waited for, and one that has signals blocked could not be ended
 * gently. What nohup ignores stays ignored. */
static void shed_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGCHLD, SIG_DFL);
}

/* Runs what a command does once MPI has started. */
typedef int inside_fn(const struct team *team, const void *options,
                      const struct invocation *launch);

static void init_joined(void)
{
    int provided;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
}

/* A process alone needs no transport but to itself: then Open MPI 5.0 makes no segment in /dev/shm,
 * which it would leave there. What the user has set counts; programs that are started from here are
 * to see nothing of it. Of a resource manager MPI is to see nothing: in a shell that srun started,
 * Open MPI 4 would take it for a rank that it cannot join, and end it. */
static void init_alone(void)
{
    static const char TRANSPORTS[] = "OMPI_MCA_btl";
    struct leftover_hidden hidden;
    bool unset = getenv(TRANSPORTS) == NULL;
    if (unset)
        (void)setenv(TRANSPORTS, "self", 1);
    leftover_hide(&hidden);
    init_joined();
    leftover_show(&hidden);
    if (unset)
        (void)unsetenv(TRANSPORTS);
}

/* Starts MPI, runs, ends MPI. Only the main thread calls MPI, so FUNNELED is enough. What has
 * failed on some ranks already (`early`) is agreed on first, as the others are about to begin. */
static int with_mpi(inside_fn *inside, const void *options, struct invocation *launch,
                    struct err *early)
{
    int64_t start = clock_now_ns();
    if (starter.alone) {
        init_alone();
    } else {
        tether_fasten(speaks());
        init_joined();
    }
    launch->mpi_init_s = clock_seconds(clock_now_ns() - start);
    struct team team;
    team_create(&team);
    int code;
    if (agree(&team, early) == 0) {
        code = inside(&team, options, launch);
    } else {
        code = (int)early->code;
        if (team.rank == 0)
            print_failure(early);
    }
    team_release(&team);
    MPI_Finalize();
    return code;
}

static int run_inside(const struct team *team, const void *options, const struct invocation *launch)
{
    return run_command(team, options, launch);
}

static int run(struct invocation *launch, int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct run_options options;
    int code = 0;
    switch (run_options_parse(&options, argc, argv, &err)) {
    case OPTIONS_BAD:
        code = err.local ? with_mpi(run_inside, &options, launch, &err) : fail_early(&err);
        break;
    case OPTIONS_HELP:
        if (speaks())
            run_options_help();
        code = printed();
        break;
    case OPTIONS_GO:
        code = with_mpi(run_inside, &options, launch, &err);
        break;
    }
    run_options_release(&options);
    return code;
}

static int compare_inside(const struct team *team, const void *options,
                          const struct invocation *launch)
{
    return compare_command(team, options, launch);
}

static int compare(struct invocation *launch, int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct compare_options options;
    int code = 0;
    if (compare_options_parse(&options, argc, argv, &err) != 0 && !err.local)
        code = fail_early(&err);
    else if (err.local || !options.help)
        code = with_mpi(compare_inside, &options, launch, &err);
    else {
        if (speaks())
            compare_options_help();
        code = printed();
    }
    compare_options_release(&options);
    return code;
}

static int place_inside(const struct team *team, const void *options,
                        const struct invocation *launch)
{
    return place_command(team, options, launch);
}

static int place(struct invocation *launch, int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct place_options options;
    if (place_options_parse(&options, argc, argv, &err) != 0)
        return err.local && options.topology == NULL
                   ? with_mpi(place_inside, &options, launch, &err)
                   : fail_early(&err);
    if (options.help) {
        if (speaks())
            place_options_help();
        return printed();
    }
    if (options.topology == NULL)
        return with_mpi(place_inside, &options, launch, &err);
    if (!speaks()) /* one is enough to imagine a machine */
        return 0;
    return place_elsewhere(&options, launch);
}

/* What passes messages has its own failures, which it prints; the ranks agree on those before. */
static int show(struct demo_show *show, struct invocation *launch, struct err *err)
{
    int code;
    if (show->options->demo->ranks > 0)
        code = with_mpi(demo_meet, show, launch, err);
    else
        code = err_is(err) ? fail_early(err) : 0;
    if (code != 0 || !show->speaks || demo_tell(show, err) == 0)
        return code;
    return fail_early(err);
}

static int demo(struct invocation *launch, int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct demo_options options;
    if (demo_options_parse(&options, argc, argv, &err) != 0)
        return fail_early(&err);
    if (options.help || options.demo == NULL) {
        if (speaks())
            (options.help ? demo_options_help : demo_list)();
        return printed();
    }
    if (options.code)
        return speaks() && demo_print_code(options.demo, &err) != 0 ? fail_early(&err) : 0;
    struct demo_show shown = {.options = &options};
    if (speaks())
        (void)demo_begin(&shown, &options, launch, &err);
    int code = show(&shown, launch, &err);
    demo_end(&shown);
    return code;
}

static int with_launch(command_fn *command, bool is_tour, const char *program, int argc,
                       char **argv)
{
    char *words = words_join(argc, argv);
    char *again = words_again(program, argc, argv);
    struct invocation launch = {
        .program = program,
        .command = words != NULL ? words : "",
        .again = again != NULL ? again : "./squares",
        .launcher = starter.name,
        .start = seat_of(0),
        .tour = is_tour,
    };
    int code = command(&launch, argc, argv);
    hwloc_bitmap_free(launch.start);
    free(again);
    free(words);
    return code;
}

/* What a bare `squares` does: a comparison that ends within ten seconds. */
static int tour(const char *program)
{
    char words[][16] = {"compare", "--budget", "6s"};
    char *pointers[] = {words[0], words[1], words[2], NULL};
    return with_launch(compare, true, program, 3, pointers);
}

static int help(void)
{
    if (!speaks())
        return 0;
    (void)printf("Usage: squares [COMMAND [OPTION...]]\n\n"
                 "Processes, threads, or both? Measured on the machine in front of you.\n"
                 "Without a command: a short comparison, as a first look.\n\nCommands:\n");
    for (int i = 0; i < COMMANDS_COUNT; i++)
        (void)printf("  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].help);
    (void)printf("\n'squares COMMAND --help' tells more. Options: --help, --version.\n"
                 "Under MPI: mpirun -np 8 ./squares run 1 2 3 4 5\n");
    return printed();
}

static int version(void)
{
    if (speaks())
        (void)printf("squares %s (%s), built with %s, hwloc %s\n", SQUARES_VERSION, SQUARES_COMMIT,
                     SQUARES_COMPILER, SQUARES_HWLOC);
    return printed();
}

static int unknown(const char *word)
{
    struct err err = ERR_INIT;
    err_set(&err, ERR_INPUT,
            word[0] == '-' ? "there is no option '%s' before a command"
                           : "there is no command '%s'",
            word);
    err_remedy(&err, "'squares --help' lists the commands; numbers follow one, as in "
                     "'squares run 1 2 3'");
    return fail_early(&err);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

/* Before main, as libraries open descriptors when they are loaded. */
__attribute__((section(".preinit_array"),
               used)) static void (*const begin_streams)(void) = streams_begin;

/* Every command prints: better now than when the work is done. */
static int check_stdout(struct err *err)
{
    if (!speaks() || streams_writable(STDOUT_FILENO))
        return 0;
    err_set(err, ERR_FAILED, "cannot write to standard output: it is closed");
    return err_remedy(err, "if it is not wanted, add >/dev/null");
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    arithmetic_begin();
    find_starter();
    shed_signals();
    (void)signal(SIGPIPE, SIG_IGN); /* a pipe whose reader has left is an error like others */
    (void)signal(SIGXFSZ, SIG_IGN); /* so is a file that grows beyond ulimit -f */
    if (check_stdout(&err) != 0)
        return fail_early(&err);
    if (argc < 2)
        return tour(argv[0]);
    if (is_one_of(argv[1], "--help", "-?") || is_one_of(argv[1], "-h", "help"))
        return help();
    if (is_one_of(argv[1], "--version", "-V"))
        return version();
    for (int i = 0; i < COMMANDS_COUNT; i++)
        if (strcmp(argv[1], COMMANDS[i].name) == 0)
            return with_launch(COMMANDS[i].function, false, argv[0], argc - 1, argv + 1);
    return unknown(argv[1]);
}
