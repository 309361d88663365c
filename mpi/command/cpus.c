/*
 * cpus - the command: how many workers to start, and who says so. It needs no MPI. Under a launcher
 * each rank answers for itself: with --quiet alone all do, as each rank's script may ask; the table
 * and the JSON are rank 0's.
 */
#include "base/clock.h"
#include "base/outtext.h"
#include "base/streams.h"
#include "cli/cpus_options.h"
#include "command/command.h"
#include "command/process.h"
#include "place/cpu_sources.h"
#include "place/evidence.h"
#include "place/machine.h"
#include "place/starter.h"
#include "report/cpus_report.h"
#include "report/environment.h"

#include <string.h>
#include <unistd.h>

static int look(struct cpu_sources *sources, struct err *err)
{
    struct machine machine;
    struct err unseen = ERR_INIT; /* the cores are then not known, which is no failure */
    bool seen = machine_load(&machine, &unseen) == 0;
    const struct cpu_world world = {.root = "",
                                    .getenv = evidence_getenv,
                                    .pid = getpid(),
                                    .topology = seen ? machine.topology : NULL};
    int status = cpu_sources_find(sources, &world, err);
    if (seen)
        machine_release(&machine);
    return status;
}

static int tell(const struct cpu_sources *sources, const struct cpus_options *options,
                struct outtext *json, struct err *err)
{
    char host[REPORT_TEXT] = "";
    if (gethostname(host, sizeof(host) - 1) != 0)
        (void)snprintf(host, sizeof(host), "this host");
    if (options->json != NULL && outtext_write(json, cpus_json(sources, host), err) != 0)
        return -1;
    if (options->quiet && !outtext_prints(json))
        (void)printf("%d\n", sources->workers);
    else if (!outtext_prints(json))
        cpus_print(sources, host, stdout);
    return streams_flush(err);
}

/* Ranks look at each other's masks, so each stays until the others have looked. */
static void linger(const struct invocation *launch)
{
    const int64_t LOOKED_NS = NS_PER_S / 10;
    if (strcmp(launch->launcher, STARTER_NONE) != 0)
        clock_sleep_until(clock_now_ns() + LOOKED_NS);
}

static int before_mpi(void *state, const struct invocation *launch, bool speaks, struct err *err)
{
    const struct cpus_options *options = state;
    struct outtext json = OUTTEXT_NONE;
    struct cpu_sources sources;
    bool asked = speaks || (options->quiet && options->json == NULL);
    if (asked && outtext_open(&json, options->json, err) == 0) {
        outtext_synced(&json, !options->no_fsync);
        if (look(&sources, err) == 0)
            (void)tell(&sources, options, &json, err);
    }
    outtext_discard(&json);
    if (err_is(err))
        return process_fail(err);
    linger(launch);
    return 0;
}

static bool never(const void *state)
{
    (void)state;
    return false;
}

static struct cpus_options options_given;

const struct command CPUS_COMMAND = {
    .line = &CPUS_LINE,
    .asks_who = true,
    .state = &options_given,
    .needs_mpi = never,
    .before_mpi = before_mpi,
};
