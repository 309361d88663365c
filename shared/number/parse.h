/*
 * parse - reads one number from one word. Any thread may call these functions.
 */
#ifndef SQUARES_NUMBER_PARSE_H
#define SQUARES_NUMBER_PARSE_H

#include "base/err.h"
#include "number/numbers.h"

#include <stdbool.h>

/* Whether `word` is written as a float64: has a point or an exponent, or is inf or nan. */
bool looks_like_float(const char *word);

/* Reads `word` as a number of `kind` into `*cell` (the bits of a float64). Returns 0, or -1 and
 * sets err with a message that quotes the word; `where` says where it is, for example "'data.txt',
 * line 3". */
int parse_number(const char *word, enum number_kind kind, const char *where, int64_t *cell,
                 struct err *err);

/* As parse_number, for a short text of a number (see literal.h); the message quotes what was
 * `written`. */
int parse_number_written(const char *word, const char *written, enum number_kind kind,
                         const char *where, int64_t *cell, struct err *err);

#endif
