#include "command/demo_ranks.h"

#include <string.h>

static const struct {
    const char *name;
    demo_ranks_fn *run;
} MEETINGS[] = {
    {"deadlock", meet_deadlock},
    {"isolation", meet_isolation},
    {"scatter", meet_scatter},
    {NULL, NULL},
};

int demo_ranks_run(const char *name, struct demo_ranks *demo_ranks, struct err *err)
{
    for (int i = 0; MEETINGS[i].name != NULL; i++)
        if (strcmp(MEETINGS[i].name, name) == 0)
            return MEETINGS[i].run(demo_ranks, err);
    return err_set(err, ERR_FAILED, "demo '%s' has no part that passes messages", name);
}
