/*
 * cost_bill - what workers of several kinds cost: the time to start one and wait for its end, and
 * the memory that each additional one takes.
 */
#ifndef SQUARES_DEMO_COST_BILL_H
#define SQUARES_DEMO_COST_BILL_H

#include "demo/kit/showing.h"
#include "measure/footprint.h"

enum cost_bill_kind {
    BILL_THREAD,
    BILL_FORK,    /* a child that does nothing */
    BILL_WRITING, /* a child that writes a byte to each page that its parent holds */
    BILL_SPAWN,   /* from here on, programs: first the smallest there is */
    BILL_SQUARES, /* squares itself, without MPI */
    BILL_RANK,    /* squares itself, with MPI */
    BILL_KINDS
};

enum { BILL_SMALL, BILL_LARGE, BILL_PARENTS };

struct cost_bill {
    double held;                              /* bytes that only the large parent holds */
    double page;                              /* bytes of one page of it */
    double seconds[BILL_PARENTS][BILL_KINDS]; /* NAN: not measured */
    struct footprint added[BILL_KINDS];       /* to the large parent; NANs: unknown */
    bool squares;                             /* squares can be started again */
    int mpirun; /* 0: mpirun starts the rank; else its exit code, or PROGRAM_ABSENT, and the rank is
                   a job of its own */
};

/* Shows the tables and what follows from them. */
void cost_bill_tell(const struct cost_bill *cost_bill, struct showing *showing);

#endif
