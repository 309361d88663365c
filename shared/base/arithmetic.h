/*
 * arithmetic - the locale and the floating-point mode in which numbers are read and written.
 *
 * The locale of C ("4.5", not "4,5") and what a process starts with: rounding to the nearest, no
 * traps, and numbers near 0 not flushed to it. Both belong to a thread here, by uselocale(), so
 * that what setlocale() does to the process does not reach it. Code that is not ours may change
 * either; what calls such code looks afterwards, or enters and leaves around what it does in its
 * midst.
 */
#ifndef SQUARES_BASE_ARITHMETIC_H
#define SQUARES_BASE_ARITHMETIC_H

#include <fenv.h>
#include <locale.h>
#include <stdbool.h>

/* The calling thread has its own locale from now on: at the beginning of each thread. */
void arithmetic_begin(void);

/* What arithmetic_leave puts back. */
struct arithmetic {
    bool changed; /* the mode was another */
    fenv_t mode;
    locale_t locale;
};

/* The calling thread reads and writes numbers as it should, whatever it was told before. */
void arithmetic_enter(struct arithmetic *before);
void arithmetic_leave(const struct arithmetic *before);

/* Whether the calling thread computes as it should; if not, arithmetic_mend has it do so. */
bool arithmetic_sound(void);
void arithmetic_mend(void);

/* strtod in the locale of C, rounding to the nearest, in any thread. */
double arithmetic_read(const char *text, char **end);

#endif
