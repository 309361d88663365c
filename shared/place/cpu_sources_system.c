/* cpu_sources_system - what the kernel and the machine say. */
#include "place/cpu_sources_private.h"

#include "base/text.h"
#include "place/cores.h"
#include "place/evidence_find.h"
#include "place/seat.h"

#include <string.h>
#include <unistd.h>

/* So much of the name of a group is shown: container managers write long ones. */
enum { SHOWN = 39 };

/* --- sets of CPUs --- */

static const char *tell_pus(hwloc_const_bitmap_t set, char text[SEAT_TEXT + 4])
{
    char list[SEAT_TEXT];
    (void)snprintf(text, SEAT_TEXT + 4, hwloc_bitmap_weight(set) == 1 ? "PU %s" : "PUs %s",
                   seat_text(set, list));
    return text;
}

static void take_set(struct cpu_source *source, hwloc_const_bitmap_t set, const char *where)
{
    char pus[SEAT_TEXT + 4];
    source->number = hwloc_bitmap_weight(set);
    source->limits = source->number > 0;
    if (source->limits)
        (void)snprintf(source->text, sizeof(source->text), "%s (%s)", tell_pus(set, pus), where);
}

/* Reads a list of PUs; a damaged one has no PUs. */
static bool read_list(hwloc_bitmap_t set, const char *root, const char *folder, const char *name)
{
    char text[16384]; /* a longer list is cut, and then counts as damaged */
    if (sysfile_line(text, sizeof(text), root, "%s/%s", folder, name) &&
        strlen(text) < sizeof(text) - 1 && evidence_add_list(set, text))
        return true;
    hwloc_bitmap_zero(set);
    return false;
}

static void tell_unseen(struct cpu_source *source)
{
    source->unknown = true;
    (void)snprintf(source->text, sizeof(source->text),
                   "unknown: the files of this process's cgroup cannot be seen from here");
}

void cpu_find_online(struct cpu_look *look, struct cpu_source *source)
{
    bool real = look->world->root[0] == '\0';
    if (read_list(look->online, look->world->root, "/sys/devices/system/cpu", "online")) {
        take_set(source, look->online, "/sys/devices/system/cpu/online");
    } else if (real) {
        source->number = (double)sysconf(_SC_NPROCESSORS_ONLN);
        source->limits = true;
        (void)snprintf(source->text, sizeof(source->text), "by sysconf; /sys shows none");
    }
}

/* An empty list means that of the enclosing group. */
void cpu_find_cpuset(struct cpu_look *look, struct cpu_source *source)
{
    static const char *const FILES[2][2] = {{"cpuset.effective_cpus", "cpuset.cpus"},
                                            {"cpuset.cpus.effective", NULL}};
    struct cgroup group;
    char where[CPU_SOURCE_TEXT / 2], path[QUOTA_SHOWN];
    enum cgroup_status status = cgroup_find(&group, look->world->root, "self", "cpuset");
    if (status == CGROUP_OUT_OF_SIGHT)
        tell_unseen(source);
    if (status != CGROUP_SEEN)
        return;
    do {
        const char *const *files = FILES[group.version - 1];
        for (int i = 0; i < 2 && files[i] != NULL; i++) {
            if (!read_list(look->cpuset, look->world->root, group.folder, files[i]))
                continue;
            (void)snprintf(where, sizeof(where), "version %d, %s of %s", group.version, files[i],
                           text_shown(group.path, SHOWN, path, sizeof(path)));
            take_set(source, look->cpuset, where);
            return;
        }
    } while (cgroup_outwards(&group));
}

/* Who set the mask. */
static void tell_origin(struct cpu_look *look)
{
    struct evidence evidence = {.manager = hwloc_bitmap_alloc(), .launcher = look->launcher};
    struct mask_origin_input input = {.start = look->mask,
                                      .after = look->mask,
                                      .launcher = look->launcher,
                                      .manager = evidence.manager,
                                      .allowed = look->cpuset,
                                      .online = look->online,
                                      .launcher_name = evidence.launcher_name};
    struct mask_origin origin;
    if (evidence.manager == NULL)
        return;
    evidence_find_set(&evidence, &look->evidence);
    evidence_find_launcher(&evidence, &look->evidence);
    mask_origin_read(&input.environment, look->world->getenv, look->world->arg);
    mask_origin_find(&origin, &input);
    if (!hwloc_bitmap_iszero(look->online)) /* else all PUs could not be told from some */
        memcpy(look->sources->mask_by, origin.before_words, sizeof(origin.before_words));
    hwloc_bitmap_free(evidence.manager);
}

