#include "base/arithmetic.h"

#include <float.h>
#include <pthread.h>
#include <stdlib.h>

static locale_t plain;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_plain(void)
{
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* Never fails in practice, as this locale is part of libc; if it does, a thread keeps its
 * locale. */
static locale_t plain_locale(void)
{
    (void)pthread_once(&once, make_plain);
    return plain;
}

void arithmetic_begin(void)
{
    (void)uselocale(plain_locale());
}

/* --- the floating-point mode --- */

#if defined(__SSE2__)

/* As the processor starts: all exceptions masked, rounding to nearest, nothing flushed to 0. FLAGS,
 * the exceptions that have occurred, do not matter. */
static const unsigned USUAL = 0x1f80, FLAGS = 0x3f;

static bool unit_sound(void)
{
    return (__builtin_ia32_stmxcsr() & ~FLAGS) == USUAL;
}

static void unit_mend(void)
{
    __builtin_ia32_ldmxcsr(USUAL);
}

#else

/* Tests the results: each rounding mode except to nearest changes one of the first two. */
static bool unit_sound(void)
{
    volatile double one = 1, little = 0x1p-80, least = DBL_MIN, subnormal = 0x1p-1074;
    volatile double above = one + little, below = one - little, half = least / 2;
    volatile double twice = subnormal * 2;
    return above == one && below == one && half > 0 && twice > 0;
}

static void unit_mend(void)
{
}

#endif

bool arithmetic_sound(void)
{
    return unit_sound() && fegetround() == FE_TONEAREST && fegetexcept() == 0;
}

void arithmetic_mend(void)
{
    (void)fesetenv(FE_DFL_ENV);
    unit_mend();
}

/* --- for a while --- */

void arithmetic_enter(struct arithmetic *before)
{
    before->changed = !arithmetic_sound();
    if (before->changed) {
        (void)fegetenv(&before->mode);
        arithmetic_mend();
    }
    before->locale = uselocale(plain_locale());
}

void arithmetic_leave(const struct arithmetic *before)
{
    if (before->changed)
        (void)fesetenv(&before->mode);
    (void)uselocale(before->locale);
}

double arithmetic_read(const char *text, char **end)
{
    if (arithmetic_sound())
        return strtod_l(text, end, plain_locale());
    struct arithmetic before;
    arithmetic_enter(&before);
    double value = strtod(text, end);
    arithmetic_leave(&before);
    return value;
}
