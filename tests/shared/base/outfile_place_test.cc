/* Where an output leads, who may read it and when, and what is there if a step fails. */
#include "support/denied.h"
#include "support/disks.h"
#include "support/err.h"
#include "support/outfiles.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "base/outfile.h"
}

namespace
{

enum { SOMEBODY = 23456, ANOTHER = 23457 };

class OutfilePlace : public Outfiles
{
  protected:
    int open(const std::string &path)
    {
        return outfile_open(&out, path.c_str(), &err);
    }
    int write(const std::string &bytes)
    {
        return outfile_write(&out, bytes.data(), bytes.size(), &err);
    }
    /* All of it: 0, or the step that failed. */
    int make(const std::string &path, const std::string &bytes)
    {
        int step = open(path) != 0 ? 1 : write(bytes) != 0 ? 2 : 0;
        if (step == 0 && outfile_commit(&out, &err) != 0)
            step = 3;
        outfile_discard(&out);
        return step;
    }
    /* In a child, which says what went wrong. */
    int made_or_told(const std::string &path, const std::string &bytes)
    {
        int step = make(path, bytes);
        if (step != 0)
            fprintf(stderr, "step %d: %s\n", step, err.text);
        return step;
    }
};

struct stat look(const std::string &path)
{
    struct stat there = {};
    EXPECT_EQ(lstat(path.c_str(), &there), 0) << path;
    return there;
}

unsigned mode_of(const std::string &path)
{
    return look(path).st_mode & 07777;
}

#define SKIP_UNLESS_ROOT()                                                                         \
    if (geteuid() != 0)                                                                            \
    GTEST_SKIP() << "CANNOT GIVE A FILE TO ANOTHER USER: not root"

} // namespace

/* --- links --- */

TEST_F(OutfilePlace, ALinkToNothingIsRefusedAndItsTargetNamed)
{
    ASSERT_EQ(symlink("gone/away.txt", dir.path("a.txt").c_str()), 0);
    ASSERT_EQ(symlink("a.txt", dir.path("b.txt").c_str()), 0);
    ASSERT_EQ(symlink((dir.path() + "/missing.txt").c_str(), dir.path("c.txt").c_str()), 0);
    for (const auto &[name, target] :
         {std::pair("a.txt", "gone/away.txt"), std::pair("b.txt", "gone/away.txt"),
          std::pair("c.txt", "missing.txt")}) {
        err = Err();
        EXPECT_TRUE(fails(open(dir.path(name)), err, ERR_INPUT, {dir.path(name), target}));
        EXPECT_TRUE(S_ISLNK(look(dir.path(name)).st_mode));
    }
    EXPECT_EQ(dir.list().size(), 3u);
}

TEST_F(OutfilePlace, ALinkThatLeadsToItselfIsRefused)
{
    ASSERT_EQ(symlink("a.txt", dir.path("a.txt").c_str()), 0);
    EXPECT_TRUE(fails(open(dir.path("a.txt")), err, ERR_INPUT, {dir.path("a.txt")}));
}

/* The link stays, and what it leads to is replaced, over any number of links and folders. */
TEST_F(OutfilePlace, ALinkToAFileIsFollowed)
{
    std::filesystem::create_directories(dir.path("deep/er"));
    dir.write("deep/er/a.txt", "old");
    ASSERT_EQ(symlink("deep", dir.path("d").c_str()), 0);
    ASSERT_EQ(symlink("../deep/er/a.txt", dir.path("deep/one").c_str()), 0);
    ASSERT_EQ(symlink((dir.path() + "/d/one").c_str(), dir.path("two").c_str()), 0);
    EXPECT_EQ(make(dir.path("two"), "new"), 0) << err.text;
    EXPECT_EQ(dir.read("deep/er/a.txt"), "new");
    EXPECT_TRUE(S_ISREG(look(dir.path("deep/er/a.txt")).st_mode));
    EXPECT_TRUE(S_ISLNK(look(dir.path("two")).st_mode));
    EXPECT_TRUE(S_ISLNK(look(dir.path("deep/one")).st_mode));
}

