/*
 * column - text that has to fit into a column of a table, shortened such that different things
 * still look different. Pure; any thread.
 */
#ifndef SQUARES_REPORT_COLUMN_H
#define SQUARES_REPORT_COLUMN_H

#include "report/environment.h"

enum { COLUMN_TEXT = REPORT_TEXT };

/* The whole list, or as much of it as fits before "...": "0 1 2 3 4" in 8 is "0 1 2...". `width` is
 * at least 3. Returns `text`. */
char *column_list(const char *list, int width, char text[COLUMN_TEXT]);

/* How a job's hosts are named in a column. */
enum column_names {
    COLUMN_WHOLE, /* "ip-10-0-0-12.eu.cloud" */
    COLUMN_SHORT, /* up to the first dot: "ip-10-0-0-12" */
    COLUMN_END,   /* the end of that, if it does not fit: "..0-0-0-12" */
};

struct column_hosts {
    enum column_names names;
    int width; /* of the column */
};

/* The first of these ways in which all names fit into `width` (at least 4) and differ whenever the
 * whole names do; if there is none, names are whole and the column is as wide as the longest. */
struct column_hosts column_hosts(const struct environment *environment, int width);

/* A host's name in that column. Returns `text`. */
char *column_host(const struct column_hosts *hosts, const char *name, char text[COLUMN_TEXT]);

#endif
