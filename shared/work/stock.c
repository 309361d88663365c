#include "work/stock.h"

#include "base/clock.h"
#include "base/random.h"
#include "work/pattern.h"
#include "work/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A handle consists of, from its low bits on, the descriptor, the process, and the seed of the
 * pattern, which shows whether a file is the one that was meant. Linux has no process number above
 * 2^22. */
enum { FD_BITS = 20, PID_BITS = 22, SEED_BITS = 21 };

static int64_t bits(int64_t handle, int first, int count)
{
    return handle >> first & ((INT64_C(1) << count) - 1);
}

static int fd_of(int64_t handle)
{
    return (int)bits(handle, 0, FD_BITS);
}

static int64_t pid_of(int64_t handle)
{
    return bits(handle, FD_BITS, PID_BITS);
}

static uint64_t key_of(int64_t handle)
{
    return random_bits((uint64_t)bits(handle, FD_BITS + PID_BITS, SEED_BITS), 0);
}

static int64_t handle_for(int fd)
{
    uint64_t draw = random_bits((uint64_t)clock_read_ns(CLOCK_REALTIME), (uint64_t)getpid());
    int64_t seed = (int64_t)(draw >> (64 - SEED_BITS));
    return seed << (FD_BITS + PID_BITS) | (int64_t)getpid() << FD_BITS | fd;
}

/* --- making --- */

static int fill(int fd, int64_t size, uint64_t key, uint64_t *piece)
{
    for (int64_t done = 0; done < size; done += SCRATCH_PIECE) {
        int64_t now = size - done < SCRATCH_PIECE ? size - done : SCRATCH_PIECE;
        pattern_fill(piece, now / PATTERN_WORD, key, done / PATTERN_WORD);
        if (scratch_write_at(fd, piece, now, done) != 0)
            return -1;
    }
    return fdatasync(fd); /* what is not on the disk cannot be read from it */
}

static int make_filled(int fd, const char *path, int64_t size, int64_t *handle, struct err *err)
{
    if (fd >> FD_BITS != 0) {
        errno = EMFILE;
        return scratch_fail(err, "share", path);
    }
    uint64_t *piece = scratch_buffer(SCRATCH_PIECE);
    if (piece == NULL)
        return err_memory(err, "a file's contents");
    *handle = handle_for(fd);
    int status = fill(fd, scratch_sectors(size), key_of(*handle), piece);
    if (status != 0)
        scratch_fail(err, "write", path);
    free(piece);
    return status;
}

int stock_make(const char *path, int64_t size, int64_t *handle, struct err *err)
{
    struct scratch scratch;
    if (scratch_open(&scratch, path, err) != 0)
        return -1;
    int fd = scratch_make(&scratch);
    int status =
        fd < 0 ? scratch_fail(err, "make", path) : make_filled(fd, path, size, handle, err);
    scratch_close(&scratch);
    if (status != 0 && fd >= 0)
        (void)close(fd);
    return status;
}

void stock_discard(int64_t handle)
{
    (void)close(fd_of(handle));
}

/* --- reading --- */

int stock_read(const struct stock *stock, void *buffer, int64_t size, int64_t sector)
{
    /* For the whole file, as the kernel does not drop a large page if only a part of it is to be
     * dropped. */
    if (!stock->direct)
        (void)posix_fadvise(stock->fd, 0, 0, POSIX_FADV_DONTNEED);
    return scratch_read_at(stock->fd, buffer, scratch_sectors(size),
                           sector * (int64_t)SCRATCH_SECTOR);
}

/* Opens it, direct or not, and reads its first sector. Returns 0, or -1 with errno; ENODATA: it is
 * another file. */
static int try_open(struct stock *stock, const char *path, bool direct, uint64_t *sector)
{
    stock->direct = direct;
    stock->fd = open(path, O_RDONLY | O_CLOEXEC | (direct ? O_DIRECT : 0));
    if (stock->fd < 0)
        return -1;
    int status = stock_read(stock, sector, SCRATCH_SECTOR, 0);
    if (status == 0 &&
        pattern_match(sector, SCRATCH_SECTOR, stock->key, 0) != (int64_t)SCRATCH_SECTOR) {
        errno = ENODATA;
        status = -1;
    }
    if (status != 0) {
        int cause = errno;
        stock_close(stock);
        errno = cause;
    }
    return status;
}

/* A device or a pipe is not even opened: opening it may block, or have an effect. */
static int find(struct stock *stock, const char *path, uint64_t *sector)
{
    struct stat there;
    if (stat(path, &there) != 0)
        return -1;
    stock->size = there.st_size;
    if (!S_ISREG(there.st_mode) || there.st_size < SCRATCH_SECTOR) {
        errno = ENODATA;
        return -1;
    }
    if (try_open(stock, path, true, sector) == 0)
        return 0;
    return errno == EINVAL || errno == EOPNOTSUPP ? try_open(stock, path, false, sector) : -1;
}

static int not_found(const char *path, struct err *err)
{
    if (errno == ENODATA)
        err_set(err, ERR_FAILED, "'%s' is not the file that this host's first rank has made", path);
    else
        err_sys(err, ERR_FAILED, "cannot open '%s', which this host's first rank has made", path);
    return err_remedy(err, "run all ranks of a host as one user and in one container (they share "
                           "the file through /proc), or use op=write or op=both");
}

int stock_open(struct stock *stock, int64_t handle, struct err *err)
{
    *stock = (struct stock){.fd = -1, .key = key_of(handle)};
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%lld/fd/%d", (long long)pid_of(handle),
                   fd_of(handle));
    uint64_t *sector = scratch_buffer(SCRATCH_SECTOR);
    if (sector == NULL)
        return err_memory(err, "a file's contents");
    int status = find(stock, path, sector);
    if (status != 0)
        not_found(path, err);
    free(sector);
    return status;
}

void stock_close(struct stock *stock)
{
    if (stock->fd >= 0)
        (void)close(stock->fd);
    stock->fd = -1;
}
