#include "experiment/changes.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void changes_forget(struct changes *changes)
{
    for (int row = 0; row < RANK_ROWS; row++) {
        free(changes->first[row]);
        changes->first[row] = NULL;
    }
}

/* If memory runs out, only changes within a trial are seen. */
static void keep_first(struct changes *changes, int row, const struct compare_row *r)
{
    size_t workers = (size_t)compare_row_workers(r);
    struct first_seat *first = calloc(workers, sizeof(*first));
    for (size_t i = 0; first != NULL && i < workers; i++) {
        memcpy(first[i].read, r->workers[i].stay.read, sizeof(first[i].read));
        first[i].pus = r->workers[i].pus;
    }
    changes->first[row] = first;
}

static const char *pus(const char *list)
{
    return seat_plural(list) ? "PUs" : "PU";
}

/* Only the first change is reported. */
static void note(struct changes *changes, const struct report_worker *w, const char *now,
                 const char *before)
{
    char had[SEAT_TEXT + 16] = "";
    if (changes->words[0] != '\0')
        return;
    changes->at_s = clock_seconds(clock_now_ns() - changes->start_ns);
    if (before[0] != '\0')
        (void)snprintf(had, sizeof(had), " instead of %s %s", pus(before), before);
    (void)snprintf(changes->words, sizeof(changes->words),
                   "thread %d of rank %d may run on %s %s%s", w->stay.thread, w->stay.rank,
                   pus(now), now, had);
}

/* Compares where a worker might run at the trial's start and end, then with the first trial, and
 * last where its rank's main thread may run once it goes back. */
static bool look_at(struct changes *changes, const struct report_worker *w,
                    const struct first_seat *first)
{
    if (w->reseated)
        note(changes, w, w->left, w->stay.read);
    else if (first != NULL && (strcmp(first->read, w->stay.read) != 0 || first->pus != w->pus))
        note(changes, w, w->stay.read, first->read);
    else if (w->rehomed)
        note(changes, w, w->left, "");
    else
        return false;
    return true;
}

bool changes_look(struct changes *changes, int row, const struct compare_row *r)
{
    const struct first_seat *first = changes->first[row];
    bool changed = false;
    for (int i = 0; i < compare_row_workers(r); i++)
        if (r->workers[i].stay.rank != REPORT_NOBODY)
            changed |= look_at(changes, &r->workers[i], first != NULL ? &first[i] : NULL);
    if (first == NULL)
        keep_first(changes, row, r);
    return changed;
}

/* --- the report --- */

static const char *were(int count)
{
    return count == 1 ? " was" : "s were";
}

void changes_tell(const struct changes *changes, int left, struct compare_report *compare_report)
{
    char at[UNIT_TEXT], rest[64] = "";
    if (changes->words[0] == '\0')
        return;
    unit_duration(changes->at_s, at);
    if (left > 0)
        (void)snprintf(rest, sizeof(rest), "; %d work%s not measured", left, were(left));
    char *change = compare_report->change;
    const size_t SIZE = sizeof(compare_report->change);
    (void)snprintf(change, SIZE,
                   "The cores of this job changed while it was measured: after %s %s. ", at,
                   changes->words);
    if (changes->lasting)
        text_add(change, SIZE, "Only what was measured before is compared%s.", rest);
    else if (changes->dropped > 0)
        text_add(change, SIZE, "It passed, and %d round%s left out.", changes->dropped,
                 were(changes->dropped));
    else
        text_add(change, SIZE, "All that is compared was measured on the same cores.");
    struct report_warning *w = environment_warn(&compare_report->environment, "cores-changed");
    if (w == NULL)
        return;
    (void)snprintf(w->text, sizeof(w->text),
                   "the cores of this job changed while it was measured: after %s %s", at,
                   changes->words);
    (void)snprintf(w->remedy, sizeof(w->remedy), "%s",
                   changes->lasting ? "start it again when the job keeps the cores that it has"
                                    : "what was measured meanwhile is left out");
}
