/*
 * gil_convoy - how late a waiting thread got back to work beside a computing one, for several
 * switch intervals of the gil that they share: as a picture, a table and a sentence.
 */
#ifndef SQUARES_DEMO_GIL_CONVOY_H
#define SQUARES_DEMO_GIL_CONVOY_H

#include "demo/kit/showing.h"

#include <stdint.h>

enum { CONVOY_WAITS = 40 };

struct convoy {
    const char *interval;      /* in words */
    int64_t interval_ns;       /* 0: no gil */
    int computing, done;       /* shared by the two threads */
    double late[CONVOY_WAITS]; /* seconds after the end of each wait of a millisecond */
};

/* The intervals that are compared: first a short one, then CPython's at index CONVOY_USUAL, last no
 * gil. */
enum { CONVOY_USUAL = 2, CONVOYS = 4 };

/* Sets up the intervals, before measuring. */
void convoys_init(struct convoy convoys[CONVOYS]);

void convoys_show(struct showing *showing, const struct convoy convoys[CONVOYS]);

#endif
