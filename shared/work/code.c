#include "work/code.h"

#include <link.h>
#include <stddef.h>
#include <sys/uio.h>
#include <unistd.h>

struct search {
    uintptr_t address;
    struct code code;
};

/* Whether the address is in this object; if so, notes where the object's code lies. */
static int look(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct search *search = arg;
    uintptr_t begin = UINTPTR_MAX, end = 0;
    bool here = false;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + part->p_vaddr;
        if (part->p_type != PT_LOAD)
            continue;
        here = here || (search->address >= from && search->address - from < part->p_memsz);
        if ((part->p_flags & PF_X) == 0)
            continue;
        begin = from < begin ? from : begin;
        end = from + part->p_memsz > end ? from + part->p_memsz : end;
    }
    if (here)
        search->code = (struct code){begin, end};
    return here;
}

bool code_find(struct code *code, const void *object)
{
    struct search search = {.address = (uintptr_t)object};
    bool found = dl_iterate_phdr(look, &search) != 0 && search.code.begin < search.code.end;
    *code = search.code;
    return found;
}

static bool within(const struct code *code, uintptr_t address)
{
    return address >= code->begin && address < code->end;
}

#if defined(__x86_64__)
static uintptr_t counter_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
}
static uintptr_t stack_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
}
#elif defined(__aarch64__)
static uintptr_t counter_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.pc;
}
static uintptr_t stack_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.sp;
}
#else
static uintptr_t counter_of(const ucontext_t *context)
{
    (void)context;
    return 0;
}
static uintptr_t stack_of(const ucontext_t *context)
{
    (void)context;
    return 0;
}
#endif

/* The kernel copies the stack, up to the end of a page at a time, as it knows where the stack
 * ends. */
bool code_runs(const struct code *code, const ucontext_t *context)
{
    enum { PAGE = 4096, PAGES = 256 };
    uintptr_t words[PAGE / sizeof(uintptr_t)] = {0};
    if (within(code, counter_of(context)))
        return true;
    uintptr_t at = stack_of(context) & ~(sizeof(uintptr_t) - 1);
    for (int page = 0; page < PAGES && at != 0; page++) {
        size_t size = PAGE - at % PAGE;
        void *stack = (void *)at; // NOLINT(performance-no-int-to-ptr): only the kernel reads it
        const struct iovec here = {words, size}, there = {stack, size};
        if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != (ssize_t)size)
            break;
        for (size_t i = 0; i < size / sizeof(words[0]); i++)
            if (within(code, words[i]))
                return true;
        at += size;
    }
    return false;
}
