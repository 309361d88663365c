#include "base/outtext.h"

#include "base/streams.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_stdout(const char *name)
{
    return strcmp(name, "-") == 0;
}

int outtext_open(struct outtext *out, const char *name, struct err *err)
{
    *out = (struct outtext){name, OUTFILE_CLOSED};
    if (name == NULL)
        return 0;
    return is_stdout(name) ? outfile_open_stream(&out->file, STDOUT_FILENO, "standard output", err)
                           : outfile_open(&out->file, name, err);
}

void outtext_synced(struct outtext *out, bool synced)
{
    out->file.synced = synced;
}

bool outtext_prints(const struct outtext *out)
{
    return out->name != NULL && is_stdout(out->name);
}

static int put(struct outtext *out, const char *text, struct err *err)
{
    size_t length = strlen(text);
    const char *end = length > 0 && text[length - 1] == '\n' ? "" : "\n";
    if (out->file.direct && streams_flush(err) != 0) /* earlier printed output comes first */
        return -1;
    if (outfile_write(&out->file, text, length, err) != 0 ||
        outfile_write(&out->file, end, strlen(end), err) != 0)
        return -1;
    return outfile_commit(&out->file, err);
}

int outtext_write(struct outtext *out, char *text, struct err *err)
{
    int status = 0;
    if (text == NULL)
        status = err_memory(err, "the report");
    else if (out->name != NULL)
        status = put(out, text, err);
    free(text);
    return status;
}

int outtext_kept(const struct outtext *out, struct err *err)
{
    if (out->name == NULL || outtext_prints(out))
        return -1;
    return err_remedy(err, "what was measured is complete in '%.200s'", out->name);
}

void outtext_discard(struct outtext *out)
{
    outfile_discard(&out->file);
}
