/*
 * frequency - the clock rates of the PUs and the governor that sets them, if the kernel shows them;
 * virtual machines often do not. Any thread.
 */
#ifndef SQUARES_MEASURE_FREQUENCY_H
#define SQUARES_MEASURE_FREQUENCY_H

/* The folder to read. */
#define FREQUENCY_FOLDER "/sys/devices/system/cpu"

struct frequency {
    int pus;                /* that show their rate; 0: none does, and the rest is 0 and "" */
    double low_hz, high_hz; /* of the slowest and the fastest PU at this moment */
    double limit_hz;        /* the most that any of them can reach; 0: not known */
    char governor[32];      /* "performance", "powersave", ...; "mixed" if they differ */
};

/* Reads `folder`/cpuN/cpufreq of PUs 0 .. pus-1, skipping those without such a folder. */
void frequency_read(struct frequency *frequency, const char *folder, int pus);

#endif
