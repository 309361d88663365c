#include "work/plugin_turn.h"

#include "base/arithmetic.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- out of the plug-in, and back into it --- */

/* What squares does during the plug-in's call (MPI is polled, results are written) is not the
 * plug-in's fault if it crashes, and runs in squares' own floating-point mode. */
static void step_out(struct arithmetic *its)
{
    crash_leave();
    arithmetic_enter(its);
}

static void step_in(const struct turn *turn, const struct arithmetic *its)
{
    arithmetic_leave(its);
    crash_enter(&turn->site);
}

/* --- passing and waiting --- */

/* Checking for a stop can mean polling MPI, so once a millisecond is often enough. Reading the
 * clock costs more than a pass should, so if passes come fast, only some of them read it. */
static bool look(struct turn *turn)
{
    const int64_t FAST_NS = NS_PER_US, LOOK_NS = NS_PER_MS;
    const int STRIDE = 16;
    int64_t now = clock_now_ns();
    bool fast = now - turn->clocked_ns < FAST_NS * turn->stride;
    turn->stride = !fast ? 1 : turn->stride < STRIDE ? 2 * turn->stride : STRIDE;
    turn->passes = turn->stride;
    turn->clocked_ns = now;
    if (now - turn->looked_ns < LOOK_NS)
        return false;
    turn->looked_ns = now;
    struct arithmetic its;
    step_out(&its);
    turn->stopped = safepoint_stopped(turn->at);
    step_in(turn, &its);
    return turn->stopped;
}

static int turn_pass(struct task_turn *task)
{
    struct turn *turn = (struct turn *)task;
    if (!turn->waiting)
        safepoint_pass(turn->at);
    turn->passes--;
    return turn->stopped || (turn->passes <= 0 && look(turn));
}

static void turn_wait_begin(struct task_turn *task)
{
    struct turn *turn = (struct turn *)task;
    if (!turn->waiting)
        safepoint_leave(turn->at);
    turn->waiting = true;
}

static void turn_wait_end(struct task_turn *task)
{
    struct turn *turn = (struct turn *)task;
    if (turn->waiting)
        safepoint_enter(turn->at);
    turn->waiting = false;
}

static int turn_sleep(struct task_turn *task, int64_t ns)
{
    struct turn *turn = (struct turn *)task;
    bool waiting = turn->waiting;
    turn_wait_end(task);
    int64_t now = clock_now_ns();
    struct arithmetic its;
    step_out(&its);
    if (!safepoint_sleep_until(turn->at, ns < INT64_MAX - now ? now + ns : INT64_MAX))
        turn->stopped = true;
    step_in(turn, &its);
    if (waiting)
        turn_wait_begin(task);
    return turn->stopped;
}

/* --- failing --- */

/* Makes it one line without control characters or a final full stop, like all messages. */
static void tidy(char *text)
{
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '.'))
        text[--length] = '\0';
}

/* If the plug-in does not begin, the user can usually fix that by giving it other arguments. */
static void record(struct turn *turn, int64_t position, const char *text)
{
    struct crash_site at = turn->site;
    if (at.count == 0) {
        err_set(turn->err, ERR_INPUT, "the plug-in '%s' cannot begin: %s", at.path, text);
        return;
    }
    if (position >= at.first && position - at.first < at.count) {
        at.first = position;
        at.count = 1;
    }
    char numbers[CRASH_NUMBERS_TEXT];
    err_set(turn->err, ERR_FAILED, "the plug-in '%s' failed%s: %s", at.path,
            crash_numbers(&at, numbers), text);
    err_at(turn->err, at.first);
}

static int turn_fail(struct task_turn *task, int64_t position, const char *format, ...)
{
    char text[320];
    struct arithmetic its;
    va_list args;
    va_start(args, format);
    arithmetic_enter(&its);
    (void)vsnprintf(text, sizeof(text), format, args);
    arithmetic_leave(&its);
    va_end(args);
    tidy(text);
    record((struct turn *)task, position, text[0] != '\0' ? text : "its message is empty");
    return -1;
}

/* --- the whole call --- */

void turn_begin(struct turn *turn, const struct crash_site *site, const struct safepoint *at,
                struct err *err)
{
    int64_t now = clock_now_ns();
    *turn = (struct turn){
        .task = {sizeof(turn->task), turn_pass, turn_wait_begin, turn_wait_end, turn_sleep,
                 turn_fail},
        .at = at,
        .site = *site,
        .err = err,
        .passes = 1,
        .stride = 1,
        .clocked_ns = now,
        .looked_ns = now,
    };
    belongings_note_thread(&turn->before);
    crash_enter(&turn->site);
}

int turn_blame(const struct crash_site *site, const char *changed, struct err *err)
{
    char numbers[CRASH_NUMBERS_TEXT];
    if (err_is(err))
        return -1;
    err_set(err, ERR_FAILED, "the plug-in '%s' changed %s in %s%s", site->path, changed,
            site->where, crash_numbers(site, numbers));
    if (site->count > 0)
        err_at(err, site->first);
    return err_remedy(err, "a plug-in must leave the process as it was, see squares/task.h");
}

int turn_end(struct turn *turn, int status)
{
    const char *changed = belongings_mend_thread(&turn->before);
    turn_wait_end(&turn->task); /* a missing wait_end does no harm */
    crash_leave();
    if (changed != NULL)
        (void)turn_blame(&turn->site, changed, turn->err);
    if (err_is(turn->err))
        return -1;
    if (status == 0 || turn->stopped)
        return 0;
    record(turn, turn->site.first - 1, "it gave no reason");
    return err_remedy(turn->err, "let it call turn->fail before it returns %d", status);
}
