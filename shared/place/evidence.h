/*
 * evidence - what a job may use on this host, and who says so. Launchers bind a rank to less than
 * the job was given, as they do not know about its threads; this module finds how far a plan may go
 * beyond the ranks' own masks. It never goes beyond the cgroup, nor beyond what the resource
 * manager or the launcher gave.
 *
 *     cgroup     a limit: no PU outside of it
 *     manager    PUs that the resource manager's variables name for this host
 *     launcher   the mask of the launcher's own process on this host (mpirun, prted, ...)
 *     count      a number of CPUs: a limit. If manager and launcher claim more PUs than the job
 *                was given, that claim is no evidence: under Slurm without confinement mpirun
 *                itself may use the whole machine. The count widens nothing, unless it is all of
 *                the host and no launcher is known
 *     ranks      the PUs the host's ranks already run on, always granted
 *
 * Called by one rank of the host, one thread at a time. Malformed variables count as not set.
 */
#ifndef SQUARES_PLACE_EVIDENCE_H
#define SQUARES_PLACE_EVIDENCE_H

#include "base/err.h"
#include "place/machine.h"
#include "place/quota.h"

#include <hwloc.h>
#include <stdbool.h>
#include <sys/types.h>

/* Room for words, and for the name of a process; a PU beyond these, or more CPUs than these, is
 * garbage; the most managers that evidence_counts lists. */
enum { EVIDENCE_WORDS = 320, EVIDENCE_NAME = 32, EVIDENCE_PUS = 16384, EVIDENCE_COUNTS = 4 };

/* Sets are of OS numbers. The manager's strings are static. */
struct evidence {
    hwloc_bitmap_t cgroup;             /* at least one PU */
    hwloc_bitmap_t ranks;              /* empty: unknown */
    hwloc_bitmap_t manager;            /* empty: unknown */
    const char *manager_by;            /* "Slurm", or NULL */
    const char *manager_name;          /* the variable the set is from, or NULL */
    int manager_cpus;                  /* 0: unknown */
    const char *cpus_by, *cpus_name;   /* whose count it is, and the variable it is from, or NULL */
    bool cpus_at_least;                /* the job may have been given more than that */
    int core_pus;                      /* PUs of a core, at least 1 */
    struct quota quota;                /* of processor time; limits how much, not where */
    hwloc_bitmap_t launcher;           /* empty: unknown */
    char launcher_name[EVIDENCE_NAME]; /* what to call it: "mpirun", or "" */
};

/* Where to look; tests set up a world of their own. */
struct evidence_world {
    const char *(*getenv)(void *arg, const char *name);
    void *arg;
    const char *proc; /* "/proc" */
    pid_t pid;        /* the process whose ancestors are searched */
    const char *host; /* this host's name in the managers' lists; NULL: what it calls itself */
    const char *root; /* of /proc and /sys, to look for a quota; NULL: do not */
};

/* The environment of this process. */
const char *evidence_getenv(void *arg, const char *name);

/* Fills `evidence` from the environment and /proc. `machine`: its numbers of cores and PUs count,
 * as some managers count cores, and as a cgroup that allows all PUs confines nothing. `allowed`:
 * what hwloc reports as allowed here; `ranks`: the union of the masks of the host's ranks, or NULL;
 * both are copied. Returns 0, or -1 and sets err if nothing is allowed or memory runs out; then
 * there is nothing to release. */
int evidence_gather(struct evidence *evidence, const struct machine *machine,
                    hwloc_const_bitmap_t allowed, hwloc_const_bitmap_t ranks, struct err *err);

/* The same, reading from `world`. */
int evidence_gather_from(struct evidence *evidence, const struct evidence_world *world,
                         const struct machine *machine, hwloc_const_bitmap_t allowed,
                         hwloc_const_bitmap_t ranks, struct err *err);

/* A number of CPUs that a resource manager's variable gives this job on this host. */
struct evidence_count {
    const char *by, *name; /* "PBS", and the variable; static */
    int cpus;
    bool at_least; /* the job may have been given more than that */
};

/* Lists what the managers' variables say, a row for each manager. Returns how many there are. */
int evidence_counts(const struct evidence_world *world,
                    struct evidence_count list[EVIDENCE_COUNTS]);

void evidence_release(struct evidence *evidence);

/* Returns the process id of the launcher among this one's ancestors, and its name in `called`; 0 if
 * there is none. */
pid_t evidence_launcher(const struct evidence_world *world, const char **called);

/* The most that the job may use here, and why, in words: "mpirun itself may use PUs 0-1". Returns a
 * new bitmap, never empty, within the cgroup; all of the cgroup if nothing else is known. NULL: out
 * of memory. Looks at nothing but `evidence`. */
hwloc_bitmap_t evidence_widest(const struct evidence *evidence, char words[EVIDENCE_WORDS]);

/* Whether the job was given fewer CPUs than its ranks or their launcher may run on, and nothing
 * tells which: then a worker that binds to one of them may bind to a CPU of another job. In words:
 * "Slurm gave 1 CPU (...), but did not say which of PUs 0-1". */
bool evidence_undecided(const struct evidence *evidence, char words[EVIDENCE_WORDS]);

#endif
