#include "number/sink.h"

#include "number/formats.h"

#include <assert.h>
#include <inttypes.h>
#include <unistd.h>

/* outfile_open or outfile_open_shared. */
typedef int open_fn(struct outfile *out, const char *path, struct err *err);

static int open_by(open_fn *open, struct sink *sink, const char *path, enum number_kind kind,
                   struct err *err)
{
    *sink = (struct sink){.file = OUTFILE_CLOSED, .kind = kind};
    if (path == NULL)
        return 0;
    const struct format *format = format_of(path);
    if (open(&sink->file, path, err) != 0)
        return -1;
    if (format->begin != NULL && format->begin(&sink->file, kind, err) != 0) {
        outfile_discard(&sink->file);
        return -1;
    }
    sink->format = format;
    return 0;
}

int sink_open(struct sink *sink, const char *path, enum number_kind kind, struct err *err)
{
    return open_by(outfile_open, sink, path, kind, err);
}

int sink_open_shared(struct sink *sink, const char *path, enum number_kind kind, struct err *err)
{
    assert(path == NULL || named_as_cells(path));
    if (open_by(outfile_open_shared, sink, path, kind, err) != 0)
        return -1;
    if (path != NULL)
        sink->start = lseek(sink->file.fd, 0, SEEK_CUR); /* after what `begin` wrote */
    return 0;
}

int sink_reserve(struct sink *sink, int64_t count, struct err *err)
{
    if (sink->format == NULL)
        return 0;
    if (count > (INT64_MAX - sink->start) / NUMBER_SIZE)
        return err_set(err, ERR_INPUT, "cannot write '%s': %" PRId64 " numbers fit into no file",
                       sink->file.path, count);
    return outfile_reserve(&sink->file, sink->start + count * NUMBER_SIZE, err);
}

int sink_put(struct sink *sink, const struct numbers *numbers, struct err *err)
{
    sink->count += numbers->count;
    return sink->format != NULL ? sink->format->put(&sink->file, numbers, err) : 0;
}

int sink_commit(struct sink *sink, struct err *err)
{
    if (sink->format == NULL)
        return 0;
    if (sink->format->finish != NULL &&
        sink->format->finish(&sink->file, sink->kind, sink->count, err) != 0)
        return -1;
    return outfile_commit(&sink->file, err);
}

void sink_release(struct sink *sink)
{
    outfile_discard(&sink->file);
    sink->format = NULL;
}
