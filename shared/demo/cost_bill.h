/*
 * cost_bill - what workers of several kinds cost: the time to start one and to wait for its end,
 * and the memory that each more of them takes.
 */
#ifndef SQUARES_DEMO_COST_BILL_H
#define SQUARES_DEMO_COST_BILL_H

#include "demo/kit/showing.h"
#include "measure/footprint.h"

enum cost_bill_kind {
    BILL_THREAD,
    BILL_FORK,    /* a child that does nothing */
    BILL_WRITING, /* a child that writes a byte to each page of what its parent holds */
    BILL_SPAWN,   /* from here on they are programs: the smallest program there is */
    BILL_SQUARES, /* this one, without MPI */
    BILL_RANK,    /* this one, with MPI */
    BILL_KINDS
};

enum { BILL_SMALL, BILL_LARGE, BILL_PARENTS };

struct cost_bill {
    double held;                              /* bytes that the large parent holds more */
    double page;                              /* bytes of a page of it */
    double seconds[BILL_PARENTS][BILL_KINDS]; /* NAN: not measured */
    struct footprint added[BILL_KINDS];       /* to the large parent; NANs: not known */
    bool squares;                             /* it can be started once more */
    int mpirun; /* 0: it starts the rank; else its exit code, or PROGRAM_ABSENT, and the rank is a
                   job of its own */
};

/* The tables and what they come to. */
void cost_bill_tell(const struct cost_bill *cost_bill, struct showing *showing);

#endif
