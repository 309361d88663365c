/* load_test_tell - what a load test shows, in sentences that use only what this run measured. */
#include "demo/server/load_test.h"

#include "base/units.h"
#include "measure/samples.h"

#include <math.h>

/* Durations and numbers as text, several for one sentence. */
struct figures {
    char text[8][UNIT_TEXT];
    int used;
};

static const char *time_word(struct figures *figures, double seconds)
{
    return unit_duration(seconds, figures->text[figures->used++]);
}

static const char *rate_word(struct figures *figures, double rate)
{
    return unit_si(rate, figures->text[figures->used++]);
}

/* --- serial --- */

static void tell_serial(const struct load_test *load_test, struct showing *showing)
{
    const struct load_test_cell *one = &load_test->cells[LOAD_TEST_SERIAL][0],
                                *most = &load_test->cells[LOAD_TEST_SERIAL][load_test->last];
    struct figures figures = {.used = 0};
    if (!load_test_has(one))
        return;
    showing_say(showing,
                "A request waits 1 ms and computes %s: one at a time that is at most %.0f a "
                "second. The sleep of 1 ms took %s, which leaves %.0f; serial reached %.0f with "
                "one client.",
                time_word(&figures, load_test->compute_s), 1 / load_test->least_s,
                time_word(&figures, load_test->sleep_s),
                1 / (load_test->sleep_s + load_test->compute_s), one->seen.rate);
    if (!load_test_has(most) || most == one)
        return;
    showing_say(showing, "With %d clients serial reached %.0f%s; half of them waited %s or more.",
                load_test->loads[load_test->last], most->seen.rate,
                most->seen.rate < 1.5 * one->seen.rate ? ": more clients only queue" : "",
                time_word(&figures, most->seen.half_s));
}

/* --- threads and processes --- */

/* The median over all loads; NAN: none was measured. */
static double usual_cpu(const struct load_test *load_test, int model)
{
    double values[LOAD_TEST_LOADS];
    int count = 0;
    for (int i = 0; i <= load_test->last; i++)
        if (load_test_has(&load_test->cells[model][i]))
            values[count++] = load_test->cells[model][i].cpu_s;
    return count > 0 ? samples_median(values, count) : NAN;
}

/* Whether an answer from a new process clearly costs more than one from a new thread: at each load,
 * and in the median by more than chance would explain. */
static bool fork_shows(const struct load_test *load_test)
{
    const double CHANCE = 1.15;
    for (int i = 0; i <= load_test->last; i++) {
        const struct load_test_cell *thread = &load_test->cells[LOAD_TEST_THREADS][i],
                                    *process = &load_test->cells[LOAD_TEST_PROCESSES][i];
        if (load_test_has(thread) && load_test_has(process) && process->cpu_s <= thread->cpu_s)
            return false;
    }
    return usual_cpu(load_test, LOAD_TEST_PROCESSES) >
           CHANCE * usual_cpu(load_test, LOAD_TEST_THREADS);
}

static void tell_starts(const struct load_test *load_test, struct showing *showing)
{
    struct figures figures = {.used = 0};
    double thread_s = usual_cpu(load_test, LOAD_TEST_THREADS),
           pool_s = usual_cpu(load_test, LOAD_TEST_POOL),
           process_s = usual_cpu(load_test, LOAD_TEST_PROCESSES);
    if (!isfinite(thread_s + process_s + pool_s))
        return;
    showing_say(showing,
                "An answer takes the server %s of processor time with a thread of its own, %s "
                "with a process, %s with the pool (medians over the loads).",
                time_word(&figures, thread_s), time_word(&figures, process_s),
                time_word(&figures, pool_s));
    if (fork_shows(load_test))
        showing_say(showing,
                    "So fork costs %s more than a thread each time, %.1f times what a request "
                    "computes.",
                    time_word(&figures, process_s - thread_s),
                    (process_s - thread_s) / load_test->compute_s);
    else
        showing_say(showing, "This time it did not show clearly that fork costs more than a "
                             "thread.");
}

/* --- pool --- */

/* The first load at which ten times the clients get at most 1.5 times the rate. */
static int full_load(const struct load_test_cell *cells, int last)
{
    for (int i = 0; i < last; i++)
        if (load_test_has(&cells[i]) && load_test_has(&cells[i + 1]) &&
            cells[i + 1].seen.rate < 1.5 * cells[i].seen.rate)
            return i;
    return last;
}

static void tell_pool(const struct load_test *load_test, struct showing *showing)
{
    struct figures figures = {.used = 0};
    const struct load_test_cell *cells = load_test->cells[LOAD_TEST_POOL],
                                *most = &cells[load_test->last];
    const struct load_test_cell *full = &cells[full_load(cells, load_test->last)];
    int workers = most->tally.workers;
    if (!load_test_has(most))
        return;
    if (full == most)
        showing_say(showing,
                    "The pool of %d, at most %s/s, was not full: with %d clients it reached %s/s, "
                    "half of the answers within %s.",
                    workers, rate_word(&figures, workers / load_test->least_s),
                    load_test->loads[load_test->last], rate_word(&figures, most->seen.rate),
                    time_word(&figures, most->seen.half_s));
    else
        showing_say(showing,
                    "The pool of %d, at most %s/s, is full with %d clients: %s/s, half of the "
                    "answers within %s. With %d it reached %s/s, within %s: the rest is queueing.",
                    workers, rate_word(&figures, workers / load_test->least_s),
                    load_test->loads[full - cells], rate_word(&figures, full->seen.rate),
                    time_word(&figures, full->seen.half_s), load_test->loads[load_test->last],
                    rate_word(&figures, most->seen.rate), time_word(&figures, most->seen.half_s));
}

