#include "base/text.h"
#include "base/units.h"
#include "demo/imbalance.h"

#include <math.h>

const enum schedule IMBALANCE_BY[] = {SCHEDULE_STATIC, SCHEDULE_GUIDED, SCHEDULE_DYNAMIC,
                                      SCHEDULE_STEAL};

static void show(const struct timeline *timelines, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"seconds", "takes", SHOWN_SECONDS},
                                                    {"against_static", "of static", SHOWN_TIMES},
                                                    {"idle_share", "idle", SHOWN_SHARE},
                                                    {"chunks", "chunks", SHOWN_COUNT},
                                                    {.key = NULL}};
    const double base = timeline_seconds(&timelines[IMBALANCE_STATIC]);
    double longest = 0;
    showing_table(showing, "schedules", "schedule", COLUMNS);
    for (int way = 0; way < IMBALANCE_WAYS; way++) {
        double seconds = timeline_seconds(&timelines[way]);
        longest = fmax(longest, seconds);
        showing_row(showing, SCHEDULES[IMBALANCE_BY[way]],
                    (double[]){seconds, seconds / base, timeline_idle(&timelines[way]),
                               (double)timelines[way].chunks});
    }
    showing_draw(showing, "which thread did which task (0 to 9, a to z) when, and was idle (.):");
    for (int way = 0; way < IMBALANCE_WAYS; way++)
        timeline_draw(&timelines[way], SCHEDULES[IMBALANCE_BY[way]], longest, showing);
}

static void tell_static(const struct timeline *timeline, struct showing *showing)
{
    char first[UNIT_TEXT], last[UNIT_TEXT];
    showing_say(showing,
                "With equal numbers of tasks (static), the first thread was done after %s and "
                "the last after %s: the threads were idle for %.0f %% of their time.",
                unit_duration(timeline_soonest(timeline), first),
                unit_duration(timeline_seconds(timeline), last), 100 * timeline_idle(timeline));
}

/* That tasks took longer does not say why: others are named only if the kernel has counted them. */
static void tell_longer(double times, const struct uneven *uneven, struct showing *showing)
{
    const double CLEAR = 1.15, WORTH_TELLING = 0.05;
    if (times <= CLEAR)
        return;
    showing_say(showing,
                "In that run tasks took %.2f times what they take alone, so compare these times "
                "with care.",
                times);
    const bool programs = uneven->others >= WORTH_TELLING * uneven->cores,
               machines = uneven->stolen >= WORTH_TELLING;
    if (programs)
        showing_say(showing, "Other programs and interrupts used %.1f of %d core%s meanwhile.",
                    uneven->others, uneven->cores, plural(uneven->cores));
    if (machines)
        showing_say(showing,
                    "Other machines on the same hardware had %.0f %% of the cores' time meanwhile.",
                    100 * uneven->stolen);
    if (programs || machines)
        return;
    if (isnan(uneven->others) || isnan(uneven->stolen))
        showing_say(showing, "The kernel did not tell whether others used the cores meanwhile.");
    else
        showing_say(showing, "The kernel counted almost no use of the cores by others: the "
                             "threads did not run, or ran slower, for another reason.");
}

static void tell_best(const struct timeline *timelines, const struct uneven *uneven,
                      struct showing *showing)
{
    const double NEAR = 0.95;
    char even[UNIT_TEXT], longest[UNIT_TEXT];
    double sum = 0, most = 0, base = timeline_seconds(&timelines[IMBALANCE_STATIC]);
    int best = IMBALANCE_STATIC;
    for (int way = 0; way < IMBALANCE_WAYS; way++)
        if (timeline_seconds(&timelines[way]) < timeline_seconds(&timelines[best]))
            best = way;
    for (int task = 0; task < TIMELINE_TASKS; task++) {
        sum += uneven->costs_s[task];
        most = fmax(most, uneven->costs_s[task]);
    }
    if (timeline_seconds(&timelines[best]) > NEAR * base)
        showing_say(showing, "No schedule was faster than static by more than %.0f %%.",
                    100 * (1 - NEAR));
    else
        showing_say(showing, "Fastest was %s, %.2f times as fast as static, with %d chunks.",
                    SCHEDULES[IMBALANCE_BY[best]], base / timeline_seconds(&timelines[best]),
                    (int)timelines[best].chunks);
    const double share = sum / timelines[best].workers, least = fmax(share, most);
    showing_say(showing,
                "No schedule can take less than an even share of the work, %s, or than the "
                "longest task, %s; the fastest took %.2f times that.",
                unit_duration(share, even), unit_duration(most, longest),
                timeline_seconds(&timelines[best]) / least);
    tell_longer(timeline_busy(&timelines[best]) / sum, uneven, showing);
}

void imbalance_tell(const struct timeline timelines[IMBALANCE_WAYS], const struct uneven *uneven,
                    struct showing *showing)
{
    show(timelines, showing);
    tell_static(&timelines[IMBALANCE_STATIC], showing);
    tell_best(timelines, uneven, showing);
}