/* fs.protected_symlinks, whether the kernel has it on or not. */
TEST_F(OutfilePlace, AnotherUsersLinkInAFolderOfAllIsNotFollowed)
{
    SKIP_UNLESS_ROOT();
    dir.write("mine.txt", "mine");
    std::filesystem::create_directory(dir.path("tmp"));
    ASSERT_EQ(chmod(dir.path("tmp").c_str(), 01777), 0);
    ASSERT_EQ(symlink("../mine.txt", dir.path("tmp/a.txt").c_str()), 0);
    ASSERT_EQ(lchown(dir.path("tmp/a.txt").c_str(), SOMEBODY, SOMEBODY), 0);
    EXPECT_TRUE(fails(open(dir.path("tmp/a.txt")), err, ERR_INPUT, {"tmp/a.txt"}));
    EXPECT_EQ(dir.read("mine.txt"), "mine");
    /* one's own is, and another's in a folder that is not everybody's */
    ASSERT_EQ(lchown(dir.path("tmp/a.txt").c_str(), 0, 0), 0);
    err = Err();
    EXPECT_EQ(make(dir.path("tmp/a.txt"), "new"), 0) << err.text;
    EXPECT_EQ(dir.read("mine.txt"), "new");
}

/* --- descriptors --- */

/* By every name of it the descriptor is written on from its end; the file stays the same. */
TEST_F(OutfilePlace, ADescriptorIsWrittenAsItIs)
{
    const std::string path = dir.write("app.txt", "first\n");
    int fd = ::open(path.c_str(), O_WRONLY | O_APPEND);
    ASSERT_GE(fd, 0);
    const std::string number = std::to_string(fd);
    ASSERT_EQ(symlink(("/dev/fd/" + number).c_str(), dir.path("link").c_str()), 0);
    ASSERT_EQ(symlink("/proc/self/fd", dir.path("fds").c_str()), 0);
    ino_t old = look(path).st_ino;
    std::string expected = "first\n";
    for (const std::string &name :
         {"/dev/fd/" + number, "/proc/self/fd/" + number, "/proc/thread-self/fd/" + number,
          "/proc/" + std::to_string(getpid()) + "/fd/" + number, "/dev/../dev/fd/" + number,
          dir.path("link"), dir.path("fds/" + number)}) {
        EXPECT_EQ(make(name, name + "\n"), 0) << err.text;
        expected += name + "\n";
        EXPECT_EQ(dir.read("app.txt"), expected);
    }
    EXPECT_EQ(look(path).st_ino, old);
    EXPECT_EQ(::write(fd, "x", 1), 1) << "it was closed";
    close(fd);
}

TEST_F(OutfilePlace, ADescriptorThatCannotBeWrittenIsRefused)
{
    int fd = ::open(dir.write("a.txt", "old").c_str(), O_RDONLY);
    ASSERT_GE(fd, 0);
    const std::string name = "/dev/fd/" + std::to_string(fd);
    EXPECT_TRUE(fails(open(name), err, ERR_INPUT, {name, "for reading only"}));
    close(fd);
    err = Err();
    EXPECT_TRUE(fails(open(name), err, ERR_INPUT, {name, strerror(EBADF)}));
    EXPECT_EQ(dir.read("a.txt"), "old");
}

TEST_F(OutfilePlace, PartsOfADescriptorAreRefused)
{
    EXPECT_TRUE(fails(outfile_open_shared(&out, "/dev/stderr", &err), err, ERR_INPUT,
                      {"not a regular file"}));
}

TEST_F(OutfilePlace, WhatOtherProcessesHaveOpenIsRefused)
{
    EXPECT_TRUE(fails(open("/proc/self/exe"), err, ERR_INPUT, {"/proc/self/exe"}));
}

/* --- what would only fail in the end is refused at once --- */

TEST_F(OutfilePlace, AFolderThatLetsNothingBeReplaced)
{
    dir.write("a.txt", "old");
    ASSERT_EQ(chmod(dir.path("a.txt").c_str(), 0666), 0);
    ASSERT_EQ(chmod(dir.path().c_str(), 0555), 0);
    int code = in_child([&] {
        become(SOMEBODY);
        return fails(open(dir.path("a.txt")), err, ERR_INPUT, {"replaced whole"}) &&
                       advises(err, "/dev/stdout")
                   ? 0
                   : 1;
    });
    SKIP_IF_DENIED(code);
    EXPECT_EQ(code, 0);
    ASSERT_EQ(chmod(dir.path().c_str(), 0755), 0);
    EXPECT_EQ(dir.read("a.txt"), "old");
}

/* All may write it, but only its owner may put another in its place. */
TEST_F(OutfilePlace, AnothersFileInAStickyFolder)
{
    SKIP_UNLESS_ROOT();
    dir.write("a.txt", "old");
    ASSERT_EQ(chmod(dir.path("a.txt").c_str(), 0666), 0);
    ASSERT_EQ(chown(dir.path("a.txt").c_str(), ANOTHER, ANOTHER), 0);
    ASSERT_EQ(chmod(dir.path().c_str(), 01777), 0);
    EXPECT_EQ(in_child([&] {
                  become(SOMEBODY);
                  return fails(open(dir.path("a.txt")), err, ERR_INPUT, {"replaced whole"}) ? 0 : 1;
              }),
              0);
    EXPECT_EQ(in_child([&] {
                  become(ANOTHER);
                  return made_or_told(dir.path("a.txt"), "new");
              }),
              0);
    EXPECT_EQ(dir.read("a.txt"), "new");
}

