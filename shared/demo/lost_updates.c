#include "demo/lost_updates.h"

#include "measure/samples.h"

const struct showing_column LOST_UPDATES_COLUMNS[] = {{"lost", "lost", SHOWN_COUNT},
                                                      {"made", "of", SHOWN_COUNT},
                                                      {"lost_share", "share", SHOWN_SHARE},
                                                      {"lossy_runs", "in runs", SHOWN_COUNT},
                                                      {.key = NULL}};

double lost_updates_median(const struct lost_updates *lost_updates)
{
    return samples_median(lost_updates->lost, LOST_UPDATES_RUNS);
}

double lost_updates_share(const struct lost_updates *lost_updates)
{
    return lost_updates_median(lost_updates) / lost_updates->made;
}

int lost_updates_runs(const struct lost_updates *lost_updates)
{
    int lossy = 0;
    for (int run = 0; run < LOST_UPDATES_RUNS; run++)
        lossy += lost_updates->lost[run] > 0;
    return lossy;
}

void lost_updates_row(const struct lost_updates *lost_updates, const char *label,
                      struct showing *showing)
{
    showing_row(showing, label,
                (double[]){lost_updates_median(lost_updates), lost_updates->made,
                           lost_updates_share(lost_updates), lost_updates_runs(lost_updates)});
}

void lost_updates_say(const struct lost_updates *lost_updates, int adders, const char *who,
                      struct showing *showing)
{
    int lossy = lost_updates_runs(lost_updates);
    if (lossy == 0 && adders == 1)
        showing_say(showing, "%s lost nothing, as only one added to it. Try --threads 2.", who);
    else if (lossy == 0)
        showing_say(showing,
                    "%s lost nothing in %d runs this time. That proves nothing: the next run may "
                    "lose some.",
                    who, LOST_UPDATES_RUNS);
    else
        showing_say(showing, "%s lost additions in %d of %d runs.", who, lossy, LOST_UPDATES_RUNS);
}
