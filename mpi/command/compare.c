/* compare - the command: the same work as processes, as threads and as both. */
#include "cli/compare_options.h"
#include "comm/agree.h"
#include "command/command.h"
#include "command/compare_launch.h"
#include "command/compare_output.h"
#include "command/run_report.h"
#include "experiment/lead.h"
#include "experiment/rank_rows.h"
#include "report/progress.h"

#include <stdlib.h>
#include <string.h>

/* All that a comparison holds, so that it can be released at any point. */
struct compare {
    const struct team *team;
    const struct compare_options *options;
    const struct invocation *launch;
    struct work works[EXPERIMENT_WORKS]; /* copies of the options' works, to be opened; their
                                            settings belong to the options */
    struct rank_rows rank_rows;
    struct progress progress;
    struct compare_outputs outputs;       /* rank 0 */
    struct compare_report compare_report; /* rank 0 */
};

/* --- before --- */

static int check(struct compare *compare)
{
    const struct compare_options *o = compare->options;
    struct err *err = &compare->rank_rows.err;
    for (int i = 0; i < o->works_count; i++)
        if (work_accepts(&o->works[i], NUMBER_INT64, err) != 0)
            return -1;
    if (compare->team->size == 1 && o->placing.threads == 1) {
        err_set(err, ERR_INPUT, "one process of one thread leaves nothing to compare");
        return err_remedy(err, "start more: mpirun -np 8 ./squares compare; or leave out "
                               "--threads 1");
    }
    return 0;
}

/* Collective: collects the hosts' descriptions for rank 0's report, and counts all usable cores. */
static int describe_hosts(struct compare *compare)
{
    const struct team *team = compare->team;
    struct rank_rows *rank_rows = &compare->rank_rows;
    struct environment *environment = &compare->compare_report.environment;
    environment->hosts_count = team->hosts;
    environment->hosts = calloc((size_t)team->hosts, sizeof(*environment->hosts));
    if (environment->hosts == NULL)
        err_memory(&rank_rows->err, "the report");
    if (agree(compare->team, &compare->rank_rows.err) != 0)
        return -1;
    if (team_leads_host(team)) /* so it is also in the coarsest subteam, which spans all hosts */
        for (int i = 0; i < rank_rows->subteams_count; i++)
            if (rank_rows->subteams[i].member)
                environment->hosts[team->host_index] = rank_rows->subteams[i].seats.host;
    MPI_Allreduce(MPI_IN_PLACE, environment->hosts, team->hosts * (int)sizeof(*environment->hosts),
                  MPI_BYTE, MPI_BOR, team->world);
    for (int i = 0; i < team->hosts; i++)
        compare->compare_report.cores += environment->hosts[i].usable_cores;
    return 0;
}

static void describe(struct compare *compare)
{
    const struct compare_options *o = compare->options;
    struct compare_report *compare_report = &compare->compare_report;
    struct environment *environment = &compare_report->environment;
    (void)snprintf(environment->command, sizeof(environment->command), "%s",
                   compare->launch->command);
    (void)snprintf(environment->launcher, sizeof(environment->launcher), "%s",
                   compare->launch->launcher);
    present_mpi(environment->mpi);
    compare_report->seed = o->seed;
    compare_report->ranks = compare->team->size;
    compare_report->threads = compare->rank_rows.threads;
    compare_report->workers = compare_report->ranks * compare_report->threads;
    compare_report->confidence = o->confidence;
    compare_report->budget_s = o->repeat > 0 ? 0 : o->budget_s;
    compare_report->gil_interval_ns = o->gil_ns;
    compare_report->place = PLACE_POLICIES[o->placing.policy];
    compare_report->mpi_init_s = compare->launch->mpi_init_s;
    compare_report->tour = compare->launch->tour;
}

static int open_phase(struct compare *compare)
{
    if (check(compare) == 0 && compare->team->rank == 0)
        (void)compare_outputs_open(&compare->outputs, compare->options, &compare->rank_rows.err);
    if (agree(compare->team, &compare->rank_rows.err) != 0 ||
        rank_rows_open(&compare->rank_rows) != 0 || describe_hosts(compare) != 0)
        return -1;
    describe(compare);
    return 0;
}

/* --- the comparison --- */

static int measure_phase(struct compare *compare)
{
    if (compare->team->rank != 0) {
        rank_rows_follow(&compare->rank_rows);
        return agree(compare->team, &compare->rank_rows.err);
    }
    present_progress(&compare->progress, compare->options->progress, "repetition");
    const struct compare_options *o = compare->options;
    const struct experiment_rules rules = {
        .budget_s = o->budget_s,
        .repeat = o->repeat,
        .confidence = o->confidence,
        .seed = o->seed,
        .tasks = o->ranged ? o->range.count : 0,
        .workers = compare->compare_report.workers,
    };
    (void)lead(&compare->rank_rows, &rules, &compare->compare_report, &compare->progress);
    progress_end(&compare->progress);
    return agree(compare->team, &compare->rank_rows.err);
}

static int report_phase(struct compare *compare)
{
    struct compare_report *compare_report = &compare->compare_report;
    struct err *err = &compare->rank_rows.err;
    if (compare->team->rank == 0) {
        frequency_read(&compare_report->clock, FREQUENCY_FOLDER,
                       compare_report->environment.hosts[0].pus);
        if (compare_judge(compare_report, err) == 0) {
            compare_launch(compare_report, &compare->rank_rows, compare->options, compare->launch);
            (void)compare_tell(compare_report, compare->options, &compare->outputs, err);
        }
    }
    return agree(compare->team, &compare->rank_rows.err);
}

static int inside(const struct team *team, void *state, const struct invocation *launch)
{
    const struct compare_options *options = state;
    struct compare compare = {.team = team,
                              .options = options,
                              .launch = launch,
                              .outputs = COMPARE_OUTPUTS_NONE,
                              .rank_rows = {.team = team,
                                            .works_count = options->works_count,
                                            .range = options->range,
                                            .gil_ns = options->gil_ns,
                                            .placing = options->placing,
                                            .open_work = -1,
                                            .err = ERR_INIT}};
    struct rank_rows *rank_rows = &compare.rank_rows;
    memcpy(compare.works, options->works, sizeof(compare.works));
    rank_rows->works = compare.works;
    int status = open_phase(&compare);
    if (status == 0)
        status = measure_phase(&compare);
    if (status == 0)
        status = report_phase(&compare);
    if (status != 0 && team->rank == 0)
        print_failure(&rank_rows->err);
    rank_rows_close(rank_rows);
    compare_outputs_discard(&compare.outputs);
    compare_release(&compare.compare_report);
    return status == 0 ? 0 : (int)rank_rows->err.code;
}

static struct compare_options options_given;

const struct command COMPARE_COMMAND = {
    .line = &COMPARE_LINE,
    .state = &options_given,
    .inside = inside,
};
