/*
 * file - reading and writing files: each task moves some bytes to or from the file system of a
 * folder, and gives its number back. The bytes are a pattern that tells where each word belongs,
 * and what was read is checked against it.
 *
 * write: into a new file of the task's own, which is deleted when the task ends. Without sync, the
 * bytes usually stay in memory, as for any program that does not ask for more; with it they reach
 * the disk.
 *
 * read: from a file that the host's ranks share, made before they run. It holds some 256 reads'
 * worth, at least 1 MiB and at most 64 MiB; a task that wants more starts again at its beginning.
 * Where in it task i reads depends only on the seed and on i. Reads bypass the page cache, see
 * stock.h; but a disk or a server may have a cache of its own, and some file systems (tmpfs) are
 * nothing but memory.
 *
 * both: write, then read the same bytes back, which usually come from memory.
 */
#include "base/random.h"
#include "work/pattern.h"
#include "work/scratch.h"
#include "work/stock.h"
#include "work/work.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum op { OP_READ, OP_WRITE, OP_BOTH };

static const char *const OPS[] = {"read", "write", "both", NULL};
static const char *const SYNCS[] = {"no", "yes", NULL};

struct file {
    char dir[SETTING_TEXT_SIZE];
    int64_t bytes;
    int64_t op;
    int64_t sync;
};

static const struct setting SETTINGS[] = {
    {"dir", SETTING_TEXT, offsetof(struct file, dir), ".", 0, 0, NULL,
     "folder on the file system to measure; nothing stays in it"},
    {"bytes", SETTING_BYTES, offsetof(struct file, bytes), "64K", 1, INT64_C(1) << 30, NULL,
     "how much a task reads or writes"},
    {"op", SETTING_CHOICE, offsetof(struct file, op), "read", 0, 0, OPS,
     "what a task does: read, write, both (write, then read it back)"},
    {"sync", SETTING_CHOICE, offsetof(struct file, sync), "no", 0, 0, SYNCS,
     "whether written data must reach the disk: no, yes"},
    {.name = NULL},
};

/* What a rank keeps open. */
struct state {
    struct stock stock;     /* for op=read */
    struct scratch scratch; /* for the other ops */
};

/* One task. */
struct task {
    const struct file *file;
    const struct state *state;
    const struct safepoint *at;
    uint64_t *piece; /* its own buffer, for SCRATCH_PIECE or `bytes` */
    int64_t position;
    uint64_t draw; /* depends on seed and position */
    uint64_t key;  /* of the pattern that it writes */
};

static int64_t piece_at(const struct file *file, int64_t done)
{
    int64_t rest = file->bytes - done;
    return rest < SCRATCH_PIECE ? rest : SCRATCH_PIECE;
}

static int task_fail(const struct task *task, const char *verb, struct err *err)
{
    scratch_fail(err, verb, task->file->dir);
    return err_at(err, task->position);
}

static int damaged(const struct task *task, int64_t byte, struct err *err)
{
    err_set(err, ERR_FAILED,
            "what was read from a file in '%s' at byte %" PRId64 " is not what was written",
            task->file->dir, byte);
    err_remedy(err, "the disk or the file system damages data: look into the kernel's log (dmesg)");
    return err_at(err, task->position);
}

/* --- reading from the stock --- */

static int read_stock(const struct task *task, struct err *err)
{
    const struct stock *stock = &task->state->stock;
    int64_t sectors = stock->size / SCRATCH_SECTOR;
    int64_t sector = (int64_t)(task->draw % (uint64_t)sectors);
    for (int64_t done = 0, now; done < task->file->bytes && !safepoint_stopped(task->at);
         done += now) {
        int64_t begin = sector * SCRATCH_SECTOR, to_end = stock->size - begin;
        now = piece_at(task->file, done);
        now = now < to_end ? now : to_end;
        safepoint_leave(task->at);
        int status = stock_read(stock, task->piece, now, sector);
        safepoint_enter(task->at);
        if (status != 0)
            return task_fail(task, "read", err);
        int64_t same = pattern_match(task->piece, now, stock->key, begin / PATTERN_WORD);
        if (same < now)
            return damaged(task, begin + same, err);
        sector = (sector + scratch_sectors(now) / SCRATCH_SECTOR) % sectors;
    }
    return 0;
}

/* --- the task's own file --- */

static int write_own(const struct task *task, int fd, struct err *err)
{
    for (int64_t done = 0; done < task->file->bytes && !safepoint_stopped(task->at);
         done += SCRATCH_PIECE) {
        int64_t now = piece_at(task->file, done);
        pattern_fill(task->piece, (now + PATTERN_WORD - 1) / PATTERN_WORD, task->key,
                     done / PATTERN_WORD);
        safepoint_leave(task->at);
        int status = scratch_write_at(fd, task->piece, now, done);
        safepoint_enter(task->at);
        if (status != 0)
            return task_fail(task, "write", err);
    }
    return 0;
}

