#include "demo/server/load_test.h"

#include "base/clock.h"
#include "measure/samples.h"

static const int64_t WAIT_NS = NS_PER_MS, COMPUTE_NS = 20 * NS_PER_US, MEASURE_NS = 120 * NS_PER_MS;

/* Serially 1,000 clients are answered once in 1.1 s: longer than that no warm-up needs. */
static const int64_t WARM_NS = 1600 * NS_PER_MS, ALL_NS = 6 * NS_PER_S;

/* LOOKS: at a request alone. WORKERS_A_CORE: of the pool. */
enum { LOOKS = 15, WORKERS_A_CORE = 4, WORKERS_MOST = 512 };

/* --- a request alone --- */

static double time_steps(struct serving *serving, int64_t steps)
{
    double seconds[LOOKS];
    serving->steps = steps;
    for (int i = 0; i < LOOKS; i++) {
        int64_t before = clock_now_ns();
        volatile int64_t answer = serving_answer(serving, CLIENTS_FIRST + i);
        (void)answer;
        seconds[i] = clock_seconds(clock_now_ns() - before);
    }
    return samples_median(seconds, LOOKS);
}

/* How many steps of computing a request is, how long those take, and how long with the wait. */
static void weigh_request(struct siege *siege, struct serving *serving)
{
    const int64_t TRIAL = 5000;
    double seconds[LOOKS], step_s = time_steps(serving, TRIAL) / (double)TRIAL;
    serving->wait_ns = WAIT_NS;
    siege->compute_s = time_steps(serving, (int64_t)(clock_seconds(COMPUTE_NS) / step_s) + 1);
    for (int i = 0; i < LOOKS; i++) {
        int64_t before = clock_now_ns();
        clock_sleep_until(before + serving->wait_ns);
        seconds[i] = clock_seconds(clock_now_ns() - before);
    }
    siege->sleep_s = samples_median(seconds, LOOKS);
    siege->least_s = clock_seconds(serving->wait_ns) + siege->compute_s;
}

/* --- a cell --- */

static int measure(struct siege_cell *cell, serving_fn *serve, struct serving *serving,
                   struct clients_load *load, struct err *err)
{
    int status = serving_open(serving, err);
    if (status == 0)
        status = serving_start(serving, serve, err);
    load->server = serving->address;
    if (status == 0)
        status = clients_run(load, &cell->seen, err);
    if (serving->process != 0 && serving_stop(serving, err) != 0)
        status = -1;
    if (status == 0) {
        cell->measured = true;
        cell->tally = *serving->tally;
        cell->cpu_s = cell->tally.served > 0
                          ? clock_seconds(cell->tally.cpu_ns) / (double)cell->tally.served
                          : NAN;
    }
    serving_close(serving);
    return status;
}

/* All models under one load; serial ones, which take longest to warm up, at the end. Behind
 * `until_ns` no cell is begun, and no warm-up lasts. */
static int measure_load(struct siege *siege, int which, struct serving *serving, int64_t until_ns,
                        struct err *err)
{
    int64_t answers[CLIENTS_NUMBERS];
    struct clients_load load = {
        .clients = siege->loads[which], .measure_ns = MEASURE_NS, .answers = answers};
    for (int i = 0; i < CLIENTS_NUMBERS; i++)
        answers[i] = serving_answer(serving, CLIENTS_FIRST + i);
    for (int m = SIEGE_MODELS - 1; m >= 0; m--) {
        int64_t left_ns = until_ns - clock_now_ns();
        load.warm_ns = left_ns < WARM_NS ? left_ns : WARM_NS;
        if (left_ns > 0 &&
            measure(&siege->cells[m][which], SIEGE_MODEL[m].serve, serving, &load, err) != 0)
            return -1;
    }
    return 0;
}

/* --- all of them --- */

static void show_load(const struct siege *siege, int which, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"rate", "answers", SHOWN_RATE},
                                                    {"half_s", "50 %", SHOWN_SECONDS},
                                                    {"most_s", "99 %", SHOWN_SECONDS},
                                                    {"worst_s", "worst", SHOWN_SECONDS},
                                                    {"little", "Little", SHOWN_NUMBER},
                                                    {"server_cpu_s", "cpu each", SHOWN_SECONDS},
                                                    {.key = NULL}};
    char key[32], title[32];
    int clients = siege->loads[which];
    (void)snprintf(key, sizeof(key), "clients_%d", clients);
    (void)snprintf(title, sizeof(title), "%d client%s", clients, clients == 1 ? "" : "s");
    showing_table(showing, key, title, COLUMNS);
    for (int m = 0; m < SIEGE_MODELS; m++) {
        const struct siege_cell *cell = &siege->cells[m][which];
        const struct clients_seen *seen = &cell->seen;
        double values[] = {seen->rate,    seen->half_s, seen->most_s,
                           seen->worst_s, seen->little, cell->cpu_s};
        for (size_t i = 0; !cell->measured && i < sizeof(values) / sizeof(values[0]); i++)
            values[i] = NAN;
        showing_row(showing, SIEGE_MODEL[m].name, values);
    }
}

/* --- the demo --- */

struct siege_settings {
    int64_t clients;
};

const struct setting SIEGE_SETTINGS[] = {
    {"clients", SETTING_COUNT, offsetof(struct siege_settings, clients), "1000", 1, 1000, NULL,
     "most clients at once"},
    {.name = NULL},
};

/* 1, 10, 100, and at the end as many as are wanted and may be. */
static void choose_loads(struct siege *siege, int wanted)
{
    int most = clients_allowed(wanted, &siege->limit), load = 1;
    for (siege->last = 0; load < most && siege->last < SIEGE_LOADS - 1; load *= 10)
        siege->loads[siege->last++] = load;
    siege->loads[siege->last] = most;
}

static int measure_all(struct siege *siege, struct showing *showing, struct err *err)
{
    int64_t until_ns = clock_now_ns() + ALL_NS;
    struct serving serving = {.listener = -1, .workers = siege->workers};
    weigh_request(siege, &serving);
    for (int i = 0; i <= siege->last; i++) {
        if (measure_load(siege, i, &serving, until_ns, err) != 0)
            return -1;
        show_load(siege, i, showing);
    }
    return 0;
}

int siege_run(struct scene *scene, struct err *err)
{
    const struct siege_settings *settings = scene->settings;
    int usual = WORKERS_A_CORE * scene->cores->count;
    struct siege siege = {.cores = scene->cores->count};
    siege.workers = scene_threads(scene, usual < WORKERS_MOST ? usual : WORKERS_MOST);
    choose_loads(&siege, (int)settings->clients);
    int64_t began_ns = clock_now_ns(), cpu_ns = serving_cpu_ns();
    struct load before = scene_load(scene);
    if (measure_all(&siege, &scene->showing, err) != 0)
        return -1;
    struct load after = scene_load(scene);
    siege.others = load_of_others(&before, &after, clock_seconds(serving_cpu_ns() - cpu_ns),
                                  clock_seconds(clock_now_ns() - began_ns));
    siege_tell(&siege, &scene->showing);
    return 0;
}
