/*
 * arithmetic - the locale and the floating-point mode in which numbers are read and written.
 *
 * The locale is C ("4.5", not "4,5"). The floating-point mode is what a process starts with:
 * rounding to nearest, no traps, and numbers near 0 not flushed to it. Both are set for a thread
 * here; the locale by uselocale(), so that setlocale() does not affect it. Other people's code may
 * change either. A caller of such code checks afterwards, or uses enter and leave around its own
 * work if it is called from such code.
 */
#ifndef SQUARES_BASE_ARITHMETIC_H
#define SQUARES_BASE_ARITHMETIC_H

#include <fenv.h>
#include <locale.h>
#include <stdbool.h>

/* Gives the calling thread its own locale. Call it at the beginning of each thread. */
void arithmetic_begin(void);

/* What arithmetic_leave restores. */
struct arithmetic {
    bool changed; /* the mode was different */
    fenv_t mode;
    locale_t locale;
};

/* From now on the calling thread reads and writes numbers as it should, whatever was set before. */
void arithmetic_enter(struct arithmetic *before);
void arithmetic_leave(const struct arithmetic *before);

/* Whether the calling thread computes as it should; if not, call arithmetic_mend. */
bool arithmetic_sound(void);
void arithmetic_mend(void);

/* strtod in the C locale, rounding to nearest, in any thread. */
double arithmetic_read(const char *text, char **end);

#endif
