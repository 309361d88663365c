#include "base/units.h"

#include "base/arithmetic.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum unit_status unit_parse_int64(const char *text, int64_t *value)
{
    const char *digits = text + (*text == '-' || *text == '+');
    if (!isdigit((unsigned char)*digits))
        return UNIT_NOT_A_NUMBER;
    char *end;
    errno = 0;
    long long whole = strtoll(text, &end, 10);
    int overflow = errno == ERANGE;
    long power = 0;
    if (*end == 'e' || *end == 'E') {
        if (!isdigit((unsigned char)end[1]))
            return UNIT_NOT_A_NUMBER;
        power = strtol(end + 1, &end, 10);
    }
    if (*end != '\0')
        return UNIT_NOT_A_NUMBER;
    int64_t result = whole;
    for (long i = 0; i < power && result != 0 && !overflow; i++)
        overflow = __builtin_mul_overflow(result, 10, &result);
    if (overflow)
        return UNIT_TOO_LARGE;
    *value = result;
    return UNIT_OK;
}

static const struct {
    const char *name;
    double ns;
} DURATION_UNITS[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}};

enum unit_status unit_parse_duration(const char *text, int64_t *ns)
{
    if (!isdigit((unsigned char)*text) && *text != '.')
        return UNIT_NOT_A_NUMBER;
    char *unit;
    double value = arithmetic_read(text, &unit);
    if (unit == text || strpbrk(text, "xX") != NULL) /* strtod accepts hexadecimal, too */
        return UNIT_NOT_A_NUMBER;
    if (value == 0 && *unit == '\0') {
        *ns = 0;
        return UNIT_OK;
    }
    for (size_t i = 0; i < sizeof(DURATION_UNITS) / sizeof(DURATION_UNITS[0]); i++) {
        if (strcmp(unit, DURATION_UNITS[i].name) != 0)
            continue;
        double result = value * DURATION_UNITS[i].ns;
        if (result >= 0x1p63)
            return UNIT_TOO_LARGE;
        *ns = llround(result);
        return UNIT_OK;
    }
    return UNIT_UNKNOWN;
}

/* Three significant digits of `value`, which is below `limit` (1000, or 1024 for bytes). */
static char *three_digits(double value, const char *unit, char text[UNIT_TEXT])
{
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    (void)snprintf(text, UNIT_TEXT, "%.*f%s", decimals, value, unit);
    return text;
}

/* Divides by `step` until the value is below it, or there is no larger unit. */
static char *with_prefix(double value, double step, const char *const *units, char text[UNIT_TEXT])
{
    double size = fabs(value);
    while (size >= step * 0.9995 && units[1] != NULL) {
        size /= step;
        units++;
    }
    return three_digits(size, *units, text);
}

char *unit_duration(double seconds, char text[UNIT_TEXT])
{
    static const char *const UNITS[] = {" ns", " us", " ms", " s", NULL};
    if (seconds == 0)
        return strcpy(text, "0");
    return with_prefix(seconds * 1e9, 1000, UNITS, text);
}

char *unit_si(double value, char text[UNIT_TEXT])
{
    static const char *const UNITS[] = {"", " k", " M", " G", " T", " P", NULL};
    return with_prefix(value, 1000, UNITS, text);
}

char *unit_bytes(int64_t bytes, char text[UNIT_TEXT])
{
    static const char *const UNITS[] = {" B", " KiB", " MiB", " GiB", " TiB", NULL};
    return with_prefix((double)bytes, 1024, UNITS, text);
}
