#include "support/err.h"

namespace
{

class Machine : public testing::Test
{
  protected:
    struct machine machine = {};
    Err err;

    void SetUp() override
    {
        ASSERT_TRUE(works(machine_load(&machine, &err), err));
    }
    ~Machine() override
    {
        machine_release(&machine);
    }
};

} // namespace

TEST_F(Machine, CountsFitTogether)
{
    EXPECT_GE(machine.cores, 1);
    EXPECT_GE(machine.pus, machine.cores);
    EXPECT_GE(machine.numa, 1);
    EXPECT_LE(machine.packages, machine.cores);
    EXPECT_LT(strnlen(machine.cpu, MACHINE_TEXT), static_cast<size_t>(MACHINE_TEXT));
}

TEST_F(Machine, ReleaseTwice)
{
    machine_release(&machine);
    EXPECT_EQ(machine.topology, nullptr);
    machine_release(&machine);
}

TEST_F(Machine, UsableIsWhatIsOffered)
{
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(machine.topology);
    hwloc_bitmap_t offered = hwloc_bitmap_alloc();
    hwloc_bitmap_only(offered, static_cast<unsigned>(hwloc_bitmap_first(allowed)));
    hwloc_bitmap_set(offered, 100000); /* of another machine */
    hwloc_bitmap_t usable = machine_usable(&machine, offered);
    ASSERT_NE(usable, nullptr);
    EXPECT_EQ(hwloc_bitmap_weight(usable), 1);
    EXPECT_EQ(hwloc_bitmap_first(usable), hwloc_bitmap_first(allowed));
    hwloc_bitmap_free(usable);
    hwloc_bitmap_free(offered);
}

TEST_F(Machine, AllThatIsAllowedIsUsableWhenNothingIsOffered)
{
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(machine.topology);
    hwloc_bitmap_t offered = hwloc_bitmap_alloc();
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        hwloc_bitmap_t usable = machine_usable(&machine, offered);
        ASSERT_NE(usable, nullptr);
        EXPECT_TRUE(hwloc_bitmap_isequal(usable, allowed));
        hwloc_bitmap_free(usable);
        hwloc_bitmap_set(offered, 100000);
    }
    hwloc_bitmap_free(offered);
}
