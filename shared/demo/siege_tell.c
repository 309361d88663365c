/* siege_tell - what is to be seen in a siege, in sentences, each of what this run measured. */
#include "demo/siege.h"

#include "base/units.h"
#include "measure/samples.h"

#include <math.h>
#include <string.h>

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

/* Whether there is anything to say of a cell. */
static bool has(const struct siege_cell *cell)
{
    return cell->measured && isfinite(cell->seen.half_s) && isfinite(cell->cpu_s);
}

/* --- serial --- */

static void tell_serial(const struct siege *siege, struct showing *showing)
{
    const struct siege_cell *one = &siege->cells[SIEGE_SERIAL][0],
                            *most = &siege->cells[SIEGE_SERIAL][SIEGE_MOST];
    struct words words = {.used = 0};
    if (!has(one))
        return;
    showing_say(showing,
                "To wait and to compute takes %s a request, of which %s is computing: one after "
                "the other at most %.0f a second. Serial reached %.0f with one client.",
                time_word(&words, siege->alone_s), time_word(&words, siege->compute_s),
                1 / siege->alone_s, one->seen.rate);
    if (!has(most))
        return;
    showing_say(
        showing, "With %d clients serial reached %.0f%s; half of the answers took more than %s.",
        siege->loads[SIEGE_MOST], most->seen.rate,
        most->seen.rate < 1.25 * one->seen.rate ? ", hardly more: the others only queue" : "",
        time_word(&words, most->seen.half_s));
}

/* --- bounds --- */

struct bounds {
    double cpu_s;            /* server and clients, for an answer */
    double cores;            /* answers a second that the cores can compute */
    double at_once, waiting; /* requests that can wait at once, and answers a second by that */
    double reached;          /* of the lower */
};

/* The clients are one thread, and so are some servers: those have one core at the most. */
static struct bounds bounds_of(const struct siege *siege, int model)
{
    const struct siege_cell *cell = &siege->cells[model][SIEGE_MOST];
    double clients_s = cell->seen.cpu_s, server_s = cell->cpu_s;
    struct bounds b = {.cpu_s = clients_s + server_s, .at_once = siege->loads[SIEGE_MOST]};
    b.cores = fmin(siege->cores / b.cpu_s, 1 / clients_s);
    if (siege->models[model].alone)
        b.cores = fmin(b.cores, 1 / server_s);
    if (model == SIEGE_SERIAL)
        b.at_once = 1;
    else if (model == SIEGE_POOL)
        b.at_once = fmin(b.at_once, cell->tally.workers);
    b.waiting = b.at_once / siege->alone_s;
    b.reached = cell->seen.rate / fmin(b.cores, b.waiting);
    return b;
}

static void add_name(char list[100], const char *name)
{
    size_t used = strlen(list);
    (void)snprintf(list + used, 100 - used, "%s%s", used > 0 ? ", " : "", name);
}

static void tell_bounds(const struct siege *siege, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {
        {"cpu_s", "cpu, all", SHOWN_SECONDS}, {"by_cores", "by cores", SHOWN_RATE},
        {"at_once", "at once", SHOWN_COUNT},  {"by_waiting", "by waiting", SHOWN_RATE},
        {"reached", "reached", SHOWN_SHARE},  {.key = NULL}};
    char waiting[100] = "", computing[100] = "";
    showing_table(showing, "bounds", "bounds", COLUMNS);
    for (int m = 0; m < SIEGE_MODELS; m++) {
        const struct bounds b = bounds_of(siege, m);
        if (!has(&siege->cells[m][SIEGE_MOST]))
            continue;
        showing_row(showing, siege->models[m].name,
                    (double[]){b.cpu_s, b.cores, b.at_once, b.waiting, b.reached});
        add_name(b.waiting < b.cores ? waiting : computing, siege->models[m].name);
    }
    showing_say(showing,
                "The bounds with %d clients: by what server and clients compute for an answer on "
                "%d core%s, and by how many requests can wait at once. Waiting is the lower for: "
                "%s. Cores are for: %s.",
                siege->loads[SIEGE_MOST], siege->cores, siege->cores == 1 ? "" : "s",
                waiting[0] != '\0' ? waiting : "none", computing[0] != '\0' ? computing : "none");
}

/* --- threads and processes --- */

/* The median of all loads; NAN: none was measured. */
static double usual_cpu(const struct siege *siege, int model)
{
    double values[SIEGE_LOADS];
    int count = 0;
    for (int i = 0; i < SIEGE_LOADS; i++)
        if (has(&siege->cells[model][i]))
            values[count++] = siege->cells[model][i].cpu_s;
    return count > 0 ? samples_median(values, count) : NAN;
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
    if (process_s > thread_s)
        showing_say(showing,
                    "So fork costs %s more than a thread each time, %.1f times what a request "
                    "computes.",
                    time_word(&words, process_s - thread_s),
                    (process_s - thread_s) / siege->compute_s);
    else
        showing_say(showing, "So fork did not cost more than a thread this time.");
}

