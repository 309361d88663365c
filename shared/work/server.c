#include "work/server.h"

#include "base/limits.h"
#include "work/loopback.h"
#include "work/pattern.h"
#include "work/timer_heap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* BATCH: events, or new connections, handled in one turn. PIECE_WORDS: the part of an answer sent
 * in one turn, so that a large answer does not make other clients wait. */
enum { BATCH = 256, PIECE_WORDS = 8192 };

/* If there is no descriptor for a new connection: the time until the next try, and the time until
 * the server gives up if it has no connection that could end, so that its clients do not wait
 * forever. */
static const int64_t RETRY_NS = 10 * NS_PER_MS, STARVED_NS = NS_PER_S;

enum state {
    STATE_FREE,    /* no connection */
    STATE_ASKING,  /* its request is not complete */
    STATE_WAITING, /* it has a timer, for the next piece of its answer */
    STATE_FULL,    /* the kernel's buffer is full for now */
    STATE_DONE,    /* answered: the client will close */
};

struct connection {
    enum state state;
    int64_t done; /* bytes of the request, then of the answer */
    struct server_request request;
};

struct server {
    pthread_t thread;
    int64_t handle;
    int epoll, listener, timer, bell;
    bool ending;
    int trouble;        /* see server_trouble; atomic */
    bool paused;        /* new connections are not accepted; the listener has a timer */
    int64_t starved_ns; /* since when there is neither a connection nor a descriptor; 0: there is */
    int64_t armed_ns;   /* when the timer expires; 0: never */
    int open;
    int room;
    struct connection *connections; /* [room], by descriptor */
    struct timer_heap timer_heap;   /* of connections, and of the listener */
    uint64_t piece[PIECE_WORDS];
};

/* --- connections --- */

static void listen_again(struct server *server)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = server->listener};
    server->paused = false;
    timer_heap_drop(&server->timer_heap, server->listener);
    (void)epoll_ctl(server->epoll, EPOLL_CTL_MOD, server->listener, &event);
}

static void drop(struct server *server, int fd)
{
    timer_heap_drop(&server->timer_heap, fd);
    server->connections[fd].state = STATE_FREE;
    (void)close(fd);
    server->open--;
    if (server->paused)
        listen_again(server);
}

static void wake_at(struct server *server, int fd, int64_t at_ns)
{
    server->connections[fd].state = STATE_WAITING;
    timer_heap_set(&server->timer_heap, fd, at_ns);
}

static bool admissible(const struct server *server, const struct server_request *request)
{
    return request->handle == server->handle && request->delay_ns >= 0 &&
           request->delay_ns <= SERVER_MAX_DELAY_NS && request->bytes >= 0 &&
           request->bytes <= SERVER_MAX_BYTES;
}

static void read_request(struct server *server, int fd)
{
    struct connection *connection = &server->connections[fd];
    struct server_request *request = &connection->request;
    ssize_t got = recv(fd, (char *)request + connection->done,
                       sizeof(*request) - (size_t)connection->done, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    connection->done += got;
    if (got <= 0 || (connection->done == sizeof(*request) && !admissible(server, request))) {
        drop(server, fd);
    } else if (connection->done == sizeof(*request)) {
        connection->done = 0;
        wake_at(server, fd, clock_now_ns() + request->delay_ns);
    }
}

/* Fills in words of an answer, from `first` on: the number, followed by the pattern. */
static void fill(uint64_t *words, int64_t count, const struct server_request *request,
                 int64_t first)
{
    uint64_t key = server_key(request->handle, request->number);
    if (first == 0)
        words[0] = (uint64_t)request->number;
    int64_t numbers = first == 0;
    pattern_fill(words + numbers, count - numbers, key, first + numbers - 1);
}

/* Sends a piece; the rest waits its turn after everything that is due. */
static void answer(struct server *server, int fd)
{
    struct connection *connection = &server->connections[fd];
    int64_t total = PATTERN_WORD + connection->request.bytes;
    int64_t first = connection->done / PATTERN_WORD, within = connection->done % PATTERN_WORD;
    int64_t words = (total + PATTERN_WORD - 1) / PATTERN_WORD - first;
    int64_t size = total - connection->done;
    if (words > PIECE_WORDS) {
        words = PIECE_WORDS;
        size = words * PATTERN_WORD - within;
    }
    fill(server->piece, words, &connection->request, first);
    ssize_t sent = send(fd, (char *)server->piece + within, (size_t)size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        drop(server, fd);
    } else if (sent < 0) {
        connection->state = STATE_FULL;
    } else {
        connection->done += sent;
        if (connection->done < total)
            wake_at(server, fd, clock_now_ns());
        else
            connection->state = STATE_DONE;
    }
}

/* A client that closes its side has gone away: ours wait for their answer. Events are reported once
 * (EPOLLET), so data that a client sends after its request, which is never read, does not wake the
 * server again. */
static void notice(struct server *server, int fd, uint32_t events)
{
    enum state state = server->connections[fd].state;
    if (state == STATE_FREE)
        return;
    if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))
        drop(server, fd);
    else if (state == STATE_ASKING && events & EPOLLIN)
        read_request(server, fd);
    else if (state == STATE_FULL && events & EPOLLOUT)
        answer(server, fd);
}

/* --- new connections --- */

static bool make_room(struct server *server, int fd)
{
    if (fd < server->room)
        return true;
    int room = fd < 64 ? 128 : 2 * fd;
    struct connection *connections =
        realloc(server->connections, (size_t)room * sizeof(*connections));
    if (connections == NULL)
        return false;
    server->connections = connections;
    for (int i = server->room; i < room; i++)
        connections[i].state = STATE_FREE;
    server->room = room;
    return true;
}

