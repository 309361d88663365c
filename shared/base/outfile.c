#include "base/outfile.h"

#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static int cannot_write(const struct outfile *out, enum err_code code, struct err *err)
{
    bool unnamed = out->target.kind == TARGET_STREAM && out->target.place == NULL;
    return err_sys(err, code, unnamed ? "cannot write to %s" : "cannot write '%s'", out->path);
}

/* --- the unfinished file --- */

/* A name beside the target for the unfinished file; `attempt` makes the names of one process
 * differ. */
static char *temporary_name(const struct outfile *out, int attempt)
{
    const struct target *target = &out->target;
    int folder = (int)(target->name - target->place);
    char *name = NULL;
    /* truncated, as a name of full length leaves no room; "%.0d" prints nothing for 0 */
    if (asprintf(&name, "%.*s.%.200s.%ld.part%.0d", folder, target->place, target->name,
                 (long)getpid(), attempt) < 0)
        return NULL;
    return name;
}

/* The last part of the name, for use with the open folder. */
static const char *within_folder(const struct outfile *out, const char *temporary)
{
    return temporary + (out->target.name - out->target.place);
}

enum { ATTEMPTS = 100 }; /* a killed process with the same number may have left its file */

/* Gives `fd`, or the file that `make` makes, a free name. `make` returns 0, or -1 and sets
 * errno. */
