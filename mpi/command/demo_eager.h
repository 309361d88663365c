/*
 * demo_eager - up to which size Open MPI sends a message before anybody receives it.
 */
#ifndef SQUARES_COMMAND_DEMO_EAGER_H
#define SQUARES_COMMAND_DEMO_EAGER_H

#include <stdbool.h>

/* In bytes, as Open MPI was told, its own headers included; -1: it does not say. *name: of the
 * parameter, which is another one between hosts, and since version 5. Between MPI_Init and
 * MPI_Finalize. */
long eager_limit(bool one_host, const char **name);

#endif
