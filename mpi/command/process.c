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

/* Found first of all. */
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

bool process_speaks(void)
{
    return starter.rank == 0;
}

const char *process_launcher(void)
{
    return starter.name;
}

/* With SIGCHLD ignored no child could be waited for, and one that has signals blocked could not be
 * ended gently. What nohup ignores stays ignored. */
static void shed_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN); /* a pipe whose reader has left is an error like others */
    (void)signal(SIGXFSZ, SIG_IGN); /* so is a file that grows beyond ulimit -f */
}

/* Before main, as libraries open descriptors when they are loaded. */
__attribute__((section(".preinit_array"),
               used)) static void (*const begin_streams)(void) = streams_begin;

/* Every command prints: better now than when the work is done. */
static int check_stdout(struct err *err)
{
    if (!process_speaks() || streams_writable(STDOUT_FILENO))
        return 0;
    err_set(err, ERR_FAILED, "cannot write to standard output: it is closed");
    return err_remedy(err, "if it is not wanted, add >/dev/null");
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

void process_mpi_init(void)
{
    if (starter.alone) {
        init_alone();
        return;
    }
    tether_fasten(process_speaks());
    init_joined();
}
