/*
 * process - this process before and around MPI: who started it, whether it is the one to speak, and
 * how it fails when there is no MPI to agree by.
 */
#ifndef SQUARES_COMMAND_PROCESS_H
#define SQUARES_COMMAND_PROCESS_H

#include "base/err.h"

#include <stdbool.h>

/* First of all: finds out who started it, and begins as if its parent had left nothing behind.
 * Returns 0, or -1 and sets err: it could print nothing. */
int process_begin(struct err *err);

/* Whether this process is the one to speak, as far as can be known before MPI has started. */
bool process_speaks(void);

/* Who started it, for reports: "mpirun", "srun", "none". */
const char *process_launcher(void);

/* Only the main thread may call MPI then. */
void process_mpi_init(void);

/* Prints the failure, from one rank. mpirun ends all ranks when the first exits with an error, so
 * those that do not speak leave later. What is local the others may not have met, and then no other
 * rank says it. Returns the exit code. */
int process_fail(const struct err *err);

/* What was printed has to have arrived. Returns the exit code. */
int process_flush(void);

#endif
