/*
 * disks - a file system of a test's own, so small that it fills up, or read-only. Mounting takes
 * root; a test without it is to be skipped.
 *
 *     SmallDisk disk("size=256k");
 *     SKIP_WITHOUT(disk);
 */
#ifndef SQUARES_TESTS_SUPPORT_DISKS_H
#define SQUARES_TESTS_SUPPORT_DISKS_H

#include "support/open_files.h"
#include "support/temp_dir.h"

#include <sys/mount.h>

class SmallDisk
{
  public:
    explicit SmallDisk(const char *options, unsigned long flags = 0)
        : mounted_(mount("tmpfs", folder_.path().c_str(), "tmpfs", flags, options) == 0)
    {
    }
    ~SmallDisk()
    {
        if (mounted_)
            (void)umount2(folder_.path().c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    bool mounted() const
    {
        return mounted_;
    }
    std::string path() const
    {
        return folder_.path();
    }
    std::set<std::string> list() const
    {
        return folder_.list();
    }

  private:
    TempDir folder_;
    bool mounted_;
};

#define SKIP_WITHOUT(disk)                                                                         \
    if (!(disk).mounted())                                                                         \
    GTEST_SKIP() << "CANNOT MOUNT A SMALL FILE SYSTEM: not root"

#endif
