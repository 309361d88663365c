/*
 * quota_group - a cgroup of a test's own with a quota of processor time, of version 1 or 2 as the
 * system has it. It is removed with the object, once its last process is gone.
 */
#ifndef SQUARES_TESTS_CLI_QUOTA_GROUP_H
#define SQUARES_TESTS_CLI_QUOTA_GROUP_H

#include "cli/whole_program.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

class QuotaGroup
{
  public:
    /* cpus: of a CPU's time in each period of 100 ms. */
    explicit QuotaGroup(double cpus)
    {
        const std::string quota = std::to_string(static_cast<long>(cpus * 100000));
        const std::string name = "/squares-test-" + std::to_string(getpid());
        if (make("/sys/fs/cgroup/cpu" + name))
            made_ = put("cpu.cfs_period_us", "100000") && put("cpu.cfs_quota_us", quota);
        else if (exists("/sys/fs/cgroup/cgroup.controllers") &&
                 append("/sys/fs/cgroup/cgroup.subtree_control", "+cpu") &&
                 make("/sys/fs/cgroup" + name))
            made_ = put("cpu.max", quota + " 100000");
    }
    ~QuotaGroup()
    {
        remove_cgroup(folder_);
    }
    QuotaGroup(const QuotaGroup &) = delete;
    QuotaGroup &operator=(const QuotaGroup &) = delete;

    /* False: there can be none here. */
    bool made() const
    {
        return made_;
    }
    const std::string &folder() const
    {
        return folder_;
    }
    /* Runs a command line of the shell in the group. */
    Outcome run(const std::string &command, int limit_s = 150) const
    {
        return sh("echo $$ >" + folder_ + "/cgroup.procs || exit 99\n" + command, limit_s);
    }
    /* Sets another quota. */
    bool set(double cpus) const
    {
        const std::string quota = std::to_string(static_cast<long>(cpus * 100000));
        return exists(folder_ + "/cpu.max") ? put("cpu.max", quota + " 100000")
                                            : put("cpu.cfs_quota_us", quota);
    }

  private:
    std::string folder_;
    bool made_ = false;

    bool make(const std::string &folder)
    {
        std::error_code failed;
        if (!exists(std::filesystem::path(folder).parent_path().string() + "/cgroup.procs") ||
            !std::filesystem::create_directory(folder, failed))
            return false;
        folder_ = folder;
        return true;
    }
    static bool append(const std::string &path, const std::string &text)
    {
        std::ofstream file(path);
        file << text;
        return static_cast<bool>(file.flush());
    }
    bool put(const std::string &name, const std::string &text) const
    {
        return append(folder_ + "/" + name, text);
    }
};

#endif
