#include "work/scratch.h"

#include "base/clock.h"
#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Makes a file under a name that no process on any host that sees the folder uses, and removes the
 * name at once. */
static int make_named(const struct scratch *scratch)
{
    enum { ATTEMPTS = 100 };
    int fd = -1;
    for (int attempt = 0; attempt < ATTEMPTS && fd < 0; attempt++) {
        char name[64];
        uint64_t draw = random_bits((uint64_t)clock_read_ns(CLOCK_REALTIME), (uint64_t)getpid());
        (void)snprintf(name, sizeof(name), ".squares-%ld-%016" PRIx64, (long)getpid(), draw);
        fd = openat(scratch->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0)
            (void)unlinkat(scratch->folder, name, 0);
        else if (errno != EEXIST)
            break;
    }
    return fd;
}

int scratch_make(const struct scratch *scratch)
{
    if (scratch->named)
        return make_named(scratch);
    return openat(scratch->folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
}

/* Whether the last attempt failed as it does on file systems without nameless files. */
static bool lacks_nameless(void)
{
    return errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT;
}

int scratch_open(struct scratch *scratch, const char *path, struct err *err)
{
    *scratch = (struct scratch){.path = path};
    scratch->folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (scratch->folder < 0)
        return scratch_fail(err, "make", path);
    int fd = scratch_make(scratch);
    if (fd < 0 && lacks_nameless()) {
        scratch->named = true;
        fd = scratch_make(scratch);
    }
    if (fd >= 0)
        return close(fd);
    scratch_fail(err, "make", path);
    scratch_close(scratch);
    return -1;
}

void scratch_close(struct scratch *scratch)
{
    if (scratch->folder >= 0)
        (void)close(scratch->folder);
    scratch->folder = -1;
}

int scratch_write_at(int fd, const void *bytes, int64_t size, int64_t offset)
{
    for (int64_t done = 0; done < size;) {
        ssize_t now = pwrite(fd, (const char *)bytes + done, (size_t)(size - done), offset + done);
        if (now == 0)
            errno = ENOSPC;
        if (now == 0 || (now < 0 && errno != EINTR))
            return -1;
        done += now > 0 ? now : 0;
    }
    return 0;
}

int scratch_read_at(int fd, void *bytes, int64_t size, int64_t offset)
{
    for (int64_t done = 0; done < size;) {
        ssize_t now = pread(fd, (char *)bytes + done, (size_t)(size - done), offset + done);
        if (now == 0)
            errno = ENODATA;
        if (now == 0 || (now < 0 && errno != EINTR))
            return -1;
        done += now > 0 ? now : 0;
    }
    return 0;
}

void *scratch_buffer(int64_t size)
{
    return aligned_alloc(SCRATCH_SECTOR, (size_t)scratch_sectors(size));
}

/* --- what went wrong --- */

static const struct cause {
    int number;
    enum err_code code;
    const char *remedy;
} CAUSES[] = {
    {ENOENT, ERR_INPUT, "name an existing folder that can hold files: dir=FOLDER"},
    {ENOTDIR, ERR_INPUT, "name a folder: dir=FOLDER"},
    {ELOOP, ERR_INPUT, "name a folder: dir=FOLDER"},
    {ENAMETOOLONG, ERR_INPUT, "name a folder: dir=FOLDER"},
    {EACCES, ERR_INPUT, "name a folder in which you may write: dir=FOLDER"},
    {EPERM, ERR_INPUT, "name a folder in which you may write: dir=FOLDER"},
    {EROFS, ERR_INPUT, "name a folder in which you may write: dir=FOLDER"},
    {ENOSPC, ERR_FAILED, "make room there, name another folder (dir=FOLDER), or use fewer bytes"},
    {EDQUOT, ERR_FAILED,
     "make room in your quota, name another folder (dir=FOLDER), or use fewer "
     "bytes"},
    {EFBIG, ERR_FAILED, "use fewer bytes, or allow larger files: ulimit -f"},
    {EMFILE, ERR_FAILED, "use fewer threads, or allow more open files: ulimit -n"},
    {ENFILE, ERR_FAILED, "use fewer workers: this host has too many files open"},
    {EIO, ERR_FAILED, "the disk or its server fails: look into the kernel's log (dmesg)"},
    {ESTALE, ERR_FAILED, "its server has lost the folder: mount it again"},
    {ENODATA, ERR_FAILED, "something has cut the file short: look into the kernel's log (dmesg)"},
};

int scratch_fail(struct err *err, const char *verb, const char *path)
{
    static const struct cause OTHER = {0, ERR_FAILED, "try another folder: dir=FOLDER"};
    const struct cause *found = &OTHER;
    for (size_t i = 0; i < sizeof(CAUSES) / sizeof(CAUSES[0]); i++)
        if (CAUSES[i].number == errno)
            found = &CAUSES[i];
    err_sys(err, found->code, "cannot %s a file in '%s'", verb, path);
    return err_remedy(err, "%s", found->remedy);
}
