#include "measure/account.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

/* The file has three figures: nanoseconds on a core, nanoseconds in the queue for one, and how
 * often the thread was given one. A thread that runs was given one at least once, so a count of 0
 * means that the kernel keeps no account. */
static int64_t read_queued(const char *root, pid_t id)
{
    char path[256];
    int64_t ran, queued, turns;
    (void)snprintf(path, sizeof(path), "%s/self/task/%d/schedstat", root, (int)id);
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return ACCOUNT_UNKNOWN;
    int got = fscanf(in, "%" SCNd64 " %" SCNd64 " %" SCNd64, &ran, &queued, &turns);
    (void)fclose(in);
    return got == 3 && turns > 0 && queued >= 0 ? queued : ACCOUNT_UNKNOWN;
}

static int64_t read_cpu(pthread_t thread)
{
    clockid_t clock;
    return pthread_getcpuclockid(thread, &clock) == 0 ? clock_read_ns(clock) : ACCOUNT_UNKNOWN;
}

struct account account_read(const char *root, pthread_t thread, pid_t id)
{
    return (struct account){read_cpu(thread), read_queued(root, id)};
}

static int64_t since(int64_t before, int64_t after)
{
    bool known = before != ACCOUNT_UNKNOWN && after != ACCOUNT_UNKNOWN && after >= before;
    return known ? after - before : ACCOUNT_UNKNOWN;
}

struct account account_since(const struct account *before, const struct account *after)
{
    return (struct account){since(before->cpu_ns, after->cpu_ns),
                            since(before->queued_ns, after->queued_ns)};
}
