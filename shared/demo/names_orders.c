#include "demo/names_orders.h"

#include <stdlib.h>

enum { A_WHOLE = ((1 << ORDERS_EACH) - 1) << ORDERS_EACH, B_WHOLE = (1 << ORDERS_EACH) - 1 };

void names_orders_add(struct names_orders *orders, int lines)
{
    struct order *order = &orders->all[lines];
    order->lines = lines;
    orders->seen += order->runs++ == 0;
    orders->runs++;
    orders->whole += lines == A_WHOLE || lines == B_WHOLE;
    orders->b_first += lines & 1;
}

static int by_runs(const void *a, const void *b)
{
    return ((const struct order *)b)->runs - ((const struct order *)a)->runs;
}

void names_orders_sort(struct names_orders *orders)
{
    qsort(orders->all, 1 << ORDERS_LINES, sizeof(orders->all[0]), by_runs);
}

void names_orders_draw(const struct names_orders *orders, const char *way, struct showing *showing)
{
    enum { SHOWN = 4, WIDTH = 40 };
    static const char BAR[WIDTH + 1] = "########################################";
    const int runs = orders->runs;
    showing_draw(showing, "%-19s runs of %d", way, runs);
    for (const struct order *o = orders->all; o < orders->all + SHOWN && o->runs > 0; o++) {
        char names[ORDERS_LINES + 1] = "";
        for (int i = 0; i < ORDERS_LINES; i++)
            names[i] = (o->lines >> i & 1) != 0 ? 'B' : 'A';
        showing_draw(showing, "  %s%12d  %.*s", names, o->runs, (o->runs * WIDTH + runs - 1) / runs,
                     BAR);
    }
}