static int take_name(struct outfile *out, int (*make)(struct outfile *out, const char *name),
                     enum err_code code, struct err *err)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        char *name = temporary_name(out, attempt);
        if (name == NULL)
            return err_memory(err, "a file name");
        if (make(out, within_folder(out, name)) == 0) {
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

static void remove_name(struct outfile *out)
{
    if (out->temporary != NULL)
        (void)unlinkat(out->target.folder, within_folder(out, out->temporary), 0);
    free(out->temporary);
    out->temporary = NULL;
}

static int create(struct outfile *out, const char *name, mode_t mode)
{
    out->fd = openat(out->target.folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return out->fd >= 0 ? 0 : -1;
}

static int create_trial(struct outfile *out, const char *name)
{
    return create(out, name, 0666);
}

static int create_private(struct outfile *out, const char *name)
{
    return create(out, name, 0600);
}

/* Links the descriptor itself, if the kernel lets this process do so, else through /proc. */
static int link_nameless(struct outfile *out, const char *name)
{
    char self[64];
    if (linkat(out->fd, "", out->target.folder, name, AT_EMPTY_PATH) == 0)
        return 0;
    if (errno == EEXIST)
        return -1;
    (void)snprintf(self, sizeof(self), "/proc/self/fd/%d", out->fd);
    return linkat(AT_FDCWD, self, out->target.folder, name, AT_SYMLINK_FOLLOW);
}

static int open_nameless(struct outfile *out, mode_t mode)
{
    out->fd = openat(out->target.folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
    return out->fd >= 0 ? 0 : -1;
}

/* Notes the permissions that the process's umask and the folder's defaults leave of 0666. */
static void note_usual_mode(struct outfile *out)
{
    struct stat made;
    out->usual = fstat(out->fd, &made) == 0 ? made.st_mode & 0777 : 0600;
}

static void close_trial(struct outfile *out)
{
    (void)close(out->fd);
    out->fd = -1;
    remove_name(out);
}

/* Whether a nameless file can be made here and be named later, found by trying it. */
static bool try_nameless(struct outfile *out)
{
    struct err ignored = ERR_INIT;
    if (open_nameless(out, 0666) != 0)
        return false;
    note_usual_mode(out);
    bool named = take_name(out, link_nameless, ERR_INPUT, &ignored) == 0;
    close_trial(out);
    return named && open_nameless(out, 0600) == 0;
}

static int open_unfinished(struct outfile *out, struct err *err)
{
    if (!out->shared && try_nameless(out)) /* other writers need a name to open */
        return 0;
    if (take_name(out, create_trial, ERR_INPUT, err) != 0)
        return -1;
    note_usual_mode(out);
    close_trial(out);
    return take_name(out, create_private, ERR_INPUT, err);
}

/* --- opening --- */

/* Opens the path again, and checks that the kernel finds the same file as before. */
static int reopen(struct outfile *out, struct err *err)
{
    struct stat found;
    out->fd = open(out->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (out->fd < 0)
        return cannot_write(out, ERR_INPUT, err);
    if (fstat(out->fd, &found) == 0 && found.st_ino == out->target.there.number &&
        found.st_dev == out->target.there.device)
        return 0;
    return err_set(err, ERR_INPUT, "cannot write '%s': it changed while it was checked", out->path);
}

/* Opens a pipe, a device, or a descriptor. */
static int open_direct(struct outfile *out, struct err *err)
{
    if (out->shared) {
        err_set(err, ERR_INPUT, "cannot write parts of '%s': it is not a regular file", out->path);
        return err_remedy(err, "choose another name, or use --exchange message");
    }
    out->direct = true;
    if (out->target.kind == TARGET_OTHER)
        return reopen(out, err);
    out->fd = fcntl(out->target.stream, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return out->fd >= 0 ? 0 : cannot_write(out, ERR_INPUT, err);
}

static int open_found(struct outfile *out, struct err *err)
{
    switch (out->target.kind) {
    case TARGET_FILE:
        return target_replaceable(&out->target, err) == 0 ? open_unfinished(out, err) : -1;
    case TARGET_NEW:
        return open_unfinished(out, err);
    default:
        return open_direct(out, err);
    }
}

/* `found`: what target_open or target_stream has returned. */
static int open_target(struct outfile *out, int found, struct err *err)
{
    out->path = out->target.path;
    if (found == 0 && open_found(out, err) == 0)
        return 0;
    outfile_discard(out);
    return -1;
}

int outfile_open(struct outfile *out, const char *path, struct err *err)
{
    *out = (struct outfile){.fd = -1, .synced = true};
    return open_target(out, target_open(&out->target, path, err), err);
}

int outfile_open_shared(struct outfile *out, const char *path, struct err *err)
{
    *out = (struct outfile){.fd = -1, .synced = true, .shared = true};
    return open_target(out, target_open(&out->target, path, err), err);
}

int outfile_open_stream(struct outfile *out, int fd, const char *name, struct err *err)
{
    *out = (struct outfile){.fd = -1};
    return open_target(out, target_stream(&out->target, fd, name, err), err);
}

/* --- writing --- */

/* Not posix_fallocate, which writes into every block if the file system cannot reserve room. */
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

/* Whether to go on although write() has failed with the present errno. */
static bool goes_on(struct outfile *out)
{
    struct pollfd room = {.fd = out->fd, .events = POLLOUT};
    if (errno == EAGAIN) /* set by another process that shares the pipe or terminal */
        return poll(&room, 1, -1) == 1 || errno == EINTR;
    if (errno == EPIPE && out->target.kind == TARGET_STREAM && out->target.stream == STDOUT_FILENO)
        out->abandoned = true;
    return errno == EINTR || out->abandoned;
}

int outfile_write(struct outfile *out, const void *bytes, size_t size, struct err *err)
{
    const char *next = bytes;
    while (size > 0 && !out->abandoned) {
        ssize_t written = write(out->fd, next, size);
        if (written < 0 && goes_on(out))
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

/* --- putting it in place --- */

/* With an access list (ACL), its mask stands where the group's permissions usually are. */
static const char ACCESS_LIST[] = "system.posix_acl_access";

static bool has_list(int fd)
{
    return fgetxattr(fd, ACCESS_LIST, NULL, 0) > 0;
}

/* If the file cannot be opened, its group permissions may be such a mask, so they are dropped. */
static mode_t permissions_of(const struct outfile *out, const struct stat *old)
{
    int fd = openat(out->target.folder, out->target.name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    mode_t kept = fd < 0 || has_list(fd) ? 0707 : 0777;
    if (fd >= 0)
        (void)close(fd);
    return old->st_mode & kept;
}

/* Limits a new file's usual permissions to those of an old file of another owner or group: users
 * who could not read the old file must not read the new one. */
static mode_t narrowed(mode_t usual, mode_t old, bool same_group)
{
    mode_t others = old & 0007, group = (old & 0070) >> 3;
    if (!same_group) /* a member of the old group may now be any other user, and the reverse */
        others = group = others & group;
    return usual & (0700 | group << 3 | others);
}

/* Drops the access list that the folder gave the new file. It is not the old file's list, and might
 * let in users who were kept out. */
static mode_t final_mode(const struct outfile *out)
{
    struct stat old, new;
    if (fstatat(out->target.folder, out->target.name, &old, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(old.st_mode))
        return out->usual;
    mode_t mode = permissions_of(out, &old), usual = out->usual;
    if (has_list(out->fd)) {
        usual &= 0707;
        if (fremovexattr(out->fd, ACCESS_LIST) != 0)
            return mode & 0700;
    }
    if (fstat(out->fd, &new) != 0)
        return mode & 0700;
    bool same_group = new.st_gid == old.st_gid;
    return new.st_uid == old.st_uid &&same_group ? mode : narrowed(usual, mode, same_group);
}

int outfile_sync(int fd)
{
    int status;
    do
        status = fsync(fd);
    while (status != 0 && errno == EINTR);
    return status == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
}

/* Brings the complete file to the disk and gives it a name. */
static int complete(struct outfile *out, struct err *err)
{
    if (out->synced && outfile_sync(out->fd) != 0)
        return cannot_write(out, ERR_FAILED, err);
    /* It needs a name first, then a rename: linking cannot replace an existing file. */
    return out->temporary != NULL ? 0 : take_name(out, link_nameless, ERR_FAILED, err);
}

/* Until the last moment only the owner can read the file. fchmod fails on a file system without
 * permissions. */
static int put_in_place(struct outfile *out)
{
    (void)fchmod(out->fd, final_mode(out));
    int closed = close(out->fd); /* network file systems report a full disk here */
    out->fd = -1;
    return closed == 0 ? renameat(out->target.folder, within_folder(out, out->temporary),
                                  out->target.folder, out->target.name)
                       : -1;
}

/* Syncs the folder, which has the new name, and the permissions of `file`, which is open. A folder
 * without read permission cannot be opened for that: then its whole file system is synced. */
static int sync_place(const struct outfile *out, int file, struct err *err)
{
    int folder = openat(out->target.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int status = outfile_sync(file);
    if (status == 0)
        status = folder >= 0 ? outfile_sync(folder) : syncfs(file);
    if (status != 0)
        err_sys(err, ERR_FAILED, "'%s' is in place, but perhaps not on the disk yet", out->path);
    if (folder >= 0)
        (void)close(folder);
    return status;
}

static int commit_direct(struct outfile *out, struct err *err)
{
    int closed = close(out->fd);
    out->fd = -1;
    return closed == 0 ? 0 : cannot_write(out, ERR_FAILED, err);
}

int outfile_commit(struct outfile *out, struct err *err)
{
    if (out->direct)
        return commit_direct(out, err);
    if (complete(out, err) != 0)
        return -1;
    int kept = out->synced ? fcntl(out->fd, F_DUPFD_CLOEXEC, 0) : -1;
    int status = put_in_place(out);
    if (status != 0) {
        cannot_write(out, ERR_FAILED, err);
    } else {
        free(out->temporary);
        out->temporary = NULL;
        status = kept >= 0 ? sync_place(out, kept, err) : 0;
    }
    if (kept >= 0)
        (void)close(kept);
    return status;
}

void outfile_discard(struct outfile *out)
{
    if (out->fd >= 0)
        (void)close(out->fd);
    remove_name(out);
    target_release(&out->target);
    *out = (struct outfile)OUTFILE_CLOSED;
}
