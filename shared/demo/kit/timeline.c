#include "demo/kit/timeline.h"

#include "measure/samples.h"

#include <math.h>

enum { CELLS = SHOWING_WIDTH - 14, ROWS = 8 };

int timeline_run(struct timeline *timeline, const struct workers *workers,
                 const struct crew_job *job, struct err *err)
{
    double seconds;
    *timeline = (struct timeline){.workers = crew_size(workers->crew), .began_ns = clock_now_ns()};
    crew_forget(workers->crew);
    if (workers_run(workers, job, &seconds, err) != 0)
        return -1;
    for (int worker = 0; worker < timeline->workers; worker++)
        timeline->chunks += crew_stats(workers->crew, worker)->chunks;
    return 0;
}

double timeline_done(const struct timeline *timeline, int worker)
{
    int64_t done_ns = timeline->began_ns;
    for (int task = 0; task < TIMELINE_TASKS; task++) {
        const struct timeline_span *span = &timeline->spans[task];
        if (span->worker == worker && span->ended_ns > done_ns)
            done_ns = span->ended_ns;
    }
    return clock_seconds(done_ns - timeline->began_ns);
}

double timeline_seconds(const struct timeline *timeline)
{
    double last = 0;
    for (int worker = 0; worker < timeline->workers; worker++) {
        double done = timeline_done(timeline, worker);
        last = done > last ? done : last;
    }
    return last;
}

double timeline_soonest(const struct timeline *timeline)
{
    double soonest = timeline_done(timeline, 0);
    for (int worker = 1; worker < timeline->workers; worker++)
        soonest = fmin(soonest, timeline_done(timeline, worker));
    return soonest;
}

double timeline_busy(const struct timeline *timeline)
{
    int64_t busy_ns = 0;
    for (int task = 0; task < TIMELINE_TASKS; task++)
        busy_ns += timeline->spans[task].ended_ns - timeline->spans[task].began_ns;
    return clock_seconds(busy_ns);
}

double timeline_idle(const struct timeline *timeline)
{
    return 1 - timeline_busy(timeline) / (timeline_seconds(timeline) * timeline->workers);
}

const struct timeline *timeline_median(const struct timeline *timelines, int count)
{
    double seconds[TIMELINE_RUNS] = {0}, median;
    int at = 0;
    for (int i = 0; i < count; i++)
        seconds[i] = timeline_seconds(&timelines[i]);
    median = samples_median(seconds, count);
    for (int i = 0; i < count; i++) /* with an odd count it is one of them */
        at = seconds[i] == median ? i : at;
    return &timelines[at];
}

static void fill(const struct timeline *timeline, int worker, double seconds, char row[CELLS + 1])
{
    static const char NAMES[TIMELINE_TASKS + 1] = "0123456789abcdefghijklmnopqrstuvwxyz";
    const double cell_ns = seconds * 1e9 / CELLS, end_ns = timeline_seconds(timeline) * 1e9;
    for (int cell = 0; cell < CELLS; cell++)
        row[cell] = (cell + 0.5) * cell_ns < end_ns ? '.' : ' ';
    for (int task = 0; task < TIMELINE_TASKS; task++) {
        const struct timeline_span *span = &timeline->spans[task];
        double began = (double)(span->began_ns - timeline->began_ns) / cell_ns,
               ended = (double)(span->ended_ns - timeline->began_ns) / cell_ns;
        for (int cell = 0; cell < CELLS && span->worker == worker; cell++)
            if (began <= cell + 0.5 && cell + 0.5 < ended)
                row[cell] = NAMES[task];
    }
    row[CELLS] = '\0';
}

void timeline_draw(const struct timeline *timeline, const char *label, double seconds,
                   struct showing *showing)
{
    char row[CELLS + 1];
    for (int worker = 0; worker < timeline->workers && worker < ROWS; worker++) {
        fill(timeline, worker, seconds, row);
        showing_draw(showing, "%-8.8s %2d |%s|", worker == 0 ? label : "", worker, row);
    }
}
