/* evidence_launcher - the launcher among this process's ancestors. */
#include "place/evidence_find.h"

#include "place/seat.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

/* --- ranks beside this one --- */

/* Whether a process has the number of a rank in its environment. */
static bool is_rank(const struct evidence_world *world, long pid)
{
    static const char *const NAMES[] = {
        "OMPI_COMM_WORLD_RANK=", "PMIX_RANK=", "PMI_RANK=", "SLURM_PROCID="};
    char *variable = NULL;
    size_t room = 0;
    bool found = false;
    FILE *file = open_proc(world, pid, "environ");
    while (file != NULL && !found && getdelim(&variable, &room, '\0', file) >= 0)
        for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
            found = found || strncmp(variable, NAMES[i], strlen(NAMES[i])) == 0;
    free(variable);
    if (file != NULL)
        (void)fclose(file);
    return found;
}

/* Counts on each PU the ranks that may use it. Returns how many ranks there are among the children
 * of one of the launcher's threads. */
static int count_ranks(const struct evidence_world *world, FILE *children, int users[EVIDENCE_PUS])
{
    long pid;
    int ranks = 0, pu;
    while (fscanf(children, "%ld", &pid) == 1) {
        FILE *status = is_rank(world, pid) ? open_proc(world, pid, "status") : NULL;
        hwloc_bitmap_t mask = hwloc_bitmap_alloc();
        if (status != NULL && mask != NULL) {
            evidence_read_mask(status, mask);
            ranks++;
            for (pu = hwloc_bitmap_first(mask); pu >= 0 && pu < EVIDENCE_PUS;
                 pu = hwloc_bitmap_next(mask, pu))
                users[pu]++;
        }
        hwloc_bitmap_free(mask);
        if (status != NULL)
            (void)fclose(status);
    }
    return ranks;
}

/* The same for the children of all its threads. */
static int count_all(const struct evidence_world *world, long launcher, int users[EVIDENCE_PUS])
{
    char path[4096];
    int ranks = 0;
    (void)snprintf(path, sizeof(path), "%s/%ld/task", world->proc, launcher);
    DIR *threads = opendir(path);
    if (threads == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(threads)) != NULL;) {
        (void)snprintf(path, sizeof(path), "task/%.20s/children", entry->d_name);
        FILE *children = open_proc(world, launcher, path);
        if (children == NULL)
            continue;
        ranks += count_ranks(world, children, users);
        (void)fclose(children);
    }
    (void)closedir(threads);
    return ranks;
}

/* mpirun, or the process by which Slurm starts tasks. 0: neither is above this process. */
static long find_above(const struct evidence_world *world)
{
    const char *called;
    struct process self, above;
    long pid = evidence_launcher(world, &called);
    if (pid > 0 || !evidence_read_process(world, world->pid, &self))
        return pid;
    for (long up = self.parent; up > 0 && evidence_read_process(world, up, &above);
         up = above.parent)
        if (strcmp(above.name, "slurmstepd") == 0)
            return up;
    return 0;
}

/* How many of the PUs are a rank's share, given how many ranks may use each. */
static double sum_shares(hwloc_const_bitmap_t own, const int users[EVIDENCE_PUS])
{
    double share = 0;
    for (int pu = hwloc_bitmap_first(own); pu >= 0 && pu < EVIDENCE_PUS;
         pu = hwloc_bitmap_next(own, pu))
        share += users[pu] > 0 ? 1.0 / users[pu] : 0;
    return share;
}

double evidence_share(const struct evidence_world *world, hwloc_const_bitmap_t own, int ranks)
{
    enum { TRIES = 25 };
    const struct timespec PAUSE = {.tv_nsec = 2000000};
    long launcher = find_above(world);
    int *users = launcher > 0 ? calloc(EVIDENCE_PUS, sizeof(*users)) : NULL, found = 0;
    if (users == NULL)
        return 0;
    for (int i = 0; i < TRIES && found < ranks; i++) {
        if (i > 0)
            (void)nanosleep(&PAUSE, NULL);
        memset(users, 0, EVIDENCE_PUS * sizeof(*users));
        found = count_all(world, launcher, users);
    }
    double share = found == ranks ? sum_shares(own, users) : 0;
    free(users);
    return share;
}

/* --- the launcher's own mask --- */

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
