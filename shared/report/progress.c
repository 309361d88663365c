#include "report/progress.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const int64_t FIRST_NS = NS_PER_S;
static const int64_t BAR_EVERY_NS = NS_PER_S / 5;
static const int64_t LINE_EVERY_NS = 10 * NS_PER_S;

void progress_start(struct progress *progress, enum progress_style style, const char *unit,
                    FILE *out)
{
    int64_t now = clock_now_ns();
    *progress = (struct progress){
        .style = style, .unit = unit, .out = out, .start_ns = now, .next_ns = now + FIRST_NS};
}

static const char *count_text(int64_t count, char text[UNIT_TEXT])
{
    if (count >= 1000)
        return unit_si((double)count, text);
    (void)snprintf(text, UNIT_TEXT, "%d", (int)count);
    return text;
}

/* "12 %, 3.4 s to go" or, if the total is unknown, how much is done. */
static void describe(const struct progress *progress, int64_t now, int64_t done, int64_t total,
                     char *text, size_t size)
{
    char a[UNIT_TEXT], b[UNIT_TEXT];
    double passed = clock_seconds(now - progress->start_ns);
    if (total <= 0) {
        (void)snprintf(text, size, "%s %s%s in %s", count_text(done, a), progress->unit,
                       plural(done), unit_duration(passed, b));
        return;
    }
    double part = (double)done / (double)total;
    if (done == 0)
        (void)snprintf(text, size, "0 %%");
    else
        (void)snprintf(text, size, "%.0f %%, %s to go", 100 * part,
                       unit_duration(passed / part - passed, a));
}

static void draw_bar(struct progress *progress, const char *words, int64_t done, int64_t total)
{
    enum { WIDTH = 40 };
    char bar[WIDTH + 1];
    int filled = total > 0 ? (int)((double)done / (double)total * WIDTH) : 0;
    for (int i = 0; i < WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[WIDTH] = '\0';
    (void)fprintf(progress->out, "\r[%s] %-36.36s", bar, words);
    progress->drawn = true;
}

void progress_tell(struct progress *progress, int64_t done, int64_t total)
{
    if (progress->style == PROGRESS_NONE)
        return;
    int64_t now = clock_now_ns();
    if (now < progress->next_ns)
        return;
    char words[96];
    describe(progress, now, done, total, words, sizeof(words));
    if (progress->style == PROGRESS_BAR) {
        draw_bar(progress, words, done, total);
        progress->next_ns = now + BAR_EVERY_NS;
    } else {
        (void)fprintf(progress->out, "squares: %s\n", words);
        progress->next_ns = now + LINE_EVERY_NS;
    }
    (void)fflush(progress->out);
}

void progress_end(struct progress *progress)
{
    if (!progress->drawn)
        return;
    (void)fprintf(progress->out, "\r%79s\r", "");
    (void)fflush(progress->out);
    progress->drawn = false;
}

bool progress_terminal(int fd)
{
    struct winsize size;
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
}
