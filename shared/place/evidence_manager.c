/* evidence_manager - PUs that the variables of resource managers name. */
#include "place/evidence_find.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *evidence_lookup(const struct evidence_world *world, const char *name)
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

long evidence_read_number(const char **text, const char *end, int base)
{
    long number = 0;
    const char *begin = *text;
    for (; *text < end; (*text)++) {
        int c = tolower((unsigned char)**text);
        int digit = isdigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : base;
        if (digit >= base)
            break;
        number = number * base + digit;
        if (number > EVIDENCE_PUS)
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
    if (token == end || end - token > EVIDENCE_PUS / 4)
        return false;
    for (unsigned first = 0; end > token; first += 4) {
        const char *digit = --end;
        long bits = evidence_read_number(&digit, digit + 1, 16);
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
    long first = evidence_read_number(&token, end, base), last = first;
    if (token < end && *token == '-') {
        token++;
        last = evidence_read_number(&token, end, base);
    }
    return first >= 0 && last >= first && last < EVIDENCE_PUS && token == end &&
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
        if (strstr(evidence_lookup(world, SETS[i].type_name), SETS[i].type) == NULL)
            continue;
        const char *text = evidence_lookup(world, SETS[i].name);
        if (add_all(evidence->manager, text, SETS[i].separators, SETS[i].add) &&
            !hwloc_bitmap_iszero(evidence->manager)) {
            evidence->manager_by = SETS[i].by;
            evidence->manager_name = SETS[i].name;
            return;
        }
        hwloc_bitmap_zero(evidence->manager);
    }
}
