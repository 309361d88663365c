#include "measure/occupancy.h"

#include "base/clock.h"
#include "measure/load.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static FILE *open_in(const char *proc, const char *file)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", proc, file);
    return length < (int)sizeof(path) ? fopen(path, "re") : NULL;
}

/* "52412345 1234567 89": nanoseconds it ran, nanoseconds it was ready to run, and how often it
 * ran. */
static bool read_thread(struct occupancy_worker *worker, const char *proc, pid_t thread)
{
    char file[64];
    int64_t ran = 0, delayed = 0;
    (void)snprintf(file, sizeof(file), "self/task/%ld/schedstat", (long)thread);
    FILE *in = open_in(proc, file);
    bool read = in != NULL && fscanf(in, "%" SCNd64 " %" SCNd64, &ran, &delayed) == 2;
    if (in != NULL)
        (void)fclose(in);
    worker->cpu_s = clock_seconds(ran);
    worker->delay_s = clock_seconds(delayed);
    return read;
}

static double read_process(void)
{
    double seconds = 0;
    struct rusage usage;
    const int WHO[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    for (int i = 0; i < 2; i++)
        if (getrusage(WHO[i], &usage) == 0)
            seconds += (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec +
                       (double)usage.ru_stime.tv_sec + 1e-6 * (double)usage.ru_stime.tv_usec;
    return seconds;
}

/* Adds up the PUs of each worker's seat. */
static void read_pus(struct occupancy *occupancy, const char *proc, const hwloc_bitmap_t *seats)
{
    FILE *in = open_in(proc, "stat");
    double busy_s = 0;
    for (int pu; in != NULL && (pu = load_next(in, sysconf(_SC_CLK_TCK), &busy_s)) >= 0;)
        for (int i = 0; i < occupancy->workers; i++)
            if (hwloc_bitmap_isset(seats[i], (unsigned)pu))
                occupancy->of[i].busy_s += busy_s;
    if (in != NULL)
        (void)fclose(in);
}

int occupancy_read(struct occupancy *occupancy, const char *proc, int workers, const pid_t *threads,
                   const hwloc_bitmap_t *seats)
{
    *occupancy = (struct occupancy){.workers = workers};
    occupancy->of = calloc((size_t)workers, sizeof(*occupancy->of));
    if (occupancy->of == NULL)
        return -1;
    read_pus(occupancy, proc, seats);
    for (int i = 0; i < workers; i++) {
        struct occupancy_worker *worker = &occupancy->of[i];
        worker->known = worker->busy_s > 0 && read_thread(worker, proc, threads[i]);
    }
    occupancy->process_s = read_process();
    occupancy->at_ns = clock_now_ns();
    return 0;
}

void occupancy_release(struct occupancy *occupancy)
{
    free(occupancy->of);
    occupancy->of = NULL;
}

/* Processor time that the process used between the readings outside its workers. */
static double spent_elsewhere(const struct occupancy *before, const struct occupancy *after)
{
    double spent = after->process_s - before->process_s;
    for (int i = 0; i < after->workers; i++)
        spent -= after->of[i].cpu_s - before->of[i].cpu_s;
    return fmax(spent, 0);
}

struct taken occupancy_taken(const struct occupancy *before, const struct occupancy *after,
                             int worker)
{
    struct taken taken = {clock_seconds(after->at_ns - before->at_ns), NAN, 0};
    if (before->of == NULL || after->of == NULL || taken.elapsed_s < OCCUPANCY_LEAST_S)
        return taken;
    const struct occupancy_worker *then = &before->of[worker], *now = &after->of[worker];
    if (!then->known || !now->known || now->busy_s <= then->busy_s)
        return taken;
    double own_s = now->cpu_s - then->cpu_s + spent_elsewhere(before, after);
    taken.others_s = fmax(now->busy_s - then->busy_s - own_s, 0);
    taken.delay_s = now->delay_s - then->delay_s;
    return taken;
}