/* --- event loop --- */

static void tell_events(const struct load_test *load_test, struct showing *showing)
{
    struct figures figures = {.used = 0};
    const struct load_test_cell *events = load_test->cells[LOAD_TEST_EVENTS],
                                *threads = load_test->cells[LOAD_TEST_THREADS],
                                *serial = load_test->cells[LOAD_TEST_SERIAL];
    if (load_test_has(&events[0]) && load_test_has(&serial[0]))
        showing_say(showing,
                    "One client gets its answer from epoll in %s (50 %%), from serial in %s; the "
                    "server computes %s and %s.",
                    time_word(&figures, events[0].seen.half_s),
                    time_word(&figures, serial[0].seen.half_s),
                    time_word(&figures, events[0].cpu_s), time_word(&figures, serial[0].cpu_s));
    if (load_test->last > 0 && load_test_has(&events[load_test->last]) &&
        load_test_has(&threads[load_test->last]))
        showing_say(showing,
                    "With %d clients its one thread computes %s for an answer and gives %s/s, "
                    "%.1f times what a thread for each gives.",
                    load_test->loads[load_test->last],
                    time_word(&figures, events[load_test->last].cpu_s),
                    rate_word(&figures, events[load_test->last].seen.rate),
                    events[load_test->last].seen.rate / threads[load_test->last].seen.rate);
}

/* --- what is correct and what is missing --- */

static void tell_little(const struct load_test *load_test, struct showing *showing)
{
    int rows = 0, near = 0, load = 0;
    double furthest = 1;
    for (int i = 0; i < LOAD_TEST_MODELS * (load_test->last + 1); i++) {
        const struct load_test_cell *cell =
            &load_test->cells[i % LOAD_TEST_MODELS][i / LOAD_TEST_MODELS];
        if (!load_test_has(cell))
            continue;
        const int clients = load_test->loads[i / LOAD_TEST_MODELS];
        double ratio = cell->seen.little / clients;
        rows++;
        near += fabs(ratio - 1) <= 0.1;
        if (fabs(ratio - 1) >= fabs(furthest - 1)) {
            furthest = ratio;
            load = clients;
        }
    }
    if (rows > 0)
        showing_say(showing,
                    "Little's law, clients = answers a second x mean latency, holds within 10 %% "
                    "in %d of %d rows; furthest off is %.3g instead of %d.",
                    near, rows, furthest * load, load);
}

static void tell_missing(const struct load_test *load_test, struct showing *showing)
{
    long answered = 0, wrong = 0, failed = 0, refused = 0;
    int unmeasured = 0, cold = 0;
    const char *limit = NULL;
    for (int i = 0; i < LOAD_TEST_MODELS * (load_test->last + 1); i++) {
        const struct load_test_cell *cell =
            &load_test->cells[i % LOAD_TEST_MODELS][i / LOAD_TEST_MODELS];
        answered += cell->seen.answered;
        wrong += cell->seen.wrong;
        failed += cell->seen.failed;
        refused += cell->tally.refused;
        if (limit == NULL && cell->tally.refused > 0)
            limit = cell->tally.limit.cause;
        unmeasured += !cell->measured;
        cold += cell->measured && !cell->seen.warm;
    }
    showing_say(showing,
                "All %ld answers were checked: %ld were wrong; %ld clients were left "
                "without one.",
                answered, wrong, failed);
    if (load_test->others >= 0.05 * load_test->cores)
        showing_say(showing,
                    "Other programs and interrupts used %.1f of %d cores meanwhile, which server "
                    "and clients did not have.",
                    load_test->others, load_test->cores);
    if (load_test->limit != NULL)
        showing_say(showing, "No more than %d clients were possible: the limit of %s.",
                    load_test->loads[load_test->last], load_test->limit);
    if (limit != NULL)
        showing_say(showing, "%ld times no further thread or process could start: %s.", refused,
                    limit);
    if (unmeasured + cold > 0)
        showing_say(
            showing,
            "Time was short: %d rows were not measured, and in %d not every client had had an "
            "answer before.",
            unmeasured, cold);
}

void load_test_tell(const struct load_test *load_test, struct showing *showing)
{
    load_test_tell_bounds(load_test, showing);
    tell_serial(load_test, showing);
    tell_starts(load_test, showing);
    tell_pool(load_test, showing);
    tell_events(load_test, showing);
    tell_little(load_test, showing);
    tell_missing(load_test, showing);
}
