#include "number/tally.h"

#include "base/arithmetic.h"
#include "base/simd.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Eight numbers side by side. The compiler turns these into the machine's vectors. */
typedef uint64_t lanes __attribute__((vector_size(64), aligned(8), may_alias));

enum { LANES = sizeof(lanes) / sizeof(uint64_t) };

/* Sums over results: of each one's mixed bits (its halves xor-ed), of those times their positions,
 * and of its halves. */
struct sums {
    uint64_t mixed, weighted;
    uint64_t low, high; /* `high`: of upper halves with their sign bit flipped */
};

#define LOW_HALF     UINT64_C(0xffffffff)
#define SIGN_OF_HIGH UINT64_C(0x80000000)

/* Sums whole rows of lanes; the k-th result is weighted with k. This needs no multiplication, which
 * no vector instruction offers for 64 bits before AVX-512DQ: `behind` adds up the sum so far after
 * each row, so it has a result of row j rows - j times. Halves are added in 64-bit lanes, as a
 * 128-bit addition would not vectorise; `ahead` is fetched meanwhile. */
SIMD_CLONES static void sum_rows(const int64_t *x, int64_t rows, const int64_t *ahead,
                                 struct sums *sums)
{
    lanes mixed = {0}, behind = {0}, low = {0}, high = {0};
    for (int64_t j = 0; j < rows; j++) {
        lanes bits = *(const lanes *)(x + j * LANES), upper = bits >> 32;
        __builtin_prefetch(ahead + j * LANES, 1);
        mixed += (bits ^ upper) & LOW_HALF;
        behind += mixed;
        low += bits & LOW_HALF;
        high += upper ^ SIGN_OF_HIGH;
    }
    for (uint64_t k = 0; k < LANES; k++) {
        sums->mixed += mixed[k];
        sums->weighted += ((uint64_t)rows * LANES + k) * mixed[k] - LANES * behind[k];
        sums->low += low[k];
        sums->high += high[k];
    }
}

/* Sums the results after the last whole row. */
static void sum_rest(const int64_t *x, int64_t begin, int64_t end, struct sums *sums)
{
    for (int64_t i = begin; i < end; i++) {
        uint64_t bits = (uint64_t)x[i], mixed = (bits ^ bits >> 32) & LOW_HALF;
        sums->mixed += mixed;
        sums->weighted += (uint64_t)i * mixed;
        sums->low += bits & LOW_HALF;
        sums->high += bits >> 32 ^ SIGN_OF_HIGH;
    }
}

/* For at most 2^31 results, so that the sums of their halves do not overflow. `ahead` NULL: nothing
 * to fetch. */
static struct sums sums_of(const int64_t *x, int64_t count, const int64_t *ahead)
{
    struct sums sums = {0};
    sum_rows(x, count / LANES, ahead != NULL ? ahead : x, &sums);
    sum_rest(x, count - count % LANES, count, &sums);
    return sums;
}

static int128 sum_of(const struct sums *sums, int64_t count)
{
    return (int128)sums->low + ((int128)sums->high << 32) - ((int128)count << 63);
}

/* The sum of the results' bits modulo 2^64, plus that of their mixed bits times their positions.
 * `first` is below 2^32, and so are the positions. */
static uint64_t fingerprint_of(const struct sums *sums, int64_t count, uint64_t first)
{
    return (uint64_t)sum_of(sums, count) + first * sums->mixed + sums->weighted;
}

/* --- pieces --- */

/* Takes both sums of a piece in one pass; pieces stay in the first-level cache. */
static void add_piece(struct tally *tally, const struct numbers *piece, const int64_t *ahead)
{
    struct sums sums = sums_of(piece->i64, piece->count, ahead);
    uint64_t first = (uint64_t)piece->first & LOW_HALF;
    tally->fingerprint += fingerprint_of(&sums, piece->count, first);
    if (tally->kind == NUMBER_INT64)
        tally->sum += sum_of(&sums, piece->count);
}

/* How many results can be taken at once: the lower half of their positions must not wrap around. */
static int64_t piece_at(const struct numbers *numbers, int64_t done)
{
    const int64_t PIECE = 2048;
    int64_t rest = numbers->count - done;
    int64_t until = (int64_t)(LOW_HALF + 1 - ((uint64_t)(numbers->first + done) & LOW_HALF));
    int64_t count = rest < PIECE ? rest : PIECE;
    return count < until ? count : until;
}

static void add_pieces(struct tally *tally, const struct numbers *numbers, const int64_t *ahead)
{
    for (int64_t done = 0, count; done < numbers->count; done += count) {
        count = piece_at(numbers, done);
        struct numbers piece = numbers_part(numbers, done, count);
        add_piece(tally, &piece, ahead != NULL ? ahead + done : NULL);
    }
}

