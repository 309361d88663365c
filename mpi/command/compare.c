#include "command/compare.h"

#include "comm/agree.h"
#include "command/compare_launch.h"
#include "command/compare_output.h"
#include "command/run_report.h"
#include "experiment/conduct.h"
#include "experiment/contest.h"
#include "report/progress.h"

#include <stdlib.h>
#include <string.h>

/* All a comparison holds, so that it can be released from any point. */
struct compare {
    const struct team *team;
    const struct compare_options *options;
    const struct launch *launch;
    struct work works[EXPERIMENT_WORKS]; /* the options', to be opened; the settings are theirs */
    struct contest contest;
    struct progress progress;
    struct compare_outputs outputs; /* rank 0 */
    struct contrast contrast;       /* rank 0 */
};

/* The edge of a phase: 0 when no rank has failed. */
static int together(struct compare *compare)
{
    return agree(compare->team, &compare->contest.err, &compare->contest.failed_rank);
}

/* --- before --- */

static int check(struct compare *compare)
{
    const struct compare_options *o = compare->options;
    struct err *err = &compare->contest.err;
    for (int i = 0; i < o->works_count; i++)
        if (work_accepts(&o->works[i], NUMBER_INT64, err) != 0)
            return -1;
    if (compare->team->size == 1 && o->placing.threads == 1) {
        err_set(err, ERR_INPUT, "one process of one thread leaves nothing to compare");
        return err_remedy(err, "start more: mpirun -np 8 ./squares compare; or leave --threads 1 "
                               "away");
    }
    return 0;
}

/* Collective: what there is to tell of the hosts, on rank 0; and all their usable cores. */
static int describe_hosts(struct compare *compare)
{
    const struct team *team = compare->team;
    struct contest *contest = &compare->contest;
    struct environment *environment = &compare->contrast.environment;
    environment->hosts_count = team->hosts;
    environment->hosts = calloc((size_t)team->hosts, sizeof(*environment->hosts));
    if (environment->hosts == NULL)
        err_memory(&contest->err, "the report");
    if (together(compare) != 0)
        return -1;
    if (team_leads_host(team)) /* and so is a member of the coarsest squad of all hosts */
        for (int i = 0; i < contest->squads_count; i++)
            if (contest->squads[i].member)
                environment->hosts[team->host_index] = contest->squads[i].seating.host;
    MPI_Allreduce(MPI_IN_PLACE, environment->hosts, team->hosts * (int)sizeof(*environment->hosts),
                  MPI_BYTE, MPI_BOR, team->world);
    for (int i = 0; i < team->hosts; i++)
        compare->contrast.cores += environment->hosts[i].usable_cores;
    return 0;
}

static void describe(struct compare *compare)
{
    const struct compare_options *o = compare->options;
    struct contrast *contrast = &compare->contrast;
    struct environment *environment = &contrast->environment;
    (void)snprintf(environment->command, sizeof(environment->command), "%s",
                   compare->launch->command);
    (void)snprintf(environment->launcher, sizeof(environment->launcher), "%s",
                   compare->launch->launcher);
    present_mpi(environment->mpi);
    contrast->seed = o->seed;
    contrast->ranks = compare->team->size;
    contrast->threads = compare->contest.threads;
    contrast->workers = contrast->ranks * contrast->threads;
    contrast->confidence = o->confidence;
    contrast->budget_s = o->repeat > 0 ? 0 : o->budget_s;
    contrast->gil_interval_ns = o->gil_ns;
    contrast->place = PLACE_POLICIES[o->placing.policy];
    contrast->mpi_init_s = compare->launch->mpi_init_s;
    contrast->tour = compare->launch->tour;
}

static int open_phase(struct compare *compare)
{
    if (check(compare) == 0 && compare->team->rank == 0)
        (void)compare_outputs_open(&compare->outputs, compare->options, &compare->contest.err);
    if (together(compare) != 0 || contest_open(&compare->contest) != 0 ||
        describe_hosts(compare) != 0)
        return -1;
    describe(compare);
    return 0;
}

/* --- the comparison --- */

static int measure_phase(struct compare *compare)
{
    if (compare->team->rank != 0) {
        contest_follow(&compare->contest);
        return together(compare);
    }
    present_progress(&compare->progress, compare->options->progress);
    (void)conduct(&compare->contest, compare->options, &compare->contrast, &compare->progress);
    progress_end(&compare->progress);
    return together(compare);
}

static int report_phase(struct compare *compare)
{
    struct contrast *contrast = &compare->contrast;
    struct err *err = &compare->contest.err;
    if (compare->team->rank == 0) {
        frequency_read(&contrast->clock, FREQUENCY_FOLDER, contrast->environment.hosts[0].pus);
        if (contrast_judge(contrast, err) == 0) {
            compare_launch(contrast, &compare->contest, compare->options, compare->launch);
            (void)compare_tell(contrast, compare->options, &compare->outputs, err);
        }
    }
    return together(compare);
}

int compare_command(const struct team *team, const struct compare_options *options,
                    const struct launch *launch)
{
    struct compare compare = {.team = team,
                              .options = options,
                              .launch = launch,
                              .outputs = COMPARE_OUTPUTS_NONE,
                              .contest = {.team = team,
                                          .works_count = options->works_count,
                                          .range = options->range,
                                          .gil_ns = options->gil_ns,
                                          .placing = options->placing,
                                          .open_work = -1,
                                          .err = ERR_INIT}};
    struct contest *contest = &compare.contest;
    memcpy(compare.works, options->works, sizeof(compare.works));
    contest->works = compare.works;
    int status = open_phase(&compare);
    if (status == 0)
        status = measure_phase(&compare);
    if (status == 0)
        status = report_phase(&compare);
    if (status != 0 && team->rank == 0)
        print_failure(&contest->err, contest->failed_rank);
    contest_close(contest);
    compare_outputs_discard(&compare.outputs);
    contrast_release(&compare.contrast);
    return status == 0 ? 0 : (int)contest->err.code;
}
