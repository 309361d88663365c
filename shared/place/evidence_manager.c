/* evidence_manager - what the variables of resource managers say. */
#include "place/evidence_find.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A PU beyond these, or more CPUs than these, is garbage. */
enum { MOST_PUS = 16384 };

/* A variable of that world; "" if it is not set. */
static const char *lookup(const struct evidence_world *world, const char *name)
{
    const char *value = name != NULL ? world->getenv(world->arg, name) : NULL;
    return value != NULL ? value : "";
}

/* --- sets of PUs in variables --- */

/* Adds what one token of `length` characters names. */
typedef bool add_token(hwloc_bitmap_t set, const char *token, size_t length);

/* Adds every token of `text`; there must be at least one, and all must be valid. */
static bool add_all(hwloc_bitmap_t set, const char *text, const char *separators, add_token *add)
{
    text += strspn(text, separators);
    bool good = *text != '\0';
    while (good && *text != '\0') {
        size_t length = strcspn(text, separators);
        good = add(set, text, length);
        text += length;
        text += strspn(text, separators);
    }
    return good;
}

/* Reads the digits of a number in that base, up to `end`; -1 if there is none or it is too
 * large. */
static long read_number(const char **text, const char *end, int base)
{
    long number = 0;
    const char *begin = *text;
    for (; *text < end; (*text)++) {
        int c = tolower((unsigned char)**text);
        int digit = isdigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : base;
        if (digit >= base)
            break;
        number = number * base + digit;
        if (number > MOST_PUS)
            return -1;
    }
    return *text > begin ? number : -1;
}

static bool skip_0x(const char **text, const char *end)
{
    bool hex = end - *text > 2 && (*text)[0] == '0' && ((*text)[1] == 'x' || (*text)[1] == 'X');
    *text += hex ? 2 : 0;
    return hex;
}

/* Slurm lets an entry be repeated: "0x3*4". */
static const char *without_times(const char *token, size_t length)
{
    const char *end = memchr(token, '*', length);
    return end != NULL ? end : token + length;
}

/* "0x3", "3": hexadecimal; the last digit stands for PUs 0 to 3. */
static bool add_mask(hwloc_bitmap_t set, const char *token, size_t length)
{
    const char *end = without_times(token, length);
    (void)skip_0x(&token, end);
    if (token == end || end - token > MOST_PUS / 4)
        return false;
    for (unsigned first = 0; end > token; first += 4) {
        const char *digit = --end;
        long bits = read_number(&digit, digit + 1, 16);
        if (bits < 0)
            return false;
        for (unsigned i = 0; i < 4; i++)
            if ((bits >> i & 1) != 0)
                (void)hwloc_bitmap_set(set, first + i);
    }
    return true;
}

/* "3", "0x1f", "0-7". */
static bool add_pus(hwloc_bitmap_t set, const char *token, size_t length)
{
    const char *end = without_times(token, length);
    int base = skip_0x(&token, end) ? 16 : 10;
    long first = read_number(&token, end, base), last = first;
    if (token < end && *token == '-') {
        token++;
        last = read_number(&token, end, base);
    }
    return first >= 0 && last >= first && last < MOST_PUS && token == end &&
           hwloc_bitmap_set_range(set, (unsigned)first, (int)last) == 0;
}

bool evidence_add_list(hwloc_bitmap_t set, const char *list)
{
    return add_all(set, list, ", \t\n", add_pus);
}

/* Variables that name the PUs of this host. Slurm's list has an entry for each of the host's tasks,
 * and its type says how to read it; other types (none, rank, map_ldom, ...) name no PUs. */
static const struct {
    const char *by, *name, *type_name, *type, *separators;
    add_token *add;
} SETS[] = {
    {"Slurm", "SLURM_CPU_BIND_LIST", "SLURM_CPU_BIND_TYPE", "mask_cpu", ",", add_mask},
    {"Slurm", "SLURM_CPU_BIND_LIST", "SLURM_CPU_BIND_TYPE", "map_cpu", ",", add_pus},
    {"LSF", "LSB_BIND_CPU_LIST", NULL, "", ",", add_pus},
    {"Grid Engine", "SGE_BINDING", NULL, "", " ", add_pus},
};

