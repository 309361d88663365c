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

struct pool_task {
    pthread_t thread;
    const struct server_process *server_process;
    int connection;
};

static void *pool_task_main(void *arg)
{
    const struct pool_task *pool_task = arg;
    serve_one(pool_task->server_process, pool_task->connection);
    return NULL;
}

/* Threads that have ended are joined in the order in which they began; if MOST are running, the
 * next request waits for the first of them. */
static int serve_by_threads(struct server_process *server_process)
{
    struct pool_task *pool_tasks = calloc(MOST, sizeof(*pool_tasks));
    long begun = 0, joined = 0;
    int connection;
    while (pool_tasks != NULL && (connection = server_process_accept(server_process)) >= 0) {
        if (begun - joined == MOST)
            pthread_join(pool_tasks[joined++ % MOST].thread, NULL);
        while (joined < begun && pthread_tryjoin_np(pool_tasks[joined % MOST].thread, NULL) == 0)
            joined++;
        struct pool_task *pool_task = &pool_tasks[begun % MOST];
        *pool_task = (struct pool_task){.server_process = server_process, .connection = connection};
        int failed = pthread_create(&pool_task->thread, NULL, pool_task_main, pool_task);
        if (failed == 0) {
            begun++;
        } else { /* so this thread serves it, and all other clients wait */
            server_process_refused(server_process, LIMITS_THREAD, failed);
            serve_one(server_process, connection);
        }
    }
    while (joined < begun)
        pthread_join(pool_tasks[joined++ % MOST].thread, NULL);
    free(pool_tasks);
    return pool_tasks != NULL ? 0 : -1;
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

const struct load_test_model LOAD_TEST_MODEL[LOAD_TEST_MODELS] = {
    {"serial", serve_serially, true},
    {"thread each", serve_by_threads, false},
    {"process each", serve_by_processes, false},
    {"pool", serve_by_pool, false},
    {"epoll", serve_by_events, true},
};

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
    .settings = LOAD_TEST_SETTINGS,
    .code = {"shared/demo/server.c", "shared/demo/server/serve_events.c"},
    .run = load_test_run,
};
