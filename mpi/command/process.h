/*
 * process - this process before and around MPI: what started it, whether it is the one that prints,
 * and how it fails while there is no MPI for the ranks to agree with.
 */
#ifndef SQUARES_COMMAND_PROCESS_H
#define SQUARES_COMMAND_PROCESS_H

#include "base/err.h"

#include <stdbool.h>

/* Call this before anything else. Finds out what started the process, and resets what its parent
 * may have passed on. Returns 0, or -1 and sets err if the process could not print anything. */
int process_begin(struct err *err);

/* Whether this process is the one that prints, as far as can be known before MPI has started. */
bool process_speaks(void);

/* A process that was started alone drops what an earlier launcher left in the environment: MPI
 * would look for that launcher, a plan would believe its variables, and a report would mention it.
 */
void process_shed(void);

/* What started it, for reports: "mpirun", "srun"; or "hand". */
const char *process_launcher(void);

/* Starts MPI. Afterwards only the main thread may call MPI. */
void process_mpi_init(void);

/* Prints the failure, on one rank. mpirun ends all ranks when the first exits with an error, so
 * ranks that do not print exit later. A local failure is printed by the rank that has it, as others
 * may not have it. Returns the exit code. */
int process_fail(const struct err *err);

/* Makes sure that everything printed has arrived. Returns the exit code. */
int process_flush(void);

#endif
