#include "experiment/row_sums.h"

static void add_spent(struct sums *sums, const struct compare_row *row)
{
    struct spent all = spent_of_all(row->workers, compare_row_workers(row));
    spent_add(&sums->spent, &all);
    for (int i = 0; i < compare_row_workers(row); i++) {
        struct spent one = spent_of(&row->workers[i]);
        if (i == 0)
            spent_add(&sums->root, &one);
        else if (i >= row->threads)
            spent_add(&sums->others, &one);
    }
}

void sums_add(struct sums *sums, const struct compare_row *row, double start_s)
{
    sums->runs++;
    sums->start_s += start_s;
    for (int i = 0; i < compare_row_workers(row); i++) {
        const struct report_worker *w = &row->workers[i];
        sums->busy_s += w->busy_s;
        sums->talk_s += w->talk_s;
        sums->wait_s += w->wait_s;
        sums->lock_s += w->lock_s;
        sums->cpu_s += w->cpu_s;
    }
    add_spent(sums, row);
}

void sums_give(const struct sums *sums, struct compare_row *row)
{
    double all = sums->busy_s + sums->talk_s + sums->wait_s + sums->lock_s;
    double spent = spent_sum(&sums->spent);
    if (sums->runs == 0 || all <= 0 || spent <= 0)
        return;
    row->busy = sums->busy_s / all;
    row->talk = sums->talk_s / all;
    row->wait = sums->wait_s / all;
    row->lock = sums->lock_s / all;
    row->start_s = sums->start_s / sums->runs;
    row->cpu_s = sums->cpu_s / sums->runs;
    row->spent = sums->spent;
    row->spent.foreign_s /= spent;
    for (int k = 0; k < SPENT_KINDS; k++)
        row->spent.s[k] /= spent;
    double root = spent_sum(&sums->root);
    row->root_moving = root > 0 ? sums->root.s[SPENT_MOVING] / root : 0;
    /* rank 0 can only be too slow for the others if it sends messages */
    row->root_limits = compare_row_sends(row) && spent_root_limits(&sums->root, &sums->others);
}

void sums_settle(struct compare_row *row, const struct other_load *seen, int pus)
{
    spent_settle(&row->spent, seen->others + seen->stolen * pus, compare_row_workers(row));
}
