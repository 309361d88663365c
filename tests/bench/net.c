/*
 * net - what the workload `net` costs by itself, server and clients in one process: a request after
 * the other, and the server's processor time for each of many at once, which bounds what a host can
 * answer in a second whatever its workers do.
 */
#include "base/clock.h"
#include "tell.h"
#include "work/work.h"

#include <dirent.h>
#include <pthread.h>
#include <string.h>

enum { THREADS = 64, REQUESTS = 300 };

static struct work work;

static void *client(void *arg)
{
    (void)arg;
    int64_t cells[REQUESTS] = {0};
    struct numbers numbers = {.kind = NUMBER_INT64, .count = REQUESTS, .i64 = cells};
    struct stop stop = {0};
    const struct checkpoint at = {&stop, NULL, NULL};
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
    tell("rate", "k/s", requests / (double)(clock_now_ns() - start) * 1e6);
    tell("server", "us", (double)(server_cpu_ns() - cpu) * 1e-3 / requests);
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    if (work_create(&work, "net:delay=0", 0, &err) != 0 || work_host_open(&work, &err) != 0 ||
        work_open(&work, &err) != 0)
        tell_failure(err.text);
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        tell_one();
        tell_many();
    }
    work_close(&work);
    work_host_close(&work);
    work_release(&work);
    return 0;
}
