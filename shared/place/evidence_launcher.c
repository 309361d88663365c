/* evidence_launcher - the launcher among this process's ancestors. */
#include "place/evidence_find.h"

#include "place/seat.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROCESS_NAME = 15 }; /* the kernel keeps only this much of a name */

/* Opens a file of that process; NULL if there is none. */
static FILE *open_proc(const struct evidence_world *world, long pid, const char *file)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%ld/%s", world->proc, pid, file);
    return length < (int)sizeof(path) ? fopen(path, "re") : NULL;
}

/* "12 (mpirun) S 3 12 3 ...": the name may hold blanks and brackets. */
bool evidence_read_process(const struct evidence_world *world, long pid, struct process *process)
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

void evidence_read_mask(FILE *status, hwloc_bitmap_t mask)
{
    static const char KEY[] = "Cpus_allowed_list:";
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, status) >= 0)
        if (strncmp(line, KEY, sizeof(KEY) - 1) == 0) {
            if (!evidence_add_list(mask, line + sizeof(KEY) - 1))
                hwloc_bitmap_zero(mask);
            break;
        }
    free(line);
}

/* Processes that start ranks, and what to call them: a user who typed mpirun should read mpirun,
 * whatever Open MPI's process is named. slurmstepd is not listed: it may use all PUs, whatever the
 * job may use. */
const char *evidence_launcher_called(const char *name)
{
    static const struct {
        const char *process, *called;
    } NAMES[] = {
        {"mpirun", "mpirun"},
        {"mpiexec", "mpiexec"},
        {"orterun", "mpirun"},
        {"prterun", "mpirun"},
        {"mpirun.openmpi", "mpirun"}, /* Debian's names */
        {"mpiexec.openmpi", "mpirun"},
        {"mpirun.mpich", "mpirun"},
        {"mpiexec.mpich", "mpirun"},
        {"mpiexec.hydra", "mpirun"},
        {"orted", "orted"},
        {"prted", "prted"},
        {"prte", "prte"},
        {"hydra_pmi_proxy", "mpirun (hydra_pmi_proxy)"},
        {"hydra_bstrap_proxy", "mpirun (hydra_bstrap_proxy)"},
    };
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
        if (strncmp(name, NAMES[i].process, PROCESS_NAME) == 0)
            return NAMES[i].called;
    return NULL;
}

/* The launcher is the parent or, if wrapper scripts are in between, an earlier ancestor. Beyond the
 * parent, only the session of this process is searched: what started the session is not part of
 * this job. */
pid_t evidence_launcher(const struct evidence_world *world, const char **called)
{
    enum { DEEPEST = 8 };
    struct process self, ancestor;
    if (!evidence_read_process(world, world->pid, &self))
        return 0;
    long pid = self.parent;
    for (int depth = 0; depth < DEEPEST && pid > 0; depth++) {
        if (!evidence_read_process(world, pid, &ancestor) ||
            (depth > 0 && ancestor.session != self.session))
            return 0;
        *called = evidence_launcher_called(ancestor.name);
        if (*called != NULL)
            return (pid_t)pid;
        pid = ancestor.parent;
    }
    return 0;
}

void evidence_find_launcher(struct evidence *evidence, const struct evidence_world *world)
{
    const char *called = NULL;
    pid_t pid = evidence_launcher(world, &called);
    if (pid == 0)
        return;
    FILE *status = open_proc(world, pid, "status");
    if (status == NULL)
        return;
    evidence_read_mask(status, evidence->launcher);
    (void)fclose(status);
    if (!hwloc_bitmap_iszero(evidence->launcher))
        (void)snprintf(evidence->launcher_name, sizeof(evidence->launcher_name), "%s", called);
}
