/*
 * outtext - a whole text, such as a report as JSON, for a file or, if the name is "-", for standard
 * output. Use it from one thread at a time.
 */
#ifndef SQUARES_BASE_OUTTEXT_H
#define SQUARES_BASE_OUTTEXT_H

#include "base/outfile.h"

struct outtext {
    const char *name; /* the user's; NULL: the text is not wanted */
    struct outfile file;
};

#define OUTTEXT_NONE                                                                               \
    {                                                                                              \
        NULL, OUTFILE_CLOSED                                                                       \
    }

/* Opens the file `name`, a string that must outlive `out`; NULL: the text is not wanted. Returns as
 * outfile_open. Call outtext_discard in either case. */
int outtext_open(struct outtext *out, const char *name, struct err *err);

/* Sets whether outtext_write waits until the file is on the disk; by default it does. */
void outtext_synced(struct outtext *out, bool synced);

/* Whether the text has standard output to itself: then nothing else may be printed there. */
bool outtext_prints(const struct outtext *out);

/* Writes `text` with a line feed at its end, puts the file in place, and frees `text`. NULL counts
 * as out of memory. If the text is not wanted, it is only freed. Returns 0, or -1 and sets err. */
int outtext_write(struct outtext *out, char *text, struct err *err);

/* After a later failure: adds the remedy that this text was written, and is complete. Adds none if
 * the text was printed or not wanted. Returns -1. */
int outtext_kept(const struct outtext *out, struct err *err);

/* If the text was not written, the old file stays as it was. */
void outtext_discard(struct outtext *out);

#endif
