#include "demo/amdahl_speedups.h"

#include "demo/kit/plot.h"

#include <math.h>

double speedups_law(double serial, double threads)
{
    return 1 / (serial + (1 - serial) / threads);
}

double speedups_serial(double speedup, int threads)
{
    return (1 / speedup - 1.0 / threads) / (1 - 1.0 / threads);
}

void speedups_open(struct speedups *speedups, double serial, int most)
{
    *speedups = (struct speedups){.serial = serial};
    for (int threads = 1; threads < most; threads *= 2)
        speedups->counts[speedups->many++] = threads;
    speedups->counts[speedups->many++] = most;
}

static double speedup(const struct speedups *all, int kind, int count)
{
    return all->seconds[kind][0] / all->seconds[kind][count];
}

/* --- reporting --- */

static char *times(double value, char text[UNIT_TEXT])
{
    (void)snprintf(text, UNIT_TEXT, "%.2f x", value);
    return text;
}

static void draw(const struct speedups *all, struct showing *showing)
{
    static const char MARKS[TIMED_WORKS] = {[TIMED_WORK_COMPUTE] = 'c', [TIMED_WORK_WAIT] = 'w'};
    const int most = all->counts[all->many - 1];
    struct plot plot;
    double top = speedups_law(all->serial, most);
    for (int i = 0; i < TIMED_WORKS * all->many; i++)
        top = fmax(top, speedup(all, i % TIMED_WORKS, i / TIMED_WORKS));
    plot_open(&plot, 1, fmax(top, 2), false);
    for (int i = 0; i < PLOT_COLUMNS; i++) {
        double x = i / (PLOT_COLUMNS - 1.0), threads = pow(most, x);
        plot_put(&plot, x, speedups_law(all->serial, threads), '.');
    }
    for (int i = 0; i < all->many; i++) {
        char text[UNIT_TEXT];
        double x = most > 1 ? log(all->counts[i]) / log(most) : 0;
        for (int kind = 0; kind < TIMED_WORKS; kind++)
            plot_put(&plot, x, speedup(all, kind, i), MARKS[kind]);
        (void)snprintf(text, sizeof(text), "%d", all->counts[i]);
        plot_note(&plot, x, text);
    }
    plot_draw(&plot, times, showing);
}

/* --- in words --- */

static const double NEAR = 0.9; /* at least this part of the law's speed-up: as the law says */

static bool near_law(const struct speedups *all, int kind, int count)
{
    return speedup(all, kind, count) >= NEAR * speedups_law(all->serial, all->counts[count]);
}

static void tell_law(const struct speedups *all, struct showing *showing)
{
    if (all->serial > 0)
        showing_say(showing,
                    "%.3g %% of the work is serial: with any number of threads it is at most "
                    "%.3g times as fast.",
                    100 * all->serial, 1 / all->serial);
    else
        showing_say(showing, "Nothing is serial: the law sets no bound.");
}

static void tell_computing(const struct speedups *all, int cores, struct showing *showing)
{
    const int last = all->many - 1;
    int most = 0; /* the most threads of which each has a core */
    while (most < last && all->counts[most + 1] <= cores)
        most++;
    const int threads = all->counts[most];
    const double times = speedup(all, TIMED_WORK_COMPUTE, most);
    if (threads > 1)
        showing_say(showing,
                    "Computing, %d threads on %d cores were %.2f times as fast; the law says "
                    "%.2f. By Karp and Flatt's measure %.3g %% of the work was serial; the "
                    "setting was %.3g %%.",
                    threads, cores, times, speedups_law(all->serial, threads),
                    100 * speedups_serial(times, threads), 100 * all->serial);
    if (all->counts[last] > cores && !near_law(all, TIMED_WORK_COMPUTE, last))
        showing_say(showing,
                    "%d threads on %d core%s were %.2f times as fast, not %.2f: a thread that "
                    "computes needs a core.",
                    all->counts[last], cores, cores > 1 ? "s" : "",
                    speedup(all, TIMED_WORK_COMPUTE, last),
                    speedups_law(all->serial, all->counts[last]));
}

static void tell_waiting(const struct speedups *all, struct showing *showing)
{
    const int last = all->many - 1;
    int far = last; /* the last count that followed the law */
    while (far > 0 && !near_law(all, TIMED_WORK_WAIT, far))
        far--;
    if (all->counts[far] > 1)
        showing_say(showing,
                    "Waiting needs no core: %d threads were %.2f times as fast; the law says %.2f.",
                    all->counts[far], speedup(all, TIMED_WORK_WAIT, far),
                    speedups_law(all->serial, all->counts[far]));
    if (far < last)
        showing_say(showing,
                    "But %d that wait were %.2f times as fast, not %.2f: waking them takes time, "
                    "too, and more for more threads.",
                    all->counts[last], speedup(all, TIMED_WORK_WAIT, last),
                    speedups_law(all->serial, all->counts[last]));
}

void speedups_show(const struct speedups *all, int cores, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {
        {"predicted", "predicted", SHOWN_TIMES}, {"computing", "computing", SHOWN_TIMES},
        {"computing_s", "takes", SHOWN_SECONDS}, {"waiting", "waiting", SHOWN_TIMES},
        {"waiting_s", "takes", SHOWN_SECONDS},   {.key = NULL}};
    showing_table(showing, "threads", "threads", COLUMNS);
    for (int i = 0; i < all->many; i++) {
        char label[UNIT_TEXT];
        (void)snprintf(label, sizeof(label), "%d", all->counts[i]);
        showing_row(showing, label,
                    (double[]){speedups_law(all->serial, all->counts[i]),
                               speedup(all, TIMED_WORK_COMPUTE, i),
                               all->seconds[TIMED_WORK_COMPUTE][i],
                               speedup(all, TIMED_WORK_WAIT, i), all->seconds[TIMED_WORK_WAIT][i]});
    }
    showing_draw(showing, "times as fast as one thread: . predicted, c computing, w waiting");
    draw(all, showing);
    tell_law(all, showing);
    tell_computing(all, cores, showing);
    tell_waiting(all, showing);
    if (all->counts[all->many - 1] == 1)
        showing_say(showing, "One thread has no other to share with: try --threads 16.");
}
