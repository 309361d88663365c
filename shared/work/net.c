/*
 * net - requests over TCP: each task connects to a server in the same job, as a web server's client
 * would, asks for some bytes, waits for them, and gives its number back, as the server did.
 *
 * The server is a thread of the first rank of each host (see server.h). It answers after `delay`,
 * so anything a task takes beyond that is the cost of connecting, moving and closing, and of the
 * server's queue: n workers can get at most n / delay answers a second.
 */
#include "base/clock.h"
#include "work/loopback.h"
#include "work/pattern.h"
#include "work/server.h"
#include "work/work.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };   /* an answer is checked in pieces of this size */
enum { LOOK_MS = 20 };      /* how soon a waiting task notices a stop */
enum { GOING_ON, STOPPED }; /* results other than -1 */

struct net {
    int64_t delay_ns;
    int64_t bytes;
    struct server *server; /* on the host's leader */
};

static const struct setting SETTINGS[] = {
    {"delay", SETTING_DURATION, offsetof(struct net, delay_ns), "1ms", 0, SERVER_MAX_DELAY_NS, NULL,
     "how long the server takes before it answers"},
    {"bytes", SETTING_BYTES, offsetof(struct net, bytes), "1K", 0, SERVER_MAX_BYTES, NULL,
     "size of an answer"},
    {.name = NULL},
};

/* One task. */
struct task {
    struct server_request request;
    const struct safepoint *at;
    int64_t position;
    int fd;
    uint64_t *piece; /* PIECE, or all of a smaller answer */
};

static int64_t answer_size(const struct server_request *request)
{
    return PATTERN_WORD + request->bytes;
}

static int lost(const struct task *task, const char *what, struct err *err)
{
    loopback_fail(err, what, task->request.handle);
    return err_at(err, task->position);
}

/* --- connecting --- */

/* Begins to connect; the kernel completes it. -1 with errno: nothing is open. */
static int dial(struct task *task)
{
    const struct linger BY_RESET = {.l_onoff = 1, .l_linger = 0}; /* see server.h for the reason */
    struct sockaddr_in address = loopback_address(task->request.handle);
    task->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (task->fd < 0)
        return -1;
    (void)setsockopt(task->fd, SOL_SOCKET, SO_LINGER, &BY_RESET, sizeof(BY_RESET));
    if (connect(task->fd, (struct sockaddr *)&address, sizeof(address)) == 0 ||
        errno == EINPROGRESS)
        return 0;
    int cause = errno;
    (void)close(task->fd);
    errno = cause;
    return -1;
}

/* If all ports are taken, other tasks may soon give theirs back. */
static int reach(struct task *task, struct err *err)
{
    int64_t until = clock_now_ns() + NS_PER_S;
    while (dial(task) != 0) {
        int64_t now = clock_now_ns();
        if (errno != EADDRNOTAVAIL || now >= until)
            return lost(task, "cannot connect to the job's server at", err);
        if (safepoint_stopped(task->at))
            return STOPPED;
        clock_sleep_until(now + 5 * NS_PER_MS);
    }
    return GOING_ON;
}

/* Waits until something can be sent or received, or never will be. False: stopped first. */
static bool await(const struct task *task, short events)
{
    struct pollfd poll_fd = {.fd = task->fd, .events = events};
    while (!safepoint_stopped(task->at))
        if (poll(&poll_fd, 1, LOOK_MS) != 0)
            return true;
    return false;
}

/* --- asking and being answered --- */

static int ask(const struct task *task, struct err *err)
{
    size_t done = 0;
    while (done < sizeof(task->request)) {
        ssize_t sent = send(task->fd, (const char *)&task->request + done,
                            sizeof(task->request) - done, MSG_NOSIGNAL);
        if (sent >= 0)
            done += (size_t)sent;
        else if (errno != EAGAIN)
            return lost(task, "cannot connect to the job's server at", err);
        else if (!await(task, POLLOUT))
            return STOPPED;
    }
    return GOING_ON;
}

static int cut_off(const struct task *task, int64_t done, struct err *err)
{
    err_set(err, ERR_FAILED,
            "the job's server ended its answer to task %" PRId64 " after %" PRId64 " of %" PRId64
            " bytes",
            task->position, done, answer_size(&task->request));
    err_remedy(err, "look for an earlier message of this host's first rank");
    err_echo(err);
    return err_at(err, task->position);
}

/* Receives `size` bytes of the answer, those after the first `before`. */
static int receive(const struct task *task, int64_t size, int64_t before, struct err *err)
{
    int64_t done = 0;
    while (done < size) {
        ssize_t got = recv(task->fd, (char *)task->piece + done, (size_t)(size - done), 0);
        if (got > 0)
            done += got;
        else if (got == 0)
            return cut_off(task, before + done, err);
        else if (errno != EAGAIN)
            return lost(task, "lost the connection to the job's server at", err);
        else if (!await(task, POLLIN))
            return STOPPED;
    }
    return GOING_ON;
}

