#include "base/limits.h"

#include "base/limits_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* --- reading --- */

FILE *limits_open(const struct limits_world *world, const char *folder, const char *name)
{
    char path[3 * LIMITS_PATH];
    int length = snprintf(path, sizeof(path), "%s%s%s", world->root, folder, name);
    return length < (int)sizeof(path) ? fopen(path, "re") : NULL;
}

long limits_number(const struct limits_world *world, const char *folder, const char *name,
                   const char *key)
{
    char line[512];
    long number = -1;
    bool found = false;
    FILE *file = limits_open(world, folder, name);
    if (file == NULL)
        return -1;
    while (!found && fgets(line, sizeof(line), file) != NULL) {
        char *end, *text = line + strlen(key);
        found = strncmp(line, key, strlen(key)) == 0;
        if (found) {
            number = strtol(text, &end, 10);
            number = end == text ? -1 : number;
        }
    }
    (void)fclose(file);
    return number;
}

/* A soft limit of this process, from /proc/self/limits; -1: unlimited, or not known. */
static long soft_limit(const struct limits_world *world, const char *called)
{
    return limits_number(world, "/proc/self/", "limits", called);
}

static long kernel_limit(const struct limits_world *world, const char *name)
{
    return limits_number(world, "/proc/sys/", name, "");
}

/* All threads of the machine, from "0.00 0.01 0.05 1/123 4567". */
static long machine_threads(const struct limits_world *world)
{
    long threads = -1;
    FILE *file = limits_open(world, "/proc/", "loadavg");
    if (file == NULL)
        return -1;
    char line[128] = "";
    const char *slash = fgets(line, sizeof(line), file) != NULL ? strchr(line, '/') : NULL;
    if (slash != NULL)
        threads = strtol(slash + 1, NULL, 10);
    (void)fclose(file);
    return threads;
}

/* Threads of all of a user's processes that can be seen. */
static long user_threads(const struct limits_world *world, long user)
{
    char folder[LIMITS_PATH];
    long threads = 0;
    (void)snprintf(folder, sizeof(folder), "%s/proc", world->root);
    DIR *processes = opendir(folder);
    if (processes == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        (void)snprintf(folder, sizeof(folder), "/proc/%s/", entry->d_name);
        if (isdigit((unsigned char)entry->d_name[0]) &&
            limits_number(world, folder, "status", "Uid:") == user) {
            long more = limits_number(world, folder, "status", "Threads:");
            threads += more > 0 ? more : 0;
        }
    }
    (void)closedir(processes);
    return threads;
}

/* --- the answer --- */

