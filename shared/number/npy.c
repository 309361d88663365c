/*
 * npy - NumPy's file format for one array: a magic string, a version, the length of a header, the
 * header (a Python dict in ASCII), the cells. Format: NumPy Enhancement Proposal 1 and the
 * documentation of numpy.lib.format.
 */
#include "number/formats.h"
#include "number/npy_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MAGIC[6] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

enum { LONGEST_HEADER = 65536, WRITTEN_HEADER = 128 };

/* Reads exactly `size` bytes of the header. */
static int read_part(int fd, void *bytes, int64_t size, const char *name, struct err *err)
{
    int64_t got = read_fully(fd, bytes, size, name, err);
    if (got == size)
        return 0;
    return got < 0 ? -1 : npy_damaged(name, "it ends within its header", err);
}

/* Reads magic, version and length; leaves the length of the dict in `*length`. */
static int read_preamble(int fd, const char *name, uint32_t *length, int64_t *size, struct err *err)
{
    unsigned char start[12];
    if (read_part(fd, start, 8, name, err) != 0)
        return -1;
    if (memcmp(start, MAGIC, sizeof(MAGIC)) != 0)
        return npy_damaged(name, "it does not begin like one", err);
    int version = start[6];
    if (version < 1 || version > 3 || start[7] != 0)
        return npy_damaged(name, "its version is unknown", err);
    int width = version == 1 ? 2 : 4;
    if (read_part(fd, start + 8, width, name, err) != 0)
        return -1;
    *length = 0;
    for (int i = width - 1; i >= 0; i--)
        *length = *length << 8 | start[8 + i];
    *size = 8 + width + (int64_t)*length;
    return *length <= LONGEST_HEADER ? 0 : npy_damaged(name, "its header is too long", err);
}

static int read_header(int fd, const char *name, struct npy_header *out, struct err *err)
{
    uint32_t length = 0;
    if (read_preamble(fd, name, &length, &out->size, err) != 0)
        return -1;
    char *header = calloc(1, (size_t)length + 1); /* with a 0 at its end */
    if (header == NULL)
        return err_memory(err, "a header");
    int status = read_part(fd, header, length, name, err);
    if (status == 0)
        status = npy_header_parse(header, length, name, out, err);
    free(header);
    return status;
}

static int check_size(const struct npy_header *header, int64_t size, const char *name,
                      struct err *err)
{
    if (header->count == 0)
        return err_set(err, ERR_INPUT, "'%s' holds no numbers", name);
    if (header->count > INT64_MAX / NUMBER_SIZE - LONGEST_HEADER)
        return npy_damaged(name, "its shape is too large", err);
    int64_t expected = header->size + header->count * NUMBER_SIZE;
    if (size < 0 || size >= expected)
        return 0;
    return err_set(err, ERR_INPUT,
                   "'%s' is not a valid .npy file: its header asks for %" PRId64
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
    struct source *source = source_cells(fd, header.kind, header.count,
                                         size < 0 ? START_UNKNOWN : header.size, name, err);
    if (source == NULL)
        return NULL;
    source->swapped = header.swapped;
    if (size >= 0)
        source->rest = size - header.size - header.count * NUMBER_SIZE;
    return source;
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
    header[10 + used] = ' '; /* replaces the 0 that ends the string */
    header[WRITTEN_HEADER - 1] = '\n';
}

static int begin_npy(struct outfile *out, enum number_kind kind, struct err *err)
{
    char header[WRITTEN_HEADER];
    if (out->direct) {
        err_set(err, ERR_INPUT,
                "'%s' is not a regular file: .npy says at its start how many numbers follow, "
                "which is known only at the end",
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
