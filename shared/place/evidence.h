/*
 * evidence - what a job may use on this host, and who says so. Launchers bind a rank to less than
 * the job was given, as they do not know of its threads; this finds how far a plan may reach
 * beyond the ranks' own masks. It never reaches beyond the cgroup, nor beyond what the resource
 * manager or the launcher gave.
 *
 *     cgroup     a limit: no PU outside of it
 *     manager    PUs that the resource manager's variables name for this host
 *     launcher   the mask of the launcher's own process on this host (mpirun, prted, ...)
 *     count      a number of CPUs: a limit. Where manager and launcher claim more PUs than the job
 *                was given, that claim is no evidence: under Slurm without confinement mpirun
 *                itself may use the whole machine. It widens nothing, but where it is all of the
 *                host and no launcher stands between
 *     ranks      what the host's ranks run on, granted as it is
 *
 * One thread at a time; for one rank of the host. Variables that make no sense count as not set.
 */
#ifndef SQUARES_PLACE_EVIDENCE_H
#define SQUARES_PLACE_EVIDENCE_H

#include "base/err.h"

#include <hwloc.h>
#include <stdbool.h>
#include <sys/types.h>

/* Room for words, and for the name of a process. */
enum { EVIDENCE_WORDS = 320, EVIDENCE_NAME = 32 };

/* Sets are of OS numbers. The strings of the manager are static. */
struct evidence {
    hwloc_bitmap_t cgroup;             /* at least one PU */
    hwloc_bitmap_t ranks;              /* empty: unknown */
    hwloc_bitmap_t manager;            /* empty: unknown */
    const char *manager_by;            /* "Slurm", or NULL */
    const char *manager_name;          /* the variable the set is from, or NULL */
    int manager_cpus;                  /* 0: unknown */
    const char *cpus_by, *cpus_name;   /* whose count, and the variable it is from, or NULL */
    int core_pus;                      /* PUs of a core, at least 1 */
    hwloc_bitmap_t launcher;           /* empty: unknown */
    char launcher_name[EVIDENCE_NAME]; /* what to call it: "mpirun", or "" */
};

/* Where to look, so that tests can tell a story of their own. */
struct evidence_world {
    const char *(*getenv)(void *arg, const char *name);
    void *arg;
    const char *proc; /* "/proc" */
    pid_t pid;        /* whose ancestors to look at */
};

/* The environment of this process. */
const char *evidence_getenv(void *arg, const char *name);

/* Fills `evidence` from the environment and /proc. `allowed`: what hwloc finds allowed here;
 * `ranks`: the united masks of the host's ranks, may be NULL; both are copied. `core_pus`: hardware
 * threads of a core, as some managers count cores; 1 if unknown. -1: nothing is allowed, or out of
 * memory; then there is nothing to release. */
int evidence_gather(struct evidence *evidence, hwloc_const_bitmap_t allowed,
                    hwloc_const_bitmap_t ranks, int core_pus, struct err *err);

/* The same, looking elsewhere. */
int evidence_gather_from(struct evidence *evidence, const struct evidence_world *world,
                         hwloc_const_bitmap_t allowed, hwloc_const_bitmap_t ranks, int core_pus,
                         struct err *err);

void evidence_release(struct evidence *evidence);

/* The launcher among the processes above this one, and what to call it; 0: none is. */
pid_t evidence_launcher(const struct evidence_world *world, const char **called);

/* The most that the job may use here, and in words why: "mpirun itself may use PUs 0-1". A new
 * bitmap, never empty, within the cgroup; all of the cgroup when nothing else is left. NULL: out of
 * memory. Looks at nothing but `evidence`. */
hwloc_bitmap_t evidence_widest(const struct evidence *evidence, char words[EVIDENCE_WORDS]);

/* Whether the job was given fewer CPUs than its ranks or their launcher may run on, and nobody says
 * which: then a worker that binds to one of them may bind to another job's. In words: "Slurm gave 1
 * CPU (...), but not which of PUs 0-1". */
bool evidence_undecided(const struct evidence *evidence, char words[EVIDENCE_WORDS]);

#endif
