#include "number/formats.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Searched in this order; text is not among them, as it takes every other name. */
static const struct format *const FORMATS[] = {&FORMAT_NPY, &FORMAT_I64};

const struct format *format_of(const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(FORMATS[0]); i++) {
        size_t suffix = strlen(FORMATS[i]->suffix);
        if (length >= suffix && strcmp(path + length - suffix, FORMATS[i]->suffix) == 0)
            return FORMATS[i];
    }
    return &FORMAT_TEXT;
}

bool named_as_cells(const char *path)
{
    return format_of(path)->cells;
}

const char *number_kind_name(enum number_kind kind)
{
    return kind == NUMBER_INT64 ? "int64" : "float64";
}

int check_type(enum number_type wanted, enum number_kind kind, const char *name, struct err *err)
{
    enum number_type held = kind == NUMBER_INT64 ? TYPE_INT64 : TYPE_FLOAT64;
    if (wanted == TYPE_AUTO || wanted == held)
        return 0;
    err_set(err, ERR_INPUT, "'%s' holds %s numbers", name, number_kind_name(kind));
    return err_remedy(err, "leave out --type: only text can be read as either");
}

int64_t read_some(int fd, void *bytes, int64_t size, const char *name, struct err *err)
{
    ssize_t got;
    do
        got = read(fd, bytes, (size_t)size);
    while (got < 0 && errno == EINTR);
    return got >= 0 ? got : err_sys(err, ERR_FAILED, "cannot read '%s'", name);
}

/* If poll fails, the reading that follows will show why. */
bool stalls(struct source *source, int fd)
{
    struct pollfd input = {fd, POLLIN, 0};
    source->stalled = source->hasty && poll(&input, 1, 0) == 0;
    return source->stalled;
}

int64_t read_fully(int fd, void *bytes, int64_t size, const char *name, struct err *err)
{
    int64_t done = 0;
    while (done < size) {
        int64_t got = read_some(fd, (char *)bytes + done, size - done, name, err);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += got;
    }
    return done;
}
