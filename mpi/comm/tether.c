#include "comm/tether.h"

#include "base/clock.h"
#include "base/err.h"
#include "place/evidence.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Only the thread reads this, once it has been started. */
static struct {
    pid_t launcher;
    const char *called;
    int fd; /* becomes readable when the launcher ends; -1: the kernel lacks pidfd_open */
    bool speaks;
} tether;

static bool is_there(pid_t process)
{
    return kill(process, 0) == 0 || errno != ESRCH;
}

/* Ends: the launcher ends, or this process ends before it. */
static void await_launcher(void)
{
    struct pollfd launcher = {.fd = tether.fd, .events = POLLIN};
    while (tether.fd >= 0 && poll(&launcher, 1, -1) <= 0)
        if (errno != EINTR)
            break;
    while (tether.fd < 0 && is_there(tether.launcher))
        clock_sleep_until(clock_now_ns() + NS_PER_S);
}

static void *hold(void *unused)
{
    static const int64_t POLITE_NS = 2 * NS_PER_S;
    await_launcher();
    if (tether.speaks)
        (void)fprintf(stderr, "squares: %s is gone, so its ranks end\n", tether.called);
    (void)kill(getpid(), SIGTERM);
    clock_sleep_until(clock_now_ns() + POLITE_NS);
    _exit((int)ERR_FAILED);
    return unused;
}

/* The thread blocks all signals: they are for the main thread. */
static int start_thread(void)
{
    pthread_t thread;
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(&thread, NULL, hold, NULL);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status == 0)
        (void)pthread_detach(thread);
    return status;
}

static int open_process(pid_t process)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, process, 0); /* closed by exec, as with O_CLOEXEC */
#else
    (void)process;
    return -1;
#endif
}

void tether_fasten(bool speaks)
{
    struct evidence_world world = {.getenv = evidence_getenv, .proc = "/proc", .pid = getpid()};
    const char *called = NULL;
    pid_t launcher = evidence_launcher(&world, &called);
    if (launcher == 0)
        return;
    tether.launcher = launcher;
    tether.called = called;
    tether.speaks = speaks;
    tether.fd = open_process(launcher);
    if (start_thread() != 0 && tether.fd >= 0)
        (void)close(tether.fd);
}
