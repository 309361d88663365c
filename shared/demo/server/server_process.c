#include "demo/server/server_process.h"

#include "base/clock.h"
#include "program/child.h"
#include "work/chain.h"
#include "work/loopback.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { BACKLOG = 4096 /* limited by net.core.somaxconn */ };

/* --- listening --- */

/* Connections inherit both options: a client that sends nothing blocks a worker for at most a
 * second (accept returns as often), and a request is readable only once all of it is there. */
static bool set_options(int listener)
{
    const struct timeval second = {.tv_sec = 1};
    const int whole = sizeof(int64_t);
    return setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)) == 0 &&
           setsockopt(listener, SOL_SOCKET, SO_RCVLOWAT, &whole, sizeof(whole)) == 0;
}

int server_process_open(struct server_process *server_process, struct err *err)
{
    socklen_t size = sizeof(server_process->address);
    struct sockaddr *address = (struct sockaddr *)&server_process->address;
    server_process->process = 0;
    server_process->tally = NULL;
    server_process->address = loopback_address(0);
    server_process->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server_process->listener < 0 || !set_options(server_process->listener) ||
        bind(server_process->listener, address, size) != 0 ||
        listen(server_process->listener, BACKLOG) != 0 ||
        getsockname(server_process->listener, address, &size) != 0)
        return loopback_fail(err, "cannot listen at", 0);
    server_process->tally = child_share(sizeof(*server_process->tally), err);
    return server_process->tally != NULL ? 0 : -1;
}

void server_process_close(struct server_process *server_process)
{
    if (server_process->process != 0)
        (void)server_process_stop(server_process, &(struct err)ERR_INIT);
    if (server_process->listener >= 0)
        (void)close(server_process->listener);
    server_process->listener = -1;
    child_unshare(server_process->tally, sizeof(*server_process->tally));
    server_process->tally = NULL;
}

/* --- the process --- */

struct start {
    struct server_process *server_process;
    server_process_fn *serve;
};

static void allow_processes(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NPROC, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NPROC, &limit);
}

int64_t server_process_cpu_ns(void)
{
    struct rusage ended = {0};
    (void)getrusage(RUSAGE_CHILDREN, &ended);
    return clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) +
           (ended.ru_utime.tv_sec + ended.ru_stime.tv_sec) * NS_PER_S +
           (ended.ru_utime.tv_usec + ended.ru_stime.tv_usec) * NS_PER_US;
}

static int server_main(void *arg)
{
    const struct start *start = arg;
    loopback_allow_files();
    allow_processes();
    int64_t before_ns = server_process_cpu_ns();
    int status = start->serve(start->server_process);
    start->server_process->tally->cpu_ns = server_process_cpu_ns() - before_ns;
    return status == 0 ? 0 : 1;
}

int server_process_start(struct server_process *server_process, server_process_fn *serve,
                         struct err *err)
{
    struct start start = {server_process, serve};
    *server_process->tally = (struct server_process_tally){0};
    pid_t child = child_start(server_main, &start, err);
    server_process->process = child > 0 ? child : 0;
    return child > 0 ? 0 : -1;
}

void server_process_tell_stop(const struct server_process *server_process)
{
    (void)shutdown(server_process->listener, SHUT_RD);
}

/* Ends: no more connections come, and each open one ends within a second; if not, the process is
 * killed. */
int server_process_stop(struct server_process *server_process, struct err *err)
{
    server_process_tell_stop(server_process);
    int code = child_await(server_process->process, NS_PER_S);
    server_process->process = 0;
    if (code == 0)
        return 0;
    if (code == CHILD_KILLED) {
        err_set(err, ERR_FAILED, "the server's process was killed");
        return err_remedy(err, "look for limits: ulimit -a");
    }
    const struct server_process_tally *tally = server_process->tally;
    if (tally->refused == 0)
        return err_memory(err, "the server's threads");
    err_set(err, ERR_FAILED, "the server could not start its threads: %s", tally->limit.cause);
    return err_remedy(err, "%s", tally->limit.remedy);
}

/* --- for models --- */

/* Whether accept should be called again: the connection was gone before it was taken; none came for
 * a second; or too many files are open, each of which is closed within a second. */
static bool goes_on(int cause)
{
    static const struct timespec A_MOMENT = {.tv_nsec = 1000000};
    if (cause == EMFILE || cause == ENFILE || cause == ENOBUFS || cause == ENOMEM)
        return nanosleep(&A_MOMENT, NULL) == 0 || errno == EINTR;
    return cause == ECONNABORTED || cause == EAGAIN || cause == EINTR;
}

int server_process_accept(const struct server_process *server_process)
{
    int connection;
    do
        connection = accept4(server_process->listener, NULL, NULL, SOCK_CLOEXEC);
    while (connection < 0 && goes_on(errno));
    return connection;
}

bool server_process_read(int connection, int64_t *number)
{
    return recv(connection, number, sizeof(*number), MSG_WAITALL) == sizeof(*number);
}

void server_process_reply(const struct server_process *server_process, int connection,
                          int64_t number)
{
    int64_t answer = server_process_answer(server_process, number);
    if (send(connection, &answer, sizeof(answer), MSG_NOSIGNAL) == sizeof(answer))
        __atomic_fetch_add(&server_process->tally->served, 1, __ATOMIC_RELAXED);
}

void server_process_refused(const struct server_process *server_process, enum limits_start start,
                            int error)
{
    if (__atomic_fetch_add(&server_process->tally->refused, 1, __ATOMIC_RELAXED) == 0)
        limits_find(start, error, &server_process->tally->limit);
}

int64_t server_process_answer(const struct server_process *server_process, int64_t number)
{
    static const struct stop NEVER = {0};
    const struct safepoint at = {.stop = &NEVER};
    return chain_square(number, server_process->steps, &at);
}
