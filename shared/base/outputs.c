#include "base/outputs.h"

#include "base/streams.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_open(const struct output *output)
{
    return output->file->path != NULL;
}

static bool same_file(const struct outfile *file, const struct stat *other)
{
    return file->target.kind != TARGET_NEW && file->target.there.device == other->st_dev &&
           file->target.there.number == other->st_ino;
}

static int check_pair(const struct output *a, const struct output *b, struct err *err)
{
    if (!is_open(a) || !is_open(b) || !target_same(&a->file->target, &b->file->target))
        return 0;
    err_set(err, ERR_INPUT, "%s and %s would both write '%s'", a->option, b->option, a->file->path);
    return err_remedy(err, "give each a file of its own");
}

/* If an output replaces the file that a stream goes to, the stream still writes to the old file. */
static int check_streams(const struct output *output, struct err *err)
{
    static const char *const NAMES[] = {"standard output", "standard error"};
    struct stat there;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (!is_open(output) || output->file->direct || !streams_writable(fd) ||
            fstat(fd, &there) != 0 || !same_file(output->file, &there))
            continue;
        err_set(err, ERR_INPUT, "%s would overwrite '%s', to which %s goes", output->option,
                output->file->path, NAMES[fd - STDOUT_FILENO]);
        return err_remedy(err, "give each a file of its own");
    }
    return 0;
}

int outputs_apart(const struct output *outputs, int count, struct err *err)
{
    for (int i = 0; i < count; i++) {
        if (check_streams(&outputs[i], err) != 0)
            return -1;
        for (int j = i + 1; j < count; j++)
            if (check_pair(&outputs[i], &outputs[j], err) != 0)
                return -1;
    }
    return 0;
}

static bool keeps_what_is_written(const struct stat *there)
{
    return S_ISREG(there->st_mode) || S_ISFIFO(there->st_mode);
}

int outputs_apart_from(const struct output *outputs, int count, const char *input, struct err *err)
{
    struct stat there;
    if (input == NULL ||
        (strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &there) : stat(input, &there)) != 0 ||
        !keeps_what_is_written(&there))
        return 0;
    for (int i = 0; i < count; i++) {
        const struct output *output = &outputs[i];
        if (!is_open(output) || !same_file(output->file, &there) ||
            (output->replaces_input && !output->file->direct))
            continue;
        if (output->file->direct)
            return err_set(err, ERR_INPUT, "%s '%s' would be read again as input", output->option,
                           output->file->path);
        err_set(err, ERR_INPUT, "%s would overwrite '%s', which is the input", output->option,
                output->file->path);
        return err_remedy(err, "name another file");
    }
    return 0;
}
