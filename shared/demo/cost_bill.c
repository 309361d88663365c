#include "demo/cost_bill.h"

#include "base/units.h"
#include "program/program.h"

#include <math.h>

#define CLEAR 2.0 /* a smaller ratio may be due to chance */

static const char *const NAMES[BILL_KINDS] = {
    [BILL_THREAD] = "a thread",
    [BILL_FORK] = "a process, by fork",
    [BILL_WRITING] = "- that writes to each page",
    [BILL_SPAWN] = "a process, by spawn",
    [BILL_SQUARES] = "- of squares, without MPI",
    [BILL_RANK] = "an MPI rank",
};

/* --- time --- */

static void show_time(const struct cost_bill *cost_bill, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"small_s", "small", SHOWN_SECONDS},
                                                    {"large_s", "200 MiB", SHOWN_SECONDS},
                                                    {"times", "longer", SHOWN_TIMES},
                                                    {"threads", "threads", SHOWN_TIMES},
                                                    {.key = NULL}};
    const double *small = cost_bill->seconds[BILL_SMALL], *large = cost_bill->seconds[BILL_LARGE];
    showing_table(showing, "start", "start to end, from a parent", COLUMNS);
    for (int i = 0; i < BILL_KINDS; i++)
        showing_row(
            showing, NAMES[i],
            (double[]){small[i], large[i], large[i] / small[i], small[i] / small[BILL_THREAD]});
}

/* Workers that copy nothing from the parent. */
static void tell_unmoved(const struct cost_bill *cost_bill, struct showing *showing)
{
    const double *small = cost_bill->seconds[BILL_SMALL], *large = cost_bill->seconds[BILL_LARGE];
    double thread = large[BILL_THREAD] / small[BILL_THREAD];
    double spawn = large[BILL_SPAWN] / small[BILL_SPAWN];
    if (isnan(spawn))
        showing_say(showing, "A thread took %.2f times as long; nothing could be spawned.", thread);
    else
        showing_say(showing, "A thread took %.2f times as long, a spawned process %.2f times%s.",
                    thread, spawn,
                    thread < CLEAR && spawn < CLEAR ? ": not clearly longer"
                                                    : ", which may be chance");
}

static void tell_parents(const struct cost_bill *cost_bill, struct showing *showing)
{
    const double *small = cost_bill->seconds[BILL_SMALL], *large = cost_bill->seconds[BILL_LARGE];
    char before[UNIT_TEXT], after[UNIT_TEXT], page[UNIT_TEXT];
    double times = large[BILL_FORK] / small[BILL_FORK], pages = cost_bill->held / cost_bill->page;
    showing_say(showing, "Each time is the shortest of several tries; threads and forked "
                         "children run on their parent's core, if processes may be bound here.");
    showing_say(showing,
                "With 200 MiB more in its parent, %.0f pages of %s, a fork took %.1f times as long "
                "(%s, not %s)%s.",
                pages, unit_bytes((int64_t)cost_bill->page, page), times,
                unit_duration(large[BILL_FORK], after), unit_duration(small[BILL_FORK], before),
                times >= CLEAR ? ", though the child did nothing" : ": that may be chance");
    tell_unmoved(cost_bill, showing);
    showing_say(showing,
                "A child that wrote a byte to each page took %s more: %s a page, which is copied.",
                unit_duration(large[BILL_WRITING] - large[BILL_FORK], after),
                unit_duration((large[BILL_WRITING] - large[BILL_FORK]) / pages, before));
}

static void tell_rank(const struct cost_bill *cost_bill, struct showing *showing)
{
    const double *small = cost_bill->seconds[BILL_SMALL];
    char text[UNIT_TEXT];
    if (!cost_bill->squares) {
        showing_say(showing, "No rank was started: it is not known where squares is.");
        return;
    }
    if (cost_bill->mpirun == PROGRAM_ABSENT)
        showing_say(showing, "mpirun was not found, so the rank was started without it.");
    else if (cost_bill->mpirun != 0)
        showing_say(showing,
                    "mpirun started nothing (exit code %d; as root Open MPI's needs "
                    "OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1), so the rank "
                    "was started without it.",
                    cost_bill->mpirun);
    if (isnan(small[BILL_RANK]))
        showing_say(showing, "No rank could be started, or it took too long.");
    else
        showing_say(showing,
                    "In the time of one MPI rank (%s, %s) a small parent can start and end %.0f "
                    "children by fork, or %.0f threads, one after the other.",
                    unit_duration(small[BILL_RANK], text),
                    cost_bill->mpirun == 0 ? "by mpirun -np 1" : "without mpirun",
                    small[BILL_RANK] / small[BILL_FORK], small[BILL_RANK] / small[BILL_THREAD]);
}

/* --- memory --- */

static void show_memory(const struct cost_bill *cost_bill, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"pss_bytes", "memory", SHOWN_BYTES},
                                                    {"tables_bytes", "page tables", SHOWN_BYTES},
                                                    {.key = NULL}};
    showing_table(showing, "memory", "one more, from a parent of 200 MiB", COLUMNS);
    for (int i = 0; i < BILL_KINDS; i++)
        showing_row(showing, NAMES[i],
                    (double[]){cost_bill->added[i].pages, cost_bill->added[i].tables});
}

static void tell_memory(const struct cost_bill *cost_bill, struct showing *showing)
{
    const struct footprint *added = cost_bill->added;
    double written = added[BILL_WRITING].pages;
    char thread[UNIT_TEXT], child[UNIT_TEXT], tables[UNIT_TEXT], all[UNIT_TEXT];
    if (isnan(added[BILL_THREAD].pages) || isnan(written)) {
        showing_say(showing, "The kernel does not tell what a process shares with others "
                             "(smaps_rollup): no memory was measured.");
        return;
    }
    showing_say(showing,
                "One more thread takes %s; a forked child that only waits takes %s, and %s of "
                "page tables.",
                unit_bytes((int64_t)added[BILL_THREAD].pages, thread),
                unit_bytes((int64_t)added[BILL_FORK].pages, child),
                unit_bytes((int64_t)added[BILL_FORK].tables, tables));
    showing_say(showing, "A child that wrote %.0f bytes, one to each page, takes %s: %s.",
                cost_bill->held / cost_bill->page, unit_bytes((int64_t)written, all),
                written >= 0.9 * cost_bill->held ? "nothing of the 200 MiB is shared any more"
                                                 : "not all was copied this time");
    if (!isnan(added[BILL_RANK].pages))
        showing_say(showing,
                    "A rank alone in its job takes %s, %.1f times what squares takes without MPI.",
                    unit_bytes((int64_t)added[BILL_RANK].pages, all),
                    added[BILL_RANK].pages / added[BILL_SQUARES].pages);
}

void cost_bill_tell(const struct cost_bill *cost_bill, struct showing *showing)
{
    show_time(cost_bill, showing);
    tell_parents(cost_bill, showing);
    tell_rank(cost_bill, showing);
    show_memory(cost_bill, showing);
    tell_memory(cost_bill, showing);
}
