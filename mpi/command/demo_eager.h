/*
 * demo_eager - up to what size Open MPI sends a message before any rank receives it.
 */
#ifndef SQUARES_COMMAND_DEMO_EAGER_H
#define SQUARES_COMMAND_DEMO_EAGER_H

#include <stdbool.h>

/* The limit in bytes, as set in Open MPI, including its own headers; -1 if it does not say. *name:
 * of the parameter, which differs between hosts and since version 5. Call it between MPI_Init and
 * MPI_Finalize. */
long eager_limit(bool one_host, const char **name);

#endif
