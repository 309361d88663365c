#include "measure/frequency.h"

#include "base/arithmetic.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line of `folder`/cpuN/cpufreq/`name`; false: it cannot be read. */
static bool read_line(const char *folder, int pu, const char *name, char *line, int size)
{
    char path[512];
    int length = snprintf(path, sizeof(path), "%s/cpu%d/cpufreq/%s", folder, pu, name);
    FILE *in = length < (int)sizeof(path) ? fopen(path, "re") : NULL;
    if (in == NULL)
        return false;
    bool read = fgets(line, size, in) != NULL;
    (void)fclose(in);
    if (read)
        line[strcspn(line, "\n")] = '\0';
    return read;
}

/* The files give kHz; 0: not known. */
static double read_hz(const char *folder, int pu, const char *name)
{
    char line[32];
    return read_line(folder, pu, name, line, sizeof(line))
               ? fmax(arithmetic_read(line, NULL), 0) * 1e3
               : 0;
}

static void note_governor(struct frequency *frequency, const char *folder, int pu)
{
    char line[sizeof(frequency->governor)] = "";
    if (!read_line(folder, pu, "scaling_governor", line, sizeof(line)))
        return;
    bool other = frequency->governor[0] != '\0' && strcmp(frequency->governor, line) != 0;
    (void)snprintf(frequency->governor, sizeof(frequency->governor), "%s", other ? "mixed" : line);
}

void frequency_read(struct frequency *frequency, const char *folder, int pus)
{
    *frequency = (struct frequency){0};
    for (int pu = 0; pu < pus; pu++) {
        double hz = read_hz(folder, pu, "scaling_cur_freq");
        if (hz <= 0)
            continue;
        bool first = frequency->pus++ == 0;
        frequency->low_hz = first ? hz : fmin(frequency->low_hz, hz);
        frequency->high_hz = fmax(frequency->high_hz, hz);
        frequency->limit_hz = fmax(frequency->limit_hz, read_hz(folder, pu, "cpuinfo_max_freq"));
        note_governor(frequency, folder, pu);
    }
}
