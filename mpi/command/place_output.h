/*
 * place_output - what `place` writes and prints, on the one rank that does so. No MPI.
 */
#ifndef SQUARES_COMMAND_PLACE_OUTPUT_H
#define SQUARES_COMMAND_PLACE_OUTPUT_H

#include "base/outtext.h"
#include "cli/place_options.h"
#include "report/place_report.h"

/* The exit code if --check finds something. */
enum { PLACE_FOUND = 3 };

struct place_outputs {
    struct outtext json, svg;
};

#define PLACE_OUTPUTS_NONE                                                                         \
    {                                                                                              \
        OUTTEXT_NONE, OUTTEXT_NONE                                                                 \
    }

/* Opens the files that the options name; none is moved into place yet. Returns 0, or -1 and sets
 * err. */
int place_outputs_open(struct place_outputs *outputs, const struct place_options *options,
                       struct err *err);

void place_outputs_discard(struct place_outputs *outputs);

/* Writes the files, and prints. Returns 0, or -1 and sets err if something cannot be written. */
int place_tell(const json_t *documents, const struct placing_run *run,
               const struct place_options *options, struct place_outputs *outputs, struct err *err);

/* Which pictures are needed, given the options and whether standard output is a terminal. */
struct placing_pictures place_pictures(const struct place_options *options);

/* Returns PLACE_FOUND or 0. */
int place_exit_code(const json_t *documents, const struct place_options *options);

#endif
