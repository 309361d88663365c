/*
 * names_orders - in which orders the lines of two, A and B, came on a page that both write to,
 * counted over many runs.
 */
#ifndef SQUARES_DEMO_NAMES_ORDERS_H
#define SQUARES_DEMO_NAMES_ORDERS_H

#include "demo/kit/showing.h"

/* Possible orders: ORDERS_EACH of ORDERS_LINES lines are A's, in its own order. */
enum { ORDERS_EACH = 5, ORDERS_LINES = 2 * ORDERS_EACH, ORDERS_POSSIBLE = 252 };

struct names_orders {
    struct order {
        int lines; /* bit i is set if line i is one of B's */
        int runs;  /* in which it was seen */
    } all[1 << ORDERS_LINES];
    int runs;
    int seen;    /* different ones */
    int whole;   /* runs in which one had printed all before the other began */
    int b_first; /* runs in which B printed first */
};

/* A run came in that order; zeroed there was none yet. */
void names_orders_add(struct names_orders *orders, int lines);

/* When all are added: the commonest first. */
void names_orders_sort(struct names_orders *orders);

/* The commonest, sorted, with a bar each. `way`: what the runs had in common. */
void names_orders_draw(const struct names_orders *orders, const char *way, struct showing *showing);

#endif
