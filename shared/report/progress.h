/*
 * progress - how far a long job has come: a bar on a terminal, or lines for a job's log. Used by
 * one thread; calling it often is cheap.
 */
#ifndef SQUARES_REPORT_PROGRESS_H
#define SQUARES_REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum progress_style { PROGRESS_NONE, PROGRESS_BAR, PROGRESS_LINES };

struct progress {
    enum progress_style style;
    const char *unit; /* what is counted, as one of them is called: "task" */
    FILE *out;
    int64_t start_ns; /* when the job began */
    int64_t next_ns;  /* when to draw next */
    bool drawn;       /* a bar stands on the terminal */
};

/* Nothing is drawn in a job's first second: most are over by then. `unit` stays as it is. */
void progress_start(struct progress *progress, enum progress_style style, const char *unit,
                    FILE *out);

/* `total` below 0: not known. */
void progress_tell(struct progress *progress, int64_t done, int64_t total);

/* Wipes the bar away. */
void progress_end(struct progress *progress);

/* Whether `fd` is a terminal somebody looks at. A rank's stdout is always a terminal device, which
 * mpirun makes; only a real terminal behind it has columns. */
bool progress_terminal(int fd);

#endif
