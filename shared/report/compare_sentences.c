/* compare_sentences - what the verdict says about one work: which row wins, what messages cost,
 * what the gil does. */
#include "report/compare_words.h"

#include "base/text.h"

#include <math.h>

/* From this fraction of its bound on, a row counts as having reached it. */
static const double REACHED = 0.8;

static bool reaches(const struct compare_row *row)
{
    return row->speedup.median >= REACHED * row->bound;
}

/* A row whose speed-up reads as more than its bound is limited by something else. */
static bool is_at_its_bound(const struct compare_row *row)
{
    return reaches(row) && !reads_above(row, row->speedup.median);
}

static double percent(double fraction)
{
    return 100 * fraction;
}

/* ": no winner at 95 % (try --budget 40s)" */
static void add_no_winner(const struct cast *cast, struct sentence *s)
{
    char more[PHRASE];
    sentence_add(s, ": no winner at %g %% (try %s)", percent(cast->compare_report->confidence),
                 phrase_more(cast, cast->best, more));
}

static void add_cause(const struct cast *cast, const struct compare_row *row, struct sentence *s)
{
    char cause[PHRASE];
    if (phrase_cause(cast, row, cause)[0] != '\0')
        sentence_add(s, " (%s)", cause);
}

/* What keeps the best row below its bound. Workers that take turns are busy all the time, and their
 * tasks take longer. */
static void add_shortfall(const struct cast *cast, struct sentence *s)
{
    const struct compare_row *best = cast->best;
    char cause[PHRASE];
    if (cast->nature == NATURE_COMPUTES && compare_row_workers(best) > best->cores &&
        phrase_cause(cast, best, cause)[0] == '\0')
        sentence_add(s, " (%d workers take turns on %d core%s)", compare_row_workers(best),
                     best->cores, plural(best->cores));
    else
        add_cause(cast, best, s);
}

/* "8 threads take", but "the hybrid 4x2 takes". */
static bool is_one(const struct compare_row *row)
{
    return row->ranks > 1 && row->threads > 1;
}

static const char *ending(const struct compare_row *row)
{
    return is_one(row) ? "s" : "";
}

static const char *reach(const struct compare_row *row)
{
    return is_one(row) ? "reaches" : "reach";
}

/* --- nothing is gained --- */

static void say_missing(const struct cast *cast, struct sentence *s)
{
    const struct compare_row *row = cast->work->rows_count > 0 ? &cast->work->rows[0] : NULL;
    if (cast->base != NULL)
        sentence_add(s, "There is nothing to compare: no shape but serial could be measured.");
    else if (row != NULL && row->reason[0] != '\0')
        sentence_add(s, "There is nothing to compare with, as serial was not measured: %s.",
                     row->reason);
    else
        sentence_add(s, "There is nothing to compare with: serial was not measured.");
}

static void say_few(const struct cast *cast, struct sentence *s)
{
    char team[PHRASE], gain[PHRASE], more[PHRASE];
    int count = compare_pair(cast->work, cast->base, cast->best).rounds;
    sentence_add(s,
                 "%d repetition%s too few to tell a winner at %g %%: %s had the best median, a "
                 "speed-up of about %s; try %s.",
                 count, count == 1 ? " is" : "s are", percent(cast->compare_report->confidence),
                 phrase_team(cast->best, team), phrase_ratio(cast->best->speedup.median, gain),
                 phrase_more(cast, cast->best, more));
}

/* ", as the quota allows the time of 0.5 CPUs" */
static void add_quota(const struct cast *cast, struct sentence *s)
{
    char cpus[QUOTA_CPUS];
    double quota =
        environment_quota(&cast->compare_report->environment, cast->best->host, cast->best->hosts);
    sentence_add(s, ", as the quota allows the time of %s", quota_text(quota, cpus));
}

/* Why no more was possible, or what the time was spent on instead. */
static void add_limit(const struct cast *cast, struct sentence *s)
{
    const struct compare_row *best = cast->best;
    bool limited = best->bound <= 1 + cast->compare_report->apart;
    if (limited && best->bound_by == BOUND_CORES)
        sentence_add(s, ", as there is only one core");
    else if (limited && best->bound_by == BOUND_QUOTA)
        add_quota(cast, s);
    else if (limited && best->bound_by == BOUND_MEMORY)
        sentence_add(s, ", which already uses all the memory bandwidth");
    else
        add_cause(cast, best, s);
}