void evidence_find_set(struct evidence *evidence, const struct evidence_world *world)
{
    for (size_t i = 0; i < sizeof(SETS) / sizeof(SETS[0]); i++) {
        if (strstr(lookup(world, SETS[i].type_name), SETS[i].type) == NULL)
            continue;
        const char *text = lookup(world, SETS[i].name);
        if (add_all(evidence->manager, text, SETS[i].separators, SETS[i].add) &&
            !hwloc_bitmap_iszero(evidence->manager)) {
            evidence->manager_by = SETS[i].by;
            evidence->manager_name = SETS[i].name;
            return;
        }
        hwloc_bitmap_zero(evidence->manager);
    }
}

/* --- numbers of CPUs in variables --- */

/* Reads a number that stands alone; 0 if it is not one. */
static int read_count(const struct evidence_world *world, const char *text)
{
    (void)world;
    const char *end = text + strlen(text);
    long count = read_number(&text, end, 10);
    return count > 0 && text == end ? (int)count : 0;
}

/* Which of the job's hosts this is, from 0; -1: unknown. SLURM_NODEID counts the hosts of the step,
 * and mpirun starts its daemons in a step without the host it runs on itself, so host 1 of the job
 * is host 0 of that step. */
static long job_node(const struct evidence_world *world)
{
    const char *step = lookup(world, "SLURM_STEP_NODELIST");
    if (*step != '\0' && strcmp(step, lookup(world, "SLURM_JOB_NODELIST")) != 0)
        return -1;
    const char *id = lookup(world, "SLURM_NODEID");
    const char *end = id + strlen(id);
    long node = read_number(&id, end, 10);
    return id == end ? node : -1;
}

/* "2(x2),4": two hosts of 2 CPUs, and one of 4. If it is unknown which host this is, the smallest
 * of all. */
static int read_cpus_per_node(const struct evidence_world *world, const char *text)
{
    long node = job_node(world), begin = 0, least = INT_MAX, here = 0;
    const char *end = text + strlen(text);
    while (text < end) {
        long count = read_number(&text, end, 10), times = 1;
        if (end - text > 2 && strncmp(text, "(x", 2) == 0) {
            text += 2;
            times = read_number(&text, end, 10);
            if (text == end || *text++ != ')')
                return 0;
        }
        if (count <= 0 || times <= 0 || (text < end && *text++ != ','))
            return 0;
        if (node >= begin && node < begin + times)
            here = count;
        begin += times;
        least = count < least ? count : least;
    }
    if (here == 0)
        here = begin > 0 ? least : 0;
    return (int)here;
}

/* Variables that say how many CPUs the job was given on this host. One with a condition counts only
 * if the variable of the condition has that value, or any value if none is given. The first valid
 * one is used. PBS's is for one chunk, and is too small if a host has several: that only limits
 * more than necessary. */
static const struct {
    const char *by, *name, *if_name, *if_value;
    int (*read)(const struct evidence_world *world, const char *text);
} COUNTS[] = {
    {"Slurm", "SLURM_CPUS_ON_NODE", NULL, NULL, read_count},
    {"Slurm", "SLURM_JOB_CPUS_PER_NODE", NULL, NULL, read_cpus_per_node},
    {"PBS", "NCPUS", "PBS_JOBID", NULL, read_count},
    {"Grid Engine", "NSLOTS", "NHOSTS", "1", read_count},
};

void evidence_find_count(struct evidence *evidence, const struct evidence_world *world)
{
    for (size_t i = 0; i < sizeof(COUNTS) / sizeof(COUNTS[0]); i++) {
        const char *condition = lookup(world, COUNTS[i].if_name);
        if (COUNTS[i].if_name != NULL && *condition == '\0')
            continue;
        if (COUNTS[i].if_value != NULL && strcmp(condition, COUNTS[i].if_value) != 0)
            continue;
        int count = COUNTS[i].read(world, lookup(world, COUNTS[i].name));
        if (count > 0) {
            evidence->manager_cpus = count;
            evidence->cpus_by = COUNTS[i].by;
            evidence->cpus_name = COUNTS[i].name;
            return;
        }
    }
}
