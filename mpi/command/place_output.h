/*
 * place_output - what `place` writes and prints, on the one rank that does. No MPI.
 */
#ifndef SQUARES_COMMAND_PLACE_OUTPUT_H
#define SQUARES_COMMAND_PLACE_OUTPUT_H

#include "base/outtext.h"
#include "cli/place_options.h"
#include "report/place_report.h"

/* The exit code when --check found something. */
enum { PLACE_FOUND = 3 };

struct place_outputs {
    struct outtext json, svg;
};

#define PLACE_OUTPUTS_NONE                                                                         \
    {                                                                                              \
        OUTTEXT_NONE, OUTTEXT_NONE                                                                 \
    }

/* Opens the files that the options name; nothing is in place yet. */
int place_outputs_open(struct place_outputs *outputs, const struct place_options *options,
                       struct err *err);

void place_outputs_discard(struct place_outputs *outputs);

/* Writes the files, and prints. */
int place_tell(const json_t *documents, const struct placing_run *run,
               const struct place_options *options, struct place_outputs *outputs, struct err *err);

/* Which pictures are wanted, by the options and by what standard output is. */
struct placing_pictures place_pictures(const struct place_options *options);

/* PLACE_FOUND or 0. */
int place_exit_code(const json_t *documents, const struct place_options *options);

#endif
