/* compare_verdict - puts all sentences together: those of each work, those about the whole job, and
 * what to pick. */
#include "base/paragraph.h"
#include "base/text.h"
#include "base/units.h"
#include "report/compare_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The most sentences about a work, and about all works together. */
enum { OF_A_WORK = 3, OF_ALL = 4 };

static void add(struct compare_report *compare_report, const struct sentence *sentence)
{
    if (sentence->text[0] != '\0')
        memcpy(compare_report->verdict[compare_report->verdict_count++], sentence->text,
               sizeof(sentence->text));
}

/* --- what to pick --- */

/* The other kinds of rows that have that relation to the winner. */
static void add_others(const struct cast *cast, enum relation wanted, const char *words,
                       struct sentence *pick)
{
    const struct compare_row *others[KINDS];
    char shape[PHRASE];
    int told = 0;
    cast_kinds(cast, others);
    for (int i = 0; i < KINDS; i++)
        if (others[i] != NULL && others[i] != cast->best &&
            relation_of(cast, cast->best, others[i]) == wanted)
            sentence_add(pick, "%s%s", told++ == 0 ? words : ", ", phrase_shape(others[i], shape));
}

/* Nothing if there is no winner. */
static void say_pick(const struct cast *cast, struct compare_work *work)
{
    char shape[PHRASE];
    struct sentence pick = {""};
    if (work->winner == 0)
        sentence_add(&pick, "one process of one thread");
    if (work->winner > 0) {
        sentence_add(&pick, "%s", phrase_shape(cast->best, shape));
        add_others(cast, RELATION_SAME, "; as good: ", &pick);
        add_others(cast, RELATION_BLURRED, "; perhaps as good: ", &pick);
    }
    (void)snprintf(work->pick, sizeof(work->pick), "%.*s", (int)sizeof(work->pick) - 1, pick.text);
}

static void say_work(struct compare_report *compare_report, struct compare_work *work)
{
    const struct cast cast = cast_of(compare_report, work);
    void (*const sayings[OF_A_WORK])(const struct cast *,
                                     struct sentence *) = {say_outcome, say_messages, say_lock};
    int before = compare_report->verdict_count;
    for (int i = 0; i < OF_A_WORK; i++) {
        struct sentence sentence = {""};
        sayings[i](&cast, &sentence);
        add(compare_report, &sentence);
    }
    work->sentences = compare_report->verdict_count - before;
    say_pick(&cast, work);
}

/* --- about all works --- */

/* What other programs and other machines took, in processors, that squares could have used. */
struct taken {
    double programs, machines;
};

/* Each hardware thread of a core counts as one, as in the kernel. */
static int processors_of(const struct compare_report *compare_report)
{
    int pus = 0;
    for (int i = 0;
         compare_report->environment.hosts != NULL && i < compare_report->environment.hosts_count;
         i++)
        pus += compare_report->environment.hosts[i].usable_pus;
    return pus > compare_report->cores ? pus : compare_report->cores;
}

/* What was taken during the work that lost the most. */
static struct taken most_taken(const struct compare_report *compare_report)
{
    struct taken most = {0, 0};
    int all = processors_of(compare_report);
    for (int i = 0; i < compare_report->works_count; i++) {
        const struct compare_work *work = &compare_report->works[i];
        double programs = isnan(work->other_load) ? 0 : fmin(work->other_load, all);
        const struct taken now = {programs, work->stolen * all};
        if (now.programs + now.machines > most.programs + most.machines)
            most = now;
    }
    return most;
}

/* Programs and machines are judged separately: much of one says nothing about the other. */
static void say_load(const struct compare_report *compare_report, struct sentence *s)
{
    const double WORTH_TELLING = 0.1, WORTH_NAMING = 0.02; /* as a fraction of all processors */
    const struct taken taken = most_taken(compare_report);
    int all = processors_of(compare_report);
    bool programs = taken.programs > WORTH_NAMING * all;
    bool machines = taken.machines > WORTH_NAMING * all;
    char load[PHRASE];
    if (taken.programs + taken.machines <= WORTH_TELLING * all)
        return;
    if (programs)
        sentence_add(s, "Other programs used %s of %d %s%s", phrase_ratio(taken.programs, load),
                     all, all == compare_report->cores ? "core" : "PU", plural(all));
    if (machines)
        sentence_add(s, "%s machines on this hardware took %.0f %% of the processors' time%s",
                     programs ? " and other" : "Other", 100 * taken.machines / all,
                     compare_report->environment.hosts_count > 1 ? " on one host" : "");
    sentence_add(s, " meanwhile, so speed-ups may be off: try again when they %s.",
                 machines ? "are quiet" : "have ended");
}

/* The work that a quota stopped most often. */
static void say_quota(const struct compare_report *compare_report, struct sentence *s)
{
    char cpus[QUOTA_CPUS];
    double quota = environment_quota(&compare_report->environment, 0,
                                     compare_report->environment.hosts_count),
           most = 0;
    bool changed = false;
    for (int i = 0; i < compare_report->works_count; i++) {
        most = fmax(most, compare_report->works[i].throttled); /* ignores NAN */
        changed |= compare_report->works[i].quota_changed;
    }
    if (changed)
        sentence_add(s, "A cgroup's quota changed while this was measured, so rows may not be "
                        "comparable: try again when it stays the same.");
    else if (quota_stops(most) && quota > 0)
        sentence_add(
            s,
            "Throttled in %.0f %% of the periods: the quota allows the time of %s, however "
            "many workers there are.",
            100 * most, quota_text(quota, cpus));
    else if (quota_stops(most))
        sentence_add(s, "Throttled by a cgroup's quota in %.0f %% of the periods.", 100 * most);
}

