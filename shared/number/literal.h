/*
 * literal - a number written with very many characters, in bounded memory.
 *
 * Takes the characters as they come and keeps what decides the value: the sign, the first digits
 * that count, where the point is, the exponent. No double and no middle between two of them has
 * more than 767 digits (Goldberg's bound for binary64: 1075 bits behind the point), so of what
 * follows 800 it matters only whether all are 0. The short text made of it is read like any
 * other, and rounds as the long one does.
 */
#ifndef SQUARES_NUMBER_LITERAL_H
#define SQUARES_NUMBER_LITERAL_H

#include "number/numbers.h"

#include <stdbool.h>
#include <stddef.h>

enum { LITERAL_DIGITS = 800, LITERAL_TEXT = LITERAL_DIGITS + 64 };

/* Zeroed it is empty. */
struct literal {
    enum { LITERAL_SIGN, LITERAL_WHOLE, LITERAL_FRACTION, LITERAL_POWER_SIGN, LITERAL_POWER } part;
    bool bad;            /* it is no number written in decimal */
    bool negative;       /* the number */
    bool power_negative; /* its exponent */
    bool any, power_any; /* it has a digit, its exponent has */
    bool pointed;        /* it is written as a float64: with a point or an exponent */
    bool rest;           /* a digit that was not kept is not 0 */
    int64_t power;       /* the exponent as written, no more than 1e17 */
    int64_t shift;       /* and what the point adds to it, if it stands behind the digits kept */
    size_t count;        /* digits kept, from the first that is not 0 */
    char digits[LITERAL_DIGITS];
};

/* The next `count` characters. */
void literal_add(struct literal *literal, const char *characters, size_t count);

/* A short text of the same number, to be read as a number of `kind`. false: the characters are
 * not a number. A whole number with too many digits for int64 has too many in the text, too. */
bool literal_text(const struct literal *literal, enum number_kind kind, char text[LITERAL_TEXT]);

#endif
