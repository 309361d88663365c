/*
 * denied - a process of a test's own in which system calls fail, or which is another user's.
 *
 *     EXPECT_EQ(in_child([&] {
 *         deny(SYS_linkat, EXDEV);
 *         return works(commit(), err) ? 0 : 1;
 *     }), 0);
 */
#ifndef SQUARES_TESTS_SUPPORT_DENIED_H
#define SQUARES_TESTS_SUPPORT_DENIED_H

#include <cstddef>
#include <cstdio>
#include <functional>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_SKIPS = 77, CHILD_DIED = 255 };

/* What `body` returns in a child of this process. */
inline int in_child(const std::function<int()> &body)
{
    fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        int code = body();
        fflush(nullptr);
        _exit(code);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return CHILD_DIED;
    return WEXITSTATUS(status);
}

/* From now on this process's calls of `number` fail with `error`; with `fd`, only those whose first
 * argument is not that descriptor. Leaves the child if that cannot be had. */
inline void deny(long number, int error, int fd = -1)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)fd, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(CHILD_SKIPS);
}

/* From now on this process is an ordinary user's. Leaves the child if it was not root's. */
inline void become(unsigned user)
{
    if (setgroups(0, nullptr) != 0 || setresgid(user, user, user) != 0 ||
        setresuid(user, user, user) != 0)
        _exit(CHILD_SKIPS);
}

#define SKIP_IF_DENIED(code)                                                                       \
    if ((code) == CHILD_SKIPS)                                                                     \
    GTEST_SKIP() << "CANNOT DENY CALLS OR BECOME ANOTHER USER HERE"

#endif
