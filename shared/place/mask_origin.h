/*
 * mask_origin - who set the mask of a rank: before main, and in MPI_Init. It only judges what is
 * known about the rank, its ancestors and the environment; it sets nothing.
 *
 * It rests on these facts, each observed or read in the source:
 *   - Open MPI 4's mpirun leaves OMPI_MCA_orte_bound_at_launch=1 in the ranks it binds, even if it
 *     binds them to the whole machine, but not with --bind-to none or more ranks than slots.
 *   - Open MPI 5's launcher (PRRTE) leaves no sign of binding: a rank that may use less than the
 *     launcher itself counts as bound by it.
 *   - Hydra, MPICH's launcher, leaves none either; its proxies are ancestors of the ranks, and it
 *     sets MPI_LOCALNRANKS.
 *   - Open MPI 4's libmpi binds in MPI_Init a rank that its launcher did not bind, if a policy was
 *     asked for (OMPI_MCA_hwloc_base_binding_policy=core) and the rank may use all PUs. Under srun
 *     it never does: there it considers the rank bound from outside.
 *   - libgomp binds the first thread when it is loaded, so before main; libomp does so later.
 */
#ifndef SQUARES_PLACE_MASK_ORIGIN_H
#define SQUARES_PLACE_MASK_ORIGIN_H

#include <hwloc.h>
#include <stdbool.h>

enum { ORIGIN_WORDS = 224, ORIGIN_VALUE = 96 };

enum mask_origin_who {
    ORIGIN_UNKNOWN,  /* the mask is not known */
    ORIGIN_NOBODY,   /* it may use every PU that is online */
    ORIGIN_CGROUP,   /* it may use all that the cgroup allows */
    ORIGIN_OPENMP,   /* an OpenMP runtime in this process */
    ORIGIN_LAUNCHER, /* mpirun, prted, ... */
    ORIGIN_SLURM,    /* srun, directly or through the launcher */
    ORIGIN_PARENT,   /* inherited: taskset, numactl, a shell, a batch system */
    ORIGIN_MPI_INIT, /* libmpi; only after MPI_Init */
    ORIGIN_SAME,     /* unchanged; only after MPI_Init */
};

/* What the environment contributes. Values that are too long are cut. */
struct mask_origin_environment {
    bool bound_at_launch;          /* Open MPI 4's mpirun says it bound the rank */
    bool prrte;                    /* started by Open MPI 5's launcher */
    bool hydra;                    /* started by MPICH's launcher */
    char slurm_bind[ORIGIN_VALUE]; /* how srun bound its tasks: "mask_cpu:0x1"; "": it did not */
    char openmp[ORIGIN_VALUE];     /* first variable that makes OpenMP bind: "OMP_PROC_BIND=true" */
    bool openmp_here;              /* an OpenMP runtime is mapped in this process */
};

/* Sets are of OS numbers; NULL or empty: unknown. */
struct mask_origin_input {
    hwloc_const_bitmap_t start;    /* the mask at the start of main */
    hwloc_const_bitmap_t after;    /* the mask after MPI_Init */
    hwloc_const_bitmap_t launcher; /* the mask of the launcher's process on this host */
    hwloc_const_bitmap_t manager;  /* PUs that the resource manager names for this host */
    hwloc_const_bitmap_t allowed;  /* what the cgroup allows */
    hwloc_const_bitmap_t online;   /* all PUs of the host */
    const char *launcher_name;     /* "mpirun"; NULL or "": unknown */
    struct mask_origin_environment environment;
};

struct mask_origin {
    enum mask_origin_who before, after;
    char before_words[ORIGIN_WORDS]; /* "mpirun bound it", ... */
    char after_words[ORIGIN_WORDS];  /* "unchanged", "libmpi bound it in MPI_Init", ... */
    char note[ORIGIN_WORDS];         /* a further remark, or "" */
};

/* Reads the environment with `lookup(arg, name)`; evidence_getenv reads the real one. Also checks
 * whether this process has an OpenMP runtime. */
void mask_origin_read(struct mask_origin_environment *environment,
                      const char *(*lookup)(void *arg, const char *name), void *arg);

/* Whether libgomp, libomp or libiomp5 is mapped in this process. */
bool mask_origin_openmp_here(void);

/* Judges from `input` alone. */
void mask_origin_find(struct mask_origin *origin, const struct mask_origin_input *input);

#endif
