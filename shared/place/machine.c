#include "place/machine.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int count(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int number = hwloc_get_nbobjs_by_type(topology, type);
    return number > 0 ? number : 0;
}

static void read_name(struct machine *machine)
{
    hwloc_obj_t package = hwloc_get_obj_by_type(machine->topology, HWLOC_OBJ_PACKAGE, 0);
    hwloc_obj_t root = hwloc_get_root_obj(machine->topology);
    const char *name = package != NULL ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    if (name == NULL)
        name = hwloc_obj_get_info_by_name(root, "CPUModel");
    (void)snprintf(machine->cpu, sizeof(machine->cpu), "%s", name != NULL ? name : "");
    for (size_t end = strlen(machine->cpu); end > 0 && machine->cpu[end - 1] == ' '; end--)
        machine->cpu[end - 1] = '\0'; /* AMD pads its names with blanks */
}

static void describe(struct machine *machine)
{
    machine->packages = count(machine->topology, HWLOC_OBJ_PACKAGE);
    machine->numa = count(machine->topology, HWLOC_OBJ_NUMANODE);
    machine->cores = count(machine->topology, HWLOC_OBJ_CORE);
    machine->pus = count(machine->topology, HWLOC_OBJ_PU);
    if (machine->cores == 0) /* some virtual machines show none */
        machine->cores = machine->pus;
    read_name(machine);
}

