/*
 * server - five models of a server, each in its usual form: one request after the other, a thread
 * for each, a process for each, a pool of threads, and one thread that waits for all at once
 * (serve_events.c).
 *
 * A request waits 1 ms (for a disk) and computes for 20 us. server_process.h describes what is
 * sent, and how a server is started and stopped; its clients are in clients.h, and load_test.h runs
 * them against each model.
 */
#include "base/clock.h"
#include "demo/demo.h"
#include "demo/server/load_test.h"
#include "demo/server/server_models.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1024 /* threads or processes at once */ };

/* Serves a request: the thread or process that serves it waits as long as the request does. */
static void serve_one(const struct server_process *server_process, int connection)
{
    int64_t number;
    if (server_process_read(connection, &number)) {
        clock_sleep_until(clock_now_ns() + server_process->wait_ns);
        server_process_reply(server_process, connection, number);
    }
    (void)close(connection);
}

/* --- one request after the other --- */

static int serve_serially(struct server_process *server_process)
{
    int connection;
    while ((connection = server_process_accept(server_process)) >= 0)
        serve_one(server_process, connection);
    return 0;
}

/* --- a thread for each request --- */

struct request {
    pthread_t thread;
    const struct server_process *server_process;
    int connection;
};

static void *request_main(void *arg)
{
    const struct request *request = arg;
    serve_one(request->server_process, request->connection);
    return NULL;
}

/* Threads that have ended are joined in the order in which they began; if MOST are running, the
 * next request waits for the first of them. */
static int serve_by_threads(struct server_process *server_process)
{
    struct request *requests = calloc(MOST, sizeof(*requests));
    long begun = 0, joined = 0;
    int connection;
    while (requests != NULL && (connection = server_process_accept(server_process)) >= 0) {
        if (begun - joined == MOST)
            pthread_join(requests[joined++ % MOST].thread, NULL);
        while (joined < begun && pthread_tryjoin_np(requests[joined % MOST].thread, NULL) == 0)
            joined++;
        struct request *request = &requests[begun % MOST];
        *request = (struct request){.server_process = server_process, .connection = connection};
        int failed = pthread_create(&request->thread, NULL, request_main, request);
        if (failed == 0) {
            begun++;
        } else { /* so this thread serves it, and all other clients wait */
            server_process_refused(server_process, LIMITS_THREAD, failed);
            serve_one(server_process, connection);
        }
    }
    while (joined < begun)
        pthread_join(requests[joined++ % MOST].thread, NULL);
    free(requests);
    return requests != NULL ? 0 : -1;
}

/* --- a process for each request --- */

/* The child has the connection too, as fork copies it; it is closed once both have closed it. A
 * child that was killed is waited for like any other: its client sees the connection end. */
static int serve_by_processes(struct server_process *server_process)
{
    int running = 0, connection;
    while ((connection = server_process_accept(server_process)) >= 0) {
        while (running > 0 && waitpid(-1, NULL, running < MOST ? WNOHANG : 0) > 0)
            running--;
        pid_t child = fork();
        if (child == 0) {
            serve_one(server_process, connection);
            _exit(0);
        }
        running += child > 0;
        if (child < 0) {
            server_process_refused(server_process, LIMITS_PROCESS, errno);
            serve_one(server_process, connection);
        } else {
            (void)close(connection);
        }
    }
    while (running > 0 && waitpid(-1, NULL, 0) > 0)
        running--;
    return 0;
}

/* --- a pool of threads --- */

static void *pool_main(void *arg)
{
    (void)serve_serially(arg);
    return NULL;
}

/* As many serial servers as the pool has threads. They all sleep in accept, and the kernel wakes
 * one of them for each connection. So the kernel's queue is the pool's queue. */
static int serve_by_pool(struct server_process *server_process)
{
    int count = 0, failed = 0;
    pthread_t *pool = calloc((size_t)server_process->workers, sizeof(*pool));
    while (pool != NULL && count < server_process->workers && failed == 0) {
        failed = pthread_create(&pool[count], NULL, pool_main, server_process);
        count += failed == 0;
    }
    if (failed != 0)
        server_process_refused(server_process, LIMITS_THREAD, failed);
    server_process->tally->workers = count;
    for (int i = 0; i < count; i++)
        pthread_join(pool[i], NULL);
    free(pool);
    return count > 0 ? 0 : -1;
}

const struct load_test_model SERVER_MODELS[LOAD_TEST_MODELS] = {
    {"serial", serve_serially, true},
    {"thread each", serve_by_threads, false},
    {"process each", serve_by_processes, false},
    {"pool", serve_by_pool, false},
    {"epoll", serve_by_events, true},
};

/* --- the demo --- */

struct server_settings {
    int64_t clients;
};

static const struct setting SETTINGS[] = {
    {"clients", SETTING_COUNT, offsetof(struct server_settings, clients), "1000", 1, 1000, NULL,
     "most clients at once"},
    {.name = NULL},
};

static int run(struct scene *scene, struct err *err)
{
    enum { WORKERS_A_CORE = 4, WORKERS_MOST = 512 }; /* of the pool */
    const struct server_settings *settings = scene->settings;
    const int usual = WORKERS_A_CORE * scene->cores->count;
    struct load_test load_test = {
        .models = SERVER_MODELS,
        .cores = scene->cores->count,
        .workers = scene_threads(scene, usual < WORKERS_MOST ? usual : WORKERS_MOST)};
    if (load_test_measure(&load_test, (int)settings->clients, scene, err) != 0)
        return -1;
    load_test_tell(&load_test, &scene->showing);
    return 0;
}

const struct demo DEMO_SERVER = {
    .name = "server",
    .shows = "five models of a server under 1 to 1,000 clients",
    .predict = "A request waits 1 ms for a disk and computes 20 us. How many requests a second "
               "can a server answer one at a time, and how many with a thread or a process for "
               "each, a pool, or one thread that waits for all (epoll)? How long does one of "
               "1,000 clients wait then?",
    .why = "When requests wait, what counts is how many do so at once: the rate is the requests "
           "in flight divided by the time of each (Little's law), until the cores are busy. For "
           "that, threads and processes pay with a start for each request, a pool with a limit "
           "and a queue in front of it, an event loop with code that keeps each request's state "
           "itself.",
    .next = {"demo server --threads 64", "demo cost", "compare --work io"},
    .settings = SETTINGS,
    .code = {"shared/demo/server.c", "shared/demo/server/serve_events.c"},
    .run = run,
};
