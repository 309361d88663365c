#include "place/machine.h"

#include <stdio.h>

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
}

int machine_load(struct machine *machine, struct err *err)
{
    *machine = (struct machine){0};
    if (hwloc_topology_init(&machine->topology) != 0)
        return err_memory(err, "the topology");
    if (hwloc_topology_load(machine->topology) != 0) {
        hwloc_topology_destroy(machine->topology);
        return err_set(err, ERR_FAILED, "hwloc cannot read the topology of this host");
    }
    machine->packages = count(machine->topology, HWLOC_OBJ_PACKAGE);
    machine->numa = count(machine->topology, HWLOC_OBJ_NUMANODE);
    machine->cores = count(machine->topology, HWLOC_OBJ_CORE);
    machine->pus = count(machine->topology, HWLOC_OBJ_PU);
    if (machine->cores == 0) /* some virtual machines show none */
        machine->cores = machine->pus;
    read_name(machine);
    return 0;
}

void machine_release(struct machine *machine)
{
    if (machine->topology != NULL)
        hwloc_topology_destroy(machine->topology);
    machine->topology = NULL;
}

hwloc_bitmap_t machine_usable(const struct machine *machine, hwloc_const_bitmap_t offered)
{
    hwloc_bitmap_t usable = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(machine->topology));
    if (usable != NULL && hwloc_bitmap_intersects(usable, offered))
        hwloc_bitmap_and(usable, usable, offered);
    return usable;
}
