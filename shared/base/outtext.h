/*
 * outtext - a whole text, such as a report as JSON, for a file or, by the name "-", for standard
 * output. One thread at a time.
 */
#ifndef SQUARES_BASE_OUTTEXT_H
#define SQUARES_BASE_OUTTEXT_H

#include "base/outfile.h"

struct outtext {
    const char *name; /* the user's; NULL: nobody wants it */
    struct outfile file;
};

#define OUTTEXT_NONE                                                                               \
    {                                                                                              \
        NULL, OUTFILE_CLOSED                                                                       \
    }

/* Opens what `name`, which must live as long, asks for; NULL asks for nothing. -1: as outfile_open.
 * To be discarded in any case. */
int outtext_open(struct outtext *out, const char *name, struct err *err);

/* Whether outtext_write waits until the file is on the disk; it does unless told otherwise. */
void outtext_synced(struct outtext *out, bool synced);

/* Whether the text has standard output for itself: then nothing else is printed there. */
bool outtext_prints(const struct outtext *out);

/* Writes `text`, which it frees, with a line feed at its end, and puts the file in place. NULL is
 * taken as out of memory. Does nothing else if nobody wants it. */
int outtext_write(struct outtext *out, char *text, struct err *err);

/* After the failure of something later: adds the remedy that this text was written, and is whole.
 * It adds none where it was printed, or nobody wanted it. Returns -1. */
int outtext_kept(const struct outtext *out, struct err *err);

/* What was not written stays as it was before. */
void outtext_discard(struct outtext *out);

#endif
