/*
 * launch - command lines that start a shape with each rank bound to cores of its own.
 *
 * With more workers than cores a rank gets hardware threads of its own; with more workers than
 * those nothing is bound. With several hosts every line keeps `host_ranks` on each; hosts and slots
 * come from the allocation or a hostfile, of which the lines say nothing. mpirun puts ranks along
 * the machine in order, and where they divide evenly among the NUMA nodes, each has its threads in
 * one; srun deals ranks out over the packages in turn. Root needs --allow-run-as-root besides, from
 * Open MPI only.
 *
 * mpirun4   Open MPI 4. Run with 4.1.4 on two cores, also inside a Slurm job; on machines of 36
 *           cores with 2 hardware threads, of 48 in 8 NUMA nodes, and on two hosts, its own mapper
 *           was asked (--do-not-launch, a topology file) and the PUs of each rank read from it.
 *           `slot:PE=T` alone fills a host's slots first, so with several hosts it fails where
 *           slots are cores: hence `ppr:K:node:PE=T`.
 * mpirun5   Open MPI 5 and 6, whose launcher is PRRTE: the mapper of 5.0.7 and 6.0.0rc2 was asked
 * on the same machines. It takes the line of Open MPI 4, except that it binds no rank across
 *           packages: where ranks would not fit into them the line binds nothing. Hardware threads
 *           are slots only by --use-hwthread-cpus: 5.0.7 takes the qualifier :hwtcpus and then has
 *           "not enough slots".
 * mpich     Hydra, MPICH's launcher: 4.2.1 and 5.0.2 were asked on the same machines
 *           (HYDRA_TOPO_DEBUG). It knows no slots; `-map-by core:S` puts the next rank S cores on,
 * and
 *           `-map-by numa` deals ranks out over the NUMA nodes in turn. It starts more ranks
 *           than cores without being told.
 * srun      Slurm, run with 22.05 and task/affinity: on two hosts of two cores, and, its masks read
 *           from slurmd, on hosts of 8 cores with 2 hardware threads, in and out of an allocation.
 *           -c must be given to srun itself. --threads-per-core=1 makes -c count cores;
 *           --hint=nomultithread does not, beside --cpu-bind. Hardware threads can be had only
 *           where Slurm counts them as CPUs; a task of several gets whole cores, and where those
 * are too few srun waits for ever: then the line binds nothing. Without -c, --overcommit gets one
 * CPU a host. Which --mpi there is differs: Slurm 26.05 can come without pmix.
 */
#ifndef SQUARES_FINDINGS_LAUNCH_H
#define SQUARES_FINDINGS_LAUNCH_H

/* Room for a line, and for what srun offers. */
enum { LAUNCH_TEXT = 512, LAUNCH_OFFERS = 200 };

/* All hosts are alike. */
struct launch_shape {
    int hosts;
    int ranks;      /* of all hosts */
    int host_ranks; /* the most on a host */
    int threads;    /* of each rank */
    int cores, pus; /* usable on a host */
    int nodes;      /* NUMA nodes with usable cores on a host */
    int packages;   /* with usable cores on a host; 0: unknown, as many as nodes are assumed */
    const char *srun_mpi; /* srun's --mpi, static; NULL: "pmix"; "": none that this MPI can use */
};

struct launch_lines {
    char mpirun4[LAUNCH_TEXT], mpirun5[LAUNCH_TEXT], mpich[LAUNCH_TEXT], srun[LAUNCH_TEXT];
};

/* The names in what `srun --mpi=list` printed, with blanks between: "none pmi2 pmix pmix_v5". Those
 * are the lines of one word; the rest is talk. Names that there is no room for are left out. */
void launch_srun_words(const char *printed, char offers[LAUNCH_OFFERS]);

/* What srun's --mpi is to be for the MPI library of that name ("Open MPI v5.0.7", "MPICH 4.2.1"),
 * where srun offers the words in `offers`; "": not known, then what that MPI needs. Returns "":
 * srun offers nothing that it can use. Static. */
const char *launch_srun_mpi(const char *mpi, const char *offers);

/* The lines for `command`: "./squares run --threads 2 ...". A line that would be too long, and all
 * of a shape that cannot be, are "". */
void launch_lines(struct launch_lines *lines, const struct launch_shape *shape,
                  const char *command);

/* The same for squares itself: `again` is its command line without --threads, which is added. */
void launch_again(struct launch_lines *lines, const struct launch_shape *shape, const char *again);

#endif
