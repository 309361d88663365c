#include "command/compare_launch.h"

#include "cli/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The numbers of a repetition, as --range takes them. */
static void write_range(const struct range *given, int64_t tasks, char *text, size_t size)
{
    const struct range all = given->count > 0 ? *given : (struct range){EXPERIMENT_FIRST, 1, tasks};
    int64_t end = range_at(&all, all.count - 1) + (all.step > 0 ? 1 : -1);
    int length = snprintf(text, size, "%" PRId64 ":%" PRId64, all.begin, end);
    if (all.step != 1)
        (void)snprintf(text + length, size - (size_t)length, ":%" PRId64, all.step);
}

/* `squares run` with the same numbers in the shape of the work's best row. */
static void advise_run(struct contrast_work *work, const struct contest *contest,
                       const struct range *given, const struct launch *launch, const char *mpi)
{
    if (work->winner < 0 || work->best < 0)
        return;
    const struct squad *squad = &contest->squads[contest->rows[work->best].squad];
    if (squad->seating.plan == NULL) /* of another host */
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
        launch_shape_of(&squad->seating.plan->placement.cores, squad->team.hosts, squad->team.size,
                        squad->team.most, squad->shape.threads);
    shape.srun_mpi = launch_srun_mpi(mpi, "");
    launch_again(&work->launch, &shape, again);
    work->launches = true;
    free(again);
}

/* The same comparison with a rank in the place of each thread of this single one. */
static void advise_ranks(struct contrast *contrast, const struct contest *contest,
                         const struct launch *launch)
{
    const struct squad *squad = &contest->squads[0];
    struct launch_shape shape = launch_shape_of(&squad->seating.plan->placement.cores, 1,
                                                contrast->workers, contrast->workers, 1);
    struct launch_lines lines;
    shape.srun_mpi = launch_srun_mpi(contrast->environment.mpi, "");
    launch_again(&lines, &shape, launch->again);
    (void)snprintf(contrast->again, sizeof(contrast->again), "%s",
                   environment_line(&contrast->environment, &lines));
}

void compare_launch(struct contrast *contrast, const struct contest *contest,
                    const struct compare_options *options, const struct launch *launch)
{
    for (int i = 0; i < contrast->works_count; i++)
        advise_run(&contrast->works[i], contest, &options->range, launch,
                   contrast->environment.mpi);
    if (contrast->ranks == 1)
        advise_ranks(contrast, contest, launch);
}
