#include "place/quota.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <string.h>

/* What one level says. */
struct level {
    int64_t quota_us, period_us;
};

enum says { SAYS_NOTHING, SAYS_NO_LIMIT, SAYS_LIMIT, SAYS_GARBAGE };

static enum says judge(const struct level *level)
{
    return level->quota_us > 0 && level->period_us > 0 ? SAYS_LIMIT : SAYS_GARBAGE;
}

/* cpu.max: "150000 100000", or "max 100000". */
static enum says read_version_2(const struct cgroup *group, struct level *level)
{
    char text[128], *period;
    if (!cgroup_line(group, "cpu.max", text, sizeof(text)))
        return SAYS_NOTHING;
    period = strchr(text, ' ');
    if (period != NULL)
        *period++ = '\0';
    if (strcmp(text, "max") == 0)
        return SAYS_NO_LIMIT;
    if (period == NULL || !sysfile_number(text, &level->quota_us) ||
        !sysfile_number(period, &level->period_us))
        return SAYS_GARBAGE;
    return judge(level);
}

/* cpu.cfs_quota_us, which is -1 without a limit, and cpu.cfs_period_us. */
static enum says read_version_1(const struct cgroup *group, struct level *level)
{
    char text[128];
    if (!cgroup_line(group, "cpu.cfs_quota_us", text, sizeof(text)))
        return SAYS_NOTHING;
    if (!sysfile_number(text, &level->quota_us))
        return SAYS_GARBAGE;
    if (level->quota_us == -1)
        return SAYS_NO_LIMIT;
    level->period_us = 0;
    if (cgroup_line(group, "cpu.cfs_period_us", text, sizeof(text)))
        (void)sysfile_number(text, &level->period_us);
    return judge(level);
}

static void take(struct quota *quota, const struct cgroup *group, const struct level *level)
{
    double cpus = (double)level->quota_us / (double)level->period_us;
    if (quota->cpus > 0 && quota->cpus <= cpus)
        return;
    quota->cpus = cpus;
    quota->quota_us = level->quota_us;
    quota->period_us = level->period_us;
    (void)snprintf(quota->cgroup, sizeof(quota->cgroup), "%s", group->path);
    (void)snprintf(quota->folder, sizeof(quota->folder), "%s", group->folder);
}

void quota_find(struct quota *quota, const char *root, const char *process)
{
    struct cgroup group;
    *quota = (struct quota){.status = cgroup_find(&group, root, process, "cpu")};
    quota->version = quota->status != CGROUP_NONE ? group.version : 0;
    if (quota->status != CGROUP_SEEN)
        return;
    do {
        struct level level;
        enum says says =
            group.version == 2 ? read_version_2(&group, &level) : read_version_1(&group, &level);
        if (says == SAYS_LIMIT)
            take(quota, &group, &level);
        else if (says == SAYS_GARBAGE && quota->damaged[0] == '\0')
            (void)snprintf(quota->damaged, sizeof(quota->damaged), "%s", group.path);
    } while (cgroup_outwards(&group));
}

/* --- throttling --- */

static bool read_count(const struct quota *quota, const char *root, const char *key, int64_t *value)
{
    FILE *file = sysfile_open(root, "%s/cpu.stat", quota->folder);
    if (file == NULL)
        return false;
    bool found = sysfile_value(file, key, value);
    (void)fclose(file);
    return found && *value >= 0;
}

bool quota_throttling(const struct quota *quota, const char *root, struct throttling *throttling)
{
    int64_t stopped;
    *throttling = (struct throttling){.stopped_s = NAN};
    if (quota->cpus <= 0 || !read_count(quota, root, "nr_periods", &throttling->periods) ||
        !read_count(quota, root, "nr_throttled", &throttling->throttled))
        return false;
    if (read_count(quota, root, "throttled_usec", &stopped))
        throttling->stopped_s = (double)stopped / 1e6;
    else if (read_count(quota, root, "throttled_time", &stopped))
        throttling->stopped_s = (double)stopped / 1e9;
    return true;
}

double throttling_share(const struct throttling *before, const struct throttling *after)
{
    int64_t periods = after->periods - before->periods;
    int64_t throttled = after->throttled - before->throttled;
    if (periods <= 0 || throttled < 0)
        return NAN;
    return fmin((double)throttled / (double)periods, 1);
}

/* Quotas are whole microseconds of some 100 milliseconds. */
static const double HARDLY = 0.001;

bool quota_is_whole(double cpus)
{
    return fabs(cpus - round(cpus)) <= HARDLY && cpus >= 0.5;
}

int quota_workers(double cpus)
{
    double up = quota_is_whole(cpus) ? round(cpus) : ceil(cpus);
    return up < 1 ? 1 : up > INT_MAX ? INT_MAX : (int)up;
}

char *quota_text(double cpus, char text[QUOTA_CPUS])
{
    if (quota_is_whole(cpus))
        (void)snprintf(text, QUOTA_CPUS, "%.0f CPU%s", round(cpus), round(cpus) == 1 ? "" : "s");
    else if (cpus > 100)
        (void)snprintf(text, QUOTA_CPUS, "%.1f CPUs", cpus);
    else
        (void)snprintf(text, QUOTA_CPUS, "%.3g CPUs", cpus);
    return text;
}

bool quota_stops(double throttled)
{
    const double OFTEN = 0.05;
    return throttled >= OFTEN; /* false for NAN */
}
