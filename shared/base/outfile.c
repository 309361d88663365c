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

/* A name beside the target for the unfinished file; `attempt` tells names of one process apart. */
static char *temporary_name(const struct outfile *out, int attempt)
{
    const char *slash = strrchr(out->path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - out->path) + 1;
    char *name = NULL;
    /* cut, as a name of full length has no room for more; "%.0d" prints nothing for 0 */
    if (asprintf(&name, "%.*s.%.200s.%ld.part%.0d", folder, out->path, out->path + folder,
                 (long)getpid(), attempt) < 0)
        return NULL;
    return name;
}

enum { ATTEMPTS = 100 }; /* a killed process with our number may have left its file */

/* Gives the unfinished file a name by `make`, which returns 0, or -1 with errno. */
static int take_name(struct outfile *out, int (*make)(struct outfile *out, const char *name),
                     enum err_code code, struct err *err)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        char *name = temporary_name(out, attempt);
        if (name == NULL)
            return err_memory(err, "a file name");
        if (make(out, name) == 0) {
            out->temporary = name;
            return 0;
        }
        int cause = errno;
        free(name);
        errno = cause;
        if (cause != EEXIST)
            break;
    }
    return cannot_write(out, code, err);
}

static int create_named(struct outfile *out, const char *name)
{
    out->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return out->fd >= 0 ? 0 : -1;
}

static int link_nameless(struct outfile *out, const char *name)
{
    char self[64];
    (void)snprintf(self, sizeof(self), "/proc/self/fd/%d", out->fd);
    return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

static int open_unfinished(struct outfile *out, struct err *err)
{
    char *folder = folder_of(out->path);
    if (folder == NULL)
        return err_memory(err, "a file name");
    if (!out->shared) /* who writes it, too, needs a name */
        out->fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0666);
    int cause = out->shared ? EOPNOTSUPP : errno;
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
        return take_name(out, create_named, ERR_INPUT, err);
    errno = cause;
    return cannot_write(out, ERR_INPUT, err);
}

/* A pipe, a device. */
static int open_irregular(struct outfile *out, struct err *err)
{
    if (out->shared) {
        err_set(err, ERR_INPUT, "cannot write parts of '%s': it is no regular file", out->path);
        return err_remedy(err, "choose another name, or use --exchange message");
    }
    out->direct = true;
    out->fd = open(out->path, O_WRONLY | O_CLOEXEC);
    return out->fd >= 0 ? 0 : cannot_write(out, ERR_INPUT, err);
}

static int open_target(struct outfile *out, struct err *err)
{
    struct stat there;
    size_t length = strlen(out->path);
    if (length == 0 || (stat(out->path, &there) != 0 && out->path[length - 1] == '/'))
        return err_set(err, ERR_INPUT, "cannot write '%s': it names no file", out->path);
    if (stat(out->path, &there) != 0)
        return errno == ENAMETOOLONG ? cannot_write(out, ERR_INPUT, err)
                                     : open_unfinished(out, err);
    if (S_ISDIR(there.st_mode))
        return err_set(err, ERR_INPUT, "cannot write '%s': it is a folder", out->path);
    if (!S_ISREG(there.st_mode))
        return open_irregular(out, err);
    if ((there.st_mode & 0222) == 0 || access(out->path, W_OK) != 0) {
        err_set(err, ERR_INPUT, "cannot write '%s': it is read-only", out->path);
        return err_remedy(err, "choose another name, or allow it: chmod u+w '%s'", out->path);
    }
    return open_unfinished(out, err);
}

static int open_path(struct outfile *out, const char *path, bool shared, struct err *err)
{
    *out = (struct outfile)OUTFILE_CLOSED;
    out->shared = shared;
    out->path = realpath(path, NULL); /* through links to what they lead to */
    if (out->path == NULL)
        out->path = strdup(path); /* not there yet */
    if (out->path == NULL)
        return err_memory(err, "a file name");
    if (open_target(out, err) == 0)
        return 0;
    outfile_discard(out);
    return -1;
}

int outfile_open(struct outfile *out, const char *path, struct err *err)
{
    return open_path(out, path, false, err);
}

int outfile_open_shared(struct outfile *out, const char *path, struct err *err)
{
    return open_path(out, path, true, err);
}

/* Not posix_fallocate, which writes into every block where the file system cannot promise room. */
int outfile_reserve(struct outfile *out, int64_t size, struct err *err)
{
    int status;
    do
        status = fallocate(out->fd, 0, 0, size);
    while (status != 0 && errno == EINTR);
    if (status != 0 && (errno == EOPNOTSUPP || errno == ENOSYS))
        status = ftruncate(out->fd, size);
    return status == 0 ? 0 : cannot_write(out, ERR_FAILED, err);
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
        /* A name first, to rename: linking cannot replace what is there. */
        if (out->temporary == NULL && take_name(out, link_nameless, ERR_FAILED, err) != 0)
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
