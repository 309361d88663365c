/* load_test_tell - what is to be seen in a siege, in sentences, each of what this run measured. */
#include "demo/server/load_test.h"

#include "base/units.h"
#include "measure/samples.h"

#include <math.h>

/* As words: durations and numbers, several in a sentence. */
struct words {
    char text[8][UNIT_TEXT];
    int used;
};

static const char *time_word(struct words *words, double seconds)
{
    return unit_duration(seconds, words->text[words->used++]);
}

static const char *rate_word(struct words *words, double rate)
{
    return unit_si(rate, words->text[words->used++]);
}

/* --- serial --- */

static void tell_serial(const struct siege *siege, struct showing *showing)
{
    const struct siege_cell *one = &siege->cells[SIEGE_SERIAL][0],
                            *most = &siege->cells[SIEGE_SERIAL][siege->last];
    struct words words = {.used = 0};
    if (!siege_has(one))
        return;
    showing_say(showing,
                "A request waits 1 ms and computes %s: one after the other that is at most %.0f a "
                "second. The sleep of 1 ms took %s, which leaves %.0f; serial reached %.0f with "
                "one client.",
                time_word(&words, siege->compute_s), 1 / siege->least_s,
                time_word(&words, siege->sleep_s), 1 / (siege->sleep_s + siege->compute_s),
                one->seen.rate);
    if (!siege_has(most) || most == one)
        return;
    showing_say(showing, "With %d clients serial reached %.0f%s; half of them waited %s or more.",
                siege->loads[siege->last], most->seen.rate,
                most->seen.rate < 1.5 * one->seen.rate ? ": more clients only queue" : "",
                time_word(&words, most->seen.half_s));
}

/* --- threads and processes --- */

/* The median of all loads; NAN: none was measured. */
static double usual_cpu(const struct siege *siege, int model)
{
    double values[SIEGE_LOADS];
    int count = 0;
    for (int i = 0; i <= siege->last; i++)
        if (siege_has(&siege->cells[model][i]))
            values[count++] = siege->cells[model][i].cpu_s;
    return count > 0 ? samples_median(values, count) : NAN;
}

/* Whether an answer by a process takes clearly more than one by a thread: at each load, and in the
 * median by more than may be chance. */
static bool fork_shows(const struct siege *siege)
{
    const double CHANCE = 1.15;
    for (int i = 0; i <= siege->last; i++) {
        const struct siege_cell *thread = &siege->cells[SIEGE_THREADS][i],
                                *process = &siege->cells[SIEGE_PROCESSES][i];
        if (siege_has(thread) && siege_has(process) && process->cpu_s <= thread->cpu_s)
            return false;
    }
    return usual_cpu(siege, SIEGE_PROCESSES) > CHANCE * usual_cpu(siege, SIEGE_THREADS);
}

static void tell_starts(const struct siege *siege, struct showing *showing)
{
    struct words words = {.used = 0};
    double thread_s = usual_cpu(siege, SIEGE_THREADS), pool_s = usual_cpu(siege, SIEGE_POOL),
           process_s = usual_cpu(siege, SIEGE_PROCESSES);
    if (!isfinite(thread_s + process_s + pool_s))
        return;
    showing_say(showing,
                "An answer takes the server %s of processor time by a thread of its own, %s by a "
                "process, %s by the pool (medians of the loads).",
                time_word(&words, thread_s), time_word(&words, process_s),
                time_word(&words, pool_s));
    if (fork_shows(siege))
        showing_say(showing,
                    "So fork costs %s more than a thread each time, %.1f times what a request "
                    "computes.",
                    time_word(&words, process_s - thread_s),
                    (process_s - thread_s) / siege->compute_s);
    else
        showing_say(showing, "That fork costs more than a thread did not show clearly this time.");
}

/* --- pool --- */

/* The first load at which ten times the clients bring no more than half as much again. */
static int full_load(const struct siege_cell *cells, int last)
{
    for (int i = 0; i < last; i++)
        if (siege_has(&cells[i]) && siege_has(&cells[i + 1]) &&
            cells[i + 1].seen.rate < 1.5 * cells[i].seen.rate)
            return i;
    return last;
}

