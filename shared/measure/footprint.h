/*
 * footprint - how much memory of the machine a process takes, and how much more there is for each
 * worker: a thread, a child, a program.
 *
 * Pages that several processes have mapped are counted in parts: half for each of two. So the sum
 * over all of them is what they take together, which no other number of the kernel gives ("PSS",
 * proportional set size). It does not count the tables that lead to pages, which each process has.
 */
#ifndef SQUARES_MEASURE_FOOTPRINT_H
#define SQUARES_MEASURE_FOOTPRINT_H

#include "program/child.h"

/* In bytes. NAN: the kernel does not tell. */
struct footprint {
    double pages;  /* PSS */
    double tables; /* page tables */
};

struct footprint footprint_of(pid_t process);

/* What each of some threads adds that wait, having used little of their stacks. -1: they cannot be
 * started. */
int footprint_threads(struct footprint *added, struct err *err);

/* What a child adds that has done fn(arg) and then only waits; it has ended behind. -1: it could
 * not be started, or was killed before it was done. */
int footprint_child(child_fn *fn, void *arg, struct footprint *added, struct err *err);

/* What a program (see program_start) adds while it prints, which must be more than 4 KiB; it has
 * ended behind. NANs: it could not be started, or printed nothing. */
void footprint_program(const char *const *words, struct footprint *added);

#endif
