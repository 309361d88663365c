#include "number/sink.h"

#include "number/formats.h"

int sink_open(struct sink *sink, const char *path, enum number_kind kind, struct err *err)
{
    *sink = (struct sink){.file = OUTFILE_CLOSED, .kind = kind};
    if (path == NULL)
        return 0;
    const struct format *format = format_of(path);
    if (outfile_open(&sink->file, path, err) != 0)
        return -1;
    if (format->begin != NULL && format->begin(&sink->file, kind, err) != 0) {
        outfile_discard(&sink->file);
        return -1;
    }
    sink->format = format;
    return 0;
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
