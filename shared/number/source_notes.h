/*
 * source_notes - what to warn of after a source was read to its end: text that may mean something
 * else (see doubts.h), and the part of its file that was not read.
 */
#ifndef SQUARES_NUMBER_SOURCE_NOTES_H
#define SQUARES_NUMBER_SOURCE_NOTES_H

#include "number/source.h"

struct source_note {
    const char *code; /* stable, for programs: "input-decimal" and so on */
    char text[400];
    const char *remedy;
};

enum { SOURCE_NOTES = DOUBTS + 1 };

/* Fills in the notes about a source that messages call `name`. Returns how many there are. */
int source_notes(const struct source *source, const char *name,
                 struct source_note notes[SOURCE_NOTES]);

#endif
