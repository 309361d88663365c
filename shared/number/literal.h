/*
 * literal - a number written with very many characters, in bounded memory.
 *
 * Takes the characters as they come and keeps what decides the value: the sign, the first
 * significant digits, where the point is, the exponent. No double, and no midpoint between two
 * doubles, has more than 767 digits (Goldberg's bound for binary64: 1075 bits after the point), so
 * after 800 digits it matters only whether all others are 0. The short text made from these is read
 * like any other, and rounds as the long one does.
 */
#ifndef SQUARES_NUMBER_LITERAL_H
#define SQUARES_NUMBER_LITERAL_H

#include "number/numbers.h"

#include <stdbool.h>
#include <stddef.h>

enum { LITERAL_DIGITS = 800, LITERAL_TEXT = LITERAL_DIGITS + 64 };

/* A zeroed one is empty. */
struct literal {
    enum { LITERAL_SIGN, LITERAL_WHOLE, LITERAL_FRACTION, LITERAL_POWER_SIGN, LITERAL_POWER } part;
    bool bad;            /* it is not a number written in decimal */
    bool negative;       /* the number */
    bool power_negative; /* the exponent is negative */
    bool any, power_any; /* there has been a digit; a digit of the exponent */
    bool pointed;        /* written as a float64: with a point or an exponent */
    bool rest;           /* a digit that was not kept is not 0 */
    int64_t power;       /* the exponent as written, up to about 1e18 */
    int64_t shift;       /* what to add to it to put the point after the digits kept */
    size_t count;        /* digits kept, from the first one that is not 0 */
    char digits[LITERAL_DIGITS];
};

/* Takes the next `count` characters. */
void literal_add(struct literal *literal, const char *characters, size_t count);

/* Writes a short text of the same number, to be read as a number of `kind`. Returns false if the
 * characters are not a number. A whole number with too many digits for int64 has too many in the
 * text, too. */
bool literal_text(const struct literal *literal, enum number_kind kind, char text[LITERAL_TEXT]);

#endif
