/*
 * limits - which limit is named, on systems that are made of files: each table row says what the
 * system looks like when a thread or a process does not start.
 */
#include "support/err.h"
#include "support/golden.h"
#include "support/temp_dir.h"

#include <cerrno>
#include <map>
#include <vector>

extern "C" {
#include "base/limits.h"
}

namespace
{

using Files = std::map<std::string, std::string>;

const char *const TRUE_ROOT = "         0          0 4294967295\n";

Files user(const std::string &processes = "unlimited")
{
    return {
        {"proc/self/limits", "Limit                     Soft Limit           Hard Limit  Units\n"
                             "Max processes             " +
                                 processes +
                                 "   unlimited   processes\n"
                                 "Max address space         unlimited   unlimited   bytes\n"
                                 "Max data size             unlimited   unlimited   bytes\n"},
        {"proc/self/status", "Name:\tx\nUid:\t47\t47\t47\t47\nVmPeak:\t  200000 kB\n"
                             "VmData:\t  100000 kB\nThreads:\t9\nCapEff:\t0000000000000000\n"},
        {"proc/self/uid_map", TRUE_ROOT},
        {"proc/7/status", "Name:\tx\nUid:\t47\t47\t47\t47\nThreads:\t30\n"},
        {"proc/8/status", "Name:\ty\nUid:\t48\t48\t48\t48\nThreads:\t500\n"},
        {"proc/9/status", "Name:\tz\nUid:\t47\t0\t0\t0\nThreads:\t10\n"},
        {"proc/loadavg", "0.1 0.2 0.3 2/540 9999\n"},
        {"proc/sys/kernel/threads-max", "100000\n"},
        {"proc/sys/kernel/pid_max", "4194304\n"},
        {"proc/sys/vm/max_map_count", "65530\n"},
        {"proc/sys/vm/overcommit_memory", "0\n"},
    };
}

Files with(Files files, const Files &more)
{
    for (const auto &[name, text] : more)
        files[name] = text;
    return files;
}

/* The cgroup at `path` of version 2, seen through a mount of all. */
Files unified(const std::string &path, const std::string &most, const std::string &now,
              const std::string &refused = "0")
{
    const std::string folder = "sys/fs/cgroup" + path;
    return {{"proc/self/cgroup", "0::/a/b/c\n"},
            {"proc/self/mountinfo", "20 1 0:2 / /proc rw - proc proc rw\n"
                                    "30 1 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"},
            {folder + "/pids.max", most + "\n"},
            {folder + "/pids.current", now + "\n"},
            {folder + "/pids.events", "max " + refused + "\n"}};
}

class Limits : public testing::Test
{
  protected:
    std::string told; /* by each expect_named() */

    struct limits_reason find(const Files &files, int error = EAGAIN,
                              enum limits_start start = LIMITS_THREAD, bool full = false)
    {
        TempDir dir;
        for (const auto &[name, text] : files) {
            std::filesystem::create_directories(
                std::filesystem::path(dir.path(name)).parent_path());
            dir.write(name, text);
        }
        const std::string root = dir.path();
        const struct limits_world world = {root.c_str(), size_t{8} << 20, full};
        struct limits_reason reason;
        limits_find_in(&world, start, error, &reason);
        return reason;
    }
    void expect_named(const struct limits_reason &reason, const std::string &cause,
                      const std::string &remedy)
    {
        EXPECT_NE(std::string(reason.cause).find(cause), std::string::npos) << reason.cause;
        EXPECT_NE(std::string(reason.remedy).find(remedy), std::string::npos) << reason.remedy;
        EXPECT_TRUE(well_worded(reason.cause)) << reason.cause;
        EXPECT_TRUE(well_worded(reason.remedy)) << reason.remedy;
        told += reason.cause + std::string(": ") + reason.remedy + "\n";
    }
};

} // namespace

