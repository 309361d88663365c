/*
 * load - how busy a machine's processors were between two readings, by the kernel's count, and how
 * much of that was the work of other programs. Any thread.
 *
 *     load_read(&before, text, ...); ... load_read(&after, text, ...);
 *     double cores = load_of_others(&before, &after, own_cpu_s, elapsed_s);
 */
#ifndef SQUARES_MEASURE_LOAD_H
#define SQUARES_MEASURE_LOAD_H

#include <stdbool.h>
#include <stdio.h>

/* The file to read, and the span below which its ticks of 10 ms are too coarse. */
#define LOAD_FILE    "/proc/stat"
#define LOAD_LEAST_S 0.5

struct load {
    int pus;        /* that were counted; 0: nothing could be read */
    double busy_s;  /* processor time since boot: user, system and interrupts, all PUs together */
    double idle_s;  /* idle, or waiting for a disk */
    double steal_s; /* wanted to run, but the hypervisor ran another machine */
};

/* Reads the text of LOAD_FILE from `in`; `ticks_per_s` is sysconf(_SC_CLK_TCK). `pus`: count PU n
 * only if pus[n], for n < pus_count; NULL: all PUs. load->pus is 0 if the text is not of that
 * format. */
void load_read(struct load *load, FILE *in, long ticks_per_s, const bool *pus, int pus_count);

/* Reads the next PU's line of LOAD_FILE's text. Returns its number, with its processor time since
 * boot in `busy_s`; -1: there are no more. */
int load_next(FILE *in, long ticks_per_s, double *busy_s);

/* How many cores other programs used on average between two readings `elapsed_s` apart, in which
 * the job itself used `own_cpu_s` of processor time on these PUs; at least 0. NAN: unknown, as
 * nothing could be read, the counters stand still (some containers), or the span is below
 * LOAD_LEAST_S. */
double load_of_others(const struct load *before, const struct load *after, double own_cpu_s,
                      double elapsed_s);

/* The share of their time that the hypervisor took from these PUs, 0 to 1; NAN: unknown. */
double load_stolen(const struct load *before, const struct load *after);

#endif