uint64_t numbers_fingerprint(const struct numbers *numbers)
{
    struct tally tally = {.kind = numbers->kind};
    add_pieces(&tally, numbers, NULL);
    return tally.fingerprint;
}

void tally_start(struct tally *tally, enum number_kind kind)
{
    memset(tally, 0, sizeof(*tally));
    tally->kind = kind;
}

void tally_add_floats(struct tally *tally, const struct numbers *results)
{
    int64_t i = 0;
    for (; i < results->count && (results->first + i) % TALLY_LANES != 0; i++)
        tally->lanes[(results->first + i) % TALLY_LANES] += results->f64[i];
    for (; i + TALLY_LANES <= results->count; i += TALLY_LANES)
        for (int k = 0; k < TALLY_LANES; k++)
            tally->lanes[k] += results->f64[i + k];
    for (int k = 0; i < results->count; i++, k++)
        tally->lanes[k] += results->f64[i];
}

static void add_to_preview(struct tally *tally, const struct numbers *results)
{
    for (int64_t i = 0; i < results->count && results->first + i < TALLY_PREVIEW; i++) {
        tally->preview[results->first + i] = results->i64[i];
        tally->previewed |= UINT32_C(1) << (results->first + i);
    }
}

static void extend(struct tally *tally, int64_t first_at, int64_t first_cell, int64_t last_at,
                   int64_t last_cell)
{
    if (tally->count == 0 || first_at < tally->first_at) {
        tally->first_at = first_at;
        tally->first_cell = first_cell;
    }
    if (tally->count == 0 || last_at > tally->last_at) {
        tally->last_at = last_at;
        tally->last_cell = last_cell;
    }
}

void tally_add_before(struct tally *tally, const struct numbers *results, const int64_t *ahead)
{
    if (results->count == 0)
        return;
    int64_t last = results->count - 1;
    extend(tally, results->first, results->i64[0], results->first + last, results->i64[last]);
    add_to_preview(tally, results);
    add_pieces(tally, results, ahead);
    tally->count += results->count;
}

void tally_add(struct tally *tally, const struct numbers *results)
{
    tally_add_before(tally, results, NULL);
}

void tally_merge(struct tally *tally, const struct tally *other)
{
    if (other->count == 0)
        return;
    extend(tally, other->first_at, other->first_cell, other->last_at, other->last_cell);
    for (int i = 0; i < TALLY_PREVIEW; i++)
        if (other->previewed >> i & 1)
            tally->preview[i] = other->preview[i];
    tally->previewed |= other->previewed;
    tally->fingerprint += other->fingerprint;
    tally->sum += other->sum;
    for (int k = 0; k < TALLY_LANES; k++)
        tally->lanes[k] += other->lanes[k];
    tally->count += other->count;
}

int tally_previewed(const struct tally *tally)
{
    return __builtin_ctz(~tally->previewed);
}

char *int128_text(int128 value, char text[TALLY_TEXT])
{
    char digits[TALLY_TEXT]; /* in reverse order */
    int count = 0;
    uint128 rest = value < 0 ? -(uint128)value : (uint128)value;
    do {
        digits[count++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    char *end = text;
    if (value < 0)
        *end++ = '-';
    while (count > 0)
        *end++ = digits[--count];
    *end = '\0';
    return text;
}

/* The shortest of 15, 16 and 17 digits that reads back as `value`. */
static int shortest_text(double value, char *text, size_t size)
{
    struct arithmetic before;
    int digits = 15, length = 0;
    if (isnan(value))
        return snprintf(text, size, "nan");
    arithmetic_enter(&before);
    do {
        length = snprintf(text, size, "%.*g", digits, value);
    } while (digits++ < 17 && strtod(text, NULL) != value);
    arithmetic_leave(&before);
    return length;
}

/* Adds ".0" to a whole number, so that text that begins with it is read back as float64. */
static int double_text(double value, char *text, size_t size)
{
    int length = shortest_text(value, text, size);
    if (strpbrk(text, ".en") != NULL || (size_t)length + 3 > size)
        return length;
    memcpy(text + length, ".0", 3);
    return length + 2;
}

int number_text(enum number_kind kind, int64_t cell, char *text, size_t size)
{
    if (kind == NUMBER_INT64)
        return snprintf(text, size, "%" PRId64, cell);
    double value;
    memcpy(&value, &cell, sizeof(value));
    return double_text(value, text, size);
}

char *tally_sum(const struct tally *tally, char text[TALLY_TEXT])
{
    if (tally->kind == NUMBER_INT64)
        return int128_text(tally->sum, text);
    double sum = 0;
    for (int k = 0; k < TALLY_LANES; k++)
        sum += tally->lanes[k];
    (void)double_text(sum, text, TALLY_TEXT);
    return text;
}
