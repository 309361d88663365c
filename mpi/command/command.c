#include "command/command.h"

#include "base/clock.h"
#include "cli/words.h"
#include "comm/agree.h"
#include "command/process.h"
#include "place/seat.h"

#include <stdlib.h>

/* Starts MPI, runs the command, ends MPI. If some ranks have already failed (`early`), all ranks
 * agree on that first, as the others are about to begin. */
static int with_mpi(const struct command *command, void *state, struct invocation *invocation,
                    struct err *early)
{
    struct team team;
    int code;
    int64_t start = clock_now_ns();
    process_mpi_init();
    invocation->mpi_init_s = clock_seconds(clock_now_ns() - start);
    team_create(&team);
    if (agree(&team, early) == 0) {
        code = command->inside(&team, state, invocation);
    } else {
        code = (int)early->code;
        if (team.rank == 0)
            print_failure(early);
    }
    team_release(&team);
    MPI_Finalize();
    return code;
}

/* A wrong command line fails at once, in the same way on all ranks. If the failure is one host's
 * alone, the ranks have to agree on it. */
static int fail_line(const struct command *command, void *state, struct invocation *invocation,
                     struct err *err)
{
    bool mpi = command->needs_mpi == NULL || command->needs_mpi(state);
    return err->local && mpi ? with_mpi(command, state, invocation, err) : process_fail(err);
}

static int go(const struct command *command, void *state, struct invocation *invocation)
{
    struct err err = ERR_INIT;
    int code = command->before_mpi != NULL
                   ? command->before_mpi(state, invocation, process_speaks(), &err)
                   : COMMAND_GOES_ON;
    if (code != COMMAND_GOES_ON)
        return code != 0 ? code : process_flush();
    if (command->needs_mpi == NULL || command->needs_mpi(state))
        code = with_mpi(command, state, invocation, &err);
    else
        code = err_is(&err) ? process_fail(&err) : 0;
    if (code == 0 && process_speaks() && command->after_mpi != NULL &&
        command->after_mpi(state, &err) != 0)
        return process_fail(&err);
    return code;
}

static int run_line(const struct command *command, struct invocation *invocation, int argc,
                    char **argv)
{
    struct err err = ERR_INIT;
    const struct command_line *line = command->line;
    void *state = command->state;
    int code = 0;
    switch (line->parse(state, argc, argv, &err)) {
    case LINE_BAD:
        code = fail_line(command, state, invocation, &err);
        break;
    case LINE_HELP:
        if (process_speaks())
            command_line_help(line, stdout);
        code = process_flush();
        break;
    case LINE_GO:
        code = go(command, state, invocation);
        if (command->end != NULL)
            command->end(state);
        break;
    }
    if (line->release != NULL)
        line->release(state);
    return code;
}

int command_run(const struct command *command, bool tour, const char *program, int argc,
                char **argv)
{
    if (!command->asks_who)
        process_shed();
    char *words = words_join(argc, argv);
    char *again = words_again(program, argc, argv);
    struct invocation invocation = {
        .program = program,
        .command = words != NULL ? words : "",
        .again = again != NULL ? again : "./squares",
        .launcher = process_launcher(),
        .start = seat_of(0),
        .tour = tour,
    };
    int code = run_line(command, &invocation, argc, argv);
    hwloc_bitmap_free(invocation.start);
    free(again);
    free(words);
    return code;
}
