/*
 * text_kind - what a text that holds something else than numbers is: another encoding, a format of
 * its own, numbers separated by semicolons. Private to number/.
 */
#ifndef SQUARES_NUMBER_TEXT_KIND_H
#define SQUARES_NUMBER_TEXT_KIND_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A word that is no number. */
struct text_word {
    const char *word; /* zero bytes in it are '?' */
    size_t nuls;      /* and so many there were */
    int64_t line;
};

/* -1 with a message and a remedy if the word tells what the text is; else 0. `where`: its file and
 * line. */
int text_kind_tell(const struct text_word *word, const char *where, struct err *err);

/* The remedy for a word that is no number, if a comma or semicolon in it is to blame. */
void text_kind_advise(const char *word, struct err *err);

#endif