/* Nothing can be read: what the call said, and no limit is claimed. */
TEST_F(Limits, NothingToRead)
{
    expect_named(find({}), "Resource temporarily unavailable", "ulimit -a");
    expect_named(find({}, EPERM), "Operation not permitted", "seccomp");
    expect_named(find({}, ENOMEM, LIMITS_PROCESS), "Cannot allocate memory", "memory");
    expect_named(find({{"proc/self/cgroup", "nonsense\n0:\n::\n\n9:pids:/x\n"},
                       {"proc/self/mountinfo", "- cgroup\n1 2 3\n - cgroup2 \n"},
                       {"proc/self/limits", "Max processes\n"},
                       {"proc/self/status", "Uid:\n"},
                       {"proc/self/uid_map", ""},
                       {"proc/loadavg", "0.1"}}),
                 "Resource temporarily unavailable", "ulimit -a");
}

TEST_F(Limits, OfAUser)
{
    expect_named(find(user("40")), "user 47", "ulimit -u");
    expect_named(find(user("42")), "user 47", "ulimit -u");
    expect_named(find(user("40"), EAGAIN, LIMITS_PROCESS), "user 47", "ulimit -u");
    /* Those of other containers are not seen; a cgroup around them may be what it is. */
    expect_named(find(user("4000")), "only ulimit -u (4000)", "pids.max");
    EXPECT_TRUE(golden(told)); /* what the system says may differ */
    expect_named(find(user()), "Resource temporarily unavailable", "ulimit -a");
}

/* Who may exceed it has met another one. */
TEST_F(Limits, OfAUserWhoIsExempt)
{
    for (const char *powers : {"0000000000200000", "0000000001000000", "000001ffffffffff"}) {
        Files files = user("40");
        files["proc/self/status"] =
            "Uid:\t47\t47\t47\t47\nCapEff:\t" + std::string(powers) + "\nThreads:\t9\n";
        expect_named(find(files), "Resource temporarily", "ulimit -a");
        files["proc/self/uid_map"] = "0 1000 1\n"; /* powers over a namespace of its own only */
        expect_named(find(files), "user 47", "ulimit -u");
    }
}

TEST_F(Limits, OfACgroup)
{
    for (const char *path : {"/a/b/c", "/a/b", "/a", ""}) {
        SCOPED_TRACE(path);
        const std::string name = std::string("cgroup '") + (*path ? path : "/") + "' allows 40 ";
        for (const char *processes : {"unlimited", "9999", "40"}) {
            const Files files = user(processes);
            expect_named(find(with(files, unified(path, "40", "40"))), name, "pids.max");
            expect_named(find(with(files, unified(path, "40", "41")), EAGAIN, LIMITS_PROCESS), name,
                         "pids.max");
        }
        /* Threads may have ended meanwhile: it has refused some, and no other limit is reached. */
        expect_named(find(with(user(), unified(path, "40", "33", "5"))), name, "pids.max");
        expect_named(find(with(user("40"), unified(path, "40", "33", "5"))), "user 47", "ulimit");
        expect_named(find(with(user(), unified(path, "40", "33"))), "temporarily", "ulimit -a");
        expect_named(find(with(user(), unified(path, "max", "33", "5"))), "temporarily",
                     "ulimit -a");
    }
}

/* Of two that are full the inner one; a cgroup elsewhere does not matter. */
TEST_F(Limits, OfOneOfSeveralCgroups)
{
    Files files = with(user(), unified("/a/b", "50", "50"));
    files["sys/fs/cgroup/a/pids.max"] = files["sys/fs/cgroup/a/pids.current"] = "60\n";
    files["sys/fs/cgroup/x/pids.max"] = files["sys/fs/cgroup/x/pids.current"] = "2\n";
    expect_named(find(files), "'/a/b' allows 50", "pids.max");
    files["sys/fs/cgroup/a/b/pids.current"] = "49\n";
    expect_named(find(files), "'/a' allows 60", "pids.max");
}

/* Version 1, beside an empty tree of version 2; and in a container, where only a part is mounted.
 */