static void note_trouble(struct server *server, int cause)
{
    __atomic_store_n(&server->trouble, cause, __ATOMIC_RELAXED);
}

static void welcome(struct server *server, int fd)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = fd};
    if (!make_room(server, fd) || !timer_heap_reserve(&server->timer_heap, server->room)) {
        note_trouble(server, ENOMEM);
        (void)close(fd);
        return;
    }
    server->connections[fd] = (struct connection){.state = STATE_ASKING};
    server->open++;
    server->starved_ns = 0;
    if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        note_trouble(server, errno);
        drop(server, fd);
    }
}

/* There is no descriptor or no memory for another connection; `cause` is the errno. New connections
 * wait in the kernel's queue until an open one ends, or until the next try. */
static void pause_listening(struct server *server, int cause)
{
    struct epoll_event event = {.events = 0, .data.fd = server->listener};
    int64_t now = clock_now_ns();
    if (server->open > 0) {
        server->starved_ns = 0;
    } else if (server->starved_ns == 0) {
        server->starved_ns = now;
    } else if (now - server->starved_ns > STARVED_NS) {
        note_trouble(server, cause);
        server->ending = true;
    }
    server->paused = true;
    (void)epoll_ctl(server->epoll, EPOLL_CTL_MOD, server->listener, &event);
    timer_heap_set(&server->timer_heap, server->listener, now + RETRY_NS);
}

static void accept_some(struct server *server)
{
    for (int i = 0; i < BATCH; i++) {
        int fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            welcome(server, fd);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            pause_listening(server, errno);
            return;
        }
    }
}

/* --- the thread --- */

/* Handles what is due by now, but not what becomes due meanwhile. */
static void ring(struct server *server)
{
    int64_t now = clock_now_ns();
    if (server->armed_ns <= now)
        server->armed_ns = 0;
    const struct timer *first;
    while ((first = timer_heap_first(&server->timer_heap)) != NULL && first->at_ns <= now) {
        int fd = first->sleeper;
        timer_heap_drop(&server->timer_heap, fd);
        if (fd == server->listener)
            listen_again(server);
        else
            answer(server, fd);
    }
}

/* Uses a timer of its own, as epoll_wait counts in milliseconds. */
static void arm(struct server *server)
{
    const struct timer *first = timer_heap_first(&server->timer_heap);
    if (first == NULL || first->at_ns == server->armed_ns)
        return;
    server->armed_ns = first->at_ns;
    struct itimerspec at = {.it_value = {.tv_sec = (time_t)(first->at_ns / NS_PER_S),
                                         .tv_nsec = (long)(first->at_ns % NS_PER_S)}};
    (void)timerfd_settime(server->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

/* Ends once the bell has been rung: it stays readable, and every turn is short, as it handles a
 * bounded number of events and answers. New descriptors are opened only after the events of a turn,
 * so no event can refer to an older connection with the same number. */
static void *serve(void *arg)
{
    struct server *server = arg;
    struct epoll_event events[BATCH];
    while (!server->ending) {
        int count = epoll_wait(server->epoll, events, BATCH, -1);
        bool come = false;
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == server->bell)
                server->ending = true;
            else if (fd == server->listener)
                come = true;
            else if (fd != server->timer)
                notice(server, fd, events[i].events);
        }
        if (come)
            accept_some(server);
        ring(server);
        arm(server);
    }
    for (int fd = 0; fd < server->room; fd++)
        if (server->connections[fd].state != STATE_FREE)
            (void)close(fd);
    (void)close(server->listener); /* at once: connections in its queue are cut off */
    return NULL;
}

/* --- creating and ending --- */

static int watch(const struct server *server, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    return epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* The timer is never read: each time it is set, it can expire once. */
static int open_all(struct server *server)
{
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    server->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (server->epoll < 0 || server->timer < 0 || server->bell < 0 ||
        loopback_listen(&server->listener, &server->handle) != 0 ||
        watch(server, server->timer, EPOLLIN | EPOLLET) != 0 ||
        watch(server, server->bell, EPOLLIN) != 0 || watch(server, server->listener, EPOLLIN) != 0)
        return -1;
    return make_room(server, server->listener) &&
                   timer_heap_reserve(&server->timer_heap, server->room)
               ? 0
               : -1;
}

/* All signals are blocked in the thread: they are for the program's other threads. */
static int start_thread(struct server *server, struct err *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&server->thread, NULL, serve, server);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed == 0) {
        (void)pthread_setname_np(server->thread, "squares-net");
        return 0;
    }
    return limits_fail(err, "cannot start the thread of a server", LIMITS_THREAD, failed);
}

/* Does not close the listener: the thread does. */
static void release(struct server *server)
{
    const int fds[] = {server->epoll, server->timer, server->bell};
    for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
        if (fds[i] >= 0)
            (void)close(fds[i]);
    timer_heap_release(&server->timer_heap);
    free(server->connections);
    free(server);
}

struct server *server_start(struct err *err)
{
    struct server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        err_memory(err, "a server");
        return NULL;
    }
    server->listener = -1;
    loopback_allow_files();
    if (open_all(server) != 0)
        loopback_fail(err, "cannot start a server on", 0);
    else if (start_thread(server, err) == 0)
        return server;
    if (server->listener >= 0)
        (void)close(server->listener);
    release(server);
    return NULL;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    (void)eventfd_write(server->bell, 1);
    pthread_join(server->thread, NULL);
    release(server);
}

int server_trouble(const struct server *server)
{
    return __atomic_load_n(&server->trouble, __ATOMIC_RELAXED);
}

int64_t server_handle(const struct server *server)
{
    return server->handle;
}
