/* cgroup, sysfile - which group is found and where; further cases are in tests/trees. */
#include "support/saved_tree.h"

#include <gtest/gtest.h>

extern "C" {
#include "base/cgroup.h"
}

namespace
{

const char *const V2_MOUNT = "30 1 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

/* A process with these lines in /proc/self/cgroup and mountinfo. The folders of mounts exist. */
std::string process(const std::string &groups, const std::string &mounts)
{
    std::string text = "--- /proc/self/cgroup\n" + groups + "--- /proc/self/mountinfo\n" + mounts;
    for (const char *folder : {"", "/cpu", "/cpu,cpuacct", "/my group"})
        text += "--- /sys/fs/cgroup" + std::string(folder) + "/is.here\n";
    return text;
}

/* "1 /a/b /a /", the version and the levels that are seen; or why there are none. */
std::string levels(const std::string &text, const char *controller = "cpu")
{
    SavedTree tree(text);
    const std::string root = tree.root();
    struct cgroup group;
    switch (cgroup_find(&group, root.c_str(), "self", controller)) {
    case CGROUP_NONE:
        return "none";
    case CGROUP_OUT_OF_SIGHT:
        return "out of sight";
    default:
        break;
    }
    std::string seen = std::to_string(group.version);
    do
        seen += std::string(" ") + group.path + "=" + group.folder;
    while (cgroup_outwards(&group));
    return seen;
}

} // namespace

TEST(Cgroup, LevelsFromTheInsideOut)
{
    EXPECT_EQ(levels(process("0::/a/b\n", V2_MOUNT)),
              "2 /a/b=/sys/fs/cgroup/a/b /a=/sys/fs/cgroup/a /=/sys/fs/cgroup");
    EXPECT_EQ(levels(process("0::/\n", V2_MOUNT)), "2 /=/sys/fs/cgroup");
    EXPECT_EQ(levels(process("0::/a/b\n", "30 1 0:9 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")),
              "2 /a/b=/sys/fs/cgroup/b /a=/sys/fs/cgroup")
        << "only what is mounted";
}

TEST(Cgroup, AControllerOfVersion1HidesVersion2)
{
    const std::string both = "30 1 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
                             "31 1 0:8 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
    EXPECT_EQ(levels(process("0::/two\n4:cpu:/one\n", both)),
              "1 /one=/sys/fs/cgroup/cpu/one /=/sys/fs/cgroup/cpu");
    EXPECT_EQ(levels(process("4:cpu:/one\n0::/two\n", both)),
              "1 /one=/sys/fs/cgroup/cpu/one /=/sys/fs/cgroup/cpu");
    EXPECT_EQ(levels(process("0::/two\n4:cpu:/one\n", both), "pids"),
              "2 /two=/sys/fs/cgroup/two /=/sys/fs/cgroup");
}

TEST(Cgroup, ControllersAreWholeNames)
{
    const std::string mount =
        "31 1 0:8 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";
    EXPECT_EQ(levels(process("4:cpuacct:/a\n", mount)), "none");
    EXPECT_EQ(levels(process("4:cpuset,cpuacct:/a\n", mount)), "none");
    EXPECT_EQ(levels(process("4:cpuacct,cpu:/a\n", mount)),
              "1 /a=/sys/fs/cgroup/cpu,cpuacct/a /=/sys/fs/cgroup/cpu,cpuacct");
    EXPECT_EQ(levels(process("4:name=cpu:/a\n", mount)), "none") << "a name is no controller";
}

TEST(Cgroup, NamesWithBlanksAndColons)
{
    EXPECT_EQ(levels(process("0::/my group/a:b\n",
                             "30 1 0:9 /my\\040group /sys/fs/cgroup/my\\040group rw shared:1 - "
                             "cgroup2 cgroup2 rw\n")),
              "2 /my group/a:b=/sys/fs/cgroup/my group/a:b /my group=/sys/fs/cgroup/my group");
}

