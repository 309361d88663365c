/*
 * place_options - the command line of `place`, read the same way on every rank before MPI starts.
 */
#ifndef SQUARES_CLI_PLACE_OPTIONS_H
#define SQUARES_CLI_PLACE_OPTIONS_H

#include "place/placement.h"

struct place_options {
    struct placement_request placing;
    const char *topology; /* a machine that is not here, or NULL: this job's hosts */
    int ranks;            /* of that machine */
    const char *allowed;  /* PUs of it to use, or NULL: all */
    bool check, measure;
    bool quiet, whole;
    bool no_fsync;    /* files need not be on the disk when the command ends */
    const char *json; /* a file, "-", or NULL */
    const char *svg;  /* a file, or NULL */
    bool help;
};

#endif
