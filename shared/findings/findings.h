/*
 * findings - what is wrong with where workers sit, in words, with what mends it. Codes are stable:
 * they are in the JSON, for programs.
 *
 * Two things are looked at: the masks that the launcher gave to the ranks, and the seats that the
 * workers have in the end. A finding of a kind is made once for a host: it tells of the first
 * place and how many there are.
 */
#ifndef SQUARES_FINDINGS_FINDINGS_H
#define SQUARES_FINDINGS_FINDINGS_H

#include "findings/launch.h"
#include "place/cores.h"
#include "place/residency.h"
#include "place/seat.h"
#include "place/seat_map.h"

#include <stdbool.h>

enum finding_code {
    FINDING_BOUND_TOO_TIGHT,
    FINDING_UNBOUND,
    FINDING_CORE_SHARED,
    FINDING_SMT_SHARED,
    FINDING_OVERSUBSCRIBED,
    FINDING_NUMA_STRADDLE,
    FINDING_CACHE_STRADDLE,
    FINDING_MIXED_KINDS,
    FINDING_CORES_IDLE,
    FINDING_MASK_CLAMPED,
    FINDING_MOVED,
    FINDING_SEAT_TAKEN,
    FINDING_CODES,
};

struct finding {
    enum finding_code code;
    bool as_launched; /* of the launcher's masks; else of the seats */
    int rank, other;  /* two of the ranks concerned, perhaps the same; -1: all alike */
    char text[400];
    char remedy[200];
    char measured[120];        /* what it costs, or "" if that was not measured */
    struct launch_shape shape; /* what to launch instead; threads 0: no launch line mends it */
};

enum { FINDINGS_MOST = 2 * FINDING_CODES };

struct findings {
    int count;
    struct finding list[FINDINGS_MOST];
};

/* "core-shared" and so on. */
const char *finding_name(enum finding_code code);

/* What it is, in a line. */
const char *finding_meaning(enum finding_code code);

/* The job as far as the words and launch lines need it. */
struct findings_job {
    int hosts, ranks; /* of the whole job */
    int most;         /* ranks on the host that has most */
};

/* Looks at the launcher's masks: seat map->seats holds one for each rank (seat map->threads is 1),
 * and each rank is to have `threads` threads. Adds to `findings`. */
void findings_of_masks(struct findings *findings, const struct seat_map *seat_map,
                       const struct cores *cores, int threads, const struct findings_job *job);

/* Looks at the workers' seats. Adds to `findings`, and after those of findings_of_strays. */
void findings_of_seats(struct findings *findings, const struct seat_map *seat_map,
                       const struct cores *cores, const struct findings_job *job);

/* The job as it is, on hosts with these usable cores. */
struct launch_shape launch_shape_of(const struct cores *cores, int hosts, int ranks, int most,
                                    int threads);

/* Says that nobody knows which CPUs are the job's: `words` as from evidence_undecided(). */
void findings_explain(struct findings *findings, const char *words);

/* How a worker stayed where it was planned. */
struct stay {
    int rank, thread;
    bool bound;   /* the kernel took its seat, or it sits there all the same */
    bool clamped; /* and gave less than that */
    bool strayed; /* it was seen on a PU that is not of its seat */
    int moves;    /* from one PU to another */
    char planned[SEAT_TEXT], read[SEAT_TEXT], seen[SEAT_TEXT];
};

/* `read`: the PUs it may run on, read back after binding; NULL: unknown. */
struct stay stay_of(int rank, int thread, hwloc_const_bitmap_t seat, bool bound,
                    hwloc_const_bitmap_t read, const struct residency *residency);

/* Workers that did not stay: how many, and the first of them. */
struct strays {
    int workers; /* all that were looked at */
    int unbound, clamped, strayed;
    struct stay first_unbound, first_clamped, first_strayed;
};

void strays_note(struct strays *strays, const struct stay *stay);

/* Workers that waited for their seats while other programs ran there: how many, and which waited
 * longest. */
struct takings {
    int workers;
    int rank, thread;
    char pus[SEAT_TEXT];
    double others, delay; /* of the time of the job, 0 to 1: they ran there, it waited */
};

/* Notes a worker, if others took enough of its seat to tell: they used its PUs for `others_s` of
 * `elapsed_s`, and it was ready to run and did not for `delay_s`. */
void takings_note(struct takings *takings, const struct stay *stay, double others_s, double delay_s,
                  double elapsed_s);

/* Adds what was noted of the workers of all hosts. */
void findings_of_takings(struct findings *findings, const struct takings *takings);

/* Adds what the workers of `host` (or of all hosts: "") did not keep to. */
void findings_of_strays(struct findings *findings, const struct strays *strays, const char *host,
                        const struct launch_shape *shape);

#endif
