/*
 * npy - NumPy's file format for one array: a magic string, a version, the length of a header, the
 * header (a Python dict in ASCII), the cells. Format: NumPy Enhancement Proposal 1 and the
 * documentation of numpy.lib.format.
 */
#include "number/formats.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MAGIC[6] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

enum { LONGEST_HEADER = 65536, WRITTEN_HEADER = 128 };

struct npy_header {
    enum number_kind kind;
    int64_t count;
    int64_t size; /* bytes before the first cell */
};

static int damaged(const char *name, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "'%s' is no sound .npy file: %s", name, what);
}

/* The text behind "'key':" in the header, blanks skipped; NULL if the key is not there. */
static const char *value_of(const char *header, const char *key)
{
    char quoted[32];
    (void)snprintf(quoted, sizeof(quoted), "'%s':", key);
    const char *at = strstr(header, quoted);
    if (at == NULL)
        return NULL;
    at += strlen(quoted);
    return at + strspn(at, " ");
}

static const struct {
    const char *descr;
    const char *remedy;
} REMEDIES[] = {
    {"'>i8'", "save it with a.astype('<i8')"},     {"'>f8'", "save it with a.astype('<f8')"},
    {"'<f4'", "save it with a.astype('float64')"}, {"'<f2'", "save it with a.astype('float64')"},
    {"'>f4'", "save it with a.astype('float64')"},
};

static int parse_descr(const char *header, const char *name, struct npy_header *out,
                       struct err *err)
{
    const char *value = value_of(header, "descr");
    if (value == NULL)
        return damaged(name, "its header has no 'descr'", err);
    if (strncmp(value, "'<i8'", 5) == 0 || strncmp(value, "'<f8'", 5) == 0) {
        out->kind = value[2] == 'i' ? NUMBER_INT64 : NUMBER_FLOAT64;
        return 0;
    }
    int length = (int)strcspn(value, ",}");
    err_set(err, ERR_INPUT, "'%s' holds numbers of dtype %.*s%s", name, length > 40 ? 40 : length,
            value, value[0] == '\'' && value[1] == '>' ? ", which is big-endian" : "");
    for (size_t i = 0; i < sizeof(REMEDIES) / sizeof(REMEDIES[0]); i++)
        if (strncmp(value, REMEDIES[i].descr, strlen(REMEDIES[i].descr)) == 0)
            return err_remedy(err, "%s", REMEDIES[i].remedy);
    return err_remedy(err, "save it with a.astype('int64') or a.astype('float64')");
}

static int parse_order(const char *header, const char *name, struct err *err)
{
    const char *value = value_of(header, "fortran_order");
    if (value == NULL)
        return damaged(name, "its header has no 'fortran_order'", err);
    if (strncmp(value, "False", 5) == 0)
        return 0;
    err_set(err, ERR_INPUT, "'%s' holds an array in Fortran order", name);
    return err_remedy(err, "save it with numpy.ascontiguousarray(a).ravel()");
}

static int parse_shape(const char *header, const char *name, struct npy_header *out,
                       struct err *err)
{
    const char *value = value_of(header, "shape");
    if (value == NULL || *value != '(')
        return damaged(name, "its header has no 'shape'", err);
    const char *close = strchr(value, ')');
    if (close == NULL)
        return damaged(name, "its shape has no end", err);
    int dimensions = 0;
    for (const char *p = value + 1; p < close; dimensions++) {
        char *end;
        errno = 0;
        long long extent = strtoll(p, &end, 10);
        if (end == p || errno == ERANGE || extent < 0)
            return damaged(name, "its shape is no list of sizes", err);
        out->count = extent;
        p = end + strspn(end, " ,");
    }
    if (dimensions == 1)
        return 0;
    err_set(err, ERR_INPUT, "'%s' holds an array of %d dimensions", name, dimensions);
    return err_remedy(err, "save it with one: a.ravel()");
}

/* Reads exactly `size` bytes of the header. */
static int read_part(int fd, void *bytes, int64_t size, const char *name, struct err *err)
{
    int64_t got = read_fully(fd, bytes, size, name, err);
    if (got == size)
        return 0;
    return got < 0 ? -1 : damaged(name, "it ends within its header", err);
}

