/*
 * place_report - what `squares place` reports, as JSON. Each host's leader makes a document about
 * its host; rank 0 gathers them, prints from them, and joins them into the whole JSON.
 *
 * A document is an object of
 *
 * - host: {name, cpu, packages, numa, cores, pus, usable_cores, usable_pus, usable, evidence,
 *   kinds[], ranks, left_to_kernel}
 * - bindings: [{rank, start_pus, set_by, pus, set_in_mpi, seated_pus, widened, evidence, note}]
 * - workers: [{rank, thread, host, pus[], cores[], numa[], planned_pus, bound}]
 * - warnings: [{code, stage, host, text, remedy, measured, launch}]
 * - launch: {mpirun4, mpirun5, mpich, srun} for the shape as it is
 * - picture, for people; same, which is equal for hosts with equal pictures; svg, width and height,
 *   if asked for: these are left out of the JSON
 */
#ifndef SQUARES_REPORT_PLACE_REPORT_H
#define SQUARES_REPORT_PLACE_REPORT_H

#include "draw/picture.h"
#include "findings/findings.h"
#include "place/evidence.h"
#include "place/machine.h"
#include "place/mask_origin.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* A rank's masks: what they were, and who set them. */
struct placing_rank {
    char start[SEAT_TEXT]; /* before MPI */
    char given[SEAT_TEXT]; /* after MPI_Init */
    char seated[SEAT_TEXT];
    bool widened; /* seated beyond its mask */
    struct mask_origin origin;
};

struct placing_host {
    const struct machine *machine;
    const struct cores *cores; /* usable */
    struct seat_map seat_map;  /* with the seats as they were read back */
    const struct stay *stays;  /* [workers], or NULL: this is a plan, with no workers running */
    const struct placing_rank *ranks; /* [ranks], or NULL: likewise */
    const struct findings *findings;
    struct launch_shape shape; /* of the job as it is */
    const char *evidence;
    const char *again;    /* the command line, see launch_again() */
    const char *srun_mpi; /* as in launch_shape, for all lines */
};

/* Which pictures are wanted. */
struct placing_pictures {
    unsigned flags; /* for the terminal, see enum picture_flags */
    bool svg;
};

/* Makes the document of a host, a new reference; NULL: out of memory. */
json_t *placing_document(const struct placing_host *host, const struct placing_pictures *pictures);

/* How the program was run, for all hosts. */
struct placing_run {
    const char *command, *mpi, *launcher;
    const char *srun_offers; /* the words of `srun --mpi=list`; NULL: unknown, or no srun here */
    int ranks, threads;
    bool findings_only;
    bool whole; /* a row for every rank */
};

/* Joins all documents of an array into the JSON of the command, a new string; NULL: out of
 * memory. */
char *placing_json(const json_t *documents, const struct placing_run *run);

/* Whether an earlier host has the same picture. */
bool placing_drawn_before(const json_t *documents, size_t index);

/* Draws all different pictures in one SVG, a new string; NULL: out of memory. */
char *placing_svg(const json_t *documents);

/* How many findings there are. */
int placing_found(const json_t *documents);

/* Prints everything for people. Returns 0, or -1 if writing failed. */
int placing_print(const json_t *documents, const struct placing_run *run, FILE *out);

#endif
