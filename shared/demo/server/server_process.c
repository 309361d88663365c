#include "demo/server/server_process.h"

#include "base/clock.h"
#include "demo/kit/child.h"
#include "work/chain.h"
#include "work/loopback.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { BACKLOG = 4096 /* or net.core.somaxconn, if that is less */ };

/* --- where it listens --- */

/* Connections inherit both: a client that sends nothing holds nobody for longer than a second
 * (accept comes back as often), and a request is there when all of it is. */
static bool set_options(int listener)
{
    const struct timeval second = {.tv_sec = 1};
    const int whole = sizeof(int64_t);
    return setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)) == 0 &&
           setsockopt(listener, SOL_SOCKET, SO_RCVLOWAT, &whole, sizeof(whole)) == 0;
}

int serving_open(struct serving *serving, struct err *err)
{
    socklen_t size = sizeof(serving->address);
    struct sockaddr *address = (struct sockaddr *)&serving->address;
    serving->process = 0;
    serving->tally = NULL;
    serving->address = loopback_address(0);
    serving->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (serving->listener < 0 || !set_options(serving->listener) ||
        bind(serving->listener, address, size) != 0 || listen(serving->listener, BACKLOG) != 0 ||
        getsockname(serving->listener, address, &size) != 0)
        return loopback_fail(err, "cannot listen at", 0);
    serving->tally = child_share(sizeof(*serving->tally), err);
    return serving->tally != NULL ? 0 : -1;
}

void serving_close(struct serving *serving)
{
    if (serving->process != 0)
        (void)serving_stop(serving, &(struct err)ERR_INIT);
    if (serving->listener >= 0)
        (void)close(serving->listener);
    serving->listener = -1;
    child_unshare(serving->tally, sizeof(*serving->tally));
    serving->tally = NULL;
}

/* --- the process --- */

struct start {
    struct serving *serving;
    serving_fn *serve;
};

static void allow_processes(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NPROC, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NPROC, &limit);
}

int64_t serving_cpu_ns(void)
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
    int64_t before_ns = serving_cpu_ns();
    int status = start->serve(start->serving);
    start->serving->tally->cpu_ns = serving_cpu_ns() - before_ns;
    return status == 0 ? 0 : 1;
}

int serving_start(struct serving *serving, serving_fn *serve, struct err *err)
{
    struct start start = {serving, serve};
    *serving->tally = (struct serving_tally){0};
    pid_t child = child_start(server_main, &start, err);
    serving->process = child > 0 ? child : 0;
    return child > 0 ? 0 : -1;
}

void serving_tell_stop(const struct serving *serving)
{
    (void)shutdown(serving->listener, SHUT_RD);
}

/* Ends: no connection comes any more, and each that is there ends within a second; if not, the
 * process is killed. */
int serving_stop(struct serving *serving, struct err *err)
{
    serving_tell_stop(serving);
    int code = child_await(serving->process, NS_PER_S);
    serving->process = 0;
    if (code == 0)
        return 0;
    if (code == CHILD_KILLED) {
        err_set(err, ERR_FAILED, "the server's process was killed");
        return err_remedy(err, "look for limits: ulimit -a");
    }
    const struct serving_tally *tally = serving->tally;
    if (tally->refused == 0)
        return err_memory(err, "the server's threads");
    err_set(err, ERR_FAILED, "the server could not start its threads: %s", tally->limit.cause);
    return err_remedy(err, "%s", tally->limit.remedy);
}

/* --- for models --- */

/* Goes on: the connection was gone before it was taken; a second without any; or too many files are
 * open, of which each is closed within a second. */
static bool goes_on(int cause)
{
    static const struct timespec A_MOMENT = {.tv_nsec = 1000000};
    if (cause == EMFILE || cause == ENFILE || cause == ENOBUFS || cause == ENOMEM)
        return nanosleep(&A_MOMENT, NULL) == 0 || errno == EINTR;
    return cause == ECONNABORTED || cause == EAGAIN || cause == EINTR;
}

int serving_accept(const struct serving *serving)
{
    int connection;
    do
        connection = accept4(serving->listener, NULL, NULL, SOCK_CLOEXEC);
    while (connection < 0 && goes_on(errno));
    return connection;
}

bool serving_read(int connection, int64_t *number)
{
    return recv(connection, number, sizeof(*number), MSG_WAITALL) == sizeof(*number);
}

void serving_reply(const struct serving *serving, int connection, int64_t number)
{
    int64_t answer = serving_answer(serving, number);
    if (send(connection, &answer, sizeof(answer), MSG_NOSIGNAL) == sizeof(answer))
        __atomic_fetch_add(&serving->tally->served, 1, __ATOMIC_RELAXED);
}

void serving_refused(const struct serving *serving, enum limits_start start, int error)
{
    if (__atomic_fetch_add(&serving->tally->refused, 1, __ATOMIC_RELAXED) == 0)
        limits_find(start, error, &serving->tally->limit);
}

int64_t serving_answer(const struct serving *serving, int64_t number)
{
    static const struct stop NEVER = {0};
    const struct checkpoint at = {.stop = &NEVER};
    return chain_square(number, serving->steps, &at);
}
