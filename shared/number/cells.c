/* cells - numbers in a file stored as in memory (little-endian): .i64, and the body of .npy. */
#include "number/formats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are written little-endian");

struct cells_source {
    struct source base;
    int fd;
    char *name;
    int64_t begun; /* bytes of a number whose other bytes have not come yet */
    char bytes[NUMBER_SIZE];
};

/* Reads `size` bytes; fewer at the end or if the source stalls, then only whole numbers. */
static int64_t fill(struct cells_source *cells, char *room, int64_t size, struct err *err)
{
    int64_t got = cells->begun, more = 1;
    memcpy(room, cells->bytes, (size_t)cells->begun);
    cells->begun = 0;
    while (got < size && more > 0 && !stalls(&cells->base, cells->fd)) {
        more = read_some(cells->fd, room + got, size - got, cells->name, err);
        if (more < 0)
            return -1;
        got += more;
    }
    if (cells->base.stalled) {
        cells->begun = got % NUMBER_SIZE;
        got -= cells->begun;
        memcpy(cells->bytes, room + got, (size_t)cells->begun);
    }
    return got;
}

static int cells_next(struct source *source, int64_t max, void *room, struct numbers *out,
                      struct err *err)
{
    struct cells_source *cells = (struct cells_source *)source;
    int64_t got = fill(cells, room, max * NUMBER_SIZE, err);
    if (got < 0)
        return -1;
    out->cells = room;
    out->count = got / NUMBER_SIZE;
    if (source->swapped)
        cells_swap(out->i64, out->count);
    if (source->stalled)
        return 0;
    if (got == 0 && source->position == 0)
        return err_set(err, ERR_INPUT, "'%s' holds no numbers", cells->name);
    bool at_fault = got % NUMBER_SIZE != 0 || (source->count != COUNT_UNKNOWN && out->count < max);
    if (!at_fault)
        return 0;
    err_set(err, ERR_INPUT, "'%s' ends too early, after number %" PRId64, cells->name,
            source->position + out->count);
    return err_at(err, source->position + out->count);
}

static void cells_destroy(struct source *source)
{
    struct cells_source *cells = (struct cells_source *)source;
    (void)close(cells->fd);
    free(cells->name);
    free(cells);
}

static const struct source_ops CELLS_OPS = {cells_next, cells_destroy};

struct source *source_cells(int fd, enum number_kind kind, int64_t count, int64_t start,
                            const char *name, struct err *err)
{
    struct cells_source *cells = malloc(sizeof(*cells));
    char *copy = strdup(name);
    if (cells == NULL || copy == NULL) {
        err_memory(err, "a source");
        free(cells);
        free(copy);
        (void)close(fd);
        return NULL;
    }
    cells->base = (struct source){.ops = &CELLS_OPS, .kind = kind, .count = count, .start = start};
    cells->fd = fd;
    cells->name = copy;
    cells->begun = 0;
    return &cells->base;
}

int put_cells(struct outfile *out, const struct numbers *numbers, struct err *err)
{
    return outfile_write(out, numbers->cells, (size_t)numbers->count * NUMBER_SIZE, err);
}

static struct source *read_i64(int fd, int64_t size, const char *name, enum number_type type,
                               struct err *err)
{
    if (size == 0)
        err_set(err, ERR_INPUT, "'%s' holds no numbers", name);
    else if (size > 0 && size % NUMBER_SIZE != 0)
        err_set(err, ERR_INPUT, "'%s' has %" PRId64 " bytes, which is not a multiple of 8", name,
                size);
    if (err_is(err) || check_type(type, NUMBER_INT64, name, err) != 0) {
        (void)close(fd);
        return NULL;
    }
    if (size < 0)
        return source_cells(fd, NUMBER_INT64, COUNT_UNKNOWN, START_UNKNOWN, name, err);
    return source_cells(fd, NUMBER_INT64, size / NUMBER_SIZE, 0, name, err);
}

static int begin_i64(struct outfile *out, enum number_kind kind, struct err *err)
{
    if (kind == NUMBER_INT64)
        return 0;
    err_set(err, ERR_INPUT, "'%s' cannot hold float64 results", out->path);
    return err_remedy(err, "name it .npy or .txt");
}

const struct format FORMAT_I64 = {".i64", read_i64, begin_i64, put_cells, NULL, true};