static int sync_own(const struct task *task, int fd, struct err *err)
{
    if (!task->file->sync || safepoint_stopped(task->at))
        return 0;
    safepoint_leave(task->at);
    int status = fsync(fd);
    if (status == 0 && task->file->op == OP_BOTH) /* so that it is read back from the disk */
        (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    safepoint_enter(task->at);
    return status == 0 ? 0 : task_fail(task, "write", err);
}

static int read_own(const struct task *task, int fd, struct err *err)
{
    for (int64_t done = 0; done < task->file->bytes && !safepoint_stopped(task->at);
         done += SCRATCH_PIECE) {
        int64_t now = piece_at(task->file, done);
        safepoint_leave(task->at);
        int status = scratch_read_at(fd, task->piece, now, done);
        safepoint_enter(task->at);
        if (status != 0)
            return task_fail(task, "read", err);
        int64_t same = pattern_match(task->piece, now, task->key, done / PATTERN_WORD);
        if (same < now)
            return damaged(task, done + same, err);
    }
    return 0;
}

static int use_own(const struct task *task, int fd, struct err *err)
{
    if (write_own(task, fd, err) != 0 || sync_own(task, fd, err) != 0)
        return -1;
    return task->file->op == OP_BOTH && !safepoint_stopped(task->at) ? read_own(task, fd, err) : 0;
}

static int run_own(const struct task *task, struct err *err)
{
    safepoint_leave(task->at);
    int fd = scratch_make(&task->state->scratch);
    safepoint_enter(task->at);
    if (fd < 0)
        return task_fail(task, "make", err);
    int status = use_own(task, fd, err);
    safepoint_leave(task->at);
    int closed = close(fd); /* network file systems report a full disk here */
    safepoint_enter(task->at);
    return status != 0 || closed == 0 ? status : task_fail(task, "write", err);
}

/* --- the workload --- */

static void prepare(struct task *task, const struct work *work, const struct numbers *numbers,
                    int64_t index)
{
    uint64_t number;
    memcpy(&number, (const char *)numbers->cells + index * NUMBER_SIZE, sizeof(number));
    task->position = numbers->first + index;
    task->draw = random_bits(work->seed, (uint64_t)task->position);
    task->key = random_bits(task->draw, number);
}

static int run(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err)
{
    struct task task = {.file = work->settings, .state = work->state, .at = at};
    task.piece = scratch_buffer(piece_at(task.file, 0));
    if (task.piece == NULL) {
        err_memory(err, "a file's contents");
        return err_at(err, numbers->first);
    }
    int status = 0;
    for (int64_t i = 0; i < numbers->count && status == 0 && !safepoint_stopped(at); i++) {
        prepare(&task, work, numbers, i);
        status = task.file->op == OP_READ ? read_stock(&task, err) : run_own(&task, err);
    }
    free(task.piece);
    return status;
}

static int64_t stock_size(const struct file *file)
{
    const int64_t READS = 256, LEAST = 1 << 20, MOST = 64 << 20;
    int64_t size = READS * scratch_sectors(file->bytes);
    return size < LEAST ? LEAST : size > MOST ? MOST : size;
}

static int host_open(struct work *work, struct err *err)
{
    const struct file *file = work->settings;
    work->common = 0;
    return file->op != OP_READ ? 0 : stock_make(file->dir, stock_size(file), &work->common, err);
}

static void host_close(struct work *work)
{
    if (((const struct file *)work->settings)->op == OP_READ)
        stock_discard(work->common);
}

static int open_rank(struct work *work, struct err *err)
{
    const struct file *file = work->settings;
    struct state *state = calloc(1, sizeof(*state));
    if (state == NULL)
        return err_memory(err, "a workload");
    state->stock.fd = -1;
    state->scratch.folder = -1;
    int status = file->op == OP_READ ? stock_open(&state->stock, work->common, err)
                                     : scratch_open(&state->scratch, file->dir, err);
    if (status == 0)
        work->state = state;
    else
        free(state);
    return status;
}

static void close_rank(struct work *work)
{
    struct state *state = work->state;
    stock_close(&state->stock);
    scratch_close(&state->scratch);
    free(state);
    work->state = NULL;
}

const struct workload WORKLOAD_FILE = {
    .name = "file",
    .help = "wait: each task reads or writes a file, and returns its number",
    .table = SETTINGS,
    .settings_size = sizeof(struct file),
    .waits = true,
    .host_open = host_open,
    .host_close = host_close,
    .open = open_rank,
    .close = close_rank,
    .run = run,
    .grain = work_one_at_once,
    .range_sum = work_same_sum,
};
