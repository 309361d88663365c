#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot_write(const struct outfile *out, enum err_code code, struct err *err)
{
    return err_sys(err, code, "cannot write '%s'", out->path);
}

/* The folder part of `path`, to be freed; NULL when out of memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* A name beside the target that no other process uses. */
static char *temporary_name(const struct outfile *out)
{
    const char *slash = strrchr(out->path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - out->path) + 1;
    char *name = NULL;
    if (asprintf(&name, "%.*s.%s.%ld.part", folder, out->path, out->path + folder, (long)getpid()) <
        0)
        return NULL;
    return name;
}

static int open_named(struct outfile *out, struct err *err)
{
    out->temporary = temporary_name(out);
    if (out->temporary == NULL)
        return err_memory(err, "a file name");
    out->fd = open(out->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (out->fd >= 0)
        return 0;
    cannot_write(out, ERR_INPUT, err);
    free(out->temporary);
    out->temporary = NULL;
    return -1;
}

static int open_unfinished(struct outfile *out, struct err *err)
{
    char *folder = folder_of(out->path);
    if (folder == NULL)
        return err_memory(err, "a file name");
    out->fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0666);
    int cause = errno;
    struct stat there;
    bool missing = out->fd < 0 && stat(folder, &there) != 0;
    if (missing) {
        err_set(err, ERR_INPUT, "cannot write '%s': its folder '%s' does not exist", out->path,
                folder);
        err_remedy(err, "make it first: mkdir -p '%s'", folder);
    }
    free(folder);
    if (missing)
        return -1;
    if (out->fd >= 0)
        return 0;
    if (cause == EOPNOTSUPP || cause == EISDIR || cause == ENOENT || cause == EINVAL)
        return open_named(out, err);
    errno = cause;
    return cannot_write(out, ERR_INPUT, err);
}

static int open_target(struct outfile *out, struct err *err)
{
    struct stat there;
    if (stat(out->path, &there) != 0)
        return open_unfinished(out, err);
    if (S_ISDIR(there.st_mode))
        return err_set(err, ERR_INPUT, "cannot write '%s': it is a folder", out->path);
    if (!S_ISREG(there.st_mode)) {
        out->direct = true;
        out->fd = open(out->path, O_WRONLY | O_CLOEXEC);
        return out->fd >= 0 ? 0 : cannot_write(out, ERR_INPUT, err);
    }
    if ((there.st_mode & 0222) == 0 || access(out->path, W_OK) != 0) {
        err_set(err, ERR_INPUT, "cannot write '%s': it is read-only", out->path);
        return err_remedy(err, "choose another name, or allow it: chmod u+w '%s'", out->path);
    }
    return open_unfinished(out, err);
}

int outfile_open(struct outfile *out, const char *path, struct err *err)
{
    *out = (struct outfile)OUTFILE_CLOSED;
    out->path = strdup(path);
    if (out->path == NULL)
        return err_memory(err, "a file name");
    if (open_target(out, err) == 0)
        return 0;
    outfile_discard(out);
    return -1;
}

int outfile_write(struct outfile *out, const void *bytes, size_t size, struct err *err)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t written = write(out->fd, next, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return cannot_write(out, ERR_FAILED, err);
        next += written;
        size -= (size_t)written;
    }
    return 0;
}

int outfile_rewrite_start(struct outfile *out, const void *bytes, size_t size, struct err *err)
{
    ssize_t written = pwrite(out->fd, bytes, size, 0);
    if (written == (ssize_t)size)
        return 0;
    if (written >= 0)
        errno = ENOSPC;
    return cannot_write(out, ERR_FAILED, err);
}

/* Gives the nameless file a name, so that it can be renamed over the target (linking cannot
 * replace). */
static int name_it(struct outfile *out, struct err *err)
{
    char *name = temporary_name(out);
    if (name == NULL)
        return err_memory(err, "a file name");
    char self[64];
    (void)snprintf(self, sizeof(self), "/proc/self/fd/%d", out->fd);
    if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0) {
        free(name);
        return cannot_write(out, ERR_FAILED, err);
    }
    out->temporary = name;
    return 0;
}

/* An old file's permissions outlive its replacement. */
static void keep_mode(const struct outfile *out)
{
    struct stat old;
    if (stat(out->path, &old) == 0)
        (void)fchmod(out->fd, old.st_mode & 07777);
}

int outfile_commit(struct outfile *out, struct err *err)
{
    if (!out->direct) {
        keep_mode(out);
        if (out->temporary == NULL && name_it(out, err) != 0)
            return -1;
    }
    int closed = close(out->fd); /* network file systems tell of a full disk here */
    out->fd = -1;
    if (closed != 0)
        return cannot_write(out, ERR_FAILED, err);
    if (out->direct)
        return 0;
    if (rename(out->temporary, out->path) != 0)
        return cannot_write(out, ERR_FAILED, err);
    free(out->temporary);
    out->temporary = NULL;
    return 0;
}

void outfile_discard(struct outfile *out)
{
    if (out->fd >= 0)
        (void)close(out->fd);
    if (out->temporary != NULL)
        (void)unlink(out->temporary);
    free(out->temporary);
    free(out->path);
    *out = (struct outfile)OUTFILE_CLOSED;
}
