/*
 * footprint - how much memory of the machine a process takes, and how much each further worker
 * adds: a thread, a child, or a program.
 *
 * A page that several processes have mapped is divided among them: half for each of two. So the sum
 * over all processes is what they take together, which no other figure of the kernel gives ("PSS",
 * proportional set size). It leaves out the page tables, which each process has of its own.
 */
#ifndef SQUARES_MEASURE_FOOTPRINT_H
#define SQUARES_MEASURE_FOOTPRINT_H

#include "program/child.h"

/* In bytes. NAN: the kernel does not give the figure. */
struct footprint {
    double pages;  /* PSS */
    double tables; /* page tables */
};

struct footprint footprint_of(pid_t process);

/* Measures what each waiting thread adds that has used little of its stack. Returns 0, or -1 and
 * sets err if the threads cannot be started. */
int footprint_threads(struct footprint *added, struct err *err);

/* Measures what a child adds that has called fn(arg) and then only waits; the child has ended on
 * return. Returns 0, or -1 and sets err if it could not be started, or died before it was ready. */
int footprint_child(child_fn *fn, void *arg, struct footprint *added, struct err *err);

/* Measures what a program (see program_start) adds while it prints, which must be more than 4 KiB;
 * the program has ended on return. Both figures are NAN if it could not be started or printed
 * nothing. */
void footprint_program(const char *const *words, struct footprint *added);

#endif
