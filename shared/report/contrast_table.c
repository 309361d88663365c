/* contrast_table - what was measured, as a person reads it in a terminal: 80 columns, no colour. */
#include "base/units.h"
#include "report/contrast.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { BAR = 10 };

/* Where the workers' time went: BAR characters, each the share that is largest there. */
static void draw_bar(const struct contrast_row *row, char bar[BAR + 1])
{
    const double shares[] = {row->busy, row->talk, row->lock, row->wait};
    const char marks[] = "#=x.";
    double sum = 0;
    int drawn = 0;
    for (int i = 0; i < 4; i++) {
        sum += shares[i];
        for (int end = (int)lround(sum * BAR); drawn < end && drawn < BAR; drawn++)
            bar[drawn] = marks[i];
    }
    memset(bar + drawn, '.', (size_t)(BAR - drawn));
    bar[BAR] = '\0';
}

static void print_reason(const char *reason, FILE *out)
{
    const int WIDTH = 48;
    for (const char *rest = reason; *rest != '\0';) {
        int length = (int)strlen(rest);
        if (length > WIDTH)
            for (length = WIDTH; length > 1 && rest[length] != ' '; length--) {
            }
        (void)fprintf(out, "%s%.*s\n", rest == reason ? "" : "                           ", length,
                      rest);
        rest += length;
        rest += strspn(rest, " ");
    }
}

static void print_row(const struct contrast *contrast, const struct contrast_row *row, FILE *out)
{
    char shape[32], time[UNIT_TEXT], bar[BAR + 1];
    (void)snprintf(shape, sizeof(shape), "%dx%d", row->ranks, row->threads);
    (void)fprintf(out, "%c %-13s %8s", row->ties ? '*' : ' ', mechanism_name(row->mechanism),
                  shape);
    if (row->count == 0) {
        (void)fprintf(out, "  ");
        print_reason(row->reason, out);
        return;
    }
    draw_bar(row, bar);
    (void)fprintf(out, " %8s", unit_duration(row->time.median, time));
    if (row->mechanism == MECHANISM_SERIAL)
        (void)fprintf(out, " %5d %25s%s", 1, "", bar);
    else
        (void)fprintf(out, " %5.3g (%5.3g to %5.3g) %3.0f %%  %s", row->speedup.median,
                      row->speedup.low, row->speedup.high,
                      fmin(100 * row->speedup.median / row->bound, 999), bar);
    if (row->hosts == 1 && contrast->environment.hosts_count > 1 &&
        row->mechanism != MECHANISM_SERIAL)
        (void)fprintf(out, " on %.8s", contrast->environment.hosts[row->host].name);
    (void)fprintf(out, "\n");
}

static void print_work(const struct contrast *contrast, const struct contrast_work *work, FILE *out)
{
    char task[UNIT_TEXT];
    (void)fprintf(out,
                  "\n%.50s\n%" PRId64 " tasks of %s, of which %.0f %% computing; %d "
                  "repetitions%s\n\n",
                  work->work, work->tasks, unit_duration(work->task_s, task), 100 * work->cpu_share,
                  work->rows[0].count,
                  work->ended == ROUNDS_BUDGET ? " (then the budget was used up)" : "");
    (void)fprintf(out, "  %-13s %8s %8s  %-23s %s\n", "", "shape", "time", "speed-up (interval)",
                  "of bound, time went");
    for (int i = 0; i < work->rows_count; i++)
        print_row(contrast, &work->rows[i], out);
}

static void print_header(const struct contrast *contrast, FILE *out)
{
    char elapsed[UNIT_TEXT];
    (void)fprintf(out, "squares    %d workers in every shape, on %d core%s\n", contrast->workers,
                  contrast->cores, contrast->cores == 1 ? "" : "s");
    environment_print(&contrast->environment, out);
    (void)fprintf(out,
                  "measured   in %s: medians, and their %.4g %% intervals\n"
                  "           * the fastest, and what cannot be told from it\n"
                  "           # busy  = talk (messages)  x waiting for a gil  . waiting\n",
                  unit_duration(contrast->elapsed_s, elapsed), 100 * contrast->confidence);
}

int contrast_table(const struct contrast *contrast, FILE *out)
{
    print_header(contrast, out);
    for (int i = 0; i < contrast->works_count; i++)
        print_work(contrast, &contrast->works[i], out);
    return ferror(out) ? -1 : 0;
}