static int start(struct machine *machine, struct err *err)
{
    *machine = (struct machine){0};
    if (hwloc_topology_init(&machine->topology) != 0)
        return err_memory(err, "the topology");
    (void)hwloc_topology_set_flags(machine->topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    return 0;
}

int machine_load(struct machine *machine, struct err *err)
{
    if (start(machine, err) != 0)
        return -1;
    if (hwloc_topology_load(machine->topology) != 0) {
        machine_release(machine);
        return err_set(err, ERR_FAILED, "hwloc cannot read the topology of this host");
    }
    if (!hwloc_topology_is_thissystem(machine->topology)) {
        machine_release(machine);
        err_set(err, ERR_INPUT,
                "hwloc shows another machine than this host: HWLOC_XMLFILE or "
                "HWLOC_SYNTHETIC is set");
        return err_remedy(err, "unset it, or use 'squares place --topology'; HWLOC_THISSYSTEM=1 "
                               "says that it is this host");
    }
    describe(machine);
    return 0;
}

/* --- machines other than this one --- */

static int refuse(struct err *err, const char *format, const char *subject)
{
    char text[sizeof(err->text)];
    (void)snprintf(text, sizeof(text), format, subject);
    err_set(err, ERR_INPUT, "%s", text);
    return err_remedy(err, "give a file that 'lstopo FILE.xml' of hwloc 2 wrote, or a description "
                           "such as 'pack:2 numa:2 core:8 pu:2'");
}

/* A number as hwloc reads it: 0x10 and 010 are allowed, and -1 means the largest there is. At most
 * MACHINE_PUS + 1. */
static int64_t described_count(const char *text)
{
    unsigned long number = strtoul(text, NULL, 0);
    return number <= MACHINE_PUS ? (int64_t)number : MACHINE_PUS + 1;
}

/* How many PUs a synthetic description amounts to; above MACHINE_PUS: too many. hwloc would accept
 * any number, and any amount of memory for it. Text in brackets is attributes. */
static int64_t described_pus(const char *description)
{
    int64_t pus = 1;
    int depth = 0;
    for (const char *c = description; *c != '\0' && pus <= MACHINE_PUS; c++) {
        depth += (*c == '(' || *c == '[') - (depth > 0 && (*c == ')' || *c == ']'));
        bool number = isdigit((unsigned char)*c) || *c == '-' || *c == '+';
        bool begins = c == description || strchr(": \t\n)]", c[-1]) != NULL;
        if (depth == 0 && number && begins)
            pus *= described_count(c);
    }
    return pus;
}

static bool looks_like_a_path(const char *description)
{
    const char *dot = strrchr(description, '.');
    return strchr(description, '/') != NULL || (dot != NULL && strcmp(dot, ".xml") == 0);
}

static int choose(struct machine *machine, const char *description, struct err *err)
{
    struct stat info;
    if (stat(description, &info) == 0) {
        if (!S_ISREG(info.st_mode))
            return refuse(err, "'%s' is not a file", description);
        if (hwloc_topology_set_xml(machine->topology, description) != 0)
            return refuse(err, "hwloc cannot read '%s' as a topology", description);
        return 0;
    }
    if (looks_like_a_path(description))
        return err_sys(err, ERR_INPUT, "cannot read '%s'", description);
    if (described_pus(description) > MACHINE_PUS)
        return refuse(err, "the machine '%s' is too large: it may have at most 16384 PUs",
                      description);
    if (hwloc_topology_set_synthetic(machine->topology, description) != 0)
        return refuse(err, "'%s' is not a file, and hwloc does not understand it as a description",
                      description);
    return 0;
}

int machine_imagine(struct machine *machine, const char *description, struct err *err)
{
    if (start(machine, err) != 0)
        return -1;
    int status = choose(machine, description, err);
    if (status == 0 && hwloc_topology_load(machine->topology) != 0)
        status = refuse(err, "hwloc cannot make a machine of '%s': damaged, or of another version",
                        description);
    if (status == 0) {
        describe(machine);
        if (hwloc_bitmap_last(hwloc_topology_get_topology_cpuset(machine->topology)) >= MACHINE_PUS)
            status = refuse(err, "the machine of '%s' has PUs numbered above 16383", description);
    }
    if (status != 0)
        machine_release(machine);
    return status;
}

void machine_release(struct machine *machine)
{
    if (machine->topology != NULL)
        hwloc_topology_destroy(machine->topology);
    machine->topology = NULL;
}

/* Whether *c begins with "3" or "3-7"; moves it past that. */
static bool is_range(const char **c)
{
    char *end;
    if (!isdigit((unsigned char)**c))
        return false;
    unsigned long first = strtoul(*c, &end, 10), last = first;
    if (*end == '-') {
        if (!isdigit((unsigned char)end[1]))
            return false;
        last = strtoul(end + 1, &end, 10);
    }
    *c = end;
    return first <= last && last < MACHINE_PUS;
}

/* hwloc reads "0-" as all from 0 on and skips what it does not understand. Here only numbers and
 * ranges separated by commas are a list. */
static bool is_list(const char *list)
{
    while (is_range(&list)) {
        if (*list == '\0')
            return true;
        if (*list++ != ',')
            return false;
    }
    return false;
}

hwloc_bitmap_t machine_pus(const struct machine *machine, const char *list, struct err *err)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    hwloc_const_bitmap_t there = hwloc_topology_get_topology_cpuset(machine->topology);
    if (set == NULL || !is_list(list) || hwloc_bitmap_list_sscanf(set, list) != 0) {
        err_set(err, ERR_INPUT, "'%s' is not a list of PUs", list);
        (void)err_remedy(err, "write OS numbers and ranges of them, from 0 to %d, as in 0-3,8",
                         MACHINE_PUS - 1);
    } else if (!hwloc_bitmap_isincluded(set, there)) {
        char all[64];
        (void)hwloc_bitmap_list_snprintf(all, sizeof(all), there);
        err_set(err, ERR_INPUT, "not all of the PUs '%s' are on that machine", list);
        (void)err_remedy(err, "it has %s", all);
    } else {
        hwloc_bitmap_and(set, set, hwloc_topology_get_allowed_cpuset(machine->topology));
        if (!hwloc_bitmap_iszero(set))
            return set;
        err_set(err, ERR_INPUT, "none of the PUs '%s' may be used on that machine", list);
        char allowed[64];
        (void)hwloc_bitmap_list_snprintf(allowed, sizeof(allowed),
                                         hwloc_topology_get_allowed_cpuset(machine->topology));
        (void)err_remedy(err, "it allows %s", allowed);
    }
    hwloc_bitmap_free(set);
    return NULL;
}
