#include "place/mask_origin.h"

#include "place/seat.h"

#include <link.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- the environment --- */

/* Variables by which an OpenMP runtime binds threads, except with these values. */
static const struct {
    const char *name, *off[3];
} OPENMP[] = {
    {"OMP_PROC_BIND", {"false"}},
    {"OMP_PLACES", {NULL}},
    {"GOMP_CPU_AFFINITY", {NULL}},
    {"KMP_AFFINITY", {"disabled", "none"}},
};

static bool is_off(const char *value, const char *const off[3])
{
    for (int i = 0; i < 3 && off[i] != NULL; i++)
        if (strcasecmp(value, off[i]) == 0)
            return true;
    return value[0] == '\0';
}

static int note_openmp(struct dl_phdr_info *info, size_t size, void *found)
{
    static const char *const NAMES[] = {"libgomp.so", "libomp.so", "libomp5.so", "libiomp5.so"};
    (void)size;
    const char *slash = info->dlpi_name != NULL ? strrchr(info->dlpi_name, '/') : NULL;
    for (size_t i = 0; slash != NULL && i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
        if (strncmp(slash + 1, NAMES[i], strlen(NAMES[i])) == 0)
            *(bool *)found = true;
    return 0;
}

bool mask_origin_openmp_here(void)
{
    bool found = false;
    (void)dl_iterate_phdr(note_openmp, &found);
    return found;
}

static void read_openmp(struct mask_origin_environment *environment,
                        const char *(*lookup)(void *arg, const char *name), void *arg)
{
    /* OMP_PROC_BIND=false also turns off what OMP_PLACES and the others ask for. */
    const char *bind = lookup(arg, "OMP_PROC_BIND");
    if (bind != NULL && strcasecmp(bind, "false") == 0)
        return;
    for (size_t i = 0; i < sizeof(OPENMP) / sizeof(OPENMP[0]); i++) {
        const char *value = lookup(arg, OPENMP[i].name);
        if (value == NULL || is_off(value, OPENMP[i].off))
            continue;
        (void)snprintf(environment->openmp, ORIGIN_VALUE, "%s=%s", OPENMP[i].name, value);
        return;
    }
}

void mask_origin_read(struct mask_origin_environment *environment,
                      const char *(*lookup)(void *arg, const char *name), void *arg)
{
    *environment = (struct mask_origin_environment){.openmp_here = mask_origin_openmp_here()};
    environment->bound_at_launch = lookup(arg, "OMPI_MCA_orte_bound_at_launch") != NULL;
    environment->prrte = lookup(arg, "PRTE_LAUNCHED") != NULL;
    environment->hydra = lookup(arg, "MPI_LOCALNRANKS") != NULL;
    const char *type = lookup(arg, "SLURM_CPU_BIND_TYPE");
    const char *list = lookup(arg, "SLURM_CPU_BIND_LIST");
    if (type != NULL && type[0] != '\0' && strstr(type, "none") == NULL)
        (void)snprintf(environment->slurm_bind, ORIGIN_VALUE, "%s%s", type,
                       list != NULL ? list : "");
    read_openmp(environment, lookup, arg);
}

/* --- the judgement --- */

static bool known(hwloc_const_bitmap_t set)
{
    return set != NULL && !hwloc_bitmap_iszero(set);
}

static bool same(hwloc_const_bitmap_t set, hwloc_const_bitmap_t other)
{
    return known(set) && known(other) && hwloc_bitmap_isequal(set, other);
}

/* All of `other`, or more. */
static bool covers(hwloc_const_bitmap_t set, hwloc_const_bitmap_t other)
{
    return known(set) && known(other) && hwloc_bitmap_isincluded(other, set);
}

static const char *launcher_name(const struct mask_origin_input *input)
{
    if (input->launcher_name != NULL && input->launcher_name[0] != '\0')
        return input->launcher_name;
    return input->environment.bound_at_launch ? "mpirun" : "";
}

/* Each rule tells whether it applies. The first that does is the answer. */

static bool by_nobody(const struct mask_origin_input *input)
{
    return covers(input->start, input->online);
}

static bool by_cgroup(const struct mask_origin_input *input)
{
    return covers(input->start, input->allowed);
}

/* Not if the mask equals the launcher's: then the runtime did not change it. */
static bool by_openmp(const struct mask_origin_input *input)
{
    return input->environment.openmp_here && input->environment.openmp[0] != '\0' &&
           !same(input->start, input->launcher);
}

/* The launcher binds a rank to part of its own mask or, if that is not known, to anything. */
static bool by_launcher(const struct mask_origin_input *input)
{
    bool silent = input->environment.prrte || input->environment.hydra;
    bool says_so = input->environment.bound_at_launch || (silent && known(input->launcher));
    return says_so && launcher_name(input)[0] != '\0' && !same(input->start, input->launcher);
}

/* A list left over from elsewhere names PUs other than the rank's. */
static bool by_slurm(const struct mask_origin_input *input)
{
    if (input->environment.slurm_bind[0] == '\0')
        return false;
    if (known(input->launcher) && !same(input->start, input->launcher))
        return false;
    return !known(input->manager) || covers(input->manager, input->start);
}

static bool by_parent(const struct mask_origin_input *input)
{
    (void)input;
    return true;
}

static const struct {
    enum mask_origin_who who;
    bool (*holds)(const struct mask_origin_input *input);
} RULES[] = {
    {ORIGIN_NOBODY, by_nobody},     {ORIGIN_CGROUP, by_cgroup}, {ORIGIN_OPENMP, by_openmp},
    {ORIGIN_LAUNCHER, by_launcher}, {ORIGIN_SLURM, by_slurm},   {ORIGIN_PARENT, by_parent},
};

static void tell_before(const struct mask_origin_input *input, enum mask_origin_who who,
                        char words[ORIGIN_WORDS])
{
    const struct mask_origin_environment *environment = &input->environment;
    const char *name = launcher_name(input);
    bool handed_down = same(input->start, input->launcher);
    switch (who) {
    case ORIGIN_NOBODY:
        (void)snprintf(words, ORIGIN_WORDS, "not bound: it may use all PUs");
        break;
    case ORIGIN_CGROUP:
        (void)snprintf(words, ORIGIN_WORDS, "the cgroup allows no more");
        break;
    case ORIGIN_OPENMP:
        (void)snprintf(words, ORIGIN_WORDS, "OpenMP bound it (%s)", environment->openmp);
        break;
    case ORIGIN_LAUNCHER:
        (void)snprintf(words, ORIGIN_WORDS, "%s bound it", name);
        break;
    case ORIGIN_SLURM:
        (void)snprintf(words, ORIGIN_WORDS, "srun bound %s%s (SLURM_CPU_BIND=%s)",
                       handed_down ? name : "it", handed_down ? ", which passed it on" : "",
                       environment->slurm_bind);
        break;
    case ORIGIN_PARENT:
        (void)snprintf(words, ORIGIN_WORDS,
                       "inherited from %s (taskset, numactl, a shell or a batch system)",
                       handed_down ? name : "its parent");
        break;
    default:
        (void)snprintf(words, ORIGIN_WORDS, "unknown: the kernel does not tell");
    }
}

static void find_after(struct mask_origin *origin, const struct mask_origin_input *input)
{
    char list[SEAT_TEXT];
    if (!known(input->start) || !known(input->after)) {
        origin->after = ORIGIN_UNKNOWN;
        (void)snprintf(origin->after_words, ORIGIN_WORDS, "unknown: the kernel does not tell");
    } else if (same(input->start, input->after)) {
        origin->after = ORIGIN_SAME;
        (void)snprintf(origin->after_words, ORIGIN_WORDS, "unchanged");
    } else {
        origin->after = ORIGIN_MPI_INIT;
        (void)snprintf(origin->after_words, ORIGIN_WORDS, "libmpi bound it in MPI_Init, to %s %s",
                       hwloc_bitmap_weight(input->after) == 1 ? "PU" : "PUs",
                       seat_text(input->after, list));
    }
}

void mask_origin_find(struct mask_origin *origin, const struct mask_origin_input *input)
{
    const struct mask_origin_environment *environment = &input->environment;
    *origin = (struct mask_origin){.before = ORIGIN_UNKNOWN};
    for (size_t i = 0; known(input->start) && origin->before == ORIGIN_UNKNOWN; i++)
        if (RULES[i].holds(input))
            origin->before = RULES[i].who;
    tell_before(input, origin->before, origin->before_words);
    find_after(origin, input);
    if (environment->openmp[0] != '\0' && !environment->openmp_here)
        (void)snprintf(origin->note, ORIGIN_WORDS,
                       "%s does not bind this program: it has no OpenMP runtime",
                       environment->openmp);
}
