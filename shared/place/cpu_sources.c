#include "place/cpu_sources.h"

#include "base/text.h"
#include "place/cpu_sources_private.h"
#include "place/evidence_find.h"
#include "place/starter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- batch systems --- */

/* PBS's number may be too small. It counts where the kernel lets the process use the whole host: if
 * not, the batch system has said by that what the job was given. */
static bool doubtful(const struct cpu_look *look, const struct evidence_count *count)
{
    return count->at_least && hwloc_bitmap_weight(look->mask) < hwloc_bitmap_weight(look->online);
}

static void find_manager(struct cpu_look *look, struct cpu_source *source, const char *manager)
{
    struct evidence_count list[EVIDENCE_COUNTS];
    int count = evidence_counts(&look->evidence, list);
    for (int i = 0; i < count; i++) {
        if (strcmp(list[i].by, manager) != 0)
            continue;
        source->number = list[i].cpus;
        source->limits = !doubtful(look, &list[i]);
        (void)snprintf(source->text, sizeof(source->text), "%s%d CPU%s on this host (%s)%s",
                       list[i].at_least ? "at least " : "", list[i].cpus, plural(list[i].cpus),
                       list[i].name, source->limits ? "" : "; what the kernel allows counts");
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

/* The least that the whole host's processes of this job have together. */
static double of_host(const struct cpu_look *look)
{
    static const enum cpu_source_id HOST[] = {SOURCE_ONLINE, SOURCE_SLURM, SOURCE_PBS, SOURCE_LSF,
                                              SOURCE_GRID_ENGINE};
    double least = INFINITY;
    for (size_t i = 0; i < sizeof(HOST) / sizeof(HOST[0]); i++)
        if (look->sources->list[HOST[i]].limits)
            least = fmin(least, look->sources->list[HOST[i]].number);
    return least;
}

/* Masks that fit beside each other are taken as each process's own; else all share one. A quota is
 * the whole container's. */
static void find_launcher(struct cpu_look *look, struct cpu_source *source)
{
    const char *name;
    struct starter starter;
    int ranks = evidence_local_ranks(&look->evidence, &name);
    starter_find(&starter, &look->evidence);
    bool of_slurm = strncmp(name, "SLURM", 5) == 0;
    if (ranks < 2 || (of_slurm ? starter.slurm_gone : starter.alone))
        return;
    double host = of_host(look), mask = hwloc_bitmap_weight(look->mask), share = INFINITY;
    bool own = mask > 0 && mask * ranks <= host;
    if (!own)
        share = fmin(mask > 0 ? mask : INFINITY, host) / ranks;
    if (look->sources->quota.cpus > 0)
        share = fmin(share, look->sources->quota.cpus / ranks);
    source->limits = isfinite(share);
    source->number = source->limits ? share : 0;
    (void)snprintf(source->text, sizeof(source->text), "%d processes of it on this host (%s)%s",
                   ranks, name,
                   own ? ", each with CPUs of its own" : ": an even share of the CPUs");
}

/* --- OpenMP's variables --- */

/* "6,2": the first number is that of the outermost threads. */
static void find_threads(struct cpu_look *look, struct cpu_source *source, const char *name)
{
    const char *text = evidence_lookup(&look->evidence, name);
    char *end;
    if (*text == '\0')
        return;
    long threads = strtol(text, &end, 10);
    end += strspn(end, " ");
    source->limits = end != text && (*end == '\0' || *end == ',') && threads > 0;
    source->number = source->limits ? (double)threads : 0;
    if (source->limits)
        (void)snprintf(source->text, sizeof(source->text),
                       "set to %.40s: it limits threads, not CPUs", text);
    else
        (void)snprintf(source->text, sizeof(source->text),
                       "'%.40s' is not a number of threads: ignored", text);
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
                            .mask = hwloc_bitmap_alloc()};
    bool room = look.online != NULL && look.cpuset != NULL && look.mask != NULL;
    for (int id = 0; id < CPU_SOURCES && room; id++)
        SOURCES[id].find(&look, &sources->list[id]);
    if (room)
        decide(sources);
    hwloc_bitmap_free(look.online);
    hwloc_bitmap_free(look.cpuset);
    hwloc_bitmap_free(look.mask);
    return room ? 0 : err_memory(err, "the report");
}
