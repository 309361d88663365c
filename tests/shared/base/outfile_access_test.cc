/* What other users may do: lists of who may do what (ACLs), and traps that one of them sets. */
#include "support/denied.h"
#include "support/err.h"
#include "support/outfiles.h"
#include "support/temp_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "base/outfile.h"
}

namespace
{

enum { SOMEBODY = 23456 };

const char *const NOT_ROOT = "CANNOT GIVE A FILE TO ANOTHER USER: not root";
const char *const NO_LISTS = "NO ACCESS LISTS ON THIS FILE SYSTEM";

/* As in linux/posix_acl_xattr.h. */
struct List {
    uint32_t version = 2;
    struct {
        uint16_t tag, perm;
        uint32_t id;
    } entries[5];
};

/* SOMEBODY may read, the owner's group and others may not. */
const List SOMEBODY_READS = {
    2, {{0x01, 6, ~0u}, {0x02, 4, SOMEBODY}, {0x04, 0, ~0u}, {0x10, 4, ~0u}, {0x20, 0, ~0u}}};

class OutfileAccess : public Outfiles
{
  protected:
    int open(const std::string &name)
    {
        return outfile_open(&out, dir.path(name).c_str(), &err);
    }
    int make(const std::string &name)
    {
        int status = open(name) == 0 && outfile_write(&out, "new", 3, &err) == 0
                         ? outfile_commit(&out, &err)
                         : -1;
        outfile_discard(&out);
        return status;
    }
    void make_old(const std::string &name, mode_t mode, unsigned owner = 0, unsigned group = 0)
    {
        const std::string path = dir.write(name, "old");
        EXPECT_TRUE(geteuid() != 0 || chown(path.c_str(), owner, group) == 0);
        EXPECT_EQ(chmod(path.c_str(), mode), 0);
    }
    unsigned mode_of(const std::string &name) const
    {
        struct stat there = {};
        EXPECT_EQ(stat(dir.path(name).c_str(), &there), 0) << name;
        return there.st_mode & 07777;
    }
    bool give(const std::string &name, const char *kind) const
    {
        return setxattr(dir.path(name).c_str(), kind, &SOMEBODY_READS, sizeof(SOMEBODY_READS), 0) ==
               0;
    }
    bool has_list(const std::string &name) const
    {
        return getxattr(dir.path(name).c_str(), "system.posix_acl_access", nullptr, 0) > 0;
    }
    bool somebody_reads(const std::string &name) const
    {
        int there = ::open(dir.path().c_str(), O_PATH | O_DIRECTORY);
        int code = in_child([&] {
            become(SOMEBODY);
            return openat(there, name.c_str(), O_RDONLY) >= 0 ? 0 : 1;
        });
        close(there);
        return code == 0;
    }
};

} // namespace

/* --- lists --- */

/* Given by the folder to what is made in it, they let in who was kept out of the old file. */
TEST_F(OutfileAccess, AFoldersListIsNotTheOldFiles)
{
    for (mode_t mode : {0640, 0660, 0644, 0600})
        make_old("old" + std::to_string(mode), mode);
    if (!give("", "system.posix_acl_default"))
        GTEST_SKIP() << NO_LISTS;
    ASSERT_EQ(chmod(dir.path().c_str(), 0755), 0);
    for (mode_t mode : {0640, 0660, 0644, 0600}) {
        const std::string name = "old" + std::to_string(mode);
        EXPECT_EQ(make(name), 0) << err.text;
        EXPECT_EQ(dir.read(name), "new");
        EXPECT_EQ(mode_of(name), mode);
        EXPECT_FALSE(has_list(name));
        if (geteuid() == 0) {
            EXPECT_EQ(somebody_reads(name), mode == 0644);
        }
    }
    EXPECT_EQ(make("first"), 0) << err.text; /* of a new file it is the folder's say */
    EXPECT_TRUE(has_list("first"));
}

/* A mask that was the folder's is no permission that the group would have had. */
TEST_F(OutfileAccess, AnothersFileInAFolderWithAList)
{
    if (geteuid() != 0)
        GTEST_SKIP() << NOT_ROOT;
    make_old("old", 0664, SOMEBODY, 0);
    if (!give("", "system.posix_acl_default"))
        GTEST_SKIP() << NO_LISTS;
    EXPECT_EQ(make("old"), 0) << err.text;
    EXPECT_FALSE(has_list("old"));
    EXPECT_EQ(mode_of("old") & 0077, 0u);
}

/* It does not matter where the process stands meanwhile. */
TEST_F(OutfileAccess, TheOldFilesListIsFoundFromAnywhere)
{
    make_old("old", 0600);
    if (!give("old", "system.posix_acl_access"))
        GTEST_SKIP() << NO_LISTS;
    const std::string back = std::filesystem::current_path();
    std::filesystem::current_path(dir.path());
    int status = outfile_open(&out, "old", &err);
    std::filesystem::current_path("/");
    if (status == 0)
        status = outfile_commit(&out, &err);
    std::filesystem::current_path(back);
    EXPECT_TRUE(works(status, err));
    EXPECT_EQ(mode_of("old"), 0600u);
    EXPECT_FALSE(has_list("old"));
}

/* --- traps --- */

/* fs.protected_fifos, whether the kernel has it on or not: its maker would read what is written. */
TEST_F(OutfileAccess, AnotherUsersPipeInAFolderOfAllIsNotWritten)
{
    if (geteuid() != 0)
        GTEST_SKIP() << NOT_ROOT;
    const std::string path = dir.path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0666), 0);
    int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    ASSERT_EQ(chown(path.c_str(), SOMEBODY, SOMEBODY), 0);
    ASSERT_EQ(chmod(dir.path().c_str(), 01777), 0);
    EXPECT_TRUE(fails(open("pipe"), err, ERR_INPUT, {"another user's pipe", "anyone may write"}));
    /* one's own is, and another's in a folder that is not everybody's */
    ASSERT_EQ(chmod(dir.path().c_str(), 0755), 0);
    err = Err();
    EXPECT_EQ(make("pipe"), 0) << err.text;
    ASSERT_EQ(chmod(dir.path().c_str(), 01777), 0);
    ASSERT_EQ(chown(path.c_str(), 0, 0), 0);
    EXPECT_EQ(make("pipe"), 0) << err.text;
    char bytes[7] = "";
    EXPECT_EQ(read(reader, bytes, 6), 6);
    EXPECT_STREQ(bytes, "newnew");
    close(reader);
}
