#include "base/target.h"

#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { LINKS_MOST = 40 }; /* the kernel's own limit */

static int refused(const struct target *t, int cause, struct err *err)
{
    errno = cause;
    return err_sys(err, ERR_INPUT, "cannot write '%s'", t->path);
}

/* Describes an open descriptor. Returns 0, or -1 and sets errno. */
static int look_at(int fd, struct target_file *file)
{
    struct stat found;
    if (fstat(fd, &found) != 0)
        return -1;
    *file = (struct target_file){found.st_dev, found.st_ino, found.st_mode, found.st_uid,
                                 found.st_rdev};
    return 0;
}

static bool same_file(const struct target_file *a, const struct target_file *b)
{
    return a->device == b->device && a->number == b->number;
}

static int take_stream(struct target *t, struct err *err)
{
    t->kind = TARGET_STREAM;
    if (!streams_given(t->stream))
        return refused(t, EBADF, err);
    if (!streams_writable(t->stream))
        return err_set(err, ERR_INPUT, "cannot write '%s': it is open for reading only", t->path);
    return look_at(t->stream, &t->there) == 0 ? 0 : refused(t, errno, err);
}

/* --- folders --- */

/* The folder part of `place`, which the caller frees; NULL if memory runs out. */
static char *folder_of(const char *place)
{
    const char *slash = strrchr(place, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(place, slash == place ? 1 : (size_t)(slash - place));
}

static int link_to_nothing(const struct target *t, struct err *err)
{
    err_set(err, ERR_INPUT,
            "cannot write '%s': it is a symbolic link to '%s', which does not exist", t->path,
            t->place);
    return err_remedy(err, "remove the link, or make the file it names: touch '%s'", t->place);
}

static int no_folder(const struct target *t, const char *folder, int cause, bool linked,
                     struct err *err)
{
    if (cause != ENOENT)
        return refused(t, cause, err);
    if (linked)
        return link_to_nothing(t, err);
    err_set(err, ERR_INPUT, "cannot write '%s': its folder '%s' does not exist", t->path, folder);
    return err_remedy(err, "make it first: mkdir -p '%s'", folder);
}

/* Opens the folder that `place` is in. `linked`: a link has led there. */
static int enter_folder(struct target *t, bool linked, struct err *err)
{
    char *folder = folder_of(t->place);
    if (folder == NULL)
        return err_memory(err, "a file name");
    const char *slash = strrchr(t->place, '/');
    t->name = slash != NULL ? slash + 1 : t->place;
    if (t->folder >= 0)
        (void)close(t->folder);
    t->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int status = t->folder >= 0 ? 0 : no_folder(t, folder, errno, linked, err);
    free(folder);
    return status;
}

/* --- links --- */

/* Whether the open folder is where the kernel shows this process's descriptors. */
static bool shows_descriptors(int folder)
{
    static const char *const FOLDERS[] = {"/proc/self/fd", "/proc/thread-self/fd"};
    struct stat here, there;
    if (fstat(folder, &here) != 0)
        return false;
    for (size_t i = 0; i < sizeof(FOLDERS) / sizeof(FOLDERS[0]); i++)
        if (stat(FOLDERS[i], &there) == 0 && there.st_dev == here.st_dev &&
            there.st_ino == here.st_ino)
            return true;
    return false;
}

/* The kernel's rule for fs.protected_symlinks and fs.protected_fifos, applied even if those are
 * off. */
static bool is_trap(const struct target *t)
{
    struct target_file folder;
    return look_at(t->folder, &folder) != 0 ||
           ((folder.mode & S_ISVTX) != 0 && (folder.mode & S_IWOTH) != 0 &&
            t->there.owner != geteuid() && t->there.owner != folder.owner);
}

/* Whether the link is one of /proc's: these lead to what their text only describes. */
static bool is_magic(int link)
{
    struct statfs system;
    return fstatfs(link, &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

/* Replaces the link's name by what the link says. */
static int read_link(struct target *t, int link, struct err *err)
{
    char text[4096];
    ssize_t length = readlinkat(link, "", text, sizeof(text));
    if (length < 0 || length == (ssize_t)sizeof(text))
        return refused(t, length < 0 ? errno : ENAMETOOLONG, err);
    int folder = text[0] == '/' ? 0 : (int)(t->name - t->place);
    char *place = NULL;
    if (asprintf(&place, "%.*s%.*s", folder, t->place, (int)length, text) < 0)
        return err_memory(err, "a file name");
    free(t->place);
    t->place = place;
    t->name = place;
    t->stream = streams_named(place);
    return 0;
}

static int refuse_trap(const struct target *t, const char *what, const char *remedy,
                       struct err *err)
{
    err_set(err, ERR_INPUT,
            "cannot write '%s': it is another user's %s, in a folder that anyone may write to",
            t->path, what);
    return err_remedy(err, "%s", remedy);
}

/* Reached when what is there is not a link. */
static int arrive(struct target *t, struct err *err)
{
    t->kind = S_ISREG(t->there.mode) ? TARGET_FILE : TARGET_OTHER;
    if (S_ISFIFO(t->there.mode) && is_trap(t))
        return refuse_trap(t, "pipe", "use one in a folder of the user who reads it", err);
    return 0;
}

/* `link` is open, and t->there describes it. */
static int follow(struct target *t, int link, struct err *err)
{
    if (is_trap(t))
        return refuse_trap(t, "symbolic link", "name the file itself", err);
    if (!is_magic(link))
        return read_link(t, link, err);
    if (shows_descriptors(t->folder)) {
        t->stream = (int)strtol(t->name, NULL, 10);
        return 0;
    }
    return err_set(err, ERR_INPUT,
                   "cannot write '%s': it is a link in /proc that nothing can be written through",
                   t->path);
}

/* Follows `place` to its end. Ends: after LINKS_MOST links at the latest. */
static int walk(struct target *t, struct err *err)
{
    for (int links = 0; links <= LINKS_MOST; links++) {
        if (enter_folder(t, links > 0, err) != 0)
            return -1;
        int found = openat(t->folder, t->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (found < 0 && errno == ENOENT)
            return links > 0 ? link_to_nothing(t, err) : 0;
        if (found < 0 || look_at(found, &t->there) != 0)
            return refused(t, errno, err);
        bool is_link = S_ISLNK(t->there.mode);
        int status = is_link ? follow(t, found, err) : arrive(t, err);
        (void)close(found);
        if (status != 0 || !is_link || t->stream >= 0)
            return status;
    }
    return refused(t, ELOOP, err);
}

/* --- opening --- */

/* As walk; `reached` is what the kernel reached by this path, -1: nothing. */
static int walk_to(struct target *t, int reached, struct err *err)
{
    struct target_file there = {0};
    if (reached >= 0 && look_at(reached, &there) != 0)
        return refused(t, errno, err);
    if (S_ISDIR(there.mode))
        return err_set(err, ERR_INPUT, "cannot write '%s': it is a folder", t->path);
    if (reached < 0 && t->path[strlen(t->path) - 1] == '/')
        return err_set(err, ERR_INPUT, "cannot write '%s': it names no file", t->path);
    if (walk(t, err) != 0)
        return -1;
    if (t->stream >= 0)
        return take_stream(t, err);
    if ((reached >= 0) == (t->kind != TARGET_NEW) && same_file(&there, &t->there))
        return 0;
    return err_set(err, ERR_INPUT, "cannot write '%s': it changed while it was checked", t->path);
}

int target_open(struct target *t, const char *path, struct err *err)
{
    *t = (struct target)TARGET_CLOSED;
    if (path[0] == '\0')
        return err_set(err, ERR_INPUT, "cannot write '': it names no file");
    t->path = strdup(path);
    t->place = strdup(path);
    if (t->path == NULL || t->place == NULL)
        return err_memory(err, "a file name");
    t->stream = streams_named(path);
    if (t->stream >= 0)
        return take_stream(t, err);
    int reached = open(path, O_PATH | O_CLOEXEC);
    if (reached < 0 && errno != ENOENT)
        return refused(t, errno, err);
    int status = walk_to(t, reached, err);
    if (reached >= 0)
        (void)close(reached);
    return status;
}

int target_stream(struct target *t, int fd, const char *name, struct err *err)
{
    *t = (struct target)TARGET_CLOSED;
    t->path = strdup(name);
    t->stream = fd;
    return t->path != NULL ? take_stream(t, err) : err_memory(err, "a file name");
}

/* --- questions --- */

/* Whether the device keeps nothing. A terminal shows what is written to it; these devices drop
 * it. */
static bool keeps_nothing(const struct target_file *there)
{
    const unsigned MEMORY_DEVICES = 1; /* /dev/null, /dev/full and others */
    return S_ISCHR(there->mode) && major(there->special) == MEMORY_DEVICES;
}

bool target_same(const struct target *a, const struct target *b)
{
    struct target_file folder_a, folder_b;
    if (a->kind != TARGET_NEW && b->kind != TARGET_NEW)
        return same_file(&a->there, &b->there) && !keeps_nothing(&a->there);
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           look_at(a->folder, &folder_a) == 0 && look_at(b->folder, &folder_b) == 0 &&
           same_file(&folder_a, &folder_b);
}

static int write_through(const struct target *t, struct err *err)
{
    return err_remedy(err,
                      "choose another name, or write into the file as it is: -o /dev/stdout "
                      ">'%s'",
                      t->path);
}

/* Whether the file is mounted over its name, as in containers: renaming does not replace it. */
static bool is_mounted(const struct target *t)
{
    struct statx there;
    return statx(t->folder, t->name, AT_SYMLINK_NOFOLLOW, 0, &there) == 0 &&
           (there.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

int target_replaceable(const struct target *t, struct err *err)
{
    if ((t->there.mode & 0222) == 0 || faccessat(t->folder, t->name, W_OK, AT_EACCESS) != 0) {
        err_set(err, ERR_INPUT, "cannot write '%s': it is read-only", t->path);
        return err_remedy(err, "choose another name, or allow it: chmod u+w '%s'", t->path);
    }
    if (is_mounted(t)) {
        err_set(err, ERR_INPUT,
                "cannot write '%s': it is mounted in its place, and an output is replaced whole",
                t->path);
        return write_through(t, err);
    }
    /* Trying to remove it as a folder needs all the rights that replacing it needs (the folder's
     * permission, the sticky bit, chattr), and then fails because it is not a folder. */
    if (unlinkat(t->folder, t->name, AT_REMOVEDIR) == 0 || errno == ENOTDIR || errno == ENOENT)
        return 0;
    err_sys(err, ERR_INPUT,
            "cannot write '%s': an output is replaced whole, and its folder does not allow it",
            t->path);
    return write_through(t, err);
}

void target_release(struct target *t)
{
    if (t->folder >= 0)
        (void)close(t->folder);
    free(t->path);
    free(t->place);
    *t = (struct target)TARGET_CLOSED;
}
