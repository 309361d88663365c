/*
 * squares - computing: the square of a number, or the square of its square, and so on.
 *
 * repeat=1 is exact: x*x in int64 (an overflow is an error), or in float64. With repeat=K a number
 * is squared K times modulo the prime 2^61-1, which is pow(x, 2**K, 2**61-1) in Python: each step
 * needs the one before, so no compiler shortens the chain, and any big-number program can check it.
 * With --cost, each task has its own K, at least 1, and its result is for that K.
 */
#include "base/simd.h"
#include "work/chain.h"
#include "work/work.h"

#include <inttypes.h>

struct squares {
    int64_t repeat;
};

static const struct setting SETTINGS[] = {
    {"repeat", SETTING_COUNT, offsetof(struct squares, repeat), "1", 1, INT64_C(1000000000000),
     NULL, "how often each number is squared, modulo 2^61-1 (once: exactly)"},
    {.name = NULL},
};

/* The largest x with x*x <= INT64_MAX. */
#define LARGEST_ROOT INT64_C(3037000499)

/* Few enough that they are still in registers, or on their way into the first-level cache, when
 * they are squared: so one pass over memory both checks and squares. */
enum { TOGETHER = 64 };

static inline bool all_have_squares(const int64_t *x, int64_t count)
{
    uint64_t misfits = 0;
    for (int64_t i = 0; i < count; i++)
        misfits |= (uint64_t)x[i] + LARGEST_ROOT > 2 * (uint64_t)LARGEST_ROOT;
    return misfits == 0;
}

static inline void square_all(int64_t *x, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        x[i] = (int64_t)((uint64_t)x[i] * (uint64_t)x[i]);
}

/* Squares numbers up to a block in which some have no square in int64; returns how many it
 * squared. */
SIMD_CLONES static int64_t square_whole(int64_t *x, int64_t count)
{
    int64_t done = 0;
    for (; done + TOGETHER <= count; done += TOGETHER) {
        if (!all_have_squares(x + done, TOGETHER))
            return done;
        square_all(x + done, TOGETHER);
    }
    if (!all_have_squares(x + done, count - done))
        return done;
    square_all(x + done, count - done);
    return count;
}

SIMD_CLONES static void square_float(double *x, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        x[i] = x[i] * x[i];
}

static int overflow(const struct numbers *piece, struct err *err)
{
    int64_t i = 0;
    while (piece->i64[i] <= LARGEST_ROOT && piece->i64[i] >= -LARGEST_ROOT)
        i++;
    err_set(err, ERR_INPUT,
            "the square of %" PRId64 " at position %" PRId64
            " (counted from 0) does not fit into int64",
            piece->i64[i], piece->first + i);
    err_at(err, piece->first + i);
    return err_remedy(err, "use smaller numbers, --type float64 for text, or --work "
                           "squares:repeat=2 (modulo 2^61-1)");
}

static int run_exact(struct numbers *numbers, const struct safepoint *at, struct err *err)
{
    const int64_t PIECE = 2048;
    for (int64_t done = 0; done < numbers->count; done += PIECE) {
        int64_t rest = numbers->count - done;
        struct numbers piece = numbers_part(numbers, done, rest < PIECE ? rest : PIECE);
        int64_t squared = square_whole(piece.i64, piece.count);
        if (squared < piece.count) {
            struct numbers misfits = numbers_part(&piece, squared, piece.count - squared);
            return overflow(&misfits, err);
        }
        safepoint_pass(at);
    }
    return 0;
}

static int run(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err)
{
    int64_t repeat = ((const struct squares *)work->settings)->repeat;
    if (numbers->kind == NUMBER_FLOAT64) {
        square_float(numbers->f64, numbers->count);
        return 0;
    }
    if (repeat == 1)
        return run_exact(numbers, at, err);
    for (int64_t i = 0; i < numbers->count; i++) {
        int64_t times = cost_of(&work->cost, repeat, numbers->first + i);
        numbers->i64[i] = chain_square(numbers->i64[i], times > 1 ? times : 1, at);
    }
    return 0;
}

static int accepts(const struct work *work, enum number_kind kind, struct err *err)
{
    if (kind == NUMBER_INT64 || ((const struct squares *)work->settings)->repeat == 1)
        return 0;
    err_set(err, ERR_INPUT, "'%s' needs whole numbers: it computes modulo 2^61-1", work->spec);
    return err_remedy(err, "give it int64 numbers, or use repeat=1");
}

/* With fewer squarings, the cost cannot be doubled or halved with any precision, and a task takes
 * hardly longer than handing it out. */
static int scales(const struct work *work, struct err *err)
{
    const int64_t LEAST = 16;
    if (((const struct squares *)work->settings)->repeat >= LEAST)
        return 0;
    err_set(err, ERR_INPUT, "the tasks of '%s' are too short for --cost %s to show", work->spec,
            COSTS[work->cost.shape]);
    return err_remedy(err, "make them longer: --work squares:repeat=1000");
}

static int64_t grain(const struct work *work)
{
    int64_t repeat = ((const struct squares *)work->settings)->repeat;
    if (repeat == 1)
        return 8192;            /* 64 KiB: a fraction of a second-level cache */
    const int64_t STEPS = 4096; /* of some 3 ns each */
    return repeat < STEPS ? STEPS / repeat : 1;
}

/* The sum of (a + i*s)^2 for i = 0..n-1 is n*a^2 + a*s*n*(n-1) + s^2*(n-1)*n*(2n-1)/6. All |values|
 * are below 2^32 when this is called (else the job has failed), so no term reaches 2^127. */
static bool range_sum(const struct work *work, const struct range *range, int128 *sum)
{
    if (((const struct squares *)work->settings)->repeat != 1)
        return false;
    int128 n = range->count, a = range->begin, s = range->step;
    *sum = n * a * a + a * s * n * (n - 1) + s * s * ((n - 1) * n * (2 * n - 1) / 6);
    return true;
}

const struct workload WORKLOAD_SQUARES = {
    .name = "squares",
    .help = "compute: the square of each number",
    .table = SETTINGS,
    .settings_size = sizeof(struct squares),
    .accepts = accepts,
    .scales = scales,
    .run = run,
    .grain = grain,
    .range_sum = range_sum,
};
