/*
 * compare_words - the verdict of a comparison: sentences made from its numbers, which can be read
 * aloud. A clause appears only if the numbers support it, and it quotes them. For the compare_*
 * files only.
 */
#ifndef SQUARES_REPORT_COMPARE_WORDS_H
#define SQUARES_REPORT_COMPARE_WORDS_H

#include "report/compare_pairs.h"

/* Fills in the verdict, and each work's pick and number of sentences. Returns 0, or -1 and sets err
 * if memory runs out. */
int compare_say_all(struct compare_report *compare_report, struct err *err);

/* --- a sentence --- */

struct sentence {
    char text[COMPARE_SENTENCE];
};

/* Appends to it; what does not fit is cut off. */
void sentence_add(struct sentence *sentence, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- a work's rows, by their role in the verdict --- */

enum nature { NATURE_COMPUTES, NATURE_WAITS, NATURE_MIXED };

enum nature nature_of(const struct compare_work *work);

/* Rows that were not measured are NULL. */
struct cast {
    const struct compare_report *compare_report;
    const struct compare_work *work;
    enum nature nature;
    const struct compare_row *base;
    const struct compare_row *processes, *window, *hybrid, *threads; /* the fastest of each */
    const struct compare_row *threads_gil, *processes_gil;
    const struct compare_row *best;
};

enum { KINDS = 4 };

/* The rows that compete with each other. */
static inline void cast_kinds(const struct cast *cast, const struct compare_row *kinds[KINDS])
{
    kinds[0] = cast->processes;
    kinds[1] = cast->window;
    kinds[2] = cast->threads;
    kinds[3] = cast->hybrid;
}

struct cast cast_of(const struct compare_report *compare_report, const struct compare_work *work);

enum relation relation_of(const struct cast *cast, const struct compare_row *first,
                          const struct compare_row *second);

/* How many times as long the first takes as the second: 1.27 for 27 % longer; the median over the
 * rounds, as for a speed-up. */
double longer_of(const struct cast *cast, const struct compare_row *first,
                 const struct compare_row *second);

/* --- phrases; they return `text` --- */

enum { PHRASE = 96 };

/* "1.9", "0.042", "63": two digits, or all digits before the point; "1.0" from 0.95 on. */
char *phrase_ratio(double ratio, char text[PHRASE]);

/* "8 threads", "8 processes", "8 processes with a window", "the hybrid 4x2". */
char *phrase_team(const struct compare_row *row, char text[PHRASE]);

/* "threads (1x8)" */
char *phrase_shape(const struct compare_row *row, char text[PHRASE]);

/* A speed-up and its bound: "1.9 of 2 cores", "7.9 of 8 tasks in flight", "1.2 of at most 1.4"; but
 * "2.6 (above the estimate of 2.0)" if more was measured than can be explained. */
char *phrase_reached(const struct cast *cast, const struct compare_row *row, double speedup,
                     char text[PHRASE]);

/* Whether the speed-up, as printed, is above the row's bound, as printed. */
bool reads_above(const struct compare_row *row, double speedup);

/* What most keeps a row's workers, or the cores that they share, from doing tasks, if it is worth
 * mentioning: "moving numbers takes 22 % of their time", "other programs have the cores for 40 % of
 * the time"; else "". That more workers than cores take turns is not a cause: the bound includes
 * it. */
char *phrase_cause(const struct cast *cast, const struct compare_row *row, char text[PHRASE]);

/* An option that would make the intervals narrower: "--budget 50s", "--repeat 28". */
char *phrase_more(const struct cast *cast, const struct compare_row *row, char text[PHRASE]);

/* --- the sentences of a work; each is "" if there is nothing to say --- */

void say_outcome(const struct cast *cast, struct sentence *sentence);
void say_messages(const struct cast *cast, struct sentence *sentence);
void say_lock(const struct cast *cast, struct sentence *sentence);

#endif
