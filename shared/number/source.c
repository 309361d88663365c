#include "number/source.h"

#include "base/streams.h"
#include "number/formats.h"
#include "number/parse.h"
#include "number/text_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- any source --- */

int source_next(struct source *source, int64_t max, void *room, struct numbers *out,
                struct err *err)
{
    if (source->count != COUNT_UNKNOWN && max > source->count - source->position)
        max = source->count - source->position;
    *out = (struct numbers){.kind = source->kind, .first = source->position, .cells = room};
    source->stalled = false;
    if (max == 0)
        return 0;
    if (source->ops->next(source, max, room, out, err) != 0)
        return -1;
    source->position += out->count;
    return 0;
}

void source_destroy(struct source *source)
{
    if (source != NULL)
        source->ops->destroy(source);
}

/* --- numbers in memory, the caller's or our own --- */

struct memory_source {
    struct source base;
    int64_t *cells;
    int64_t *owned; /* NULL if the cells are the caller's */
};

static int memory_next(struct source *source, int64_t max, void *room, struct numbers *out,
                       struct err *err)
{
    (void)room;
    (void)err;
    out->i64 = ((struct memory_source *)source)->cells + source->position;
    out->count = max;
    return 0;
}

static void memory_destroy(struct source *source)
{
    free(((struct memory_source *)source)->owned);
    free(source);
}

static const struct source_ops MEMORY_OPS = {memory_next, memory_destroy};

struct source *source_memory(enum number_kind kind, void *cells, int64_t count, struct err *err)
{
    struct memory_source *memory = malloc(sizeof(*memory));
    if (memory == NULL) {
        err_memory(err, "a source");
        return NULL;
    }
    *memory = (struct memory_source){
        .base = {.ops = &MEMORY_OPS, .kind = kind, .count = count, .start = START_UNKNOWN},
        .cells = cells};
    return &memory->base;
}

static enum number_kind kind_of_words(char *const *words, int count, enum number_type type)
{
    if (type != TYPE_AUTO)
        return type == TYPE_FLOAT64 ? NUMBER_FLOAT64 : NUMBER_INT64;
    for (int i = 0; i < count; i++)
        if (looks_like_float(words[i]))
            return NUMBER_FLOAT64;
    return NUMBER_INT64;
}

struct source *source_words(char *const *words, int count, enum number_type type, struct err *err)
{
    enum number_kind kind = kind_of_words(words, count, type);
    int64_t *cells = malloc((size_t)count * sizeof(*cells));
    struct source *source = cells != NULL ? source_memory(kind, cells, count, err) : NULL;
    if (source == NULL) {
        free(cells);
        err_memory(err, "the numbers of the command line");
        return NULL;
    }
    ((struct memory_source *)source)->owned = cells;
    for (int i = 0; i < count; i++) {
        char where[32];
        (void)snprintf(where, sizeof(where), "argument %d", i + 1);
        if (parse_number(words[i], kind, where, &cells[i], err) != 0) {
            text_kind_advise(words[i], err);
            source_destroy(source);
            return NULL;
        }
    }
    return source;
}

/* --- a range --- */

struct range_source {
    struct source base;
    struct range range;
};

static int range_next(struct source *source, int64_t max, void *room, struct numbers *out,
                      struct err *err)
{
    (void)err;
    out->cells = room;
    out->count = max;
    range_fill(&((struct range_source *)source)->range, out);
    return 0;
}

static void range_destroy(struct source *source)
{
    free(source);
}

static const struct source_ops RANGE_OPS = {range_next, range_destroy};

struct source *source_range(const struct range *range, struct err *err)
{
    struct range_source *source = malloc(sizeof(*source));
    if (source == NULL) {
        err_memory(err, "a source");
        return NULL;
    }
    *source = (struct range_source){.base = {.ops = &RANGE_OPS,
                                             .kind = NUMBER_INT64,
                                             .count = range->count,
                                             .start = START_UNKNOWN},
                                    .range = *range};
    return &source->base;
}

/* --- a file --- */

struct source *source_open(const char *path, enum number_type type, struct err *err)
{
    bool standard_input = strcmp(path, "-") == 0;
    const char *name = standard_input ? "standard input" : path;
    int stream = streams_named(path), fd = -1;
    if (stream >= 0 && !streams_given(stream)) /* what a library has opened is no input */
        errno = EBADF;
    else
        fd = standard_input ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err_sys(err, ERR_INPUT, "cannot read '%s'", name);
        return NULL;
    }
    struct stat there;
    int64_t size = -1;
    if (fstat(fd, &there) == 0) {
        if (S_ISDIR(there.st_mode)) {
            err_set(err, ERR_INPUT, "cannot read '%s': it is a folder", name);
            (void)close(fd);
            return NULL;
        }
        if (S_ISREG(there.st_mode))
            size = there.st_size;
    }
    return format_of(path)->read(fd, size, name, type, err);
}
