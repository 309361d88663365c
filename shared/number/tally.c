#include "number/tally.h"

#include "base/simd.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The loops that pass over every result: vectorised. Products of 32-bit halves, because a vector
 * multiplies those in one instruction. */

SIMD_CLONES static uint64_t fingerprint_of(const int64_t *x, int64_t first, int64_t count)
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (uint64_t)x[i] + (uint64_t)(uint32_t)(x[i] ^ x[i] >> 32) * (uint32_t)(first + i);
    return sum;
}

/* Halves of 32 bits add up in 64-bit lanes, where a 128-bit addition would not vectorise. At most
 * 2^31 numbers, so that neither half's sum overflows. */
SIMD_CLONES static int128 block_sum(const int64_t *x, int64_t count)
{
    uint64_t low = 0;
    int64_t high = 0;
    for (int64_t i = 0; i < count; i++) {
        low += (uint32_t)x[i];
        high += x[i] >> 32;
    }
    return (int128)high * ((int128)1 << 32) + low;
}

uint64_t numbers_fingerprint(const struct numbers *numbers)
{
    return fingerprint_of(numbers->i64, numbers->first, numbers->count);
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

void tally_add(struct tally *tally, const struct numbers *results)
{
    if (results->count == 0)
        return;
    int64_t last = results->count - 1;
    extend(tally, results->first, results->i64[0], results->first + last, results->i64[last]);
    add_to_preview(tally, results);
    /* Both sums piece by piece, while a piece is in the first-level cache. */
    const int64_t PIECE = 2048;
    for (int64_t done = 0; done < results->count; done += PIECE) {
        int64_t rest = results->count - done;
        struct numbers piece = numbers_part(results, done, rest < PIECE ? rest : PIECE);
        tally->fingerprint += numbers_fingerprint(&piece);
        if (tally->kind == NUMBER_INT64)
            tally->sum += block_sum(piece.i64, piece.count);
    }
    tally->count += results->count;
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
    char digits[TALLY_TEXT]; /* from the last to the first */
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
    if (isnan(value))
        return snprintf(text, size, "nan");
    for (int digits = 15; digits < 17; digits++) {
        int length = snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return length;
    }
    return snprintf(text, size, "%.17g", value);
}

/* A whole number gets ".0", so that text that begins with one is read back as float64. */
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