TEST_F(OutfilePlace, AFileThatIsMountedInItsPlace)
{
    SKIP_UNLESS_ROOT();
    const std::string a = dir.write("a.txt", "old"), b = dir.write("b.txt", "other");
    int code = in_child([&] {
        if (unshare(CLONE_NEWNS) != 0 || mount("", "/", nullptr, MS_REC | MS_PRIVATE, "") != 0 ||
            mount(b.c_str(), a.c_str(), nullptr, MS_BIND, "") != 0)
            return static_cast<int>(CHILD_SKIPS);
        return fails(open(a), err, ERR_INPUT, {"mounted in its place"}) ? 0 : 1;
    });
    SKIP_IF_DENIED(code);
    EXPECT_EQ(code, 0);
}

/* A file system where nameless files cannot be linked, or where none is known: tried when it is
 * opened, and then the file has a name from the start. */
TEST_F(OutfilePlace, WhereANamelessFileCannotBeNamed)
{
    for (int error : {EXDEV, EPERM, EOPNOTSUPP, ENOENT, ENOSYS, EACCES, EMLINK, EINVAL}) {
        dir.write("a.txt", "old");
        int code = in_child([&] {
            deny(SYS_linkat, error);
            if (open(dir.path("a.txt")) != 0 || out.temporary == nullptr ||
                mode_of(out.temporary) != 0600 || write("new") != 0 || dir.read("a.txt") != "old")
                return 1;
            return outfile_commit(&out, &err) == 0 ? 0 : 2;
        });
        SKIP_IF_DENIED(code);
        EXPECT_EQ(code, 0) << strerror(error);
        EXPECT_EQ(dir.read("a.txt"), "new");
        EXPECT_EQ(dir.list().size(), 1u) << strerror(error);
    }
}

TEST_F(OutfilePlace, TheTrialLeavesNothing)
{
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(dir.list().empty());
    EXPECT_EQ(out.temporary, nullptr) << "this file system has nameless files no more?";
}

/* --- power failure --- */

TEST_F(OutfilePlace, AFailureToReachTheDiskIsTold)
{
    for (int error : {EIO, ENOSPC, EDQUOT}) {
        dir.write("a.txt", "old");
        int code = in_child([&] {
            if (open(dir.path("a.txt")) != 0 || write("new") != 0)
                return 1;
            deny(SYS_fsync, error);
            bool told =
                fails(outfile_commit(&out, &err), err, ERR_FAILED, {"a.txt", strerror(error)});
            outfile_discard(&out);
            return told ? 0 : 2;
        });
        SKIP_IF_DENIED(code);
        EXPECT_EQ(code, 0) << strerror(error);
        EXPECT_EQ(dir.read("a.txt"), "old");
        EXPECT_EQ(dir.list().size(), 1u);
    }
}

/* The file is, but its new name may not be. */
TEST_F(OutfilePlace, AFolderThatDoesNotReachTheDiskIsTold)
{
    dir.write("a.txt", "old");
    int code = in_child([&] {
        if (open(dir.path("a.txt")) != 0 || write("new") != 0)
            return 1;
        /* a number that neither the folder nor what is kept of the file will get: so its content
         * reaches the disk, and nothing after that */
        out.fd = fcntl(out.fd, F_DUPFD, 100);
        deny(SYS_fsync, EIO, out.fd);
        return fails(outfile_commit(&out, &err), err, ERR_FAILED,
                     {"not on the disk", strerror(EIO)})
                   ? 0
                   : 2;
    });
    SKIP_IF_DENIED(code);
    EXPECT_EQ(code, 0);
    EXPECT_EQ(dir.read("a.txt"), "new");
    EXPECT_EQ(dir.list().size(), 1u);
}

TEST_F(OutfilePlace, WhereThereIsNoDiskOrItIsLeftOut)
{
    for (int error : {EINVAL, EOPNOTSUPP, EIO}) {
        int code = in_child([&] {
            if (open(dir.path("a.txt")) != 0 || write("new") != 0)
                return 1;
            out.synced = error != EIO;
            deny(SYS_fsync, error);
            return outfile_commit(&out, &err) == 0 ? 0 : 2;
        });
        SKIP_IF_DENIED(code);
        EXPECT_EQ(code, 0) << strerror(error);
    }
}

