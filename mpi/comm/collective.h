/*
 * collective - the one header through which the program sees MPI. In debug builds
 * (SQUARES_CHECK_COLLECTIVES) a meeting precedes each collective call: the ranks of its
 * communicator tell each other where in the source they call it, on a communicator that only
 * meetings use.
 *
 *     rank 0: MPI_Bcast (mpi/command/run.c:102)       both sites are printed, the job is aborted
 *     rank 1: team_barrier (mpi/command/run.c:219)    instead of waiting forever
 *
 * It notices three things:
 * - two ranks of a communicator meet at different sites: at once;
 * - ranks wait for each other in a circle, on different communicators: within seconds;
 * - a rank does not come: after SQUARES_COLLECTIVE_S seconds (120; 0: never), as the rank may be
 *   waiting for something else, or only be slow.
 *
 * Without the macro a collective is MPI's own, and nothing of this is compiled. The program's own
 * collective functions wrap themselves in the same way, below their prototypes. A communicator made
 * through this header carries the communicator for its meetings as an attribute, which is freed
 * with it. The first collective call of a program must be one of all ranks. Only the main thread
 * makes these calls.
 */
#ifndef SQUARES_COMM_COLLECTIVE_H
#define SQUARES_COMM_COLLECTIVE_H

#include <mpi.h>

#ifdef SQUARES_CHECK_COLLECTIVES

#ifdef __cplusplus
extern "C" {
#endif

/* Returns when all of `comm` are at this site; ends the job with a message if they are not. */
void collective_meet(MPI_Comm comm, const char *what, const char *file, int line);

/* The same for a window's communicator. */
void collective_meet_window(MPI_Win window, const char *what, const char *file, int line);

/* The next meeting has no time limit: its ranks wait for work that may take hours. */
void collective_no_hurry(void);

/* Attach the communicator for meetings to what was just made. They return `code`. */
int collective_made(int code, const MPI_Comm *comm);
int collective_made_window(int code, MPI_Comm comm, const MPI_Win *window);

#ifdef __cplusplus
}
#endif

#define COLLECTIVE_MEET(comm, what) collective_meet(comm, what, __FILE__, __LINE__)
/* Calls name(...), which is collective over `comm`. A macro may have the same name: in brackets,
 * the name is the function. */
#define COLLECTIVE(comm, name, ...) (COLLECTIVE_MEET(comm, #name), (name)(__VA_ARGS__))

#define MPI_Barrier(comm)                    COLLECTIVE(comm, MPI_Barrier, comm)
#define MPI_Bcast(data, n, type, root, comm) COLLECTIVE(comm, MPI_Bcast, data, n, type, root, comm)
#define MPI_Gather(in, n, type, out, m, to, root, comm)                                            \
    COLLECTIVE(comm, MPI_Gather, in, n, type, out, m, to, root, comm)
#define MPI_Gatherv(in, n, type, out, counts, begins, to, root, comm)                              \
    COLLECTIVE(comm, MPI_Gatherv, in, n, type, out, counts, begins, to, root, comm)
#define MPI_Scatter(in, n, type, out, m, to, root, comm)                                           \
    COLLECTIVE(comm, MPI_Scatter, in, n, type, out, m, to, root, comm)
#define MPI_Allgather(in, n, type, out, m, to, comm)                                               \
    COLLECTIVE(comm, MPI_Allgather, in, n, type, out, m, to, comm)
#define MPI_Reduce(in, out, n, type, op, root, comm)                                               \
    COLLECTIVE(comm, MPI_Reduce, in, out, n, type, op, root, comm)
#define MPI_Allreduce(in, out, n, type, op, comm)                                                  \
    COLLECTIVE(comm, MPI_Allreduce, in, out, n, type, op, comm)
#define MPI_Exscan(in, out, n, type, op, comm)                                                     \
    COLLECTIVE(comm, MPI_Exscan, in, out, n, type, op, comm)
#define MPI_Ibarrier(comm, request) COLLECTIVE(comm, MPI_Ibarrier, comm, request)
#define MPI_Ibcast(data, n, type, root, comm, request)                                             \
    COLLECTIVE(comm, MPI_Ibcast, data, n, type, root, comm, request)
#define MPI_Iallreduce(in, out, n, type, op, comm, request)                                        \
    COLLECTIVE(comm, MPI_Iallreduce, in, out, n, type, op, comm, request)
#define MPI_File_open(comm, path, mode, info, file)                                                \
    COLLECTIVE(comm, MPI_File_open, comm, path, mode, info, file)
#define MPI_Comm_dup(comm, made) collective_made(COLLECTIVE(comm, MPI_Comm_dup, comm, made), made)
#define MPI_Comm_split(comm, color, key, made)                                                     \
    collective_made(COLLECTIVE(comm, MPI_Comm_split, comm, color, key, made), made)
#define MPI_Comm_split_type(comm, split, key, info, made)                                          \
    collective_made(COLLECTIVE(comm, MPI_Comm_split_type, comm, split, key, info, made), made)
#define MPI_Comm_free(comm) COLLECTIVE(*(comm), MPI_Comm_free, comm)
#define MPI_Win_allocate_shared(size, unit, info, comm, base, window)                              \
    collective_made_window(                                                                        \
        COLLECTIVE(comm, MPI_Win_allocate_shared, size, unit, info, comm, base, window), comm,     \
        window)
#define MPI_Win_free(window)                                                                       \
    (collective_meet_window(*(window), "MPI_Win_free", __FILE__, __LINE__), (MPI_Win_free)(window))
#define MPI_Finalize() (COLLECTIVE_MEET(MPI_COMM_WORLD, "MPI_Finalize"), (MPI_Finalize)())

#else

#define COLLECTIVE(comm, name, ...) (name)(__VA_ARGS__)
#define collective_no_hurry()       ((void)0)

#endif

#endif