/* --- pool --- */

static void tell_pool(const struct siege *siege, struct showing *showing)
{
    struct words words = {.used = 0};
    const struct siege_cell *cells = siege->cells[SIEGE_POOL], *most = &cells[SIEGE_MOST];
    double bound = cells[0].tally.workers / siege->alone_s;
    int full = 0;
    while (full < SIEGE_LOADS && !(has(&cells[full]) && cells[full].seen.rate >= 0.8 * bound))
        full++;
    if (!has(most))
        return;
    if (full == SIEGE_LOADS)
        showing_say(showing,
                    "The pool's %d threads could answer %s/s and got no nearer than to %s/s with "
                    "%d clients: something else is short before its threads are.",
                    most->tally.workers, rate_word(&words, bound),
                    rate_word(&words, most->seen.rate), siege->loads[SIEGE_MOST]);
    else
        showing_say(showing,
                    "The pool of %d can answer %s/s and is full with %d clients (%s/s, half of "
                    "the answers within %s); with %d it reached %s/s, within %s.",
                    most->tally.workers, rate_word(&words, bound), siege->loads[full],
                    rate_word(&words, cells[full].seen.rate),
                    time_word(&words, cells[full].seen.half_s), siege->loads[SIEGE_MOST],
                    rate_word(&words, most->seen.rate), time_word(&words, most->seen.half_s));
}

/* --- event loop --- */

static void tell_events(const struct siege *siege, struct showing *showing)
{
    struct words words = {.used = 0};
    const struct siege_cell *events = siege->cells[SIEGE_EVENTS],
                            *threads = siege->cells[SIEGE_THREADS],
                            *serial = siege->cells[SIEGE_SERIAL];
    if (has(&events[0]) && has(&serial[0]))
        showing_say(showing,
                    "For one client epoll has an answer in %s (50 %%), serial in %s; the server "
                    "computes %s and %s.",
                    time_word(&words, events[0].seen.half_s),
                    time_word(&words, serial[0].seen.half_s), time_word(&words, events[0].cpu_s),
                    time_word(&words, serial[0].cpu_s));
    if (has(&events[SIEGE_MOST]) && has(&threads[SIEGE_MOST]))
        showing_say(showing,
                    "With %d its one thread computes %s for an answer and gives %s/s, %.1f times "
                    "what a thread for each gives.",
                    siege->loads[SIEGE_MOST], time_word(&words, events[SIEGE_MOST].cpu_s),
                    rate_word(&words, events[SIEGE_MOST].seen.rate),
                    events[SIEGE_MOST].seen.rate / threads[SIEGE_MOST].seen.rate);
}

/* --- what is right and what is missing --- */

static void tell_little(const struct siege *siege, struct showing *showing)
{
    int rows = 0, near = 0, load = 0;
    double furthest = 1;
    for (int i = 0; i < SIEGE_MODELS * SIEGE_LOADS; i++) {
        const struct siege_cell *cell = &siege->cells[i / SIEGE_LOADS][i % SIEGE_LOADS];
        if (!has(cell))
            continue;
        double ratio = cell->seen.little / siege->loads[i % SIEGE_LOADS];
        rows++;
        near += fabs(ratio - 1) <= 0.1;
        if (fabs(ratio - 1) >= fabs(furthest - 1)) {
            furthest = ratio;
            load = siege->loads[i % SIEGE_LOADS];
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
    for (int i = 0; i < SIEGE_MODELS * SIEGE_LOADS; i++) {
        const struct siege_cell *cell = &siege->cells[i / SIEGE_LOADS][i % SIEGE_LOADS];
        answered += cell->seen.answered;
        wrong += cell->seen.wrong;
        failed += cell->seen.failed;
        refused += cell->tally.refused;
        unmeasured += !cell->measured;
        cold += cell->measured && !cell->seen.warm;
    }
    showing_say(showing, "All %ld answers were checked: %ld were wrong, and %ld clients got none.",
                answered, wrong, failed);
    if (siege->limit != NULL)
        showing_say(showing, "No more than %d clients: the limit of %s does not allow 1,000.",
                    siege->loads[SIEGE_MOST], siege->limit);
    if (refused > 0)
        showing_say(showing, "%ld times there was no further thread or process (ulimit -u).",
                    refused);
    if (unmeasured + cold > 0)
        showing_say(showing,
                    "The machine was slow or busy: %d rows were not measured, and in %d not each "
                    "client had had an answer before.",
                    unmeasured, cold);
}

void siege_tell(const struct siege *siege, struct showing *showing)
{
    tell_bounds(siege, showing);
    tell_serial(siege, showing);
    tell_starts(siege, showing);
    tell_pool(siege, showing);
    tell_events(siege, showing);
    tell_little(siege, showing);
    tell_missing(siege, showing);
}
