/* compare_cause - what kept the workers of a row from tasks, according to the kernel. */
#include "report/compare_words.h"

#include <math.h>
#include <stdio.h>

/* A smaller share is not worth mentioning. */
static const double WORTH_TELLING = 0.1;

/* A share of time, with the words before and after it. */
struct cause {
    double share;
    const char *before, *after;
    bool by_root; /* it is due to rank 0, if rank 0 is what the others wait for */
};

/* How many computing workers share each PU; 1 if none has to share. Workers that wait share
 * none. */
static double sharers_of(const struct cast *cast, const struct compare_row *row)
{
    int pus = compare_row_pus(cast->compare_report, row);
    double each = pus > 0 ? (double)compare_row_workers(row) / pus : 1;
    return cast->nature == NATURE_COMPUTES ? fmax(each, 1) : 1;
}

static struct cause greatest(const struct cause *causes, size_t count)
{
    struct cause most = causes[0];
    for (size_t i = 1; i < count; i++)
        if (causes[i].share > most.share)
            most = causes[i];
    return most;
}

/* Who had the cores, if not this job. A quota makes workers wait like other programs do: which of
 * the two it was is not known. */
static const char *others_have(const struct cast *cast)
{
    const double HARDLY = 0.02;
    if (quota_stops(cast->work->throttled))
        return "the quota or other programs keep them from running for";
    return cast->work->stolen > HARDLY ? "others have the cores for"
                                       : "other programs have the cores for";
}

static const char *no_core(const struct cast *cast)
{
    return quota_stops(cast->work->throttled) ? "no core is free, or the quota stops them, for"
                                              : "no core is free for";
}

static const char *held(const struct cast *cast)
{
    return quota_stops(cast->work->throttled) ? "the quota or something else stops them for"
                                              : "something else keeps them from running for";
}

static struct cause cause_of_workers(const struct cast *cast, const struct spent *spent)
{
    const char *after = "of their time";
    const struct cause causes[] = {
        {spent->s[SPENT_MOVING], "moving numbers takes", after, true},
        {spent->s[SPENT_NO_CORE] - spent->foreign_s, no_core(cast), after, false},
        {spent->foreign_s, others_have(cast), after, false},
        {spent->s[SPENT_HELD], held(cast), after, false},
        {spent->s[SPENT_UNKNOWN], "something unknown keeps them from running for", after, false},
        {spent->s[SPENT_NOTHING], "they have nothing to do for", after, true},
        {spent->s[SPENT_LOCK], "the lock takes", after, false},
    };
    return greatest(causes, sizeof(causes) / sizeof(causes[0]));
}

/* For computing workers that take turns, `sharers` on each core: what the cores' time goes into. A
 * worker that waits for its turn is no loss while another one is on the core. Other programs on a
 * core keep all its workers waiting, so their share of the core equals their share of the workers'
 * time. */
static struct cause cause_of_cores(const struct cast *cast, const struct spent *spent,
                                   double sharers)
{
    double tasks = fmin(spent->s[SPENT_TASKS] * sharers, 1);
    double moving = fmin(spent->s[SPENT_MOVING] * sharers, 1);
    double kept = spent->foreign_s + spent->s[SPENT_HELD] + spent->s[SPENT_UNKNOWN];
    double idle = fmin(spent->s[SPENT_NOTHING] * sharers, fmax(1 - tasks - moving - kept, 0));
    const char *after = "of the time";
    const struct cause causes[] = {
        {moving, "moving numbers takes", "of the cores' time", true},
        {spent->foreign_s, others_have(cast), after, false},
        {spent->s[SPENT_HELD], held(cast), after, false},
        {spent->s[SPENT_UNKNOWN], "something unknown keeps them from running for", after, false},
        {idle, "with nothing to do they leave the cores unused for", after, true},
        {spent->s[SPENT_LOCK], "the lock takes", "of their time", false},
    };
    return greatest(causes, sizeof(causes) / sizeof(causes[0]));
}

char *phrase_cause(const struct cast *cast, const struct compare_row *row, char text[PHRASE])
{
    double sharers = sharers_of(cast, row);
    struct cause cause = sharers > 1 ? cause_of_cores(cast, &row->spent, sharers)
                                     : cause_of_workers(cast, &row->spent);
    text[0] = '\0';
    if (!(cause.share >= WORTH_TELLING))
        return text;
    if (cause.by_root && row->root_limits)
        (void)snprintf(text, PHRASE,
                       "rank 0 is what the others wait for: it moves numbers for %.0f %% of its "
                       "time",
                       100 * row->root_moving);
    else
        (void)snprintf(text, PHRASE, "%s %.0f %% %s", cause.before, 100 * cause.share, cause.after);
    return text;
}