TEST_F(Limits, OfACgroupOfVersion1)
{
    const std::string tail = " rw,nosuid shared:9 - cgroup cgroup rw,pids\n";
    const Files base = with(user(), {{"proc/self/cgroup", "9:cpu,cpuacct:/q\n8:pids:/docker/f00\n"
                                                          "7:name=pids-x:/q\n0::/\n"}});
    const Files full = {{"pids.max", "9\n"}, {"pids.current", "9\n"}};
    const struct {
        const char *top, *mounted, *folder, *told;
    } rows[] = {
        {"/", "/sys/fs/cgroup/pids", "sys/fs/cgroup/pids/docker/f00/", "'/docker/f00' allows 9"},
        {"/", "/sys/fs/cgroup/pids", "sys/fs/cgroup/pids/docker/", "'/docker' allows 9"},
        {"/docker/f00", "/cg", "cg/", "'/docker/f00' allows 9"},
        {"/docker", "/cg", "cg/f00/", "'/docker/f00' allows 9"},
        {"/docker", "/cg", "cg/", "'/docker' allows 9"},
        {"/dock", "/cg", "cg/", "temporarily"},
        {"/other", "/cg", "cg/", "temporarily"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(std::string(row.top) + " at " + row.folder);
        Files files = base;
        files["proc/self/mountinfo"] =
            "31 1 0:8 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n33 1 0:9 " +
            std::string(row.top) + " " + row.mounted + tail;
        for (const auto &[name, text] : full)
            files[row.folder + name] = text;
        expect_named(find(files), row.told, "");
    }
}

TEST_F(Limits, OfTheMachine)
{
    expect_named(find(with(user("9000"), {{"proc/sys/kernel/threads-max", "545\n"}})),
                 "machine allows 545 threads", "kernel.threads-max");
    expect_named(find(with(user("9000"), {{"proc/sys/kernel/pid_max", "541\n"}})),
                 "ids for 541 threads", "kernel.pid_max");
    expect_named(find(with(user("40"), {{"proc/sys/kernel/threads-max", "900\n"}})), "user 47", "");
    EXPECT_TRUE(golden(told));
}

/* Not even a stack can be mapped. */
TEST_F(Limits, OfMemory)
{
    const std::string limits = "Max address space         %  unlimited  bytes\n"
                               "Max data size             &  unlimited  bytes\n";
    const auto memory = [&](const std::string &space, const std::string &data) {
        std::string text = limits;
        text.replace(text.find('%'), 1, space);
        text.replace(text.find('&'), 1, data);
        return with(user("40"), {{"proc/self/limits", text}});
    };
    const struct {
        Files files;
        const char *cause, *remedy;
    } rows[] = {
        {memory("210000000", "unlimited"), "ulimit -v: 205078 KiB", "ulimit -v"},
        {memory("unlimited", "104857600"), "ulimit -d: 102400 KiB", "ulimit -d"},
        {memory("210000000", "104857600"), "ulimit -v: 205078 KiB", "ulimit -v"},
        {memory("300000000", "200000000"), "stack of 8192 KiB", "ulimit -s"},
        {with(user(), {{"proc/sys/vm/max_map_count", "5\n"}, {"proc/self/maps", "a\nb\nc\nd\n"}}),
         "5 mappings (vm.max_map_count)", "vm.max_map_count"},
        {with(user(), {{"proc/sys/vm/overcommit_memory", "2\n"},
                       {"proc/meminfo", "MemTotal: 9 kB\nCommitLimit:  1000 kB\n"
                                        "Committed_AS:   999 kB\n"}}),
         "promise no more", "vm.overcommit"},
        {user(), "stack of 8192 KiB", "ulimit -s"},
    };
    for (const auto &row : rows)
        expect_named(find(row.files, EAGAIN, LIMITS_THREAD, true), row.cause, row.remedy);
    EXPECT_TRUE(golden(told));
    /* There is room again by now, but there was none; a process needs no stack. */
    Files files = memory("210000000", "unlimited");
    expect_named(find(files), "ulimit -v: 205078 KiB", "ulimit -v");
    expect_named(find(files, EAGAIN, LIMITS_PROCESS), "temporarily unavailable", "ulimit -a");
    expect_named(find(with(files, unified("/a", "40", "40"))), "'/a' allows 40", "pids.max");
}

/* As it is: something is said, whatever this machine's limits are. */
TEST_F(Limits, OfThisMachine)
{
    for (auto start : {LIMITS_THREAD, LIMITS_PROCESS})
        for (int error : {EAGAIN, ENOMEM, EPERM, EINVAL}) {
            struct limits_reason reason = {};
            limits_find(start, error, &reason);
            EXPECT_STRNE(reason.cause, "");
            EXPECT_STRNE(reason.remedy, "");
            EXPECT_TRUE(well_worded(reason.cause)) << reason.cause;
        }
}
