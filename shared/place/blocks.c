#include "place/blocks.h"

#include <stdlib.h>

/* The cost of a choice: the earlier member decides. */
struct cost {
    int64_t types, nodes, caches, kinds; /* borders inside blocks */
    int64_t lag;                         /* summed over the blocks' cores, see struct core */
    int64_t drift;                       /* how far the blocks are from an even split, in cores */
};

static bool cheaper(const struct cost *a, const struct cost *b)
{
    const int64_t x[] = {a->types, a->nodes, a->caches, a->kinds, a->lag, a->drift};
    const int64_t y[] = {b->types, b->nodes, b->caches, b->kinds, b->lag, b->drift};
    for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++)
        if (x[i] != y[i])
            return x[i] < y[i];
    return false;
}

static struct cost sum(const struct cost *a, const struct cost *b)
{
    return (struct cost){a->types + b->types, a->nodes + b->nodes, a->caches + b->caches,
                         a->kinds + b->kinds, a->lag + b->lag,     a->drift + b->drift};
}

/* For each core of the line, the borders before it and the lag of the cores before it, summed from
 * the start of the line; [count + 1]. NULL: no memory. */
static struct cost *walk(struct core *const *line, int count)
{
    struct cost *walked = calloc((size_t)count + 1, sizeof(*walked));
    for (int i = 0; walked != NULL && i < count; i++) {
        struct cost *here = &walked[i];
        const struct core *core = line[i], *before = i > 0 ? line[i - 1] : core;
        here->types += core->type != before->type;
        here->nodes += core->node != before->node;
        here->caches += core->cache != before->cache;
        here->kinds += core->kind != before->kind;
        walked[i + 1] = *here;
        walked[i + 1].lag += core->lag;
    }
    return walked;
}

static int ideal_start(const struct blocks *blocks, int count, int rank)
{
    return blocks->packed ? rank * blocks->size : (int)((int64_t)count * rank / blocks->ranks);
}

static struct cost cost_of(const struct blocks *blocks, const struct cost *walked, int count,
                           int rank, int start)
{
    const struct cost *first = &walked[start], *last = &walked[start + blocks->size - 1];
    return (struct cost){last->types - first->types,
                         last->nodes - first->nodes,
                         last->caches - first->caches,
                         last->kinds - first->kinds,
                         walked[start + blocks->size].lag - first->lag,
                         abs(start - ideal_start(blocks, count, rank))};
}

/*
 * Dynamic programming over the ranks. With `spare` cores more than needed, rank r begins at r *
 * size + s for some s in 0..spare, and s never falls from rank to rank; so the cheapest way to
 * place ranks 0..r with rank r at s costs as much as rank r there, plus the cheapest way to place
 * the ranks before it at any s' <= s. `before[r][s]` keeps that s'; time and memory are ranks *
 * (spare + 1).
 */
static void choose(int *starts, const struct blocks *blocks, const struct cost *walked, int count,
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
            struct cost own = cost_of(blocks, walked, count, rank, rank * blocks->size + s);
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

static bool all_alike(struct core *const *line, int count)
{
    for (int i = 1; i < count; i++)
        if (line[i]->lag != line[0]->lag || line[i]->type != line[0]->type)
            return false;
    return true;
}

int blocks_choose(int *starts, const struct blocks *blocks, struct core *const *line, int count,
                  struct err *err)
{
    size_t places = (size_t)(count - blocks->ranks * blocks->size) + 1;
    if (blocks->size == 1 && all_alike(line, count)) { /* no borders inside one core */
        for (int rank = 0; rank < blocks->ranks; rank++)
            starts[rank] = ideal_start(blocks, count, rank);
        return 0;
    }
    struct cost *walked = walk(line, count);
    struct cost *total = calloc(places, sizeof(*total));
    int *before = calloc((size_t)blocks->ranks * places, sizeof(*before));
    bool room = walked != NULL && total != NULL && before != NULL;
    if (room)
        choose(starts, blocks, walked, count, total, before);
    free(before);
    free(total);
    free(walked);
    return room ? 0 : err_memory(err, "the plan");
}