void cpu_find_mask(struct cpu_look *look, struct cpu_source *source)
{
    FILE *status = sysfile_open(look->world->root, "/proc/self/status");
    if (status != NULL) {
        evidence_read_mask(status, look->mask);
        (void)fclose(status);
    }
    if (hwloc_bitmap_iszero(look->mask) && look->world->root[0] == '\0') {
        hwloc_bitmap_t own = seat_of(0);
        if (own != NULL)
            (void)hwloc_bitmap_copy(look->mask, own);
        hwloc_bitmap_free(own);
    }
    take_set(source, look->mask, "sched_getaffinity");
    tell_origin(look);
    if (source->limits && look->sources->mask_by[0] != '\0')
        text_add(source->text, sizeof(source->text), "; %s", look->sources->mask_by);
}

/* --- the quota --- */

static void tell_stops(struct cpu_look *look, struct cpu_source *source)
{
    struct throttling since = {0}, now;
    if (!quota_throttling(&look->sources->quota, look->world->root, &now))
        return;
    double share = throttling_share(&since, &now);
    if (quota_stops(share))
        text_add(source->text, sizeof(source->text), "; stopped in %.0f %% of its periods so far",
                 100 * share);
}

void cpu_find_quota(struct cpu_look *look, struct cpu_source *source)
{
    struct quota *quota = &look->sources->quota;
    char path[QUOTA_SHOWN];
    quota_find(quota, look->world->root, "self");
    source->number = quota->cpus;
    source->limits = quota->cpus > 0;
    if (source->limits) {
        (void)snprintf(source->text, sizeof(source->text),
                       "%.6g ms in every %.6g ms (version %d, %s of %s)",
                       (double)quota->quota_us / 1e3, (double)quota->period_us / 1e3,
                       quota->version, quota->version == 2 ? "cpu.max" : "cpu.cfs_quota_us",
                       text_shown(quota->cgroup, SHOWN, path, sizeof(path)));
        tell_stops(look, source);
    } else if (quota->status == CGROUP_OUT_OF_SIGHT) {
        tell_unseen(source);
    }
    if (quota->damaged[0] != '\0')
        text_item(source->text, sizeof(source->text), "; ", "what %s has is not a quota: ignored",
                  text_shown(quota->damaged, SHOWN, path, sizeof(path)));
}

/* --- parts of the machine --- */

void cpu_find_pus(struct cpu_look *look, struct cpu_source *source)
{
    source->number = hwloc_bitmap_weight(look->mask);
    if (source->number > 0)
        (void)snprintf(source->text, sizeof(source->text), "hardware threads that the mask allows");
}

/* Counts the mask's cores, of the fastest type and of others; 0 and 0: not known. */
static void count_cores(struct cpu_look *look)
{
    struct cores cores;
    struct err ignored = ERR_INIT;
    if (look->world->topology == NULL ||
        cores_find(&cores, look->world->topology, look->mask, &ignored) != 0)
        return;
    for (int i = 0; i < cores.count; i++)
        *(cores.list[i].type == 0 ? &look->fast : &look->slow) += 1;
    cores_release(&cores);
}

void cpu_find_cores(struct cpu_look *look, struct cpu_source *source)
{
    count_cores(look);
    source->number = look->fast + look->slow;
    if (source->number > 0)
        (void)snprintf(source->text, sizeof(source->text), "that they belong to");
}

void cpu_find_p_cores(struct cpu_look *look, struct cpu_source *source)
{
    source->number = look->slow > 0 ? look->fast : 0;
    if (source->number > 0)
        (void)snprintf(source->text, sizeof(source->text), "of these, the fast ones");
}

void cpu_find_e_cores(struct cpu_look *look, struct cpu_source *source)
{
    source->number = look->slow;
    if (source->number > 0)
        (void)snprintf(source->text, sizeof(source->text), "of these, the slower ones");
}
