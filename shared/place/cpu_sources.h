/*
 * cpu_sources - how many workers a process should start on this host, and who says so. Every source
 * is listed with what it says, and the least of those that limit is the answer:
 *
 *     CPUs      the least of: CPUs online, the cgroup's cpuset, the kernel's mask, the cgroup's
 *               quota, what a batch system gave on this host, and this process's even share if its
 *               launcher started several here. May be a fraction
 *     workers   that number rounded up, at least 1; but no more than OpenMP's variables allow
 *
 * Each of these is an upper limit. A variable never raises the answer: OMP_NUM_THREADS=16 on 4 CPUs
 * is 4. Cores, and cores by type, limit nothing and are listed to be known.
 */
#ifndef SQUARES_PLACE_CPU_SOURCES_H
#define SQUARES_PLACE_CPU_SOURCES_H

#include "base/err.h"
#include "place/mask_origin.h"
#include "place/quota.h"

#include <hwloc.h>
#include <stdbool.h>
#include <sys/types.h>

enum cpu_source_id {
    SOURCE_ONLINE,
    SOURCE_CPUSET,
    SOURCE_MASK,
    SOURCE_QUOTA,
    SOURCE_SLURM,
    SOURCE_PBS,
    SOURCE_LSF,
    SOURCE_GRID_ENGINE,
    SOURCE_FLUX,
    SOURCE_LAUNCHER,
    SOURCE_OMP_NUM_THREADS,
    SOURCE_OMP_THREAD_LIMIT,
    SOURCE_PUS,
    SOURCE_CORES,
    SOURCE_P_CORES,
    SOURCE_E_CORES,
    CPU_SOURCES,
};

enum { CPU_SOURCE_TEXT = 320 };

struct cpu_source {
    double number;              /* of CPUs, threads or cores; 0: it says nothing */
    bool limits;                /* it takes part in the answer */
    bool unknown;               /* it may have a limit, which cannot be seen from here */
    char text[CPU_SOURCE_TEXT]; /* what it says and where, in words; "": it says nothing */
};

struct cpu_sources {
    struct cpu_source list[CPU_SOURCES];
    struct quota quota;
    char mask_by[ORIGIN_WORDS]; /* who set the kernel's mask, in words: "mpirun bound it" */
    double cpus;
    int workers;
    enum cpu_source_id cpus_by, workers_by; /* which source limits each */
};

/* Where to look; tests set up a world of their own. */
struct cpu_world {
    const char *root; /* of /proc and /sys; "": the real ones */
    const char *(*getenv)(void *arg, const char *name);
    void *arg;
    pid_t pid;                 /* of this process */
    const char *host;          /* as in struct evidence_world */
    hwloc_topology_t topology; /* of this host; NULL: its cores are not known */
};

/* Fills `sources`. Returns 0, or -1 and sets err if memory runs out. */
int cpu_sources_find(struct cpu_sources *sources, const struct cpu_world *world, struct err *err);

/* "kernel's mask": for people; "mask": for programs. */
const char *cpu_source_name(enum cpu_source_id id);
const char *cpu_source_key(enum cpu_source_id id);

/* Whether it limits threads rather than CPUs, or counts parts of the machine. */
bool cpu_source_of_threads(enum cpu_source_id id);
bool cpu_source_of_machine(enum cpu_source_id id);

#endif
