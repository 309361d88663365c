#include "place/kinds.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What hwloc knows about a kind; 0 and NULL: nothing. */
struct trait {
    int index;      /* hwloc's */
    int efficiency; /* the larger, the faster; -1: hwloc cannot rank them */
    const char *core_type;
    double capacity; /* 1024 for the fastest */
    double mhz;      /* the top frequency, or else the base frequency */
    double base_mhz;
    int core_pus; /* the most PUs of a core */
};

/* Cores at least this fast, relative to the fastest of their type, count as nearly as fast. A
 * processor's favoured cores do; its efficiency cores do not. */
static const double NEARLY = 0.75;

/* By how much a capacity may differ from what the frequencies explain, and two base frequencies
 * from each other: the values are rounded. */
static const double ROUNDING = 0.05;

/* The most grades of speed that are distinguished within a type. */
enum { GRADES = 8 };

static const double LAG_STEP = 0.05;

/* --- what hwloc knows --- */

static const char *info_of(const struct hwloc_info_s *infos, unsigned count, const char *name)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(infos[i].name, name) == 0)
            return infos[i].value;
    return NULL;
}

static double number_of(const struct hwloc_info_s *infos, unsigned count, const char *name)
{
    const char *text = info_of(infos, count, name);
    double number = text != NULL ? strtod(text, NULL) : 0;
    return isfinite(number) && number > 0 ? number : 0;
}

static int most_pus(hwloc_topology_t topology, hwloc_const_bitmap_t set)
{
    int most = 0;
    hwloc_obj_t core = NULL;
    while ((core = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_CORE, core)) != NULL) {
        int pus = hwloc_bitmap_weight(core->cpuset);
        if (pus > most && hwloc_bitmap_intersects(core->cpuset, set))
            most = pus;
    }
    return most;
}

/* `set` is scratch. */
static struct trait read_trait(hwloc_topology_t topology, int index, hwloc_bitmap_t set)
{
    struct trait trait = {.index = index, .efficiency = -1};
    struct hwloc_info_s *infos = NULL;
    unsigned count = 0;
    if (hwloc_cpukinds_get_info(topology, (unsigned)index, set, &trait.efficiency, &count, &infos,
                                0) != 0)
        return trait;
    trait.core_pus = most_pus(topology, set);
    trait.core_type = info_of(infos, count, "CoreType");
    trait.capacity = number_of(infos, count, "LinuxCapacity");
    trait.base_mhz = number_of(infos, count, "FrequencyBaseMHz");
    trait.mhz = number_of(infos, count, "FrequencyMaxMHz");
    if (trait.mhz <= 0)
        trait.mhz = trait.base_mhz;
    return trait;
}

static int faster_first(const void *a, const void *b)
{
    const struct trait *x = a, *y = b;
    if (x->efficiency != y->efficiency)
        return x->efficiency > y->efficiency ? -1 : 1;
    if (x->capacity != y->capacity)
        return x->capacity > y->capacity ? -1 : 1;
    return x->index - y->index;
}

/* --- which differ --- */

/* Both known, or neither. */
static bool alike(double a, double b)
{
    return (a > 0) == (b > 0);
}

static bool near(double a, double b)
{
    return fabs(a / b - 1) <= ROUNDING;
}

/* Whether hwloc knows the same things about both, and the core type, if known, is the same. */
static bool comparable(const struct trait *a, const struct trait *b)
{
    if ((a->core_type != NULL) != (b->core_type != NULL) || !alike(a->capacity, b->capacity) ||
        !alike(a->mhz, b->mhz) || !alike(a->base_mhz, b->base_mhz))
        return false;
    return a->core_type == NULL || strcmp(a->core_type, b->core_type) == 0;
}

/* Whether the two differ at most in top frequency: a favoured core has the base frequency of the
 * others, and as many PUs. If not even a frequency is known, the ranking comes from something that
 * hwloc does not show, such as the system's own classes: then they are different types. */
static bool same_type(const struct trait *a, const struct trait *b)
{
    bool told_apart = a->capacity > 0 && b->capacity > 0 && a->capacity != b->capacity;
    if (a->efficiency == b->efficiency && !told_apart) /* even -1: the same to hwloc */
        return true;
    if (!comparable(a, b))
        return false;
    if (a->capacity > 0)
        return near(a->capacity / b->capacity, a->mhz > 0 ? a->mhz / b->mhz : 1);
    if (a->core_type != NULL)
        return true;
    return a->mhz > 0 && a->core_pus == b->core_pus &&
           (a->base_mhz <= 0 || near(a->base_mhz, b->base_mhz));
}

