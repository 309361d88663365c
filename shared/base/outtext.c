#include "base/outtext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_stdout(const char *name)
{
    return strcmp(name, "-") == 0;
}

int outtext_open(struct outtext *out, const char *name, struct err *err)
{
    *out = (struct outtext){name, OUTFILE_CLOSED};
    return name == NULL || is_stdout(name) ? 0 : outfile_open(&out->file, name, err);
}

bool outtext_prints(const struct outtext *out)
{
    return out->name != NULL && is_stdout(out->name);
}

static int put(struct outtext *out, const char *text, struct err *err)
{
    size_t length = strlen(text);
    const char *end = length > 0 && text[length - 1] == '\n' ? "" : "\n";
    if (outtext_prints(out)) {
        (void)printf("%s%s", text, end);
        if (fflush(stdout) != 0 || ferror(stdout))
            return err_sys(err, ERR_FAILED, "cannot write to standard output");
        return 0;
    }
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

void outtext_discard(struct outtext *out)
{
    outfile_discard(&out->file);
}
