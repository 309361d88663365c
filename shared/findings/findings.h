/*
 * findings - what is wrong with where workers sit, in words, and how to fix it. Codes are stable:
 * programs read them in the JSON.
 *
 * Two things are examined: the masks that the launcher gave to the ranks, and the seats that the
 * workers have in the end. Each kind of finding is made once per host: it describes the first case
 * and says how many there are.
 */
#ifndef SQUARES_FINDINGS_FINDINGS_H
#define SQUARES_FINDINGS_FINDINGS_H

#include "findings/launch.h"
#include "place/cores.h"
#include "place/quota.h"
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
    FINDING_QUOTA,
    FINDING_CODES,
};

struct finding {
    enum finding_code code;
    bool as_launched; /* about the launcher's masks; else about the seats */
    int rank, other;  /* two of the ranks concerned, possibly the same; -1: all are */
    char text[400];
    char remedy[200];
    char measured[120];        /* what it costs, or "" if not measured */
    struct launch_shape shape; /* what to launch instead; threads 0: no launch line fixes it */
};

enum { FINDINGS_MOST = 2 * FINDING_CODES };

struct findings {
    int count;
    struct finding list[FINDINGS_MOST];
};

/* "core-shared" and so on. */
const char *finding_name(enum finding_code code);

/* What it means, in one line. */
const char *finding_meaning(enum finding_code code);

/* The job, as far as the texts and launch lines need it. */
struct findings_job {
    int hosts, ranks; /* of the whole job */
    int most;         /* ranks on the host that has the most */
};

/* Examines the launcher's masks: seat_map->seats holds one for each rank (seat_map->threads is 1),
 * and each rank will have `threads` threads. Adds to `findings`. */
void findings_of_masks(struct findings *findings, const struct seat_map *seat_map,
                       const struct cores *cores, int threads, const struct findings_job *job);

/* Examines the workers' seats. Adds to `findings`; call it after findings_of_strays. */
void findings_of_seats(struct findings *findings, const struct seat_map *seat_map,
                       const struct cores *cores, const struct findings_job *job);

/* Adds the finding that a host has more workers than its quota of processor time is good for, if it
 * has. */
void findings_of_quota(struct findings *findings, const struct quota *quota,
                       const struct seat_map *seat_map, const struct cores *cores,
                       const struct findings_job *job);

/* The shape of the job as it is, on hosts with these usable cores. */
struct launch_shape launch_shape_of(const struct cores *cores, int hosts, int ranks, int most,
                                    int threads);

/* Says that it is unknown which CPUs belong to the job: `words` as from evidence_undecided(). */
void findings_explain(struct findings *findings, const char *words);

/* Whether a worker stayed where it was planned. */
struct stay {
    int rank, thread;
    bool bound;   /* the kernel accepted its seat, or it may run just there anyway */
    bool clamped; /* its mask is not the planned seat */
    bool strayed; /* it was seen on a PU outside its seat */
    int moves;    /* how often it changed PUs */
    char planned[SEAT_TEXT], read[SEAT_TEXT], seen[SEAT_TEXT];
};

/* `read`: the PUs the thread may run on, read back after binding; NULL: unknown. */
struct stay stay_of(int rank, int thread, hwloc_const_bitmap_t seat, bool bound,
                    hwloc_const_bitmap_t read, const struct residency *residency);

/* Workers that did not stay: how many, and the first of them. */
struct strays {
    int workers; /* all that were examined */
    int unbound, clamped, strayed;
    struct stay first_unbound, first_clamped, first_strayed;
};

void strays_note(struct strays *strays, const struct stay *stay);

/* Workers that waited for their seats while other programs ran there: how many, and the one that
 * waited longest. */
struct takings {
    int workers;
    int rank, thread;
    char pus[SEAT_TEXT];
    double others, delay; /* shares of the time, 0 to 1: others ran there; it waited */
};

/* Counts a worker if others took enough of its seat to matter: they used its PUs for `others_s` of
 * `elapsed_s`, and for `delay_s` it was ready to run but did not. */
void takings_note(struct takings *takings, const struct stay *stay, double others_s, double delay_s,
                  double elapsed_s);

/* Adds the finding about the workers of all hosts that were counted. */
void findings_of_takings(struct findings *findings, const struct takings *takings);

/* Adds findings about the workers of `host` ("": of all hosts) that did not stay. */
void findings_of_strays(struct findings *findings, const struct strays *strays, const char *host,
                        const struct launch_shape *shape);

#endif
