/*
 * launch - command lines that start a shape with each rank bound to cores of its own.
 *
 * With more workers than cores, a rank gets hardware threads of its own; with more workers than
 * hardware threads, nothing is bound. With several hosts, every line keeps `host_ranks` on each;
 * the hosts and slots come from the allocation or a hostfile, which the lines do not mention.
 * mpirun places ranks along the machine in order, and if they divide evenly among the NUMA nodes,
 * each rank has its threads in one node; srun deals ranks out over the packages in turn. Root also
 * needs --allow-run-as-root, with Open MPI only.
 *
 * mpirun4   Open MPI 4. Run with 4.1.4 on two cores, also inside a Slurm job. On machines of 36
 *           cores with 2 hardware threads, of 48 in 8 NUMA nodes, and on two hosts, its own mapper
 *           was asked (--do-not-launch, a topology file) and the PUs of each rank read from its
 *           answer. `slot:PE=T` alone fills a host's slots first, so with several hosts it fails
 *           if slots are cores: hence `ppr:K:node:PE=T`.
 * mpirun5   Open MPI 5 and 6, whose launcher is PRRTE: the mapper of 5.0.7 and 6.0.0rc2 was asked
 *           on the same machines. It accepts the line of Open MPI 4, except that it binds no rank
 *           across packages: if ranks do not fit into them, the line binds nothing. Hardware
 *           threads become slots only by --use-hwthread-cpus: 5.0.7 accepts the qualifier :hwtcpus
 *           but then reports "not enough slots".
 * mpich     Hydra, MPICH's launcher: 4.2.1 and 5.0.2 were asked on the same machines
 *           (HYDRA_TOPO_DEBUG). It has no slots; `-map-by core:S` puts the next rank S cores
 *           further on, and `-map-by numa` deals ranks out over the NUMA nodes in turn. It starts
 *           more ranks than cores without an option.
 * srun      Slurm. Run with 22.05 and task/affinity: on two hosts of two cores and, with its masks
 *           read from slurmd, on hosts of 8 cores with 2 hardware threads, in and out of an
 *           allocation. -c must be given to srun itself. --threads-per-core=1 makes -c count
 *           cores; --hint=nomultithread does not if --cpu-bind is given too. Hardware threads are
 *           available only if Slurm counts them as CPUs. A task of several CPUs gets whole cores,
 *           and if there are too few, srun waits forever: then the line binds nothing. Without -c,
 *           --overcommit gets one CPU per host. The --mpi types differ: Slurm 26.05 can come
 *           without pmix.
 */
#ifndef SQUARES_FINDINGS_LAUNCH_H
#define SQUARES_FINDINGS_LAUNCH_H

/* Room for a line, and for the list of what srun offers. */
enum { LAUNCH_TEXT = 512, LAUNCH_OFFERS = 200 };

/* All hosts have the same shape. */
struct launch_shape {
    int hosts;
    int ranks;            /* of all hosts */
    int host_ranks;       /* on the host that has the most */
    int threads;          /* of each rank */
    int cores, pus;       /* usable on a host */
    int nodes;            /* NUMA nodes with usable cores on a host */
    int packages;         /* with usable cores on a host; 0: unknown, taken as `nodes` */
    const char *srun_mpi; /* srun's --mpi, static; NULL: "pmix"; "": none for this MPI */
};

struct launch_lines {
    char mpirun4[LAUNCH_TEXT], mpirun5[LAUNCH_TEXT], mpich[LAUNCH_TEXT], srun[LAUNCH_TEXT];
};

/* Extracts the names from what `srun --mpi=list` printed, separated by blanks: "none pmi2 pmix
 * pmix_v5". Names are the lines of one word; the rest is explanation. Names that do not fit are
 * left out. */
void launch_srun_words(const char *printed, char offers[LAUNCH_OFFERS]);

/* The --mpi to give srun for the MPI library of that name ("Open MPI v5.0.7", "MPICH 4.2.1"), if
 * srun offers the words in `offers`; "" means that these are unknown, and the result is what that
 * MPI needs. Returns "" if srun offers nothing that it can use. Static. */
const char *launch_srun_mpi(const char *mpi, const char *offers);

/* Makes the lines for `command`: "./squares run --threads 2 ...". A line that would be too long is
 * "", and so are all lines of an impossible shape. */
void launch_lines(struct launch_lines *lines, const struct launch_shape *shape,
                  const char *command);

/* The same for squares itself: `again` is its command line without --threads, which is added. */
void launch_again(struct launch_lines *lines, const struct launch_shape *shape, const char *again);

#endif
