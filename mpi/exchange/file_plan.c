#include "exchange/file_plan.h"

#include <stdio.h>

int file_plan_make(struct file_plan *plan, const struct source *source, const struct sink *sink,
                   struct err *err)
{
    if (plan->input != NULL && source->start == START_UNKNOWN) {
        err_set(err, ERR_INPUT, "cannot read parts of '%s': it is not a regular file", plan->input);
        return err_remedy(err, "use --exchange message");
    }
    plan->count = source->count;
    plan->input_start = source->start;
    plan->input_rest = source->rest;
    plan->input_swapped = source->swapped;
    plan->output_start = sink->start;
    if (plan->output == NULL)
        return 0;
    int length = snprintf(plan->unfinished, sizeof(plan->unfinished), "%s", sink->file.temporary);
    if (length < (int)sizeof(plan->unfinished))
        return 0;
    return err_set(err, ERR_INPUT, "cannot write '%s': its name is too long", plan->output);
}

void file_plan_tell(struct file_plan *plan, const struct team *team)
{
    struct file_plan told = *plan;
    team_bcast(team, &told, (int)sizeof(told), MPI_BYTE, 0);
    told.input = plan->input; /* pointers are valid only in the process that made them */
    told.output = plan->output;
    *plan = told;
}
