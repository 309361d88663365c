/*
 * progress - shows how far a long job has come: a bar on a terminal, or lines in a job's log. Used
 * by one thread; calling it often is cheap.
 */
#ifndef SQUARES_REPORT_PROGRESS_H
#define SQUARES_REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum progress_style { PROGRESS_NONE, PROGRESS_BAR, PROGRESS_LINES };

struct progress {
    enum progress_style style;
    const char *unit; /* what is counted, in the singular: "task" */
    FILE *out;
    int64_t start_ns; /* when the job began */
    int64_t next_ns;  /* when to draw next */
    bool drawn;       /* a bar is on the terminal */
};

/* Nothing is drawn in the first second: most jobs are over by then. `unit` must stay valid. */
void progress_start(struct progress *progress, enum progress_style style, const char *unit,
                    FILE *out);

/* `total` at or below 0: unknown. */
void progress_tell(struct progress *progress, int64_t done, int64_t total);

/* Erases the bar. */
void progress_end(struct progress *progress);

/* Whether `fd` is a terminal that a person sees. A rank's stdout is always a terminal device made
 * by mpirun; only if a real terminal is connected to it does it have columns. */
bool progress_terminal(int fd);

#endif
