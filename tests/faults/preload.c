/*
 * preload - fails one call of one of the functions below, on one rank of a program under MPI.
 *
 * Only calls that lie in the program's own code count: Open MPI, hwloc and libc, whose own calls go
 * through here, too, do not survive theirs. A call is known by its site: where it returns to, as an
 * offset into the program. (A call in tail position returns to its caller's caller; if that is not
 * the program's, the call is left alone.)
 *
 *     FAULT_RECORD=FILE                           each rank writes FILE.RANK at exit, with a line
 *                                                 "FUNCTION OFFSET TIMES" for each site
 *     FAULT_RANK=1 FAULT_SITE=4f2a FAULT_TIME=3   fails the third call at this site
 *     FAULT_DONE=FILE                             is made when a call is failed
 *
 * tests/faults/faults.cc walks all sites with it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <hwloc.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SITES_MOST = 4096 };

static struct {
    uintptr_t at; /* offset; 0: free */
    const char *function;
    unsigned times;
} sites[SITES_MOST];

static uintptr_t base, begin, end; /* of the program's code; end 0: not looked up */
static bool active, records;
static uintptr_t failing;
static unsigned failing_time;

/* --- set-up, which may itself be called through the functions below --- */

static int find_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size, (void)arg;
    base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            begin = base + part->p_vaddr;
            end = begin + part->p_memsz;
        }
    }
    return 1; /* the program is the first */
}

