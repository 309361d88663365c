/*
 * names_orders - the orders in which the lines of two threads, A and B, came on a page that both
 * write to, counted over many runs.
 */
#ifndef SQUARES_DEMO_NAMES_ORDERS_H
#define SQUARES_DEMO_NAMES_ORDERS_H

#include "demo/kit/showing.h"

/* The number of possible orders: ORDERS_EACH of the ORDERS_LINES lines are A's, in A's own
 * order. */
enum { ORDERS_EACH = 5, ORDERS_LINES = 2 * ORDERS_EACH, ORDERS_POSSIBLE = 252 };

struct names_orders {
    struct order {
        int lines; /* bit i is set if line i is one of B's */
        int runs;  /* in which this order was seen */
    } all[1 << ORDERS_LINES];
    int runs;
    int seen;    /* number of different orders */
    int whole;   /* runs in which one printed everything before the other began */
    int b_first; /* runs in which B printed first */
};

/* Counts a run that came in that order. Begin with a zeroed struct. */
void names_orders_add(struct names_orders *orders, int lines);

/* Sorts the orders, the commonest first; after all are added. */
void names_orders_sort(struct names_orders *orders);

/* Draws the commonest orders, once sorted, with a bar each. `way`: what the runs had in common. */
void names_orders_draw(const struct names_orders *orders, const char *way, struct showing *showing);

#endif
