/*
 * imagined - machines that are not here, for tests of placement: made up from a description as
 * hwloc understands it, or read from a file of a real one.
 */
#ifndef SQUARES_TESTS_SUPPORT_IMAGINED_H
#define SQUARES_TESTS_SUPPORT_IMAGINED_H

#include "support/err.h"

#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
#include "place/machine.h"
}

inline std::string text_of(hwloc_const_bitmap_t set)
{
    char text[256];
    hwloc_bitmap_list_snprintf(text, sizeof(text), set);
    return text;
}

/* A machine made up from a description, of which the PUs in `list` may be used ("": all). */
class Imagined
{
  public:
    explicit Imagined(const std::string &description, const std::string &list = "")
    {
        Err err;
        if (machine_imagine(&machine, description.c_str(), &err) != 0)
            throw std::runtime_error(description + ": " + err.text);
        topology = machine.topology;
        usable = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(topology));
        if (!list.empty() && hwloc_bitmap_list_sscanf(usable, list.c_str()) != 0)
            ADD_FAILURE() << list;
    }
    ~Imagined()
    {
        hwloc_bitmap_free(usable);
        machine_release(&machine);
    }
    Imagined(const Imagined &) = delete;
    Imagined &operator=(const Imagined &) = delete;

    /* The usable PUs of each core that has any, in the machine's order; PUs where it shows none. */
    std::vector<std::string> cores() const
    {
        bool shown = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE) > 0;
        std::vector<std::string> all;
        hwloc_obj_t core = nullptr;
        while ((core = hwloc_get_next_obj_by_type(topology, shown ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU,
                                                  core)) != nullptr) {
            hwloc_bitmap_t set = hwloc_bitmap_alloc();
            hwloc_bitmap_and(set, core->cpuset, usable);
            if (!hwloc_bitmap_iszero(set))
                all.push_back(text_of(set));
            hwloc_bitmap_free(set);
        }
        return all;
    }

    struct machine machine = {};
    hwloc_topology_t topology = nullptr; /* of machine */
    hwloc_bitmap_t usable = nullptr;
};

#endif