/* NULL: not one of the ranks; mpirun itself, for one. */
static const char *rank_text(void)
{
    static const char *const VARIABLES[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
    for (size_t i = 0; i < sizeof(VARIABLES) / sizeof(VARIABLES[0]); i++)
        if (getenv(VARIABLES[i]) != NULL)
            return getenv(VARIABLES[i]);
    return NULL;
}

__attribute__((constructor)) static void set_up(void)
{
    const char *rank = rank_text(), *wanted = getenv("FAULT_RANK");
    const char *site = getenv("FAULT_SITE"), *time = getenv("FAULT_TIME");
    dl_iterate_phdr(find_code, NULL);
    records = getenv("FAULT_RECORD") != NULL;
    failing = site != NULL ? strtoul(site, NULL, 16) : 0;
    failing_time = time != NULL ? (unsigned)strtoul(time, NULL, 10) : 1;
    active = rank != NULL && (records || (wanted != NULL && strcmp(rank, wanted) == 0));
}

__attribute__((destructor)) static void write_record(void)
{
    char path[4096];
    if (!active || !records)
        return;
    (void)snprintf(path, sizeof(path), "%s.%s", getenv("FAULT_RECORD"), rank_text());
    FILE *file = fopen(path, "w");
    for (int i = 0; file != NULL && i < SITES_MOST; i++)
        if (sites[i].at != 0)
            (void)fprintf(file, "%s %lx %u\n", sites[i].function, sites[i].at, sites[i].times);
    if (file != NULL)
        (void)fclose(file);
}

/* --- each call --- */

/* How often the site has been called, this time included. */
static unsigned count(const char *function, uintptr_t at)
{
    for (uintptr_t i = at;; i++) {
        uintptr_t free = 0, *slot = &sites[i % SITES_MOST].at;
        if (__atomic_load_n(slot, __ATOMIC_RELAXED) == at ||
            __atomic_compare_exchange_n(slot, &free, at, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED) ||
            free == at) {
            sites[i % SITES_MOST].function = function;
            return __atomic_add_fetch(&sites[i % SITES_MOST].times, 1, __ATOMIC_RELAXED);
        }
    }
}

static bool fails(const char *function, const void *returns_to)
{
    uintptr_t address = (uintptr_t)returns_to;
    if (!active || address < begin || address >= end)
        return false;
    unsigned times = count(function, address - base);
    if (address - base != failing || times != failing_time)
        return false;
    const char *done = getenv("FAULT_DONE");
    if (done != NULL)
        close(open(done, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    return true;
}

/* malloc() and its like are libc's own by another name: dlsym() calls them. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

#define WRAP_AS(next, type, name, parameters, arguments, code, failure)                            \
    type name parameters                                                                           \
    {                                                                                              \
        if (fails(#name, __builtin_return_address(0))) {                                           \
            errno = (code);                                                                        \
            return failure;                                                                        \
        }                                                                                          \
        return next arguments;                                                                     \
    }

/* The library's own is looked up at the first call, which may come before any constructor. */
#define LOOK_UP(type, name, parameters)                                                            \
    static type(*own_##name(void)) parameters                                                      \
    {                                                                                              \
        static type(*found) parameters;                                                            \
        if (found == NULL)                                                                         \
            *(void **)&found = dlsym(RTLD_NEXT, #name);                                            \
        return found;                                                                              \
    }

#define WRAP(type, name, parameters, arguments, code, failure)                                     \
    LOOK_UP(type, name, parameters)                                                                \
    WRAP_AS(own_##name(), type, name, parameters, arguments, code, failure)

WRAP_AS(__libc_malloc, void *, malloc, (size_t size), (size), ENOMEM, NULL)
WRAP_AS(__libc_calloc, void *, calloc, (size_t n, size_t size), (n, size), ENOMEM, NULL)
WRAP_AS(__libc_realloc, void *, realloc, (void *old, size_t size), (old, size), ENOMEM, NULL)
WRAP(void *, aligned_alloc, (size_t align, size_t size), (align, size), ENOMEM, NULL)
WRAP(char *, strdup, (const char *text), (text), ENOMEM, NULL)
WRAP(char *, strndup, (const char *text, size_t most), (text, most), ENOMEM, NULL)
WRAP(FILE *, open_memstream, (char **text, size_t *size), (text, size), ENOMEM, NULL)
WRAP(void *, mmap, (void *at, size_t size, int access, int flags, int fd, off_t offset),
     (at, size, access, flags, fd, offset), ENOMEM, MAP_FAILED)
WRAP(int, memfd_create, (const char *name, unsigned flags), (name, flags), EMFILE, -1)
WRAP(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size), ENOSPC, -1)
WRAP(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at),
     ENOSPC, -1)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), ENOSPC, -1)
WRAP(int, madvise, (void *at, size_t size, int advice), (at, size, advice), EFAULT, -1)
WRAP(int, fsync, (int fd), (fd), EIO, -1)
WRAP(int, fdatasync, (int fd), (fd), EIO, -1)
WRAP(int, rename, (const char *from, const char *to), (from, to), EIO, -1)
WRAP(int, renameat, (int from, const char *name, int to, const char *other),
     (from, name, to, other), EIO, -1)
WRAP(int, linkat, (int from, const char *name, int to, const char *other, int flags),
     (from, name, to, other, flags), EIO, -1)
WRAP(hwloc_bitmap_t, hwloc_bitmap_alloc, (void), (), ENOMEM, NULL)
WRAP(hwloc_bitmap_t, hwloc_bitmap_dup, (hwloc_const_bitmap_t other), (other), ENOMEM, NULL)

/* Those whose failure is not errno's, or whose parameters are not fixed in number. */

typedef void *thread_fn(void *arg);
LOOK_UP(int, pthread_create, (pthread_t *, const pthread_attr_t *, thread_fn *, void *))

int pthread_create(pthread_t *thread, const pthread_attr_t *how, thread_fn *function, void *arg)
{
    if (fails("pthread_create", __builtin_return_address(0)))
        return EAGAIN;
    return own_pthread_create()(thread, how, function, arg);
}

int asprintf(char **text, const char *format, ...)
{
    *text = NULL;
    if (fails("asprintf", __builtin_return_address(0)))
        return -1;
    va_list rest;
    va_start(rest, format);
    int length = vasprintf(text, format, rest);
    va_end(rest);
    return length;
}