/* Reads magic, version and length; leaves the length of the dict in `*length`. */
static int read_preamble(int fd, const char *name, uint32_t *length, int64_t *size, struct err *err)
{
    unsigned char start[12];
    if (read_part(fd, start, 8, name, err) != 0)
        return -1;
    if (memcmp(start, MAGIC, sizeof(MAGIC)) != 0)
        return damaged(name, "it does not begin as one", err);
    int version = start[6];
    if (version < 1 || version > 3)
        return damaged(name, "its version is unknown", err);
    int width = version == 1 ? 2 : 4;
    if (read_part(fd, start + 8, width, name, err) != 0)
        return -1;
    *length = 0;
    for (int i = width - 1; i >= 0; i--)
        *length = *length << 8 | start[8 + i];
    *size = 8 + width + (int64_t)*length;
    return *length <= LONGEST_HEADER ? 0 : damaged(name, "its header is too long", err);
}

static int read_header(int fd, const char *name, struct npy_header *out, struct err *err)
{
    uint32_t length = 0;
    if (read_preamble(fd, name, &length, &out->size, err) != 0)
        return -1;
    char *header = calloc(1, (size_t)length + 1);
    if (header == NULL)
        return err_memory(err, "a header");
    int status = read_part(fd, header, length, name, err);
    if (status == 0)
        status = parse_descr(header, name, out, err);
    if (status == 0)
        status = parse_order(header, name, err);
    if (status == 0)
        status = parse_shape(header, name, out, err);
    free(header);
    return status;
}

static int check_size(const struct npy_header *header, int64_t size, const char *name,
                      struct err *err)
{
    if (header->count == 0)
        return err_set(err, ERR_INPUT, "'%s' holds no numbers", name);
    if (header->count > INT64_MAX / NUMBER_SIZE - LONGEST_HEADER)
        return damaged(name, "its shape is too large", err);
    int64_t expected = header->size + header->count * NUMBER_SIZE;
    if (size < 0 || size == expected)
        return 0;
    return err_set(err, ERR_INPUT,
                   "'%s' is no sound .npy file: its header asks for %" PRId64
                   " bytes, the file has %" PRId64,
                   name, expected, size);
}

static struct source *read_npy(int fd, int64_t size, const char *name, enum number_type type,
                               struct err *err)
{
    struct npy_header header = {0};
    if (read_header(fd, name, &header, err) != 0 || check_size(&header, size, name, err) != 0 ||
        check_type(type, header.kind, name, err) != 0) {
        (void)close(fd);
        return NULL;
    }
    return source_cells(fd, header.kind, header.count, size < 0 ? START_UNKNOWN : header.size, name,
                        err);
}

/* A version 1.0 header of fixed size, so that the count can be filled in at the end. */
static void make_header(char header[WRITTEN_HEADER], enum number_kind kind, int64_t count)
{
    memset(header, ' ', WRITTEN_HEADER);
    memcpy(header, MAGIC, sizeof(MAGIC));
    header[6] = 1;
    header[7] = 0;
    header[8] = WRITTEN_HEADER - 10;
    header[9] = 0;
    int used = snprintf(header + 10, WRITTEN_HEADER - 10,
                        "{'descr': '%s', 'fortran_order': False, 'shape': (%" PRId64 ",), }",
                        kind == NUMBER_INT64 ? "<i8" : "<f8", count);
    header[10 + used] = ' '; /* over the end of the string */
    header[WRITTEN_HEADER - 1] = '\n';
}

static int begin_npy(struct outfile *out, enum number_kind kind, struct err *err)
{
    char header[WRITTEN_HEADER];
    if (out->direct) {
        err_set(err, ERR_INPUT,
                "'%s' is no regular file: .npy says at its start how many numbers "
                "follow, which is known at the end",
                out->path);
        return err_remedy(err, "write .i64 or text into a pipe");
    }
    make_header(header, kind, 0);
    return outfile_write(out, header, sizeof(header), err);
}

static int finish_npy(struct outfile *out, enum number_kind kind, int64_t count, struct err *err)
{
    char header[WRITTEN_HEADER];
    make_header(header, kind, count);
    return outfile_rewrite_start(out, header, sizeof(header), err);
}

const struct format FORMAT_NPY = {".npy", read_npy, begin_npy, put_cells, finish_npy, true};