static int wrong(const struct task *task, int64_t byte, struct err *err)
{
    err_set(err, ERR_FAILED,
            "the answer of the job's server to task %" PRId64 " is wrong at byte %" PRId64,
            task->position, byte);
    err_remedy(err, "something else answers on its port, or memory is damaged");
    return err_at(err, task->position);
}

/* The number comes first, followed by the pattern. */
static int check(const struct task *task, int64_t size, int64_t before, struct err *err)
{
    const struct server_request *request = &task->request;
    int64_t numbers = before == 0;
    if (numbers && task->piece[0] != (uint64_t)request->number)
        return wrong(task, 0, err);
    int64_t begin = before + numbers * PATTERN_WORD, length = before + size - begin;
    int64_t same =
        pattern_match(task->piece + numbers, length, server_key(request->handle, request->number),
                      begin / PATTERN_WORD - 1);
    return same == length ? GOING_ON : wrong(task, begin + same, err);
}

/* A waiting task releases the gil, call by call, as programs with a gil do. */
static int converse(const struct task *task, struct err *err)
{
    int64_t total = answer_size(&task->request);
    safepoint_leave(task->at);
    int status = ask(task, err);
    safepoint_enter(task->at);
    for (int64_t done = 0, size; done < total && status == GOING_ON; done += size) {
        size = total - done < PIECE ? total - done : PIECE;
        safepoint_leave(task->at);
        status = receive(task, size, done, err);
        safepoint_enter(task->at);
        if (status == GOING_ON)
            status = check(task, size, done, err);
    }
    return status;
}

static int run_task(struct task *task, struct err *err)
{
    safepoint_leave(task->at);
    int status = reach(task, err);
    safepoint_enter(task->at);
    if (status != GOING_ON)
        return status;
    status = converse(task, err);
    (void)close(task->fd);
    return status;
}

/* --- the workload --- */

/* The numbers keep their values, as what the server returns is checked to be the same. */
static int run(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err)
{
    const struct net *net = work->settings;
    struct task task = {.request = {work->common, 0, net->delay_ns, net->bytes}, .at = at};
    int64_t size = answer_size(&task.request) + PATTERN_WORD;
    task.piece = malloc((size_t)(size < PIECE ? size : PIECE));
    if (task.piece == NULL) {
        err_memory(err, "a server's answer");
        return err_at(err, numbers->first);
    }
    int status = GOING_ON;
    for (int64_t i = 0; i < numbers->count && status == GOING_ON; i++) {
        task.position = numbers->first + i;
        memcpy(&task.request.number, (const char *)numbers->cells + i * NUMBER_SIZE, NUMBER_SIZE);
        status = run_task(&task, err);
    }
    free(task.piece);
    return status == STOPPED ? 0 : status;
}

static int host_open(struct work *work, struct err *err)
{
    struct net *net = work->settings;
    net->server = server_start(err);
    if (net->server == NULL)
        return -1;
    work->common = server_handle(net->server);
    return 0;
}

static void host_close(struct work *work)
{
    struct net *net = work->settings;
    server_stop(net->server);
    net->server = NULL;
}

/* If tasks were cut off, the server knows why. */
static int settle(const struct work *work, struct err *err)
{
    const struct net *net = work->settings;
    errno = net->server != NULL ? server_trouble(net->server) : 0;
    if (errno == 0)
        return 0;
    return loopback_fail(err, "the job's server can take no more connections at", work->common);
}

/* A stop that takes effect by itself when its time is up. */
struct deadline {
    struct stop stop;
    int64_t at_ns;
};

static void look_at_deadline(void *arg)
{
    struct deadline *deadline = arg;
    if (clock_now_ns() >= deadline->at_ns)
        stop_ask(&deadline->stop);
}

/* Asks once, as the first task will, so that a server that cannot be reached is found before there
 * are tasks, and an unrelated server on its port cannot keep them waiting forever. */
static int open_rank(struct work *work, struct err *err)
{
    const int64_t PATIENCE_NS = 10 * NS_PER_S;
    struct deadline deadline = {.at_ns = clock_now_ns() + PATIENCE_NS};
    deadline.stop.look = look_at_deadline;
    deadline.stop.arg = &deadline;
    const struct safepoint at = {.stop = &deadline.stop};
    uint64_t piece[1];
    struct task task = {
        .request = {.handle = work->common}, .at = &at, .position = ERR_NOWHERE, .piece = piece};
    loopback_allow_files();
    int status = run_task(&task, err);
    if (status < 0) {
        struct err cause = ERR_INIT;
        (void)settle(work, &cause);
        err_keep_lowest(err, &cause);
    }
    if (status != STOPPED)
        return status;
    errno = ETIMEDOUT;
    return loopback_fail(err, "no answer from the job's server at", work->common);
}

const struct workload WORKLOAD_NET = {
    .name = "net",
    .help = "wait: each task asks a server over TCP, and returns its number",
    .table = SETTINGS,
    .settings_size = sizeof(struct net),
    .waits = true,
    .host_open = host_open,
    .host_close = host_close,
    .open = open_rank,
    .run = run,
    .settle = settle,
    .grain = work_one_at_once,
    .range_sum = work_same_sum,
};
