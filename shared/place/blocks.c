#include "place/blocks.h"

#include <stdlib.h>

/* What a choice costs: the earlier member decides. */
struct cost {
    int kinds, nodes, caches; /* borders within blocks */
    int64_t drift;            /* how far the blocks are from an even split, in cores */
};

static bool cheaper(const struct cost *a, const struct cost *b)
{
    if (a->kinds != b->kinds)
        return a->kinds < b->kinds;
    if (a->nodes != b->nodes)
        return a->nodes < b->nodes;
    if (a->caches != b->caches)
        return a->caches < b->caches;
    return a->drift < b->drift;
}

static struct cost sum(const struct cost *a, const struct cost *b)
{
    return (struct cost){a->kinds + b->kinds, a->nodes + b->nodes, a->caches + b->caches,
                         a->drift + b->drift};
}

static int ideal_start(const struct blocks *blocks, int count, int rank)
{
    return blocks->packed ? rank * blocks->size : (int)((int64_t)count * rank / blocks->ranks);
}

static struct cost cost_of(const struct blocks *blocks, struct core *const *line, int count,
                           int rank, int start)
{
    const struct core *first = line[start], *last = line[start + blocks->size - 1];
    return (struct cost){last->kind - first->kind, last->node - first->node,
                         last->cache - first->cache, abs(start - ideal_start(blocks, count, rank))};
}

/*
 * Dynamic programming over the ranks. With `spare` cores more than needed, rank r begins at
 * r * size + s for some s in 0..spare, and s never falls from rank to rank; so the cheapest way to
 * place ranks 0..r with rank r at s is its own cost and the cheapest way for those before it at any
 * s' <= s. `before[r][s]` keeps which s' that is; time and memory are ranks * (spare + 1).
 */
static void choose(int *starts, const struct blocks *blocks, struct core *const *line, int count,
                   struct cost *total, int *before)
{
    int spare = count - blocks->ranks * blocks->size;
    for (int rank = 0; rank < blocks->ranks; rank++) {
        int *from = before + (size_t)rank * ((size_t)spare + 1);
        struct cost cheapest = total[0]; /* of the ranks before, at any s' up to this s */
        for (int s = 0, best = 0; s <= spare; s++) {
            if (cheaper(&total[s], &cheapest)) {
                cheapest = total[s];
                best = s;
            }
            from[s] = best;
            struct cost own = cost_of(blocks, line, count, rank, rank * blocks->size + s);
            total[s] = sum(&cheapest, &own);
        }
    }
    int s = 0;
    for (int other = 1; other <= spare; other++)
        if (cheaper(&total[other], &total[s]))
            s = other;
    for (int rank = blocks->ranks - 1; rank >= 0; rank--) {
        starts[rank] = rank * blocks->size + s;
        s = before[(size_t)rank * ((size_t)spare + 1) + (size_t)s];
    }
}

int blocks_choose(int *starts, const struct blocks *blocks, struct core *const *line, int count,
                  struct err *err)
{
    size_t places = (size_t)(count - blocks->ranks * blocks->size) + 1;
    if (blocks->size == 1) { /* there are no borders within one core */
        for (int rank = 0; rank < blocks->ranks; rank++)
            starts[rank] = ideal_start(blocks, count, rank);
        return 0;
    }
    struct cost *total = calloc(places, sizeof(*total));
    int *before = calloc((size_t)blocks->ranks * places, sizeof(*before));
    bool room = total != NULL && before != NULL;
    if (room)
        choose(starts, blocks, line, count, total, before);
    free(before);
    free(total);
    return room ? 0 : err_memory(err, "the plan");
}