/* --- permissions --- */

TEST_F(OutfilePlace, OnlyPermissionsOutliveAFile)
{
    const std::string path = dir.write("a.txt", "old");
    for (unsigned mode : {04755u, 02755u, 06711u, 01644u, 07777u}) {
        ASSERT_EQ(chmod(path.c_str(), mode), 0);
        ASSERT_EQ(make(path, "new"), 0) << err.text;
        EXPECT_EQ(mode_of(path), mode & 0777);
    }
}

/* What root writes over another user's file is root's: nothing of what that user set is taken, and
 * no user can read it who could not before. */
TEST_F(OutfilePlace, AnothersPermissionsAreNotTaken)
{
    SKIP_UNLESS_ROOT();
    struct Case {
        unsigned owner, group, old, now;
    };
    for (const Case &c :
         {Case{SOMEBODY, SOMEBODY, 04755, 0644}, Case{SOMEBODY, SOMEBODY, 0777, 0644},
          Case{SOMEBODY, SOMEBODY, 06777, 0644}, Case{SOMEBODY, 0, 0666, 0644},
          Case{SOMEBODY, SOMEBODY, 0600, 0600}, Case{0, SOMEBODY, 0640, 0600},
          Case{0, SOMEBODY, 0604, 0600}, Case{SOMEBODY, 0, 0640, 0640}}) {
        const std::string path = dir.write("a.txt", "old");
        ASSERT_EQ(chown(path.c_str(), c.owner, c.group), 0);
        ASSERT_EQ(chmod(path.c_str(), c.old), 0);
        ASSERT_EQ(make(path, "new"), 0) << err.text;
        EXPECT_EQ(mode_of(path), c.now) << std::oct << c.old;
        EXPECT_EQ(look(path).st_uid, 0u);
    }
}

/* The group's permissions of a file with a list of its own (an ACL) are the list's mask. */
TEST_F(OutfilePlace, AMaskIsNoPermissionOfTheGroup)
{
    const std::string path = dir.write("a.txt", "old");
    struct {
        uint32_t version = 2;
        struct {
            uint16_t tag, perm;
            uint32_t id;
        } entries[5] = {
            {0x01, 6, ~0u}, {0x02, 4, SOMEBODY}, {0x04, 0, ~0u}, {0x10, 4, ~0u}, {0x20, 0, ~0u}};
    } acl;
    if (setxattr(path.c_str(), "system.posix_acl_access", &acl, sizeof(acl), 0) != 0)
        GTEST_SKIP() << "NO ACCESS LISTS ON THIS FILE SYSTEM";
    ASSERT_EQ(mode_of(path), 0640u);
    ASSERT_EQ(make(path, "new"), 0) << err.text;
    EXPECT_EQ(mode_of(path), 0600u);
}

/* From the first byte to the last moment, whatever it becomes. */
TEST_F(OutfilePlace, UnfinishedItIsItsOwnersOnly)
{
    dir.write("old.i64", "old");
    ASSERT_EQ(chmod(dir.path("old.i64").c_str(), 0644), 0);
    for (const char *name : {"new.i64", "old.i64"}) {
        ASSERT_TRUE(works(outfile_open_shared(&out, dir.path(name).c_str(), &err), err));
        EXPECT_EQ(mode_of(out.temporary), 0600u);
        EXPECT_TRUE(works(write("secret"), err));
        EXPECT_EQ(mode_of(out.temporary), 0600u);
        EXPECT_TRUE(works(outfile_commit(&out, &err), err));
        EXPECT_EQ(mode_of(dir.path(name)), 0644u);
        outfile_discard(&out);
    }
    ASSERT_TRUE(works(open(dir.path("b.txt")), err));
    struct stat there;
    ASSERT_EQ(fstat(out.fd, &there), 0);
    EXPECT_EQ(there.st_mode & 07777, 0600u);
}

/* The folder is held open: it does not matter where the process stands when it commits. */
TEST_F(OutfilePlace, AnotherWorkingFolderInBetween)
{
    const std::string back = std::filesystem::current_path();
    std::filesystem::current_path(dir.path());
    int status = open("a.txt");
    std::filesystem::current_path("/");
    if (status == 0)
        status = write("x");
    if (status == 0)
        status = outfile_commit(&out, &err);
    std::filesystem::current_path(back);
    EXPECT_TRUE(works(status, err));
    EXPECT_EQ(dir.list(), std::set<std::string>{"a.txt"});
}