static bool tell(struct limits_reason *reason, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns true, so that a finder can `return tell(...)`. */
static bool tell(struct limits_reason *reason, const char *remedy, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(reason->cause, sizeof(reason->cause), format, args);
    va_end(args);
    (void)snprintf(reason->remedy, sizeof(reason->remedy), "%s", remedy);
    return true;
}

/* --- memory, which a thread's stack takes --- */

static long count_maps(const struct limits_world *world)
{
    long lines = 0;
    FILE *file = limits_open(world, "/proc/self/", "maps");
    if (file == NULL)
        return 0;
    for (int c; (c = getc(file)) != EOF;)
        lines += c == '\n';
    (void)fclose(file);
    return lines;
}

static bool is_promised_away(const struct limits_world *world, long kib)
{
    long most = limits_number(world, "/proc/", "meminfo", "CommitLimit:");
    long now = limits_number(world, "/proc/", "meminfo", "Committed_AS:");
    return kernel_limit(world, "vm/overcommit_memory") == 2 && most >= 0 && now + kib > most;
}

static long stack_kib(const struct limits_world *world)
{
    return (long)(world->stack >> 10);
}

/* Uses the peak, as malloc briefly maps far more than it needs when a thread begins. */
static bool find_space(const struct limits_world *world, struct limits_reason *reason)
{
    long most = soft_limit(world, "Max address space") >> 10, stack = stack_kib(world);
    long peak = limits_number(world, "/proc/self/", "status", "VmPeak:");
    return most >= 0 && peak + stack > most &&
           tell(reason, "raise the limit of memory: ulimit -v",
                "with its stack of %ld KiB the process would exceed its limit of memory (ulimit "
                "-v: %ld KiB)",
                stack, most);
}

static bool find_memory(const struct limits_world *world, struct limits_reason *reason)
{
    const long KIB = stack_kib(world), SPARE = 2; /* a stack takes two maps: itself and its guard */
    long data = soft_limit(world, "Max data size");
    long maps = kernel_limit(world, "vm/max_map_count");
    if (find_space(world, reason))
        return true;
    if (data >= 0 && limits_number(world, "/proc/self/", "status", "VmData:") + KIB > data >> 10)
        return tell(reason, "raise the limit of data: ulimit -d",
                    "with its stack of %ld KiB the process would exceed its limit of data (ulimit "
                    "-d: %ld KiB)",
                    KIB, data >> 10);
    if (maps >= 0 && count_maps(world) + SPARE > maps)
        return tell(reason, "raise sysctl vm.max_map_count",
                    "a process may have %ld mappings (vm.max_map_count)", maps);
    if (is_promised_away(world, KIB))
        return tell(reason, "allow more: sysctl vm.overcommit_memory or vm.overcommit_ratio",
                    "the kernel may promise no more memory (vm.overcommit_memory is 2)");
    return tell(reason, "make stacks smaller: ulimit -s",
                "there is no memory for its stack of %ld KiB", KIB);
}

/* --- processes and threads, which are counted together --- */

static bool find_cgroup(const struct limits_world *world, bool now, struct limits_reason *reason)
{
    struct limits_cgroup found;
    limits_cgroup_find(world, now, &found);
    return found.most >= 0 && tell(reason, "raise the cgroup's pids.max (systemd: TasksMax)",
                                   "the cgroup '%s' allows %ld processes and threads (pids.max)",
                                   found.name, found.most);
}

static bool find_machine(const struct limits_world *world, struct limits_reason *reason)
{
    const long NEARLY = 8; /* others come and go meanwhile */
    long now = machine_threads(world) + NEARLY;
    long threads = kernel_limit(world, "kernel/threads-max");
    long ids = kernel_limit(world, "kernel/pid_max");
    if (threads >= 0 && now >= threads && (ids < 0 || threads <= ids))
        return tell(reason, "raise sysctl kernel.threads-max",
                    "the machine allows %ld threads (kernel.threads-max)", threads);
    if (ids >= 0 && now >= ids)
        return tell(reason, "raise sysctl kernel.pid_max",
                    "the machine has ids for %ld threads (kernel.pid_max)", ids);
    return false;
}

/* The kernel does not apply this limit to the real root, nor to processes with these capabilities.
 * In a user namespace of its own, root is a user like others. */
static bool is_exempt(const struct limits_world *world, long user)
{
    enum { SYS_ADMIN = 21, SYS_RESOURCE = 24 };
    unsigned long first = 1, outside = 1, count = 0, powers = 0;
    char line[512];
    FILE *file = limits_open(world, "/proc/self/", "uid_map");
    if (file != NULL && fgets(line, sizeof(line), file) != NULL)
        (void)sscanf(line, "%lu %lu %lu", &first, &outside, &count);
    if (file != NULL)
        (void)fclose(file);
    if (first != 0 || outside != 0 || count != 0xffffffff)
        return false;
    file = limits_open(world, "/proc/self/", "status");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        (void)sscanf(line, "CapEff: %lx", &powers);
    if (file != NULL)
        (void)fclose(file);
    return user == 0 || (powers >> SYS_ADMIN & 1) != 0 || (powers >> SYS_RESOURCE & 1) != 0;
}

/* `surely`: only if enough threads can be counted; processes in other containers cannot. */
static bool find_user(const struct limits_world *world, bool surely, struct limits_reason *reason)
{
    const long NEARLY = 4;
    long most = soft_limit(world, "Max processes");
    long user = limits_number(world, "/proc/self/", "status", "Uid:");
    if (most < 0 || is_exempt(world, user))
        return false;
    if (user_threads(world, user) + NEARLY >= most)
        return tell(reason, "raise the limit: ulimit -u",
                    "user %ld may have %ld processes and threads (ulimit -u)", user, most);
    return !surely &&
           tell(reason, "raise ulimit -u, or pids.max of a cgroup around this one",
                "there are too many processes and threads, and of the limits only ulimit -u (%ld) "
                "can be seen from here",
                most);
}

static bool find_count(const struct limits_world *world, struct limits_reason *reason)
{
    return find_cgroup(world, true, reason) || find_machine(world, reason) ||
           find_user(world, true, reason);
}

/* Limits that may have been reached before other threads ended. */
static bool guess(const struct limits_world *world, enum limits_start start,
                  struct limits_reason *reason)
{
    return (start == LIMITS_THREAD && find_space(world, reason)) ||
           find_cgroup(world, false, reason) || find_user(world, false, reason);
}

/* --- all of them --- */

void limits_find_in(const struct limits_world *world, enum limits_start start, int error,
                    struct limits_reason *reason)
{
    char text[128];
    if (start == LIMITS_THREAD && world->full && find_memory(world, reason))
        return;
    if (error == EAGAIN && (find_count(world, reason) || guess(world, start, reason)))
        return;
    const char *remedy = "look for limits: ulimit -a, and pids.max of its cgroup";
    if (error == ENOMEM)
        remedy = "make memory free";
    else if (error == EPERM || error == ENOSYS)
        remedy = "let the sandbox allow it (seccomp)";
    (void)tell(reason, remedy, "%s", strerror_r(error, text, sizeof(text)));
}

static size_t stack_size(void)
{
    size_t size = 0, guard = 0;
    pthread_attr_t usual;
    if (pthread_getattr_default_np(&usual) != 0)
        return 8 << 20;
    (void)pthread_attr_getstacksize(&usual, &size);
    (void)pthread_attr_getguardsize(&usual, &guard);
    (void)pthread_attr_destroy(&usual);
    return size + guard;
}

void limits_find(enum limits_start start, int error, struct limits_reason *reason)
{
    struct limits_world world = {.root = "", .stack = stack_size()};
    void *stack = mmap(NULL, world.stack, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    world.full = stack == MAP_FAILED;
    if (!world.full)
        (void)munmap(stack, world.stack);
    limits_find_in(&world, start, error, reason);
}

int limits_fail(struct err *err, const char *what, enum limits_start start, int error)
{
    struct limits_reason reason;
    limits_find(start, error, &reason);
    err_set(err, ERR_FAILED, "%s: %s", what, reason.cause);
    return err_remedy(err, "%s", reason.remedy);
}
