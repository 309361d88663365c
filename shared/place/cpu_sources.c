#include "place/cpu_sources.h"

#include "base/text.h"
#include "place/cpu_sources_private.h"
#include "place/evidence_find.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- batch systems --- */

/* Why a number does not count, to be said after it; "": it counts. PBS's number may be too small:
 * if a cgroup confines the process, that is what PBS gave. Slurm's variables may be left over from
 * a job that has ended; a container can also hide Slurm. */
static const char *discounted(const struct cpu_look *look, const struct evidence_count *count)
{
    int confined = hwloc_bitmap_weight(look->cpuset);
    if (count->at_least && confined > 0 && confined < hwloc_bitmap_weight(look->online))
        return "; not counted, as a cgroup confines this process";
    if (look->starter.slurm_gone && strcmp(count->by, "Slurm") == 0)
        return "; not counted, as no Slurm can be seen above this process";
    return "";
}

static void find_manager(struct cpu_look *look, struct cpu_source *source, const char *manager)
{
    struct evidence_count list[EVIDENCE_COUNTS];
    int count = evidence_counts(&look->evidence, list);
    for (int i = 0; i < count; i++) {
        if (strcmp(list[i].by, manager) != 0)
            continue;
        const char *why_not = discounted(look, &list[i]);
        source->number = list[i].cpus;
        source->limits = why_not[0] == '\0';
        (void)snprintf(source->text, sizeof(source->text), "%s%d CPU%s on this host (%s)%s",
                       list[i].at_least ? "at least " : "", list[i].cpus, plural(list[i].cpus),
                       list[i].name, why_not);
    }
}

static void find_slurm(struct cpu_look *look, struct cpu_source *source)
{
    find_manager(look, source, "Slurm");
}

static void find_pbs(struct cpu_look *look, struct cpu_source *source)
{
    find_manager(look, source, "PBS");
}

static void find_lsf(struct cpu_look *look, struct cpu_source *source)
{
    find_manager(look, source, "LSF");
}

static void find_grid_engine(struct cpu_look *look, struct cpu_source *source)
{
    find_manager(look, source, "Grid Engine");
}

static void find_flux(struct cpu_look *look, struct cpu_source *source)
{
    if (*evidence_lookup(&look->evidence, "FLUX_JOB_ID") != '\0' ||
        *evidence_lookup(&look->evidence, "FLUX_TASK_RANK") != '\0')
        (void)snprintf(source->text, sizeof(source->text),
                       "no number: it binds its tasks, so the mask tells");
}

/* --- the launcher --- */

/* The least CPUs that all processes of this job have together on this host. */
static double of_host(const struct cpu_look *look)
{
    static const enum cpu_source_id HOST[] = {SOURCE_ONLINE, SOURCE_CPUSET, SOURCE_SLURM,
                                              SOURCE_PBS,    SOURCE_LSF,    SOURCE_GRID_ENGINE};
    int launcher = hwloc_bitmap_weight(look->launcher);
    double least = launcher > 0 ? (double)launcher : INFINITY;
    for (size_t i = 0; i < sizeof(HOST) / sizeof(HOST[0]); i++)
        if (look->sources->list[HOST[i]].limits)
            least = fmin(least, look->sources->list[HOST[i]].number);
    return least;
}

/* The processes of a launcher share what they have in common: PUs, by their masks; a batch system's
 * number of CPUs and a quota, evenly. If the others' masks cannot be seen, all is shared evenly. */
static void find_launcher(struct cpu_look *look, struct cpu_source *source)
{
    const char *name, *called, *words = "on CPUs of its own each";
    int ranks = evidence_local_ranks(&look->evidence, &name);
    bool there = strncmp(name, "SLURM", 5) == 0 ? !look->starter.slurm_gone
                                                : evidence_launcher(&look->evidence, &called) != 0;
    if (ranks < 2 || !there)
        return;
    double mask = hwloc_bitmap_weight(look->mask), even = of_host(look) / ranks;
    double share = evidence_share(&look->evidence, look->mask, ranks);
    if (share <= 0) {
        share = mask > 0 ? fmin(mask, even) : even;
        words = "an even share, as their masks cannot be seen";
    } else if (share < mask) {
        words = "which share PUs";
    }
    if (share > even) {
        share = even;
        words = "an even share of the CPUs";
    }
    if (look->sources->quota.cpus > 0 && share > look->sources->quota.cpus / ranks) {
        share = look->sources->quota.cpus / ranks;
        words = "an even share of the quota";
    }
    source->limits = isfinite(share);
    source->number = source->limits ? share : 0;
    (void)snprintf(source->text, sizeof(source->text), "%d processes on this host (%s), %s", ranks,
                   name, words);
}

/* --- OpenMP's variables --- */

/* "6,2": the first number is that of the outermost threads. */
static void find_threads(struct cpu_look *look, struct cpu_source *source, const char *name)
{
    const char *text = evidence_lookup(&look->evidence, name);
    char *end, shown[40];
    if (*text == '\0')
        return;
    errno = 0;
    long threads = strtol(text, &end, 10);
    end += strspn(end, " \t");
    source->limits = end != text && errno == 0 && (*end == '\0' || *end == ',') && threads > 0;
    source->number = source->limits ? (double)threads : 0;
    (void)text_shown(text, sizeof(shown) - 1, shown, sizeof(shown));
    (void)snprintf(source->text, sizeof(source->text),
                   source->limits ? "set to %s: it limits threads, not CPUs"
                                  : "'%s' is not a number of threads: ignored",
                   shown);
}

