#include "demo/kit/ladder.h"

#include "base/clock.h"
#include "demo/kit/pool_task.h"
#include "number/numbers.h"

#include <math.h>
#include <stdlib.h>

const int64_t LADDER_SQUARES[LADDER_RUNGS] = {0, 1, 2, 4, 8, 16, 32, 100, 300, 1000};

const struct setting LADDER_SETTINGS[] = {
    {"size", SETTING_BYTES, offsetof(struct ladder_settings, size), "4M", 1 << 12, 1 << 24, NULL,
     "bytes of all numbers"},
    {.name = NULL},
};

int ladder_open(struct ladder *ladder, int64_t count, struct err *err)
{
    *ladder = (struct ladder){.count = count};
    ladder->in = malloc((size_t)count * NUMBER_SIZE);
    ladder->out = malloc((size_t)count * NUMBER_SIZE);
    if (ladder->in == NULL || ladder->out == NULL)
        return err_memory(err, "the numbers");
    for (int64_t i = 0; i < count; i++) {
        ladder->in[i] = 2 * i + 1; /* odd, so that no power of it is 0 */
        ladder->out[i] = 0;
    }
    return 0;
}

void ladder_close(struct ladder *ladder)
{
    free(ladder->in);
    free(ladder->out);
    ladder->in = ladder->out = NULL;
}

const char *ladder_label(int rung, char label[UNIT_TEXT])
{
    (void)snprintf(label, UNIT_TEXT, "%lld", (long long)LADDER_SQUARES[rung]);
    return label;
}

static int64_t square(int64_t number, int64_t times)
{
    uint64_t power = (uint64_t)number;
    for (int64_t i = 0; i < times; i++)
        power *= power;
    return (int64_t)power;
}

/* Not inlined: one thread and several must run the same instructions. A copy of this loop elsewhere
 * in memory took one thread 1.6 times as long, because the processor mispredicted its branches. */
__attribute__((noinline)) void ladder_square(const struct ladder *ladder, int rung, int64_t begin,
                                             int64_t count)
{
    const int64_t *in = ladder->in;
    int64_t *out = ladder->out;
    for (int64_t i = begin; i < begin + count; i++)
        out[i] = square(in[i], LADDER_SQUARES[rung]);
}

int64_t ladder_wrong(const struct ladder *ladder, int rung)
{
    int64_t wrong = 0;
    for (int64_t i = 0; i < ladder->count; i++)
        wrong += ladder->out[i] != square(ladder->in[i], LADDER_SQUARES[rung]);
    return wrong;
}

/* --- climbing --- */

/* Seconds for all numbers of a rung. */
struct round {
    double alone, shared, parts[LADDER_PARTS];
};

/* One round of a rung. */
static int try_rung(struct ladder *ladder, int rung, ladder_fn *several, void *arg,
                    struct round *round, struct err *err)
{
    int64_t start = clock_now_ns();
    ladder_square(ladder, rung, 0, ladder->count);
    round->alone = clock_seconds(clock_now_ns() - start);
    if (several(arg, rung, round->parts, err) != 0)
        return -1;
    round->shared = 0;
    for (int part = 0; part < LADDER_PARTS; part++)
        round->shared += round->parts[part];
    return 0;
}

/* Decides how many rungs to climb, by trying each a few times; these tries do not count, but warm
 * up. */
static int find_top(struct ladder *ladder, ladder_fn *several, void *arg, struct err *err)
{
    enum { RUNGS_LEAST = 6, TRIES = 3 };
    const double CLEARLY = 1.5, LONG_S = 0.05;
    struct round round;
    bool enough = false;
    for (ladder->rungs = 0; ladder->rungs < LADDER_RUNGS && !enough; ladder->rungs++) {
        double alone = INFINITY, shared = INFINITY;
        for (int i = 0; i < TRIES && !enough; i++) {
            if (try_rung(ladder, ladder->rungs, several, arg, &round, err) != 0)
                return -1;
            alone = fmin(alone, round.alone);
            shared = fmin(shared, round.shared);
            enough =
                ladder->rungs + 1 >= RUNGS_LEAST && (alone > CLEARLY * shared || alone > LONG_S);
        }
        ladder->alone[ladder->rungs] = ladder->shared[ladder->rungs] = INFINITY;
    }
    return 0;
}

static void keep_quickest(struct ladder *ladder, int rung, const struct round *round)
{
    const double each = 1 / (double)ladder->count;
    ladder->alone[rung] = fmin(ladder->alone[rung], round->alone * each);
    if (round->shared * each < ladder->shared[rung]) {
        ladder->shared[rung] = round->shared * each;
        for (int part = 0; part < LADDER_PARTS; part++)
            ladder->parts[rung][part] = round->parts[part] * each;
    }
    ladder->faster[rung] = ladder->alone[rung] / ladder->shared[rung];
}

/* The longer the tasks, the larger the gain. So if several workers were faster on one rung, but not
 * on the next, they were disturbed there in all rounds so far. */
static bool disturbed(const struct ladder *ladder)
{
    bool found = false;
    for (int rung = 1; rung < ladder->rungs; rung++)
        found |= ladder->faster[rung - 1] > 1 && ladder->faster[rung] <= 1;
    return found;
}

int ladder_climb(struct ladder *ladder, ladder_fn *several, void *arg, int64_t enough_ns,
                 struct err *err)
{
    const int64_t until = clock_now_ns() + enough_ns, latest = until + 2 * enough_ns;
    struct round round;
    if (find_top(ladder, several, arg, err) != 0)
        return -1;
    for (ladder->rounds = 0; ladder->rounds < LADDER_ROUNDS_LEAST || clock_now_ns() < until ||
                             (disturbed(ladder) && clock_now_ns() < latest);
         ladder->rounds++)
        for (int rung = 0; rung < ladder->rungs; rung++) {
            if (try_rung(ladder, rung, several, arg, &round, err) != 0)
                return -1;
            keep_quickest(ladder, rung, &round);
        }
    return 0;
}

/* --- results --- */

double ladder_even(const struct ladder *ladder, int *rung)
{
    *rung = ladder->rungs;
    while (*rung > 0 && ladder->faster[*rung - 1] > 1)
        --*rung;
    return pool_task_pays(ladder->alone, ladder->faster, ladder->rungs);
}

void ladder_show(const struct ladder *ladder, const char *key, const char *alone,
                 const char *shared, struct showing *showing)
{
    const struct showing_column columns[] = {{"alone_s", alone, SHOWN_SECONDS},
                                             {"shared_s", shared, SHOWN_SECONDS},
                                             {"faster", "faster", SHOWN_TIMES},
                                             {.key = NULL}};
    char label[UNIT_TEXT];
    showing_table(showing, key, "times squared", columns);
    for (int i = 0; i < ladder->rungs; i++)
        showing_row(showing, ladder_label(i, label),
                    (double[]){ladder->alone[i], ladder->shared[i], ladder->faster[i]});
}
