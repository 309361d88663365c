/* evidence_launcher - the launcher among the processes above this one. */
#include "place/evidence_find.h"

#include "place/seat.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct process {
    char name[EVIDENCE_NAME];
    long parent, session;
};

/* Opens a file of that process; NULL if it is not there. */
static FILE *open_proc(const struct evidence_world *world, long pid, const char *file)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%ld/%s", world->proc, pid, file);
    return length < (int)sizeof(path) ? fopen(path, "re") : NULL;
}

/* "12 (mpirun) S 3 12 3 ...": the name may hold blanks and brackets. */
static bool read_process(const struct evidence_world *world, long pid, struct process *process)
{
    char line[1024] = "";
    FILE *file = open_proc(world, pid, "stat");
    if (file == NULL)
        return false;
    size_t length = fread(line, 1, sizeof(line) - 1, file);
    (void)fclose(file);
    line[length] = '\0';
    char *begin = strchr(line, '('), *end = strrchr(line, ')');
    if (begin == NULL || end < begin)
        return false;
    (void)snprintf(process->name, sizeof(process->name), "%.*s", (int)(end - begin - 1), begin + 1);
    return sscanf(end + 1, " %*c %ld %*d %ld", &process->parent, &process->session) == 2;
}

static void read_mask(const struct evidence_world *world, long pid, hwloc_bitmap_t mask)
{
    static const char KEY[] = "Cpus_allowed_list:";
    FILE *file = open_proc(world, pid, "status");
    char *line = NULL;
    size_t room = 0;
    while (file != NULL && getline(&line, &room, file) >= 0)
        if (strncmp(line, KEY, sizeof(KEY) - 1) == 0) {
            if (!evidence_add_list(mask, line + sizeof(KEY) - 1))
                hwloc_bitmap_zero(mask);
            break;
        }
    free(line);
    if (file != NULL)
        (void)fclose(file);
}

/* Processes that start ranks. Not slurmstepd: it may use all PUs, whatever the job may. */
static bool is_launcher(const char *name)
{
    static const char *const NAMES[] = {"mpirun",  "mpiexec", "orterun", "orted",
                                        "prterun", "prted",   "prte"};
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
        if (strcmp(name, NAMES[i]) == 0)
            return true;
    return false;
}

/* The parent, or, behind a wrapper script or two, an ancestor. Beyond the parent only within the
 * session of this process: what started the session belongs to something else. */
void evidence_find_launcher(struct evidence *evidence, const struct evidence_world *world)
{
    enum { DEEPEST = 8 };
    struct process self, ancestor;
    if (!read_process(world, world->pid, &self))
        return;
    long pid = self.parent;
    for (int depth = 0; depth < DEEPEST && pid > 1; depth++) {
        if (!read_process(world, pid, &ancestor) || (depth > 0 && ancestor.session != self.session))
            return;
        if (is_launcher(ancestor.name)) {
            read_mask(world, pid, evidence->launcher);
            if (!hwloc_bitmap_iszero(evidence->launcher))
                memcpy(evidence->launcher_name, ancestor.name, sizeof(ancestor.name));
            return;
        }
        pid = ancestor.parent;
    }
}
