/*
 * tether - ends this process when the launcher that started it is gone.
 *
 * A killed mpirun of Open MPI 4 ends its ranks, too. The launcher of Open MPI 5 and 6 (PRRTE)
 * leaves them running until their job ends, or forever if a collective waits. So a separate thread
 * sleeps until the process that started this rank on its host (mpirun, or its daemon there) ends.
 * The kernel's PR_SET_PDEATHSIG does not help: it is sent when the *thread* that started the rank
 * ends, and not at all if a wrapper script is in between.
 */
#ifndef SQUARES_COMM_TETHER_H
#define SQUARES_COMM_TETHER_H

#include <stdbool.h>

/* From now on this process ends soon after its launcher: by SIGTERM or, if that does not end it,
 * with exit code 1. If `speaks`, it says so on stderr. Does nothing in a process that has no
 * launcher, or that cannot start another thread. Call it once, before MPI starts. */
void tether_fasten(bool speaks);

#endif
