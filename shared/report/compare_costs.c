/* compare_costs - what the verdict says about one work's messages, and about the gil. */
#include "base/units.h"
#include "report/compare_words.h"

#include <math.h>

/* --- messages --- */

/* Worth a sentence if processes pay for messages but gain nothing, and tasks compute: a task that
 * only waits is no shorter on another core. Time that processes do not spend on messages is not the
 * messages' fault. */
static bool messages_matter(const struct cast *cast)
{
    const double WORTH_TELLING = 0.1;
    if (cast->base == NULL || cast->processes == NULL || cast->nature == NATURE_WAITS ||
        cast->processes->spent.s[SPENT_MOVING] < WORTH_TELLING ||
        cast->work->message_s <= WORTH_TELLING * cast->work->task_s)
        return false;
    enum relation relation = relation_of(cast, cast->base, cast->processes);
    return relation == RELATION_FASTER || relation == RELATION_SAME;
}

/* P workers bring a task's time t down to t / P, and messages add m: that pays if t > m * P / (P -
 * 1). With any number of workers, t must still be above m. */
void say_messages(const struct cast *cast, struct sentence *s)
{
    if (!messages_matter(cast))
        return;
    const struct compare_row *row = cast->processes;
    double message_s = cast->work->message_s, task_s = cast->work->task_s;
    int most = row->ranks < row->cores ? row->ranks : row->cores;
    char message[UNIT_TEXT], even[UNIT_TEXT], times[PHRASE];
    unit_duration(message_s, message);
    sentence_add(s,
                 "Scattering a number and gathering its result costs %s, %s times as much as its "
                 "task",
                 message, phrase_ratio(message_s / task_s, times));
    if (message_s > task_s)
        sentence_add(s, ": no number of ranks pays for tasks below %s", message);
    if (most > 1)
        sentence_add(s, "%s %d ranks at once pay only for tasks above %s",
                     message_s > task_s ? ", and" : ":", most,
                     unit_duration(message_s * most / (most - 1), even));
    sentence_add(s, ".");
}

/* --- the gil --- */

/* The row of the same team without a gil; NULL: none was measured. */
static const struct compare_row *plain_of(const struct cast *cast, const struct compare_row *row)
{
    const struct compare_work *work = cast->work;
    for (int i = 0; row != NULL && cast->base != NULL && i < work->rows_count; i++) {
        const struct compare_row *r = &work->rows[i];
        if (r->count > 0 && !mechanism_has_gil(r->mechanism) && r->mechanism != MECHANISM_WINDOW &&
            r->ranks == row->ranks && r->threads == row->threads && r->hosts == row->hosts &&
            r->host == row->host)
            return r;
    }
    return NULL;
}

/* A row slower than one worker alone says nothing for or against a gil. */
static bool is_worth_it(const struct compare_row *plain)
{
    return plain->speedup.median >= 0.95;
}

/* Whether threads stay at about the speed of one under the gil, but are well above it without. */
static bool keeps_at_one(const struct compare_row *row, const struct compare_row *plain)
{
    return row->speedup.median < 1.15 && plain->speedup.median > 1.2;
}

static void say_gil_slows(const struct cast *cast, const struct compare_row *plain,
                          struct sentence *s)
{
    const struct compare_row *row = cast->threads_gil, *processes = cast->processes;
    char with[PHRASE], without[PHRASE];
    bool tie = processes != NULL && relation_of(cast, plain, processes) == RELATION_SAME;
    phrase_ratio(row->speedup.median, with);
    phrase_ratio(plain->speedup.median, without);
    if (!keeps_at_one(row, plain) && row->bound_by == BOUND_LOCK)
        phrase_reached(cast, row, row->speedup.median, with);
    if (keeps_at_one(row, plain))
        sentence_add(s, "The gil is what keeps threads at %s: without it they %s %s", with,
                     tie ? "tie with processes, at" : "reach", without);
    else
        sentence_add(s, "The gil slows threads down: %s under it, %s without", with, without);
}

/* "costs nothing" if the difference is too small to count, in either direction; else the most that
 * it may cost. For two rows that are as good as each other. */
static char *phrase_cost(const struct cast *cast, const struct compare_row *row,
                         const struct compare_row *plain, char text[PHRASE])
{
    const struct interval longer = compare_pair(cast->work, row, plain).ratio;
    double apart = cast->compare_report->apart;
    bool nothing = longer.high <= 1 + apart && longer.low * (1 + apart) >= 1;
    if (nothing)
        (void)snprintf(text, PHRASE, "costs nothing");
    else
        (void)snprintf(text, PHRASE, "costs less than %.0f %%",
                       ceil(100 * (fmax(longer.high, 1 + apart) - 1)));
    return text;
}

static void say_threads_gil(const struct cast *cast, const struct compare_row *plain,
                            struct sentence *s)
{
    const struct compare_row *row = cast->threads_gil;
    enum relation relation = relation_of(cast, plain, row);
    char with[PHRASE], cost[PHRASE];
    if (relation == RELATION_FASTER)
        say_gil_slows(cast, plain, s);
    else if (relation == RELATION_SAME)
        sentence_add(s, "Under the gil threads reach %s as well%s: it %s here",
                     phrase_ratio(row->speedup.median, with),
                     cast->nature == NATURE_WAITS ? ", as they wait" : "",
                     phrase_cost(cast, row, plain, cost));
}

static void say_processes_gil(const struct cast *cast, const struct compare_row *plain,
                              struct sentence *s)
{
    const struct compare_row *row = cast->processes_gil;
    bool begun = s->text[0] != '\0';
    char with[PHRASE], without[PHRASE], cost[PHRASE];
    enum relation relation = relation_of(cast, plain, row);
    if (relation == RELATION_SAME)
        sentence_add(s, "%s gil for each process %s", begun ? "; a" : "A",
                     phrase_cost(cast, row, plain, cost));
    else if (relation == RELATION_FASTER)
        sentence_add(s, "%s a gil each, processes reach %s instead of %s",
                     begun ? "; with" : "With", phrase_ratio(row->speedup.median, with),
                     phrase_ratio(plain->speedup.median, without));
}

void say_lock(const struct cast *cast, struct sentence *s)
{
    const struct compare_row *threads = plain_of(cast, cast->threads_gil);
    const struct compare_row *processes = plain_of(cast, cast->processes_gil);
    if (threads != NULL && is_worth_it(threads))
        say_threads_gil(cast, threads, s);
    if (processes != NULL && is_worth_it(processes))
        say_processes_gil(cast, processes, s);
    if (s->text[0] != '\0')
        sentence_add(s, ".");
}
