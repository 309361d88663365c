/*
 * shortage - no plug-in but a library to be preloaded: on one rank it lets one call of squares' own
 * fail, as where a limit is reached. Calls of MPI's and of other libraries' are left alone.
 *
 *     SHORTAGE_RANK=R           the rank
 *     SHORTAGE_OF=thread        pthread_create fails
 *     SHORTAGE_OF=memory:N      calloc of N members fails
 *     SHORTAGE_FROM=K           the K-th such call (from 1), and those after it
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_calloc(size_t members, size_t size);

static int calls;

/* Whether the address lies in the program itself, which comes first. */
static int look_at_program(struct dl_phdr_info *info, size_t size, void *arg)
{
    void **address = arg;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        size_t offset = (size_t)*address - info->dlpi_addr - part->p_vaddr;
        if (part->p_type == PT_LOAD && offset < part->p_memsz)
            *address = NULL;
    }
    return 1;
}

static int is_program(void *address)
{
    (void)dl_iterate_phdr(look_at_program, &address);
    return address == NULL;
}

static long number(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? atol(text) : -1;
}

/* Whether this call is one that fails. */
static int fails(const char *what, long members, void *caller)
{
    const char *of = getenv("SHORTAGE_OF");
    size_t length = strlen(what);
    if (of == NULL || strncmp(of, what, length) != 0 ||
        number("SHORTAGE_RANK") != number("OMPI_COMM_WORLD_RANK"))
        return 0;
    if (of[length] == ':' && atol(of + length + 1) != members)
        return 0;
    return is_program(caller) &&
           __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) >= number("SHORTAGE_FROM");
}

void *calloc(size_t members, size_t size)
{
    if (!fails("memory", (long)members, __builtin_return_address(0)))
        return __libc_calloc(members, size);
    errno = ENOMEM;
    return NULL;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = NULL;
    if (fails("thread", 0, __builtin_return_address(0)))
        return EAGAIN;
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
    return next(thread, attr, start, arg);
}
