/* load_test_bounds - the most that each model could answer: limited by computing, and by
 * waiting. */
#include "demo/server/load_test.h"

#include "base/text.h"

#include <string.h>

struct bounds {
    double cpu_s;            /* of server and clients, per answer */
    double cores;            /* answers a second that the cores can compute */
    double at_once, waiting; /* requests that can wait at once, and answers a second by that */
    double reached;          /* fraction of the lower bound */
};

/* The clients are one thread, and so are some servers: each of those has one core at most. */
static struct bounds bounds_of(const struct load_test *load_test, int model)
{
    const struct load_test_cell *cell = &load_test->cells[model][load_test->last];
    double clients_s = cell->seen.cpu_s, server_s = cell->cpu_s;
    struct bounds b = {.cpu_s = clients_s + server_s, .at_once = load_test->loads[load_test->last]};
    b.cores = fmin(load_test->cores / b.cpu_s, 1 / clients_s);
    if (load_test->models[model].alone)
        b.cores = fmin(b.cores, 1 / server_s);
    if (model == LOAD_TEST_SERIAL)
        b.at_once = 1;
    else if (model == LOAD_TEST_POOL)
        b.at_once = fmin(b.at_once, cell->tally.workers);
    b.waiting = b.at_once / load_test->least_s;
    b.reached = cell->seen.rate / fmin(b.cores, b.waiting);
    return b;
}

void load_test_tell_bounds(const struct load_test *load_test, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {
        {"cpu_s", "cpu, all", SHOWN_SECONDS}, {"by_cores", "by cores", SHOWN_RATE},
        {"at_once", "at once", SHOWN_COUNT},  {"by_waiting", "by waiting", SHOWN_RATE},
        {"reached", "reached", SHOWN_SHARE},  {.key = NULL}};
    char waiting[100] = "", computing[100] = "";
    showing_table(showing, "bounds", "bounds", COLUMNS);
    for (int m = 0; m < LOAD_TEST_MODELS; m++) {
        const struct bounds b = bounds_of(load_test, m);
        if (!load_test_has(&load_test->cells[m][load_test->last]))
            continue;
        showing_row(showing, load_test->models[m].name,
                    (double[]){b.cpu_s, b.cores, b.at_once, b.waiting, b.reached});
        text_item(b.waiting < b.cores ? waiting : computing, sizeof(waiting), ", ", "%s",
                  load_test->models[m].name);
    }
    showing_say(showing,
                "Two things limit the rate with %d clients: what server and clients compute for "
                "an answer, on %d core%s, and how many requests can wait at once. Waiting limits: "
                "%s. Cores limit: %s.",
                load_test->loads[load_test->last], load_test->cores, plural(load_test->cores),
                waiting[0] != '\0' ? waiting : "none", computing[0] != '\0' ? computing : "none");
}
