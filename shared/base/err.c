#include "base/err.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void record(struct err *err, enum err_code code, const char *format, va_list args)
{
    err->code = code;
    err->at = ERR_NOWHERE;
    err->remedy[0] = '\0';
    (void)vsnprintf(err->text, sizeof(err->text), format, args);
}

int err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (err_is(err))
        return -1;
    va_list args;
    va_start(args, format);
    record(err, code, format, args);
    va_end(args);
    return -1;
}

int err_sys(struct err *err, enum err_code code, const char *format, ...)
{
    int cause = errno;
    if (err_is(err))
        return -1;
    va_list args;
    va_start(args, format);
    record(err, code, format, args);
    va_end(args);
    char text[128];
    text_add(err->text, sizeof(err->text), ": %s", strerror_r(cause, text, sizeof(text)));
    return -1;
}

int err_memory(struct err *err, const char *what)
{
    bool first = !err_is(err);
    err_set(err, ERR_FAILED, "out of memory for %s", what);
    return first ? err_local(err) : -1;
}

int err_remedy(struct err *err, const char *format, ...)
{
    if (err->remedy[0] != '\0')
        return -1;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->remedy, sizeof(err->remedy), format, args);
    va_end(args);
    return -1;
}

int err_local(struct err *err)
{
    err->local = true;
    return -1;
}

int err_echo(struct err *err)
{
    err->echo = true;
    return -1;
}

int err_at(struct err *err, int64_t position)
{
    if (err->at == ERR_NOWHERE)
        err->at = position;
    return -1;
}

/* All positions are below FAR (see range.h). */
int64_t err_order(const struct err *err)
{
    const int64_t FAR = INT64_C(1) << 61;
    int64_t place = err->at < FAR ? err->at : FAR;
    if (!err_is(err))
        return INT64_MAX;
    return err->echo ? FAR + 1 + place : place;
}

void err_keep_lowest(struct err *kept, const struct err *other)
{
    if (err_order(other) < err_order(kept))
        *kept = *other;
}