static void say_loss(const struct cast *cast, struct sentence *s)
{
    char team[PHRASE], times[PHRASE];
    double longer = longer_of(cast, cast->best, cast->base);
    sentence_add(s, "Nothing pays: the fastest, %s, take%s ", phrase_team(cast->best, team),
                 ending(cast->best));
    if (longer < 2)
        sentence_add(s, "%.0f %% longer than one worker alone", percent(longer - 1));
    else
        sentence_add(s, "%s times as long as one worker alone", phrase_ratio(longer, times));
    add_limit(cast, s);
    sentence_add(s, ".");
}

static void say_no_gain(const struct cast *cast, struct sentence *s)
{
    char team[PHRASE], gain[PHRASE];
    sentence_add(s, "Nothing is gained: the fastest, %s, %s %s and tie%s with one worker alone",
                 phrase_team(cast->best, team), reach(cast->best),
                 phrase_ratio(cast->best->speedup.median, gain), ending(cast->best));
    add_limit(cast, s);
    sentence_add(s, ".");
}

/* How many rows were measured. */
static int rows_of(const struct compare_work *work)
{
    int rows = 0;
    for (int i = 0; i < work->rows_count; i++)
        rows += work->rows[i].count > 0;
    return rows;
}

/* Taken alone the speed-up may be certain, but the best of many rows looks that good more often by
 * chance. */
static void say_unsure(const struct cast *cast, struct sentence *s)
{
    char team[PHRASE], gain[PHRASE];
    const struct interval *speedup = &cast->best->speedup;
    sentence_add(s, "The fastest, %s, %s %s at the median, but ", phrase_team(cast->best, team),
                 reach(cast->best), phrase_ratio(speedup->median, gain));
    if (speedup->found && speedup->low > 1)
        sentence_add(s, "the best of %d rows may look faster by chance in %d repetition%s",
                     rows_of(cast->work), cast->best->count, plural(cast->best->count));
    else
        sentence_add(s, "one worker alone cannot be told from that");
    add_no_winner(cast, s);
    sentence_add(s, ".");
}

/* --- something is gained --- */

/* What kind of work it is, and what follows from that if the best row confirms it. */
static void add_lead(const struct cast *cast, struct sentence *s)
{
    const struct compare_row *best = cast->best;
    bool reached = is_at_its_bound(best);
    if (reached && best->bound_by == BOUND_MEMORY)
        sentence_add(s, "Memory, not cores, is the limit: ");
    else if (cast->nature == NATURE_COMPUTES && reached && best->bound_by == BOUND_CORES &&
             compare_row_workers(best) > best->cores)
        sentence_add(s, "It computes, so cores count, not workers: ");
    else if (cast->nature == NATURE_COMPUTES && reached && best->bound_by == BOUND_QUOTA)
        sentence_add(s, "It computes, and the quota is the limit: ");
    else if (cast->nature == NATURE_WAITS && reached && best->bound_by == BOUND_WORKERS &&
             best->speedup.median > 1.2 * best->cores)
        sentence_add(s, "It waits, so workers count, not cores: ");
    else if (cast->nature == NATURE_MIXED)
        sentence_add(s,
                     "A task computes for %.0f %% of its time: ", percent(cast->work->cpu_share));
    else
        sentence_add(s, "It %s: ", cast->nature == NATURE_COMPUTES ? "computes" : "waits");
}

/* Whether all rows without a gil were measured with the same number of workers, and tie: then their
 * shape does not matter. If one could not be measured, that is unknown. */
static bool all_same(const struct cast *cast)
{
    const struct compare_work *work = cast->work;
    int rows = 0;
    for (int i = 0; i < work->rows_count; i++) {
        const struct compare_row *row = &work->rows[i];
        if (row == cast->base || mechanism_has_gil(row->mechanism))
            continue;
        rows++;
        if (row->count == 0 || compare_row_workers(row) != compare_row_workers(cast->best) ||
            relation_of(cast, cast->best, row) != RELATION_SAME)
            return false;
    }
    return rows > 2 && cast->processes != NULL && cast->threads != NULL;
}

/* The fastest row of each mechanism that was measured: those as good as the best, those that may
 * be, and those that are slower. */
struct field {
    int same_count, blurred_count, slower_count;
    const struct compare_row *same[KINDS], *blurred[KINDS], *slower[KINDS];
};

static struct field field_of(const struct cast *cast)
{
    const struct compare_row *all[KINDS];
    struct field field = {0};
    cast_kinds(cast, all);
    for (int i = 0; i < KINDS; i++) {
        if (all[i] == NULL)
            continue;
        enum relation relation =
            all[i] == cast->best ? RELATION_SAME : relation_of(cast, cast->best, all[i]);
        if (relation == RELATION_SAME)
            field.same[field.same_count++] = all[i];
        else if (relation != RELATION_FASTER)
            field.blurred[field.blurred_count++] = all[i];
        else
            field.slower[field.slower_count++] = all[i];
    }
    return field;
}