static void find_omp_num_threads(struct cpu_look *look, struct cpu_source *source)
{
    find_threads(look, source, "OMP_NUM_THREADS");
}

static void find_omp_thread_limit(struct cpu_look *look, struct cpu_source *source)
{
    find_threads(look, source, "OMP_THREAD_LIMIT");
}

/* --- the table, in the order in which sources are listed; of equal numbers the first limits --- */

static const struct {
    const char *key, *name;
    cpu_find_fn *find;
} SOURCES[CPU_SOURCES] = {
    [SOURCE_ONLINE] = {"online", "online", cpu_find_online},
    [SOURCE_CPUSET] = {"cpuset", "cgroup's cpuset", cpu_find_cpuset},
    [SOURCE_MASK] = {"mask", "kernel's mask", cpu_find_mask},
    [SOURCE_QUOTA] = {"quota", "cgroup's quota", cpu_find_quota},
    [SOURCE_SLURM] = {"slurm", "Slurm", find_slurm},
    [SOURCE_PBS] = {"pbs", "PBS", find_pbs},
    [SOURCE_LSF] = {"lsf", "LSF", find_lsf},
    [SOURCE_GRID_ENGINE] = {"grid-engine", "Grid Engine", find_grid_engine},
    [SOURCE_FLUX] = {"flux", "Flux", find_flux},
    [SOURCE_LAUNCHER] = {"launcher", "launcher", find_launcher},
    [SOURCE_OMP_NUM_THREADS] = {"omp-num-threads", "OMP_NUM_THREADS", find_omp_num_threads},
    [SOURCE_OMP_THREAD_LIMIT] = {"omp-thread-limit", "OMP_THREAD_LIMIT", find_omp_thread_limit},
    [SOURCE_PUS] = {"pus", "PUs", cpu_find_pus},
    [SOURCE_CORES] = {"cores", "cores", cpu_find_cores},
    [SOURCE_P_CORES] = {"p-cores", "P cores", cpu_find_p_cores},
    [SOURCE_E_CORES] = {"e-cores", "E cores", cpu_find_e_cores},
};

const char *cpu_source_name(enum cpu_source_id id)
{
    return SOURCES[id].name;
}

const char *cpu_source_key(enum cpu_source_id id)
{
    return SOURCES[id].key;
}

bool cpu_source_of_threads(enum cpu_source_id id)
{
    return id == SOURCE_OMP_NUM_THREADS || id == SOURCE_OMP_THREAD_LIMIT;
}

bool cpu_source_of_machine(enum cpu_source_id id)
{
    return id >= SOURCE_PUS;
}

/* --- the answer --- */

static void decide(struct cpu_sources *sources)
{
    sources->cpus = 0;
    for (int id = SOURCE_ONLINE; id <= SOURCE_LAUNCHER; id++) {
        const struct cpu_source *source = &sources->list[id];
        if (source->limits && (sources->cpus <= 0 || source->number < sources->cpus)) {
            sources->cpus = source->number;
            sources->cpus_by = (enum cpu_source_id)id;
        }
    }
    if (sources->cpus <= 0) /* nothing is known: one worker does no harm */
        sources->cpus = 1;
    sources->workers_by = sources->cpus_by;
    /* Shares that were rounded up would be more than there is. */
    sources->workers = sources->cpus_by == SOURCE_LAUNCHER && sources->cpus > 1
                           ? (int)sources->cpus
                           : quota_workers(sources->cpus);
    for (int id = SOURCE_OMP_NUM_THREADS; id <= SOURCE_OMP_THREAD_LIMIT; id++)
        if (sources->list[id].limits && sources->list[id].number < sources->workers) {
            sources->workers = (int)sources->list[id].number;
            sources->workers_by = (enum cpu_source_id)id;
        }
}

int cpu_sources_find(struct cpu_sources *sources, const struct cpu_world *world, struct err *err)
{
    char proc[SYSFILE_PATH];
    (void)snprintf(proc, sizeof(proc), "%s/proc", world->root);
    *sources = (struct cpu_sources){.cpus_by = SOURCE_ONLINE};
    struct cpu_look look = {.world = world,
                            .evidence = {.getenv = world->getenv,
                                         .arg = world->arg,
                                         .proc = proc,
                                         .pid = world->pid,
                                         .host = world->host},
                            .sources = sources,
                            .online = hwloc_bitmap_alloc(),
                            .cpuset = hwloc_bitmap_alloc(),
                            .mask = hwloc_bitmap_alloc(),
                            .launcher = hwloc_bitmap_alloc()};
    bool room =
        look.online != NULL && look.cpuset != NULL && look.mask != NULL && look.launcher != NULL;
    starter_find(&look.starter, &look.evidence);
    for (int id = 0; id < CPU_SOURCES && room; id++)
        SOURCES[id].find(&look, &sources->list[id]);
    if (room)
        decide(sources);
    hwloc_bitmap_free(look.online);
    hwloc_bitmap_free(look.cpuset);
    hwloc_bitmap_free(look.mask);
    hwloc_bitmap_free(look.launcher);
    return room ? 0 : err_memory(err, "the report");
}
