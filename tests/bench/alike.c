/*
 * alike - how often a comparison of a thing with itself has a winner: two threads square in their
 * caches, as two rows of ten samples each in rounds of random order, held against each other as
 * `compare` does with two shapes and the base. Each of the bench's rounds is 200 such comparisons.
 */
#include "measure/paired.h"
#include "measure/rounds.h"
#include "pair.h"

enum { COMPARISONS = 200, SAMPLES = 10, NUMBERS = 2048, TIMES = 40 };

static int square_often(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    (void)chunk;
    (void)err;
    uint64_t numbers[NUMBERS];
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = (uint64_t)i;
    for (int k = 0; k < TIMES; k++)
        for (int i = 0; i < NUMBERS; i++)
            numbers[i] = numbers[i] * numbers[i] + 1;
    volatile uint64_t kept = numbers[NUMBERS / 2];
    (void)kept;
    return 0;
}

static bool has_winner(struct crew *crew, uint64_t seed)
{
    const struct crew_job job = {.count = 2, .grain = 1, .chunk = square_often};
    const struct paired_rules rules = {0.95, paired_comparisons(3, 0), 0.05};
    double samples[2][SAMPLES], room[SAMPLES];
    for (int round = 0; round < SAMPLES; round++) {
        int order[2];
        rounds_order(seed, round, 2, order);
        for (int i = 0; i < 2; i++)
            samples[order[i]][round] = pair_seconds(crew, &job);
    }
    const struct series first = {SAMPLES, samples[0], NULL}, second = {SAMPLES, samples[1], NULL};
    enum differ differ = paired_compare(&first, &second, &rules, room).differ;
    return differ == DIFFER_FIRST_FASTER || differ == DIFFER_SECOND_FASTER;
}

int main(int argc, char **argv)
{
    struct crew *crew = pair_create();
    for (int round = tell_rounds(argc, argv); round > 0; round--) {
        int winners = 0;
        for (int i = 0; i < COMPARISONS; i++)
            winners += has_winner(crew, (uint64_t)(round * COMPARISONS + i));
        tell("winners", "%", 100.0 * winners / COMPARISONS);
    }
    crew_destroy(crew);
    return 0;
}
