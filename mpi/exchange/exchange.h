/*
 * exchange - how numbers travel between rank 0 and the others: a table of ways.
 *
 * An exchange takes a job from its source to its sink, over all ranks, and returns on each rank
 * when this rank has nothing left to do. It never leaves a message unreceived, also after a
 * failure, so that the ranks can agree on it behind. A failure on one rank stops the others soon;
 * they then return -1 with an empty `err`.
 */
#ifndef SQUARES_EXCHANGE_EXCHANGE_H
#define SQUARES_EXCHANGE_EXCHANGE_H

#include "comm/team.h"
#include "crew/crew.h"
#include "exchange/file_plan.h"
#include "exchange/host_crew.h"
#include "number/exchange_kind.h"
#include "number/sink.h"
#include "number/source.h"
#include "number/tally.h"
#include "place/seat.h"
#include "work/work.h"

struct job {
    const struct team *team;
    struct crew *crew;
    struct host_crew
        *host_crew; /* numbers lie in its memory, and its ranks work on them together; or NULL */
    int most;       /* ranks on the host that has most, of all that take part in the job */
    const struct work *work;
    enum number_kind kind;
    enum schedule schedule;    /* by which workers that share memory take chunks */
    enum schedule deals;       /* by which rank 0 deals to those that it sends messages */
    int64_t chunk;             /* the chunk size of both; 0: the workload's grain */
    bool root_works;           /* rank 0 takes a share besides feeding */
    const struct range *range; /* the numbers, where an exchange makes them itself; or NULL */
    struct source *source;     /* rank 0 only, by exchanges that move numbers */
    struct sink *sink;         /* rank 0 only */

    /* The files of an exchange whose ranks open them themselves; or NULL. */
    const struct file_plan *files;

    /* Called often on rank 0 with the tasks done, and the tasks in all or COUNT_UNKNOWN; or NULL.
     */
    void (*progress)(void *arg, int64_t done, int64_t total);
    void *progress_arg;

    void *state; /* the exchange's own */

    /* What this rank has to tell afterwards. */
    struct tally *tallies; /* [worker], of the results made here: see job_open; NULL: results are
                              not tallied, neither where they are made nor where they arrive */
    struct tally arrived;  /* rank 0: count and fingerprint of the results that came back, and the
                              sum of float64 */
    int64_t done;          /* rank 0: tasks known to be done */
    int64_t talk_ns;       /* this rank's main thread moving numbers: messages, files */
    int64_t hidden_ns;     /* of that, while others who share its memory worked on */
    int64_t progress_ns; /* looks for messages in vain that took longer than an empty one does: MPI
                            copies parts of messages then. Not in talk_ns. */
    int64_t least_look_ns;                 /* the shortest look in vain; 0: there was none */
    int64_t input_wait_ns, output_wait_ns; /* for a file, with nothing else to do */
    char home_left[SEAT_TEXT]; /* the PUs that its main thread may go back to, if those are not what
                                  it had before any trial; "" */
    int64_t own_cpu_ns; /* processor time of this process that no worker used (MPI's threads, a
                           server of the work): from job_watch to job_watch_end */
};

struct exchange {
    const struct exchange_kind *kind;

    /* Collective: gets what this rank needs into job->state. Called by exchange_open alone, which
     * sees to it that all ranks come and that they agree afterwards. */
    int (*open)(struct job *job, struct err *err);
    int (*run)(struct job *job, struct err *err);
    void (*close)(struct job *job); /* also after a failed open */
};

extern const struct exchange EXCHANGE_MESSAGE, EXCHANGE_WINDOW, EXCHANGE_LOCAL, EXCHANGE_FILE;

/* Collective over the job's team: opens the exchange, unless a rank has failed before. Such a rank
 * comes with its `err` like the others: opening is collective itself, so the ranks agree before it,
 * and again after it. -1 on all if it failed on one; exchange->close is
 * to be called in any case. */
int exchange_open(const struct exchange *exchange, struct job *job, struct err *err);

/* The exchange of that kind. `auto` is the window where a host has several ranks, else messages. */
const struct exchange *exchange_choose(const struct exchange_kind *asked, const struct job *job);

/* Ranks that compute, and the number of this one among them (-1: it only feeds). */
static inline int job_workers(const struct job *job)
{
    return job->team->size - (job->root_works ? 0 : 1);
}

static inline int job_index(const struct job *job)
{
    return job->team->rank - (job->root_works ? 0 : 1);
}

/* Gets and releases what every exchange needs to tell of the results: the tallies. */
int job_open(struct job *job, struct err *err);
void job_close(struct job *job);

/* Begins and ends the kernel's accounts of the job on this rank: job_watch before the ranks wait
 * for each other, job_watch_start when they go. Not collective. */
void job_watch(struct job *job);
void job_watch_start(struct job *job);
void job_watch_end(struct job *job);

/* Tells job->progress how far the job has come, on rank 0: what is known to be done or, where that
 * is more and the others' parts are like rank 0's, what its own lets expect of them. */
void job_tell_progress(const struct job *job);

/* Where a rank has moved numbers between its chunks: `before` is job->talk_ns from when it began.
 * All of that is hidden if others who share its memory are still at work. */
void job_hide_talk(struct job *job, int64_t before);

/* Takes note of a look for messages that took `ns` and found none that had come or gone. */
void job_note_look(struct job *job, int64_t ns);

/* When a call that reads or writes a file began, and what of it the thread waited, off its core. */
struct file_call {
    int64_t start_ns, cpu_ns;
};
struct file_call file_call_begin(void);
int64_t file_call_waited(const struct file_call *call);

/* Works on a chunk's `numbers`, in place, and tallies the results for the chunk's worker. */
int job_work(struct job *job, const struct crew_chunk *chunk, const struct numbers *numbers,
             struct err *err);

/* Runs the crew, or the host crew's, over `numbers`, in place. `between` is called by the rank's
 * main thread between its chunks. -1: as crew_run. */
int job_compute(struct job *job, const struct numbers *numbers, void (*between)(void *), void *arg,
                struct err *err);

/* From within `between`: what is computed here is given up, by this rank and by those that share
 * its numbers. Nothing more of it is begun, and tasks that last long are stopped. */
void job_give_up(struct job *job);

/* On the ranks of a host crew that do not lead it: takes part in what the leader computes, until
 * that has no more. -1: it has failed here. */
int job_follow(struct job *job, struct err *err);

#endif
