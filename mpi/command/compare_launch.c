#include "command/compare_launch.h"

#include "cli/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes the numbers of a repetition as an argument of --range. */
static void write_range(const struct range *given, int64_t tasks, char *text, size_t size)
{
    const struct range all = given->count > 0 ? *given : (struct range){EXPERIMENT_FIRST, 1, tasks};
    int64_t end = range_at(&all, all.count - 1) + (all.step > 0 ? 1 : -1);
    int length = snprintf(text, size, "%" PRId64 ":%" PRId64, all.begin, end);
    if (all.step != 1)
        (void)snprintf(text + length, size - (size_t)length, ":%" PRId64, all.step);
}

/* Makes the line for `squares run` with the same numbers in the shape of the work's best row. */
static void advise_run(struct compare_work *work, const struct rank_rows *rank_rows,
                       const struct range *given, const struct invocation *launch, const char *mpi)
{
    if (work->winner < 0 || work->best < 0)
        return;
    const struct subteam *subteam = &rank_rows->subteams[rank_rows->rows[work->best].subteam];
    if (subteam->seats.plan == NULL) /* another host's */
        return;
    char range[80], spec[sizeof(work->work)];
    char words[][16] = {"run", "--range", "--work"};
    write_range(given, work->tasks, range, sizeof(range));
    (void)snprintf(spec, sizeof(spec), "%s", work->work);
    char *run[] = {words[0], words[1], range, words[2], spec, NULL};
    char *again = words_again(launch->program, 5, run);
    if (again == NULL)
        return;
    struct launch_shape shape =
        launch_shape_of(&subteam->seats.plan->placement.cores, subteam->team.hosts,
                        subteam->team.size, subteam->team.most, subteam->shape.threads);
    shape.srun_mpi = launch_srun_mpi(mpi, "");
    launch_again(&work->launch, &shape, again);
    work->launches = true;
    free(again);
}

/* Makes the line for the same comparison with a rank for each thread of this single rank. */
static void advise_ranks(struct compare_report *compare_report, const struct rank_rows *rank_rows,
                         const struct invocation *launch)
{
    const struct subteam *subteam = &rank_rows->subteams[0];
    struct launch_shape shape =
        launch_shape_of(&subteam->seats.plan->placement.cores, 1, compare_report->workers,
                        compare_report->workers, 1);
    struct launch_lines lines;
    shape.srun_mpi = launch_srun_mpi(compare_report->environment.mpi, "");
    launch_again(&lines, &shape, launch->again);
    (void)snprintf(compare_report->again, sizeof(compare_report->again), "%s",
                   environment_line(&compare_report->environment, &lines));
}

void compare_launch(struct compare_report *compare_report, const struct rank_rows *rank_rows,
                    const struct compare_options *options, const struct invocation *launch)
{
    for (int i = 0; i < compare_report->works_count; i++)
        advise_run(&compare_report->works[i], rank_rows, &options->range, launch,
                   compare_report->environment.mpi);
    if (compare_report->ranks == 1)
        advise_ranks(compare_report, rank_rows, launch);
}
