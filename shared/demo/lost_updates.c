#include "demo/lost_updates.h"

#include "measure/samples.h"

const struct showing_column LOSSES_COLUMNS[] = {{"lost", "lost", SHOWN_COUNT},
                                                {"made", "of", SHOWN_COUNT},
                                                {"lost_share", "share", SHOWN_SHARE},
                                                {"lossy_runs", "in runs", SHOWN_COUNT},
                                                {.key = NULL}};

double losses_median(const struct losses *losses)
{
    return samples_median(losses->lost, LOSSES_RUNS);
}

double losses_share(const struct losses *losses)
{
    return losses_median(losses) / losses->made;
}

int losses_runs(const struct losses *losses)
{
    int lossy = 0;
    for (int run = 0; run < LOSSES_RUNS; run++)
        lossy += losses->lost[run] > 0;
    return lossy;
}

void losses_row(const struct losses *losses, const char *label, struct showing *showing)
{
    showing_row(
        showing, label,
        (double[]){losses_median(losses), losses->made, losses_share(losses), losses_runs(losses)});
}

void losses_say(const struct losses *losses, int adders, const char *who, struct showing *showing)
{
    int lossy = losses_runs(losses);
    if (lossy == 0 && adders == 1)
        showing_say(showing, "%s lost nothing: one alone has nobody to lose to. Try --threads 2.",
                    who);
    else if (lossy == 0)
        showing_say(showing,
                    "%s lost nothing in %d runs this time. That proves nothing: it may in the "
                    "next.",
                    who, LOSSES_RUNS);
    else
        showing_say(showing, "%s lost additions in %d of %d runs.", who, lossy, LOSSES_RUNS);
}
