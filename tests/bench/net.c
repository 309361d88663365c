/*
 * net - what the workload `net` costs by itself, server and clients in one process: a request after
 * the other, and the server's processor time for each of many at once, which bounds what a host can
 * answer in a second whatever its workers do. Beside them the least that a request can cost: a
 * thread that returns each byte it is sent over a connection of this host.
 */
#include "base/clock.h"
#include "tell.h"
#include "work/work.h"

#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 64, REQUESTS = 300 };

static struct work work;

static void *client(void *arg)
{
    (void)arg;
    int64_t cells[REQUESTS] = {0};
    struct numbers numbers = {.kind = NUMBER_INT64, .count = REQUESTS, .i64 = cells};
    struct stop stop = {0};
    const struct safepoint at = {&stop, NULL, NULL};
    struct err err = ERR_INIT;
    if (work_run(&work, &numbers, &at, &err) != 0)
        tell_failure(err.text);
    return NULL;
}

/* The first line of `file` of thread `task`; "" if there is none. */
static void read_line(const char *task, const char *file, char *line, int size)
{
    char path[320];
    (void)snprintf(path, sizeof(path), "/proc/self/task/%s/%s", task, file);
    FILE *opened = fopen(path, "r");
    if (opened == NULL || fgets(line, size, opened) == NULL)
        line[0] = '\0';
    if (opened != NULL)
        (void)fclose(opened);
}

/* Of the server's thread, which is known by its name. */
static int64_t server_cpu_ns(void)
{
    int64_t ns = 0;
    DIR *dir = opendir("/proc/self/task");
    for (struct dirent *task; dir != NULL && (task = readdir(dir)) != NULL;) {
        char line[100];
        read_line(task->d_name, "comm", line, sizeof(line));
        if (strcmp(line, "squares-net\n") != 0)
            continue;
        read_line(task->d_name, "schedstat", line, sizeof(line));
        ns = strtoll(line, NULL, 10);
    }
    if (dir != NULL)
        (void)closedir(dir);
    return ns;
}

static void run_clients(int threads)
{
    pthread_t ids[THREADS];
    for (int i = 0; i < threads; i++)
        if (pthread_create(&ids[i], NULL, client, NULL) != 0)
            tell_failure("no thread");
    for (int i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
}

/* --- a bare connection --- */

static int connected(int listener)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int client = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0 ||
        connect(client, (struct sockaddr *)&address, size) != 0)
        tell_failure("no connection");
    (void)setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return client;
}

/* Returns each byte until the connection ends. */
static void *echo(void *arg)
{
    int one = 1, server = accept(*(int *)arg, NULL, NULL);
    char byte;
    (void)setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    while (recv(server, &byte, 1, 0) == 1 && send(server, &byte, 1, 0) == 1)
        ;
    (void)close(server);
    return NULL;
}

static void tell_bare(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    char byte = 'x';
    pthread_t thread;
    if (bind(listener, (struct sockaddr *)&here, sizeof(here)) != 0)
        tell_failure("no port");
    int client = connected(listener);
    if (pthread_create(&thread, NULL, echo, &listener) != 0)
        tell_failure("no thread");
    int64_t start = clock_now_ns();
    for (int i = 0; i < REQUESTS; i++)
        if (send(client, &byte, 1, 0) != 1 || recv(client, &byte, 1, 0) != 1)
            tell_failure("no echo");
    tell("bare", "us", (double)(clock_now_ns() - start) * 1e-3 / REQUESTS);
    (void)close(client);
    pthread_join(thread, NULL);
    (void)close(listener);
}

/* --- by squares --- */

static void tell_one(void)
{
    int64_t start = clock_now_ns();
    run_clients(1);
    tell("request", "us", (double)(clock_now_ns() - start) * 1e-3 / REQUESTS);
}

static void tell_many(void)
{
    int64_t start = clock_now_ns(), cpu = server_cpu_ns();
    run_clients(THREADS);
    double requests = (double)THREADS * REQUESTS;
    tell("each", "us", (double)(clock_now_ns() - start) * 1e-3 / requests);
    tell("server", "us", (double)(server_cpu_ns() - cpu) * 1e-3 / requests);
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    if (work_create(&work, "net:delay=0", 0, &err) != 0 || work_host_open(&work, &err) != 0 ||
        work_open(&work, &err) != 0)
        tell_failure(err.text);
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        tell_bare();
        tell_one();
        tell_many();
    }
    work_close(&work);
    work_host_close(&work);
    work_release(&work);
    return 0;
}
