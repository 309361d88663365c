/*
 * compare_output - what `compare` writes and prints, on rank 0. No MPI.
 */
#ifndef SQUARES_COMMAND_COMPARE_OUTPUT_H
#define SQUARES_COMMAND_COMPARE_OUTPUT_H

#include "base/outtext.h"
#include "cli/compare_options.h"
#include "report/compare_report.h"

struct compare_outputs {
    struct outtext json, csv;
};

#define COMPARE_OUTPUTS_NONE                                                                       \
    {                                                                                              \
        OUTTEXT_NONE, OUTTEXT_NONE                                                                 \
    }

/* Opens the files that the options name; none is moved into place yet. Returns 0, or -1 and sets
 * err. */
int compare_outputs_open(struct compare_outputs *outputs, const struct compare_options *options,
                         struct err *err);

void compare_outputs_discard(struct compare_outputs *outputs);

/* Writes the files, prints the judged comparison, and prints warnings to stderr. Returns 0, or -1
 * and sets err if something cannot be written. */
int compare_tell(const struct compare_report *compare_report, const struct compare_options *options,
                 struct compare_outputs *outputs, struct err *err);

#endif
