#include "command/process.h"

#include "base/arithmetic.h"
#include "base/clock.h"
#include "base/streams.h"
#include "comm/agree.h"
#include "comm/tether.h"
#include "place/leftover.h"
#include "place/starter.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Found before anything else. */
static struct starter starter = {.name = STARTER_NONE, .alone = true};

static void find_starter(void)
{
    struct evidence_world world = {.getenv = evidence_getenv, .proc = "/proc", .pid = getpid()};
    starter_find(&starter, &world);
}

bool process_speaks(void)
{
    return starter.rank == 0;
}

const char *process_launcher(void)
{
    return starter.name;
}

/* With SIGCHLD ignored this process could not wait for children, and with signals blocked it could
 * not be ended gently. What nohup ignores stays ignored. */
static void shed_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN); /* writing to a pipe without a reader is an error like others */
    (void)signal(SIGXFSZ, SIG_IGN); /* so is growing a file beyond ulimit -f */
}

/* Runs before main, and before libraries open descriptors as they are loaded. */
__attribute__((section(".preinit_array"),
               used)) static void (*const begin_streams)(void) = streams_begin;

/* Every command prints, so a closed output is better reported now than when the work is done. */
static int check_stdout(struct err *err)
{
    if (!process_speaks() || streams_writable(STDOUT_FILENO))
        return 0;
    err_set(err, ERR_FAILED, "cannot write to standard output: it is closed");
    return err_remedy(err, "to discard the output, add >/dev/null");
}

int process_begin(struct err *err)
{
    arithmetic_begin();
    find_starter();
    shed_signals();
    return check_stdout(err);
}

int process_fail(const struct err *err)
{
    const int64_t POLITE_NS = 3 * NS_PER_S;
    if (process_speaks() || err->local)
        print_failure(err);
    else
        clock_sleep_until(clock_now_ns() + POLITE_NS);
    return (int)err->code;
}

int process_flush(void)
{
    struct err err = ERR_INIT;
    return process_speaks() && streams_flush(&err) != 0 ? process_fail(&err) : 0;
}

/* --- MPI --- */

static void init_joined(void)
{
    int provided;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
}

void process_shed(void)
{
    if (starter.alone)
        leftover_shed(starter.slurm_gone);
}

/* A process alone needs no transport except to itself. With only that one, Open MPI 5.0 makes no
 * segment in /dev/shm, which it would leave there. A user's own setting takes precedence, and
 * programs started from here must not see this one. MPI must not see a resource manager: in a shell
 * started by srun, Open MPI 4 would take the process for a rank, fail to join it, and end it. */
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

void process_mpi_init(void)
{
    if (starter.alone) {
        init_alone();
        return;
    }
    tether_fasten(process_speaks());
    init_joined();
}
