/*
 * gil_convoy - how late a thread that waits came back to work, beside one that computes, by the
 * switch interval of the gil they share: as a picture, a table and a sentence.
 */
#ifndef SQUARES_DEMO_GIL_CONVOY_H
#define SQUARES_DEMO_GIL_CONVOY_H

#include "demo/kit/showing.h"

#include <stdint.h>

enum { CONVOY_WAITS = 40 };

struct convoy {
    const char *interval;      /* in words */
    int64_t interval_ns;       /* 0: no gil */
    int computing, done;       /* between the two threads */
    double late[CONVOY_WAITS]; /* seconds behind the end of each wait of a millisecond */
};

/* The intervals that are compared: first a short one, then CPython's in place CONVOY_USUAL, last no
 * gil. */
enum { CONVOY_USUAL = 2, CONVOYS = 4 };

/* Sets those up, before they are measured. */
void convoys_init(struct convoy convoys[CONVOYS]);

void convoys_show(struct showing *showing, const struct convoy convoys[CONVOYS]);

#endif
