#include "demo/server/load_test.h"

#include "base/clock.h"
#include "base/text.h"
#include "measure/samples.h"

static const int64_t WAIT_NS = NS_PER_MS, COMPUTE_NS = 20 * NS_PER_US, MEASURE_NS = 120 * NS_PER_MS;

/* A serial server answers each of 1,000 clients once in 1.1 s: no warm-up needs longer. */
static const int64_t WARM_NS = 1600 * NS_PER_MS, ALL_NS = 6 * NS_PER_S;

enum { LOOKS = 15 /* measurements of a single request */ };

/* --- a single request --- */

static double time_steps(struct server_process *server_process, int64_t steps)
{
    double seconds[LOOKS];
    server_process->steps = steps;
    for (int i = 0; i < LOOKS; i++) {
        int64_t before = clock_now_ns();
        volatile int64_t answer = server_process_answer(server_process, CLIENTS_FIRST + i);
        (void)answer;
        seconds[i] = clock_seconds(clock_now_ns() - before);
    }
    return samples_median(seconds, LOOKS);
}

/* Finds how many steps of computing make up a request, how long those take, and how long the wait
 * really takes. */
static void weigh_request(struct load_test *load_test, struct server_process *server_process)
{
    const int64_t TRIAL = 5000;
    double seconds[LOOKS], step_s = time_steps(server_process, TRIAL) / (double)TRIAL;
    server_process->wait_ns = WAIT_NS;
    load_test->compute_s =
        time_steps(server_process, (int64_t)(clock_seconds(COMPUTE_NS) / step_s) + 1);
    for (int i = 0; i < LOOKS; i++) {
        int64_t before = clock_now_ns();
        clock_sleep_until(before + server_process->wait_ns);
        seconds[i] = clock_seconds(clock_now_ns() - before);
    }
    load_test->sleep_s = samples_median(seconds, LOOKS);
    load_test->least_s = clock_seconds(server_process->wait_ns) + load_test->compute_s;
}

/* --- one model under one load --- */

static int measure(struct load_test_cell *cell, server_process_fn *serve,
                   struct server_process *server_process, struct clients_load *load,
                   struct err *err)
{
    int status = server_process_open(server_process, err);
    if (status == 0)
        status = server_process_start(server_process, serve, err);
    load->server = server_process->address;
    if (status == 0)
        status = clients_run(load, &cell->seen, err);
    if (server_process->process != 0 && server_process_stop(server_process, err) != 0)
        status = -1;
    if (status == 0) {
        cell->measured = true;
        cell->tally = *server_process->tally;
        cell->cpu_s = cell->tally.served > 0
                          ? clock_seconds(cell->tally.cpu_ns) / (double)cell->tally.served
                          : NAN;
    }
    server_process_close(server_process);
    return status;
}

/* Measures all models under one load; serial ones, which take longest to warm up, come last. After
 * `until_ns` no measurement is begun, and warm-ups end by then. */
static int measure_load(struct load_test *load_test, int which,
                        struct server_process *server_process, int64_t until_ns, struct err *err)
{
    int64_t answers[CLIENTS_NUMBERS];
    struct clients_load load = {
        .clients = load_test->loads[which], .measure_ns = MEASURE_NS, .answers = answers};
    for (int i = 0; i < CLIENTS_NUMBERS; i++)
        answers[i] = server_process_answer(server_process, CLIENTS_FIRST + i);
    for (int m = LOAD_TEST_MODELS - 1; m >= 0; m--) {
        int64_t left_ns = until_ns - clock_now_ns();
        load.warm_ns = left_ns < WARM_NS ? left_ns : WARM_NS;
        if (left_ns > 0 && measure(&load_test->cells[m][which], load_test->models[m].serve,
                                   server_process, &load, err) != 0)
            return -1;
    }
    return 0;
}

/* --- all measurements --- */

static void show_load(const struct load_test *load_test, int which, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"rate", "answers", SHOWN_RATE},
                                                    {"half_s", "50 %", SHOWN_SECONDS},
                                                    {"most_s", "99 %", SHOWN_SECONDS},
                                                    {"worst_s", "worst", SHOWN_SECONDS},
                                                    {"little", "Little", SHOWN_NUMBER},
                                                    {"server_cpu_s", "cpu each", SHOWN_SECONDS},
                                                    {.key = NULL}};
    char key[32], title[32];
    int clients = load_test->loads[which];
    (void)snprintf(key, sizeof(key), "clients_%d", clients);
    (void)snprintf(title, sizeof(title), "%d client%s", clients, plural(clients));
    showing_table(showing, key, title, COLUMNS);
    for (int m = 0; m < LOAD_TEST_MODELS; m++) {
        const struct load_test_cell *cell = &load_test->cells[m][which];
        const struct clients_seen *seen = &cell->seen;
        double values[] = {seen->rate,    seen->half_s, seen->most_s,
                           seen->worst_s, seen->little, cell->cpu_s};
        for (size_t i = 0; !cell->measured && i < sizeof(values) / sizeof(values[0]); i++)
            values[i] = NAN;
        showing_row(showing, load_test->models[m].name, values);
    }
}

/* 1, 10, 100, and finally as many as are wanted and allowed. */
static void choose_loads(struct load_test *load_test, int wanted)
{
    int most = clients_allowed(wanted, &load_test->limit), load = 1;
    for (load_test->last = 0; load < most && load_test->last < LOAD_TEST_LOADS - 1; load *= 10)
        load_test->loads[load_test->last++] = load;
    load_test->loads[load_test->last] = most;
}

static int measure_all(struct load_test *load_test, struct showing *showing, struct err *err)
{
    int64_t until_ns = clock_now_ns() + ALL_NS;
    struct server_process server_process = {.listener = -1, .workers = load_test->workers};
    weigh_request(load_test, &server_process);
    for (int i = 0; i <= load_test->last; i++) {
        if (measure_load(load_test, i, &server_process, until_ns, err) != 0)
            return -1;
        show_load(load_test, i, showing);
    }
    return 0;
}

int load_test_measure(struct load_test *load_test, int clients, struct scene *scene,
                      struct err *err)
{
    choose_loads(load_test, clients);
    int64_t began_ns = clock_now_ns(), cpu_ns = server_process_cpu_ns();
    struct load before = scene_load(scene);
    if (measure_all(load_test, &scene->showing, err) != 0)
        return -1;
    struct load after = scene_load(scene);
    load_test->others =
        load_of_others(&before, &after, clock_seconds(server_process_cpu_ns() - cpu_ns),
                       clock_seconds(clock_now_ns() - began_ns));
    return 0;
}
