#include "support/imagined.h"
#include "support/temp_dir.h"

extern "C" {
#include "base/err.h"
#include "place/machine.h"
}

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

namespace
{

void refused(const std::string &description, std::initializer_list<std::string> subjects)
{
    struct machine machine;
    Err err;
    EXPECT_TRUE(
        fails(machine_imagine(&machine, description.c_str(), &err), err, ERR_INPUT, subjects))
        << description;
    EXPECT_EQ(machine.topology, nullptr);
}

} // namespace

TEST(Imagine, RefusesWhatIsNoMachine)
{
    TempDir dir;
    refused("", {"''"});
    refused("foo:3", {"'foo:3'"});
    refused("core:0 pu:1", {"'core:0 pu:1'"});
    refused("pu:2 core:4", {"'pu:2 core:4'"});
    refused("core:1000000 pu:1", {"too large", "16384"});
    refused("core:128 pu:129", {"too large"});
    refused("core:99999999999999999999 pu:2", {"too large"});
    refused("pack:4 core:9223372036854775807", {"too large", "16384"});
    refused("pack:16384 core:9223372036854775807 pu:2", {"too large"});
    refused("pack:1000000 core:1000000", {"too large"});
    refused("pack:4294967296 core:4294967296", {"too large"}); /* their product is 2^64 */
    refused("2 2 99999999999", {"too large"});
    refused("pack:0x7fffffff", {"too large"}); /* hwloc reads hexadecimal, too, and -1 */
    refused("pack:-1", {"too large"});
    refused("pack:2 core:\t99999999999", {"too large"});
    refused("pack:2) core:99999999999", {"too large"});
    refused(dir.path("missing"), {"missing", "No such file"});
    refused("missing.xml", {"missing.xml", "No such file"});
    refused(dir.path(), {"not a file"});
    refused(dir.write("empty.xml", ""), {"empty.xml"});
    refused(dir.write("text.xml", "not XML at all"), {"text.xml"});
    refused(dir.write("other.xml", "<?xml version=\"1.0\"?><html></html>"), {"other.xml"});
}

TEST(Imagine, RefusesADamagedFileAndOneOfALaterHwloc)
{
    TempDir dir;
    struct machine made;
    Err err;
    ASSERT_TRUE(works(machine_imagine(&made, "pack:2 core:4 pu:2", &err), err));
    char *xml = nullptr;
    int length = 0;
    ASSERT_EQ(hwloc_topology_export_xmlbuffer(made.topology, &xml, &length, 0), 0);
    std::string whole(xml);
    hwloc_free_xmlbuffer(made.topology, xml);
    machine_release(&made);

    struct machine read;
    ASSERT_TRUE(works(machine_imagine(&read, dir.write("whole", whole).c_str(), &err), err));
    EXPECT_EQ(read.cores, 8);
    EXPECT_EQ(read.pus, 16);
    machine_release(&read);
    for (size_t part : {whole.size() / 3, whole.size() / 2, whole.size() - 20})
        refused(dir.write("damaged.xml", whole.substr(0, part)), {"damaged.xml"});
    size_t version = whole.find("topology version=\"2.0\"");
    ASSERT_NE(version, std::string::npos);
    std::string later = whole;
    later.replace(version, 22, "topology version=\"9.0\"");
    refused(dir.write("later.xml", later), {"later.xml", "version"});
}

TEST(Imagine, Counts)
{
    struct {
        const char *description;
        int packages, numa, cores, pus;
    } const rows[] = {
        {"pu:5", 0, 1, 5, 5},
        {"core:4 pu:2", 0, 1, 4, 8},
        {"pack:2 numa:2 core:8 pu:2", 2, 4, 32, 64},
        {"pack:2 [numa(memory=1GB)] l3:2 core:3 pu:2", 2, 2, 12, 24},
        {"core:64 pu:256", 0, 1, 64, 16384},
    };
    for (const auto &row : rows) {
        struct machine machine;
        Err err;
        ASSERT_TRUE(works(machine_imagine(&machine, row.description, &err), err));
        EXPECT_EQ(machine.packages, row.packages) << row.description;
        EXPECT_EQ(machine.numa, row.numa) << row.description;
        EXPECT_EQ(machine.cores, row.cores) << row.description;
        EXPECT_EQ(machine.pus, row.pus) << row.description;
        machine_release(&machine);
    }
}

TEST(MachinePus, RefusesWhatIsNoList)
{
    struct machine machine;
    Err ignored;
    ASSERT_TRUE(works(machine_imagine(&machine, "core:4 pu:1", &ignored), ignored));
    for (const char *list : {"", " ", "a", "0-", "-3", "0--2", "1,,2", ",1", "1,", "0x3", "1 2",
                             "0-1-2", "0;1", "1.5", "4", "3-4", "100-200", "99999999", "2-1"}) {
        Err err;
        EXPECT_TRUE(fails(machine_pus(&machine, list, &err), err, ERR_INPUT,
                          {"'" + std::string(list) + "'"}));
    }
    machine_release(&machine);
}

TEST(MachinePus, KeepsWhatIsThere)
{
    struct machine machine;
    Err err;
    ASSERT_TRUE(works(machine_imagine(&machine, "core:4 pu:2", &err), err));
    struct {
        const char *list;
        const char *kept;
    } const rows[] = {{"0", "0"}, {"0-7", "0-7"}, {"1,3-4,6", "1,3-4,6"}, {"6-7", "6-7"}};
    for (const auto &row : rows) {
        hwloc_bitmap_t set = machine_pus(&machine, row.list, &err);
        ASSERT_TRUE(works(set, err));
        EXPECT_EQ(text_of(set), row.kept);
        hwloc_bitmap_free(set);
    }
    machine_release(&machine);
}