TEST(Cgroup, OutOfSight)
{
    for (const char *mounts : {"",                                                     /* none */
                               "30 1 0:9 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n",      /* another */
                               "30 1 0:9 /c /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", /* beside */
                               "30 1 0:9 /a/b/c /sys/fs/cgroup rw - cgroup2 c rw\n",   /* below */
                               "30 1 0:9 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
                               "30 1 0:9 / /no/such/folder rw - cgroup2 cgroup2 rw\n",
                               "30 1 0:9 / /sys/fs/cgroup rw\n", "- cgroup2 \n", " - cgroup2 \n"})
        EXPECT_EQ(levels(process("0::/a/b\n", mounts)), "out of sight") << mounts;
    EXPECT_EQ(levels(process("0::/../a\n", V2_MOUNT)), "out of sight") << "above the namespace";
    EXPECT_EQ(levels(process("0::/..\n", V2_MOUNT)), "out of sight");
    EXPECT_EQ(levels(process("0::/..a\n", V2_MOUNT)), "2 /..a=/sys/fs/cgroup/..a /=/sys/fs/cgroup")
        << "a name like others";
    EXPECT_EQ(levels("--- /proc/self/mountinfo\n" + std::string(V2_MOUNT)), "out of sight")
        << "nothing tells where the process is";
    const std::string over = "31 1 0:9 /other /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    EXPECT_EQ(levels(process("0::/a\n", V2_MOUNT + over)), "out of sight")
        << "another group is mounted over it";
    EXPECT_EQ(levels(process("0::/ab\n", "30 1 0:9 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")),
              "out of sight");
}

TEST(Cgroup, DamagedLinesAreSkipped)
{
    for (const char *groups : {"", "\n", "0\n", "0:\n", "0::\n", "0::a\n", ":::\n", "0:/a\n"})
        EXPECT_EQ(levels(process(groups, V2_MOUNT)), "none") << groups;
    EXPECT_EQ(levels(process("0\\using\\colons\\/\n0::/a\n", V2_MOUNT)),
              "2 /a=/sys/fs/cgroup/a /=/sys/fs/cgroup");
    EXPECT_EQ(levels(process("0::/" + std::string(5000, 'a') + "\n", V2_MOUNT)), "none");
    EXPECT_EQ(levels(process("0::/" + std::string(4090, 'a') + "\n", V2_MOUNT)), "out of sight")
        << "too long for a path";
}

TEST(Cgroup, TheMountThatShowsMostLevels)
{
    const std::string part = "31 1 0:8 /a /sys/fs/cgroup/cpu rw - cgroup2 cgroup2 rw\n";
    for (const std::string &mounts : {V2_MOUNT + part, part + V2_MOUNT})
        EXPECT_EQ(levels(process("0::/a\n", mounts)), "2 /a=/sys/fs/cgroup/a /=/sys/fs/cgroup");
}

TEST(Sysfile, Numbers)
{
    int64_t value = 7;
    for (const char *text : {"", " ", "x", "1x", "1 2", "--1", "+1", "1.5", "99999999999999999999"})
        EXPECT_FALSE(sysfile_number(text, &value)) << text;
    EXPECT_EQ(value, 7);
    for (const char *text : {"12", " 12", "12\n", "12 "})
        EXPECT_TRUE(sysfile_number(text, &value) && value == 12) << text;
    EXPECT_TRUE(sysfile_number("-1", &value) && value == -1);
}

TEST(Sysfile, LinesAndValues)
{
    TempDir dir;
    char text[8];
    dir.write("a", "one two three\nnext\n");
    dir.write("none", "");
    dir.write("stat", "nr_periods 5\nnr_periods_more 6\nbad x\ntotal:  8\n");
    const std::string root = dir.path();
    EXPECT_TRUE(sysfile_line(text, sizeof(text), root.c_str(), "/%s", "a"));
    EXPECT_STREQ(text, "one two") << "cut";
    EXPECT_FALSE(sysfile_line(text, sizeof(text), root.c_str(), "/none"));
    EXPECT_STREQ(text, "");
    EXPECT_FALSE(sysfile_line(text, sizeof(text), root.c_str(), "/no/such"));
    const struct {
        const char *key;
        int64_t value; /* -1: none */
    } table[] = {{"nr_periods", 5}, {"nr_periods_more", 6}, {"bad", -1}, {"total", 8}, {"nr", -1}};
    for (const auto &row : table) {
        int64_t value = -1;
        FILE *file = sysfile_open(root.c_str(), "/stat");
        ASSERT_NE(file, nullptr);
        EXPECT_EQ(sysfile_value(file, row.key, &value), row.value >= 0) << row.key;
        EXPECT_EQ(value, row.value) << row.key;
        (void)fclose(file);
    }
}
