/*
 * tell - what a program of the bench hands to bench.py: a line for each value, its name, its unit
 * and the value with tabs between. The lines of one name are its rounds, in order; what is to be
 * compared is measured in turn within a round. Ratios and medians are bench.py's.
 */
#ifndef SQUARES_TESTS_BENCH_TELL_H
#define SQUARES_TESTS_BENCH_TELL_H

#include <stdio.h>
#include <stdlib.h>

static inline void tell(const char *name, const char *unit, double value)
{
    printf("%s\t%s\t%.9g\n", name, unit, value);
}

/* The rounds to measure, which the command line asks for; 7 if it does not. */
static inline int tell_rounds(int argc, char **argv)
{
    return argc > 1 ? atoi(argv[1]) : 7;
}

/* Ends the program; mpirun then ends its other ranks. */
static inline _Noreturn void tell_failure(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

#endif
