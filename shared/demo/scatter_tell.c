#include "demo/scatter_tell.h"

#include "base/units.h"
#include "number/numbers.h"

#include <math.h>

static void show_parts(const struct ladder *ladder, int even, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"scatter_s", "scatter", SHOWN_SECONDS},
                                                    {"compute_s", "compute", SHOWN_SECONDS},
                                                    {"gather_s", "wait, gather", SHOWN_SECONDS},
                                                    {"moving_share", "moving", SHOWN_SHARE},
                                                    {.key = NULL}};
    const int last = ladder->rungs - 1, rungs[] = {0, even < last ? even : last, last};
    showing_table(showing, "parts", "times squared", COLUMNS);
    for (int i = 0; i < 3; i++) {
        const double *parts = ladder->parts[rungs[i]], all = (double)ladder->count;
        double out = parts[LADDER_OUT], work = parts[LADDER_WORK], back = parts[LADDER_BACK];
        char label[UNIT_TEXT];
        if (i > 0 && rungs[i] == rungs[i - 1])
            continue;
        showing_row(
            showing, ladder_label(rungs[i], label),
            (double[]){all * out, all * work, all * back, (out + back) / (out + work + back)});
    }
}

/* The time to move one number there and back, taken from the rung where it is only copied, as there
 * no rank waits long for the other. The parts are per number of all, of which half are moved. */
static double move_of(const struct ladder *ladder)
{
    return 2 * (ladder->parts[0][LADDER_OUT] + ladder->parts[0][LADDER_BACK]);
}

static void tell_even(const struct ladder *ladder, double even, int rung, struct showing *showing)
{
    char length[UNIT_TEXT], below[UNIT_TEXT], above[UNIT_TEXT];
    const double *alone = ladder->alone, *faster = ladder->faster;
    if (isnan(even))
        showing_say(showing,
                    "No break-even was found: up to %s a number two ranks were not reliably "
                    "faster than one this time.",
                    unit_duration(alone[ladder->rungs - 1], length));
    else if (rung == 0)
        showing_say(showing,
                    "Two ranks were faster at each length here, even where a number is only "
                    "copied: a break-even would be below %s.",
                    unit_duration(even, length));
    else
        showing_say(showing,
                    "The break-even is at %s a number, between its neighbours: at %s two ranks "
                    "were %.2f times as fast as one, at %s %.2f times (the quickest of %d rounds).",
                    unit_duration(even, length), unit_duration(alone[rung - 1], below),
                    faster[rung - 1], unit_duration(alone[rung], above), faster[rung],
                    ladder->rounds);
}

/* Both ranks are on one core: what little they seem to gain there is noise. */
static void tell_one_core(const struct ladder *ladder, struct showing *showing)
{
    char length[UNIT_TEXT];
    const int last = ladder->rungs - 1;
    showing_say(showing,
                "Both ranks run on one core, where two cannot do more than one: there is no "
                "break-even. Where a number takes %s, they were %.2f times as fast.",
                unit_duration(ladder->alone[last], length), ladder->faster[last]);
}

/* Alone, n numbers of time t each take n t. Together, n/2 of them are moved, for m each, and both
 * ranks compute n/2: n/2 (m + t). The two are equal if t = m. The same holds for more ranks, as
 * rank 0 moves one number after the other. */
static void tell_rule(const struct ladder *ladder, double even, struct showing *showing)
{
    double move = move_of(ladder);
    char length[UNIT_TEXT], rate[UNIT_TEXT];
    showing_say(showing, "Moving a number took %s: 8 bytes there and 8 back, %sB/s.",
                unit_duration(move, length), unit_si(2 * NUMBER_SIZE / move, rate));
    if (!isnan(even) && even > ladder->alone[0])
        showing_say(showing,
                    "By a rule of thumb the break-even is where computing a number takes as long "
                    "as moving it: the break-even measured is %.1f times that.",
                    even / move);
}

void scatter_tell(const struct ladder *ladder, bool one_core, struct showing *showing)
{
    int rung;
    double even = ladder_even(ladder, &rung);
    ladder_show(ladder, "ranks", "rank 0 alone", "two ranks", showing);
    show_parts(ladder, rung, showing);
    if (one_core)
        tell_one_core(ladder, showing);
    else
        tell_even(ladder, even, rung, showing);
    tell_rule(ladder, one_core ? NAN : even, showing);
}
