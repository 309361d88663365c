#include "program/child.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/patience.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void child_expect(void)
{
    struct sigaction now;
    if (sigaction(SIGCHLD, NULL, &now) == 0 &&
        (now.sa_handler == SIG_IGN || (now.sa_flags & SA_NOCLDWAIT) != 0))
        (void)signal(SIGCHLD, SIG_DFL);
}

pid_t child_start(child_fn *fn, void *arg, struct err *err)
{
    pid_t parent = getpid();
    child_expect();
    (void)fflush(NULL); /* else the child would also write what is still buffered */
    pid_t child = fork();
    if (child < 0)
        return limits_fail(err, "cannot fork", LIMITS_PROCESS, errno);
    if (child > 0)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it ended in the meantime */
        _exit(CHILD_KILLED);
    _exit(fn(arg));
}

/* Ends: the child ends, or is killed at the limit and then ends. If some other code has already
 * waited for it, it is unknown whether it did what it should, and that counts as killed. */
int child_await(pid_t child, int64_t limit_ns)
{
    int status = 0;
    pid_t ended;
    struct patience patience = patience_start(false);
    int64_t until = clock_now_ns() + limit_ns;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
        if (clock_now_ns() >= until)
            (void)kill(child, SIGKILL);
        patience_wait(&patience);
    }
    return ended == child && WIFEXITED(status) ? WEXITSTATUS(status) : CHILD_KILLED;
}

void *child_share(size_t size, struct err *err)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    err_sys(err, ERR_FAILED, "cannot share memory with a child");
    return NULL;
}

void child_unshare(void *memory, size_t size)
{
    if (memory != NULL)
        (void)munmap(memory, size);
}
