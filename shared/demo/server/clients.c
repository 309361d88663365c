#include "demo/server/clients.h"

#include "base/clock.h"
#include "measure/samples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, ENOUGH_ROOM = 1 << 14 };

struct client {
    int fd; /* -1: none */
    int64_t asked_ns;
    int64_t number;
    bool met; /* it has had an answer, or has left */
};

struct clients {
    const struct clients_load *load;
    struct clients_seen *seen;
    struct client *list;
    int epoll;
    int unmet, left;
    bool starved;             /* of memory */
    int64_t begin_ns, end_ns; /* of the measured time; INT64_MAX before that */
    double *latencies;        /* [room], of which `count` are used */
    int count, room;
};

/* --- a request --- */

static void meet(struct clients *all, struct client *client)
{
    all->unmet -= !client->met;
    client->met = true;
}

static void hang_up(struct client *client)
{
    if (client->fd >= 0)
        (void)close(client->fd);
    client->fd = -1;
}

/* A client that fails does not try again: that would count failures, and keep the thread from
 * everything else. */
static void leave(struct clients *all, struct client *client, int cause)
{
    if (all->seen->failed++ == 0)
        all->seen->cause = cause;
    hang_up(client);
    meet(all, client);
    all->left--;
}

static bool watch(const struct clients *all, struct client *client, int how, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = client};
    return epoll_ctl(all->epoll, how, client->fd, &event) == 0;
}

/* Usually the connection exists by now, as both ends are on this host; if not, send returns EAGAIN,
 * and it is tried again when the connection is there. */
static bool send_number(const struct clients *all, struct client *client, int how)
{
    if (send(client->fd, &client->number, sizeof(client->number), MSG_NOSIGNAL) > 0)
        return watch(all, client, how, EPOLLIN);
    return errno == EAGAIN && watch(all, client, how, EPOLLOUT);
}

static void ask(struct clients *all, struct client *client)
{
    static const struct linger RESET = {.l_onoff = 1, .l_linger = 0};
    const struct sockaddr *server = (const struct sockaddr *)&all->load->server;
    client->number = CLIENTS_FIRST + all->seen->asked++ % CLIENTS_NUMBERS;
    client->asked_ns = clock_now_ns();
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0 ||
        setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &RESET, sizeof(RESET)) != 0 ||
        (connect(client->fd, server, sizeof(all->load->server)) != 0 && errno != EINPROGRESS) ||
        !send_number(all, client, EPOLL_CTL_ADD))
        leave(all, client, errno);
}

static bool make_room(struct clients *all)
{
    if (all->count < all->room)
        return true;
    int room = all->room > 0 ? 2 * all->room : ENOUGH_ROOM;
    double *latencies = realloc(all->latencies, (size_t)room * sizeof(*latencies));
    if (latencies == NULL)
        return false;
    all->latencies = latencies;
    all->room = room;
    return true;
}

static void note(struct clients *all, const struct client *client, int64_t now)
{
    if (now < all->begin_ns || now >= all->end_ns)
        return;
    if (make_room(all))
        all->latencies[all->count++] = clock_seconds(now - client->asked_ns);
    else
        all->starved = true;
}

static void take_answer(struct clients *all, struct client *client)
{
    int64_t answer;
    ssize_t got = recv(client->fd, &answer, sizeof(answer), 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got != sizeof(answer)) {
        leave(all, client, got < 0 ? errno : 0);
        return;
    }
    note(all, client, clock_now_ns());
    all->seen->answered++;
    all->seen->wrong += answer != all->load->answers[client->number - CLIENTS_FIRST];
    meet(all, client);
    hang_up(client);
    ask(all, client);
}

static void notice(struct clients *all, struct client *client, uint32_t events)
{
    if (events & EPOLLIN || !(events & EPOLLOUT))
        take_answer(all, client);
    else if (!send_number(all, client, EPOLL_CTL_MOD))
        leave(all, client, errno);
}

/* --- all clients --- */

/* Handles events once; sleeps until `until_ns` at most, rounded up to a millisecond. */
static int64_t turn(struct clients *all, int64_t until_ns)
{
    struct epoll_event events[BATCH];
    int64_t left_ms = (until_ns - clock_now_ns() + NS_PER_MS - 1) / NS_PER_MS;
    int count = epoll_wait(all->epoll, events, BATCH, left_ms > 0 ? (int)left_ms : 0);
    for (int i = 0; i < count; i++)
        notice(all, events[i].data.ptr, events[i].events);
    return clock_now_ns();
}

/* Ends: both loops are limited in time. */
static void drive(struct clients *all)
{
    int64_t now = clock_now_ns(), warm_until = now + all->load->warm_ns;
    for (int i = 0; i < all->load->clients; i++)
        ask(all, &all->list[i]);
    while (all->unmet > 0 && now < warm_until)
        now = turn(all, warm_until);
    all->seen->warm = all->unmet == 0;
    int64_t cpu_ns = clock_thread_cpu_ns();
    all->begin_ns = now;
    all->end_ns = now + all->load->measure_ns;
    while (now < all->end_ns && all->left > 0)
        now = turn(all, all->end_ns);
    all->seen->cpu_s = clock_seconds(clock_thread_cpu_ns() - cpu_ns);
}

static void sum_up(const struct clients *all)
{
    struct clients_seen *seen = all->seen;
    double seconds = clock_seconds(all->load->measure_ns), sum = 0;
    for (int i = 0; i < all->count; i++)
        sum += all->latencies[i];
    seen->rate = all->count / seconds;
    seen->little = sum / seconds; /* count / seconds x sum / count */
    seen->cpu_s = all->count > 0 ? seen->cpu_s / all->count : NAN;
    seen->half_s = seen->most_s = seen->worst_s = NAN;
    if (all->count == 0)
        return;
    seen->half_s = samples_quantile(all->latencies, all->count, 0.5);
    seen->most_s = samples_quantile(all->latencies, all->count, 0.99);
    seen->worst_s = samples_quantile(all->latencies, all->count, 1);
}

static bool prepare(struct clients *all)
{
    all->list = calloc((size_t)all->left, sizeof(*all->list));
    if (all->list == NULL || !make_room(all))
        return false;
    for (int i = 0; i < all->load->clients; i++)
        all->list[i].fd = -1;
    return true;
}

int clients_run(const struct clients_load *load, struct clients_seen *seen, struct err *err)
{
    int count = load->clients;
    struct clients all = {.load = load, .seen = seen, .unmet = count, .left = count};
    *seen = (struct clients_seen){0};
    all.begin_ns = all.end_ns = INT64_MAX;
    all.epoll = epoll_create1(EPOLL_CLOEXEC);
    all.starved = !prepare(&all);
    if (all.epoll < 0)
        err_sys(err, ERR_FAILED, "cannot wait for the clients");
    else if (!all.starved) {
        drive(&all);
        sum_up(&all);
        for (int i = 0; i < count; i++)
            hang_up(&all.list[i]);
    }
    if (all.epoll >= 0)
        (void)close(all.epoll);
    free(all.latencies);
    free(all.list);
    return all.starved ? err_memory(err, "the clients") : all.epoll < 0 ? -1 : 0;
}