/* Counts rows whose samples spread widely (their middle half), and rows that became slower or
 * faster. */
static void say_noise(const struct compare_report *compare_report, struct sentence *s)
{
    int rows = 0, noisy = 0, drifting = 0;
    for (int i = 0; i < compare_report->works_count; i++)
        for (int k = 0; k < compare_report->works[i].rows_count; k++) {
            const struct compare_row *row = &compare_report->works[i].rows[k];
            if (row->count == 0)
                continue;
            const struct noise noise = noise_of(row->samples_s, row->count);
            rows++;
            noisy += noise.noisy;
            drifting += noise.drifts;
        }
    if (3 * noisy > rows)
        sentence_add(s,
                     "The machine is noisy: in %d of %d rows repetitions differ by more than "
                     "%.0f %%.",
                     noisy, rows, 100 * NOISE_SPREAD_WIDE);
    else if (3 * drifting > rows)
        sentence_add(s,
                     "The machine changed its speed meanwhile: %d of %d rows became faster or "
                     "slower by more than %.0f %%%s%s.",
                     drifting, rows, 100 * NOISE_DRIFT_LARGE,
                     compare_report->clock.governor[0] != '\0' ? "; its frequency governor is "
                                                               : "",
                     compare_report->clock.governor);
}

static void say_start(const struct compare_report *compare_report, struct sentence *s)
{
    const struct compare_row *row = NULL;
    char threads[UNIT_TEXT], mpi[UNIT_TEXT];
    for (int i = 0; i < compare_report->works_count && row == NULL; i++)
        row = cast_of(compare_report, &compare_report->works[i]).threads;
    if (row == NULL || row->start_s <= 0 || compare_report->mpi_init_s <= 0 ||
        compare_report->ranks == 1)
        return;
    sentence_add(s, "Starting %d threads took %s; starting MPI took %s, once for the whole job.",
                 row->threads, unit_duration(row->start_s, threads),
                 unit_duration(compare_report->mpi_init_s, mpi));
}

static void say_change(const struct compare_report *compare_report, struct sentence *s)
{
    sentence_add(s, "%s", compare_report->change);
}

static void say_single(const struct compare_report *compare_report, struct sentence *s)
{
    if (compare_report->ranks == 1)
        sentence_add(s, "Processes were not measured: this job has only one.");
}

/* What is missing and what spoils the result comes first; the cost of starting is mentioned if
 * there is room. */
static void say_rest(struct compare_report *compare_report)
{
    void (*const sayings[])(const struct compare_report *, struct sentence *) = {
        say_single, say_change, say_quota, say_load, say_noise, say_start};
    int most = compare_report->verdict_count + 2;
    for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++) {
        struct sentence sentence = {""};
        sayings[i](compare_report, &sentence);
        if (compare_report->verdict_count < most)
            add(compare_report, &sentence);
    }
}

int compare_say_all(struct compare_report *compare_report, struct err *err)
{
    size_t room = (size_t)compare_report->works_count * OF_A_WORK + OF_ALL;
    compare_report->verdict_count = 0;
    compare_report->verdict = calloc(room, sizeof(*compare_report->verdict));
    if (compare_report->verdict == NULL)
        return err_memory(err, "the verdict");
    for (int i = 0; i < compare_report->works_count; i++)
        say_work(compare_report, &compare_report->works[i]);
    say_rest(compare_report);
    return 0;
}

/* --- printing --- */

static void print_sentence(const char *sentence, FILE *out)
{
    (void)fputs("  - ", out);
    paragraph_print(sentence, 4, 4, out);
}

static void print_pick(const struct compare_report *compare_report, const struct compare_work *work,
                       FILE *out)
{
    if (work->pick[0] == '\0')
        return;
    const char *line = work->launches && work->winner > 0
                           ? environment_line(&compare_report->environment, &work->launch)
                           : "";
    (void)fputs("  pick: ", out);
    paragraph_print(work->pick, 8, 8, out);
    if (line[0] != '\0')
        (void)fprintf(out, "    %s\n", line);
}

int compare_verdict(const struct compare_report *compare_report, FILE *out)
{
    int next = 0;
    for (int i = 0; i < compare_report->works_count; i++) {
        const struct compare_work *work = &compare_report->works[i];
        paragraph_print(work->work, 0, 2, out);
        for (int k = 0; k < work->sentences; k++)
            print_sentence(compare_report->verdict[next++], out);
        print_pick(compare_report, work, out);
    }
    if (next < compare_report->verdict_count)
        (void)fputs("this job\n", out);
    for (bool first = true; next < compare_report->verdict_count; first = false) {
        print_sentence(compare_report->verdict[next++], out);
        if (first && compare_report->ranks == 1 && compare_report->again[0] != '\0')
            (void)fprintf(out, "    %s\n", compare_report->again);
    }
    return ferror(out) ? -1 : 0;
}