static void tell_pool(const struct siege *siege, struct showing *showing)
{
    struct words words = {.used = 0};
    const struct siege_cell *cells = siege->cells[SIEGE_POOL], *most = &cells[siege->last];
    const struct siege_cell *full = &cells[full_load(cells, siege->last)];
    int workers = most->tally.workers;
    if (!siege_has(most))
        return;
    if (full == most)
        showing_say(showing,
                    "The pool of %d, at most %s/s, was not full: with %d clients it reached %s/s, "
                    "half of the answers within %s.",
                    workers, rate_word(&words, workers / siege->least_s), siege->loads[siege->last],
                    rate_word(&words, most->seen.rate), time_word(&words, most->seen.half_s));
    else
        showing_say(showing,
                    "The pool of %d, at most %s/s, is full with %d clients: %s/s, half of the "
                    "answers within %s. With %d it reached %s/s, within %s: the rest is queueing.",
                    workers, rate_word(&words, workers / siege->least_s),
                    siege->loads[full - cells], rate_word(&words, full->seen.rate),
                    time_word(&words, full->seen.half_s), siege->loads[siege->last],
                    rate_word(&words, most->seen.rate), time_word(&words, most->seen.half_s));
}

/* --- event loop --- */

static void tell_events(const struct siege *siege, struct showing *showing)
{
    struct words words = {.used = 0};
    const struct siege_cell *events = siege->cells[SIEGE_EVENTS],
                            *threads = siege->cells[SIEGE_THREADS],
                            *serial = siege->cells[SIEGE_SERIAL];
    if (siege_has(&events[0]) && siege_has(&serial[0]))
        showing_say(showing,
                    "For one client epoll has an answer in %s (50 %%), serial in %s; the server "
                    "computes %s and %s.",
                    time_word(&words, events[0].seen.half_s),
                    time_word(&words, serial[0].seen.half_s), time_word(&words, events[0].cpu_s),
                    time_word(&words, serial[0].cpu_s));
    if (siege->last > 0 && siege_has(&events[siege->last]) && siege_has(&threads[siege->last]))
        showing_say(showing,
                    "With %d its one thread computes %s for an answer and gives %s/s, %.1f times "
                    "what a thread for each gives.",
                    siege->loads[siege->last], time_word(&words, events[siege->last].cpu_s),
                    rate_word(&words, events[siege->last].seen.rate),
                    events[siege->last].seen.rate / threads[siege->last].seen.rate);
}

/* --- what is right and what is missing --- */

static void tell_little(const struct siege *siege, struct showing *showing)
{
    int rows = 0, near = 0, load = 0;
    double furthest = 1;
    for (int i = 0; i < SIEGE_MODELS * (siege->last + 1); i++) {
        const struct siege_cell *cell = &siege->cells[i % SIEGE_MODELS][i / SIEGE_MODELS];
        if (!siege_has(cell))
            continue;
        const int clients = siege->loads[i / SIEGE_MODELS];
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
                    "in %d of %d rows; furthest off is %.3g for %d.",
                    near, rows, furthest * load, load);
}

static void tell_missing(const struct siege *siege, struct showing *showing)
{
    long answered = 0, wrong = 0, failed = 0, refused = 0;
    int unmeasured = 0, cold = 0;
    const char *limit = NULL;
    for (int i = 0; i < SIEGE_MODELS * (siege->last + 1); i++) {
        const struct siege_cell *cell = &siege->cells[i % SIEGE_MODELS][i / SIEGE_MODELS];
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
    if (siege->others >= 0.05 * siege->cores)
        showing_say(showing,
                    "Others, programs and interrupts, used %.1f of %d cores meanwhile: that much "
                    "was not there for server and clients.",
                    siege->others, siege->cores);
    if (siege->limit != NULL)
        showing_say(showing, "There were no more than %d clients: the limit of %s.",
                    siege->loads[siege->last], siege->limit);
    if (limit != NULL)
        showing_say(showing, "%ld times there was no further thread or process: %s.", refused,
                    limit);
    if (unmeasured + cold > 0)
        showing_say(
            showing,
            "Time was short: %d rows were not measured, and in %d not each client had had an "
            "answer before.",
            unmeasured, cold);
}

void siege_tell(const struct siege *siege, struct showing *showing)
{
    siege_tell_bounds(siege, showing);
    tell_serial(siege, showing);
    tell_starts(siege, showing);
    tell_pool(siege, showing);
    tell_events(siege, showing);
    tell_little(siege, showing);
    tell_missing(siege, showing);
}