static double speed_ratio(const struct trait *slow, const struct trait *fast)
{
    return slow->mhz > 0 && fast->mhz > 0 ? slow->mhz / fast->mhz : 1;
}

/* The kind of entry i, judged against the entries before it, which are faster: the first of its
 * type is the fastest. */
static struct kind judge(const struct trait *traits, const struct kind *kinds, int i)
{
    int types = 0;
    for (int k = 0; k < i; k++) {
        types = kinds[k].type >= types ? kinds[k].type + 1 : types;
        if (!same_type(&traits[i], &traits[k]))
            continue;
        double ratio = speed_ratio(&traits[i], &traits[k]); /* to the fastest of the type */
        int grade = (int)fmin(ceil(log(ratio) / log(NEARLY) - 1e-9) - 1, GRADES);
        return (struct kind){kinds[k].type, grade > 0 ? grade : 0,
                             ratio < 1 ? (int)((1 - ratio) / LAG_STEP + 1e-9) : 0};
    }
    return (struct kind){types, 0, 0};
}

/* Turns grades within types into numbers that continue from type to type. */
static void number_kinds(struct kind *kinds, int count)
{
    int next = 0;
    for (int type = 0; type < count; type++)
        for (int grade = 0; grade <= GRADES; grade++) {
            bool there = false;
            for (int i = 0; i < count; i++)
                if (kinds[i].type == type && kinds[i].kind == grade) {
                    kinds[i].kind = -1 - next; /* negative, so it cannot be mistaken for a grade */
                    there = true;
                }
            next += there;
        }
    for (int i = 0; i < count; i++)
        kinds[i].kind = -1 - kinds[i].kind;
}

static void judge_all(struct kinds *kinds, struct trait *traits, struct kind *judged)
{
    qsort(traits, (size_t)kinds->count, sizeof(*traits), faster_first);
    for (int i = 0; i < kinds->count; i++)
        judged[i] = judge(traits, judged, i);
    number_kinds(judged, kinds->count);
    for (int i = 0; i < kinds->count; i++) {
        kinds->all[traits[i].index] = judged[i];
        if (judged[i].kind >= kinds->last.kind)
            kinds->last = judged[i];
    }
}

int kinds_find(struct kinds *kinds, hwloc_topology_t topology, struct err *err)
{
    int count = hwloc_cpukinds_get_nr(topology, 0);
    *kinds = (struct kinds){.count = count > 0 ? count : 0};
    if (kinds->count == 0)
        return 0;
    struct trait *traits = calloc((size_t)count, sizeof(*traits));
    struct kind *judged = calloc((size_t)count, sizeof(*judged));
    kinds->all = calloc((size_t)count, sizeof(*kinds->all));
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    bool room = traits != NULL && judged != NULL && kinds->all != NULL && set != NULL;
    for (int i = 0; room && i < count; i++)
        traits[i] = read_trait(topology, i, set);
    if (room)
        judge_all(kinds, traits, judged);
    hwloc_bitmap_free(set);
    free(judged);
    free(traits);
    if (room)
        return 0;
    kinds_release(kinds);
    return err_memory(err, "the plan");
}

void kinds_release(struct kinds *kinds)
{
    free(kinds->all);
    *kinds = (struct kinds){0};
}

/* --- of a core --- */

static int first_kind(hwloc_topology_t topology, hwloc_const_bitmap_t core)
{
    int kind = -1;
    hwloc_bitmap_t one = hwloc_bitmap_alloc();
    for (int pu = hwloc_bitmap_first(core); one != NULL && pu >= 0 && kind < 0;
         pu = hwloc_bitmap_next(core, pu))
        if (hwloc_bitmap_only(one, (unsigned)pu) == 0)
            kind = hwloc_cpukinds_get_by_cpuset(topology, one, 0);
    hwloc_bitmap_free(one);
    return kind;
}

struct kind kinds_of(const struct kinds *kinds, hwloc_topology_t topology,
                     hwloc_const_bitmap_t core)
{
    if (kinds->count == 0)
        return (struct kind){0, 0, 0};
    int kind = hwloc_cpukinds_get_by_cpuset(topology, core, 0);
    if (kind < 0)
        kind = first_kind(topology, core);
    return kind >= 0 && kind < kinds->count ? kinds->all[kind] : kinds->last;
}
