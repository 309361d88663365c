#include "demo/gil_convoy.h"

#include "base/clock.h"
#include "base/units.h"
#include "crew/gil.h"
#include "measure/samples.h"

void convoys_init(struct convoy convoys[CONVOYS])
{
    convoys[0] = (struct convoy){.interval = "0.1 ms", .interval_ns = NS_PER_MS / 10};
    convoys[1] = (struct convoy){.interval = "1 ms", .interval_ns = NS_PER_MS};
    convoys[2] = (struct convoy){.interval = "5 ms", .interval_ns = GIL_INTERVAL_NS};
    convoys[3] = (struct convoy){.interval = "no gil", .interval_ns = 0};
}

/* Draws the waiting thread, from its first wait on: a character is half a millisecond. */
static void draw(struct showing *showing, const struct convoy *convoy)
{
    enum { WIDTH = 58 };
    const double WAIT = 1e-3, STEP = 0.5e-3;
    char text[WIDTH + 1] = "";
    double wakes = WAIT; /* the end of the current wait */
    for (int i = 0, wait = 0; i < WIDTH; i++) {
        double now = (i + 0.5) * STEP;
        while (wait < CONVOY_WAITS && now >= wakes + convoy->late[wait])
            wakes += convoy->late[wait++] + WAIT;
        text[i] = wait == CONVOY_WAITS ? ' ' : now < wakes ? 'z' : 'L';
    }
    showing_draw(showing, "%-8s |%s|", convoy->interval, text);
}

static void tell(struct showing *showing, const struct convoy convoys[CONVOYS])
{
    char text[3][UNIT_TEXT];
    double brief = samples_median(convoys[0].late, CONVOY_WAITS),
           usual = samples_median(convoys[CONVOY_USUAL].late, CONVOY_WAITS),
           none = samples_median(convoys[CONVOYS - 1].late, CONVOY_WAITS);
    const double INTERVAL = clock_seconds(convoys[CONVOY_USUAL].interval_ns);
    showing_say(showing,
                "With CPython's interval, %s, the thread that wakes up is %s late (the median), "
                "with %s %s, without a gil %s%s.",
                convoys[CONVOY_USUAL].interval, unit_duration(usual, text[0]), convoys[0].interval,
                unit_duration(brief, text[1]), unit_duration(none, text[2]),
                usual >= 0.8 * INTERVAL && usual < 1.5 * INTERVAL
                    ? ". It asks for the lock only after a whole interval"
                    : "");
}

void convoys_show(struct showing *showing, const struct convoy convoys[CONVOYS])
{
    static const struct showing_column COLUMNS[] = {{"late_s", "late, median", SHOWN_SECONDS},
                                                    {"late_worst_s", "worst", SHOWN_SECONDS},
                                                    {"waits_s", "40 waits of 1 ms", SHOWN_SECONDS},
                                                    {.key = NULL}};
    showing_draw(showing, "a thread that waits while another computes; two characters are 1 ms:");
    showing_draw(showing, "zz it waits for 1 ms, L it is ready, but does not get to run");
    for (int i = 0; i < CONVOYS; i++)
        draw(showing, &convoys[i]);
    showing_table(showing, "lateness", "interval", COLUMNS);
    for (int i = 0; i < CONVOYS; i++) {
        const double *late = convoys[i].late;
        double sum = 0;
        for (int wait = 0; wait < CONVOY_WAITS; wait++)
            sum += 1e-3 + late[wait];
        showing_row(showing, convoys[i].interval,
                    (double[]){samples_median(late, CONVOY_WAITS),
                               samples_ranked(late, CONVOY_WAITS, CONVOY_WAITS), sum});
    }
    tell(showing, convoys);
}
