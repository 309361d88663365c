#include "work/loopback.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>

struct sockaddr_in loopback_address(int64_t handle)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)handle);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

#define HAS_ENDED                                                                                  \
    "it has ended or could open no more files: look for an earlier message, and raise the limit: " \
    "ulimit -n"

static const struct remedy {
    int cause;
    const char *remedy;
    bool echo; /* only a consequence: the other end failed first */
} REMEDIES[] = {
    {EADDRNOTAVAIL,
     "every port is in use, or the loopback interface is down: use fewer workers, widen sysctl "
     "net.ipv4.ip_local_port_range, or try ip link set lo up",
     false},
    {EADDRINUSE, "every port is in use: widen sysctl net.ipv4.ip_local_port_range", false},
    {ENETUNREACH, "the loopback interface is down: ip link set lo up", false},
    {EMFILE, "use fewer threads, or raise the limit of open files: ulimit -n", false},
    {ENFILE, "use fewer workers, or raise sysctl fs.file-max", false},
    {ECONNREFUSED,
     "it has ended, or is out of sight: run all ranks of a host in one container or network "
     "namespace",
     true},
    {ETIMEDOUT,
     "something else may be at its port: run all ranks of a host in one container or network "
     "namespace",
     false},
    {ECONNRESET, HAS_ENDED, true},
    {EPIPE, HAS_ENDED, true},
};

static int advise(struct err *err, int cause)
{
    for (size_t i = 0; i < sizeof(REMEDIES) / sizeof(*REMEDIES); i++)
        if (REMEDIES[i].cause == cause) {
            err->echo = REMEDIES[i].echo;
            return err_remedy(err, "%s", REMEDIES[i].remedy);
        }
    return -1;
}

int loopback_fail(struct err *err, const char *what, int64_t handle)
{
    int cause = errno;
    char port[16] = "";
    if (err_is(err))
        return -1;
    if ((uint16_t)handle != 0)
        (void)snprintf(port, sizeof(port), ":%d", (uint16_t)handle);
    err_sys(err, ERR_FAILED, "%s '127.0.0.1%s'", what, port);
    return advise(err, cause);
}

void loopback_allow_files(void)
{
    const rlim_t MOST = 1 << 17; /* a connection needs one at each end */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    rlim_t wanted = limit.rlim_max < MOST ? limit.rlim_max : MOST;
    if (limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* The queue of connections that wait to be accepted is as long as the kernel allows
 * (net.core.somaxconn): a client that finds it full tries again after a whole second. Without
 * TCP_NODELAY, which connections inherit, the end of an answer would wait until the client has
 * acknowledged the rest. */
int loopback_listen(int *listener, int64_t *handle)
{
    const int ON = 1;
    struct sockaddr_in address = loopback_address(0);
    socklen_t size = sizeof(address);
    uint64_t draw;
    *listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*listener < 0 || setsockopt(*listener, IPPROTO_TCP, TCP_NODELAY, &ON, sizeof(ON)) != 0 ||
        bind(*listener, (struct sockaddr *)&address, size) != 0 ||
        listen(*listener, INT_MAX) != 0 ||
        getsockname(*listener, (struct sockaddr *)&address, &size) != 0 ||
        getrandom(&draw, sizeof(draw), 0) != (ssize_t)sizeof(draw))
        return -1;
    *handle = (int64_t)(draw >> 17 << 16) | ntohs(address.sin_port);
    return 0;
}
