/*
 * text_kind - what a text is that holds something other than numbers: another encoding, another
 * file format, numbers separated by semicolons. Private to number/.
 */
#ifndef SQUARES_NUMBER_TEXT_KIND_H
#define SQUARES_NUMBER_TEXT_KIND_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A word that is not a number. */
struct text_word {
    const char *word; /* zero bytes in it are '?' */
    size_t nuls;      /* how many there were */
    int64_t line;
};

/* Returns -1 and sets err, with a remedy, if the word shows what the text is; else 0. `where`: its
 * file and line. */
int text_kind_tell(const struct text_word *word, const char *where, struct err *err);

/* Adds the remedy for a word that is not a number because of a comma or semicolon in it. */
void text_kind_advise(const char *word, struct err *err);

#endif
