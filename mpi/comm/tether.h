/*
 * tether - ends this process when the launcher that started it is gone.
 *
 * A killed mpirun of Open MPI 4 takes its ranks along. The launcher of Open MPI 5 and 6 (PRRTE)
 * leaves them running, for as long as their job takes or a collective waits. So a thread of its own
 * sleeps until the process that started this rank on its host (mpirun, or its daemon there) ends.
 * The kernel's PR_SET_PDEATHSIG is no help: it is sent when the *thread* ends that started the
 * rank, and not at all behind a wrapper script.
 */
#ifndef SQUARES_COMM_TETHER_H
#define SQUARES_COMM_TETHER_H

#include <stdbool.h>

/* From now on the process ends soon after its launcher: by SIGTERM, and, if that does not end it,
 * with exit code 1. One that `speaks` says so on stderr. Does nothing in a process that has no
 * launcher, or can have no more threads. To be called once, before MPI starts. */
void tether_fasten(bool speaks);

#endif
