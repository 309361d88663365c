#include "number/parse.h"

#include "base/arithmetic.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool looks_like_float(const char *word)
{
    word += *word == '-' || *word == '+';
    if (strncasecmp(word, "inf", 3) == 0 || strncasecmp(word, "nan", 3) == 0)
        return true;
    if (!isdigit((unsigned char)*word) && *word != '.')
        return false;
    return strpbrk(word, ".eE") != NULL;
}

/* The word in a form that can be printed: short, and without unprintable characters. */
static const char *shown(const char *word, char text[48])
{
    size_t used = 0;
    for (; *word != '\0' && used < 40; word++)
        text[used++] = (char)(isprint((unsigned char)*word) ? *word : '?');
    (void)snprintf(text + used, 48 - used, "%s", *word != '\0' ? "..." : "");
    return text;
}

static int not_a_number(const char *word, const char *where, struct err *err)
{
    char text[48];
    return err_set(err, ERR_INPUT, "%s: '%s' is not a number", where, shown(word, text));
}

static int parse_whole(const char *word, const char *written, const char *where, int64_t *cell,
                       struct err *err)
{
    char text[48], *end;
    if (looks_like_float(word)) {
        err_set(err, ERR_INPUT, "%s: '%s' is not a whole number, and the numbers before it are",
                where, shown(written, text));
        return err_remedy(err, "read them all as floating point with --type float64");
    }
    const char *digits = word + (*word == '-' || *word == '+');
    if (!isdigit((unsigned char)*digits))
        return not_a_number(written, where, err);
    errno = 0;
    *cell = strtoll(word, &end, 10);
    if (*end != '\0')
        return not_a_number(written, where, err);
    if (errno == ERANGE) {
        err_set(err, ERR_INPUT, "%s: '%s' does not fit into int64", where, shown(written, text));
        return err_remedy(err, "read it as floating point with --type float64");
    }
    return 0;
}

static int parse_float(const char *word, const char *written, const char *where, int64_t *cell,
                       struct err *err)
{
    char text[48], *end;
    /* strtod also accepts hexadecimal and leading blanks; they are not wanted here. */
    if ((!looks_like_float(word) && !isdigit((unsigned char)word[*word == '-' || *word == '+'])) ||
        strpbrk(word, "xX(") != NULL)
        return not_a_number(written, where, err);
    double value = arithmetic_read(word, &end);
    if (*end != '\0' || end == word)
        return not_a_number(written, where, err);
    if (isinf(value) && strpbrk(word, "iI") == NULL)
        return err_set(err, ERR_INPUT, "%s: '%s' does not fit into float64", where,
                       shown(written, text));
    memcpy(cell, &value, sizeof(value));
    return 0;
}

int parse_number_written(const char *word, const char *written, enum number_kind kind,
                         const char *where, int64_t *cell, struct err *err)
{
    return kind == NUMBER_INT64 ? parse_whole(word, written, where, cell, err)
                                : parse_float(word, written, where, cell, err);
}

int parse_number(const char *word, enum number_kind kind, const char *where, int64_t *cell,
                 struct err *err)
{
    return parse_number_written(word, word, kind, where, cell, err);
}