/* The text before the `index`-th of `count` things. */
static const char *between(int index, int count)
{
    return index == 0 ? "" : index + 1 < count ? ", " : " and ";
}

/* "8 processes and 8 threads both" */
static void add_winners(const struct field *field, struct sentence *s)
{
    char team[PHRASE];
    for (int i = 0; i < field->same_count; i++)
        sentence_add(s, "%s%s", between(i, field->same_count), phrase_team(field->same[i], team));
    if (field->same_count > 1)
        sentence_add(s, " %s", field->same_count == 2 ? "both" : "all");
}

/* "reach 1.9 of 2 cores": what all rows that tie reach. */
static void add_level(const struct cast *cast, const struct field *field, struct sentence *s)
{
    const struct compare_row *best = cast->best;
    char reached[PHRASE];
    double least = best->speedup.median;
    bool in_flight = best->bound_by == BOUND_WORKERS && cast->nature != NATURE_COMPUTES;
    bool one = field->same_count == 1 && is_one(best);
    const char *verb = in_flight ? (one ? "gets" : "get") : (one ? "reaches" : "reach");
    for (int i = 0; i < field->same_count; i++)
        least = fmin(least, field->same[i]->speedup.median);
    sentence_add(s, " %s%s %s", verb, reaches(best) ? "" : " only",
                 phrase_reached(cast, best, least, reached));
    if (in_flight)
        sentence_add(s, " on %d core%s", best->cores, plural(best->cores));
    if (!reaches(best))
        add_shortfall(cast, s);
}

/* Rows that may be slower; that is unknown. */
static void add_blurred(const struct cast *cast, const struct field *field, struct sentence *s)
{
    char team[PHRASE], ratio[PHRASE], more[PHRASE];
    for (int i = 0; i < field->blurred_count; i++)
        sentence_add(s, "%s%s (%s)", i == 0 ? ", but " : between(i, field->blurred_count),
                     phrase_team(field->blurred[i], team),
                     phrase_ratio(field->blurred[i]->speedup.median, ratio));
    sentence_add(s, " cannot be told from that at %g %% (try %s)",
                 percent(cast->compare_report->confidence), phrase_more(cast, cast->best, more));
}

/* A mechanism that is slower, or has fewer workers than the best. */
static void add_slower(const struct cast *cast, const struct compare_row *row, struct sentence *s)
{
    char team[PHRASE], ratio[PHRASE];
    double longer = longer_of(cast, row, cast->best);
    sentence_add(s, "; %s", phrase_team(row, team));
    if (compare_row_workers(row) < compare_row_workers(cast->best)) {
        sentence_add(s, ", on one host, %s %s", reach(row),
                     phrase_reached(cast, row, row->speedup.median, ratio));
        return;
    }
    if (longer < 2)
        sentence_add(s, " take%s %.0f %% longer", ending(row), percent(longer - 1));
    else
        sentence_add(s, " take%s %s times as long", ending(row), phrase_ratio(longer, ratio));
    add_cause(cast, row, s);
}

static void say_gain(const struct cast *cast, struct sentence *s)
{
    const struct field field = field_of(cast);
    add_lead(cast, s);
    if (all_same(cast))
        sentence_add(s, "%d workers of any kind", compare_row_workers(cast->best));
    else
        add_winners(&field, s);
    add_level(cast, &field, s);
    if (all_same(cast))
        sentence_add(s, "; their shape does not matter");
    if (field.blurred_count > 0)
        add_blurred(cast, &field, s);
    for (int i = 0; i < field.slower_count; i++)
        add_slower(cast, field.slower[i], s);
    sentence_add(s, ".");
}

void say_outcome(const struct cast *cast, struct sentence *sentence)
{
    if (cast->base == NULL || cast->best == NULL) {
        say_missing(cast, sentence);
        return;
    }
    if (compare_pair(cast->work, cast->base, cast->best).differ == DIFFER_UNKNOWN) {
        say_few(cast, sentence);
        return;
    }
    switch (relation_of(cast, cast->base, cast->best)) {
    case RELATION_FASTER:
        say_loss(cast, sentence);
        break;
    case RELATION_SAME:
        say_no_gain(cast, sentence);
        break;
    case RELATION_BLURRED:
        say_unsure(cast, sentence);
        break;
    case RELATION_SLOWER:
        say_gain(cast, sentence);
        break;
    }
}
