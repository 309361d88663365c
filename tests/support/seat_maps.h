/*
 * seat_maps - who sits where on a machine that is not here, and the saved machines to try it on.
 */
#ifndef SQUARES_TESTS_SUPPORT_SEAT_MAPS_H
#define SQUARES_TESTS_SUPPORT_SEAT_MAPS_H

#include "support/imagined.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

extern "C" {
#include "place/seat_map.h"
}

/* `ranks` ranks on `machine`; seats are lists of OS numbers, [rank * threads + thread]. Ranks are
 * numbered from 0 unless `numbers` tells otherwise. */
class SeatMap
{
  public:
    SeatMap(const Imagined &machine, int ranks, int threads, const std::vector<std::string> &seats,
            std::vector<int> numbers = {}, const std::string &host = "node7")
        : lists(seats), host_(host), numbers_(std::move(numbers))
    {
        EXPECT_EQ(seats.size(), static_cast<size_t>(ranks * threads));
        for (int rank = static_cast<int>(numbers_.size()); rank < ranks; rank++)
            numbers_.push_back(rank);
        for (const std::string &list : seats) {
            sets_.push_back(hwloc_bitmap_alloc());
            EXPECT_EQ(hwloc_bitmap_list_sscanf(sets_.back(), list.c_str()), 0) << list;
        }
        seat_map = {host_.c_str(), machine.topology, machine.usable, ranks,
                    threads,       numbers_.data(),  sets_.data(),   false};
    }
    ~SeatMap()
    {
        for (hwloc_bitmap_t set : sets_)
            hwloc_bitmap_free(set);
    }
    SeatMap(const SeatMap &) = delete;
    SeatMap &operator=(const SeatMap &) = delete;

    /* "0.1" of a worker, by its rank's number. */
    std::string name(int worker) const
    {
        return std::to_string(numbers_[static_cast<size_t>(worker / seat_map.threads)]) + "." +
               std::to_string(worker % seat_map.threads);
    }

    struct seat_map seat_map = {};
    const std::vector<std::string> lists;

  private:
    std::string host_;
    std::vector<int> numbers_;
    std::vector<hwloc_bitmap_t> sets_;
};

/* A seat for each of `workers`, a whole core while they last, then in turn; on every machine. */
inline std::vector<std::string> cores_dealt(const Imagined &machine, int workers)
{
    const std::vector<std::string> cores = machine.cores();
    std::vector<std::string> seats;
    for (int i = 0; i < workers; i++)
        seats.push_back(cores[static_cast<size_t>(i) % cores.size()]);
    return seats;
}

/* The same seat for all. */
inline std::vector<std::string> all_on(const std::string &list, int workers)
{
    return std::vector<std::string>(static_cast<size_t>(workers), list);
}

/* Files of real machines, sorted; none if there is no such folder. */
inline std::vector<std::string> saved_machines()
{
    const char *named = getenv("SQUARES_TOPOLOGIES");
    const std::filesystem::path folder = named != nullptr ? named : "../shared/topologies";
    std::vector<std::string> files;
    if (std::filesystem::is_directory(folder))
        for (const auto &entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".xml")
                files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

/* Machines made up to be awkward, as {description, usable}. */
struct Awkward {
    const char *machine;
    const char *usable;
};

inline std::vector<Awkward> awkward_machines()
{
    return {
        {"pu:1", ""},
        {"pu:5", "1-3"},
        {"pu:70", ""},
        {"core:1 pu:1", ""},
        {"core:3 pu:4", "0-5,9"},
        {"core:40 pu:1", "0-38"},
        {"pack:2 numa:2 core:4 pu:2", ""},
        {"pack:2 [numa] l3:2 core:3 pu:2", "1-20"},
        {"l3:2 numa:2 core:2 pu:1", ""},
        {"numa:2 pack:2 l2:2 core:2 pu:2", ""},
        {"l2:3 core:2 pu:2", ""},
        {"l2:3 core:1 pu:2", ""},
        {"l3:1 l2:2 core:2 pu:1", "2"},
        {"l4:2 l3:3 core:2 pu:2", ""},
        {"core:2 [numa] pu:2", ""},
        {"pack:2 core:4 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)", ""},
        {"group:2 group:2 group:2 group:2 [numa] group:2 [numa] core:2 pu:1", ""},
        {"pack:2 [numa] l3:12 core:8 pu:2", "0-99,192-300"},
        {"pack:33 [numa] core:3 pu:1", ""},
        {"pack:1 core:100 pu:8", ""},
    };
}

#endif
