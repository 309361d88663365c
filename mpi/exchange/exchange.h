/*
 * exchange - how numbers travel between rank 0 and the other ranks: a table of ways.
 *
 * An exchange takes a job from its source to its sink, over all ranks, and returns on each rank
 * when this rank has nothing left to do. It leaves no message unreceived, even after a failure, so
 * the ranks can then agree on the failure. A failure on one rank stops the others soon; they then
 * return -1 with an empty `err`.
 */
#ifndef SQUARES_EXCHANGE_EXCHANGE_H
#define SQUARES_EXCHANGE_EXCHANGE_H

#include "comm/team.h"
#include "crew/crew.h"
#include "exchange/cutoff.h"
#include "exchange/fail_notice.h"
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
    struct host_crew *host_crew; /* holds the numbers; its ranks work on them together; or NULL */
    int most;                    /* ranks on the host that has most of the job's ranks */
    const struct work *work;
    enum number_kind kind;
    enum schedule schedule;    /* how workers that share memory take chunks */
    enum schedule deals;       /* how rank 0 deals to the ranks it sends messages to */
    int64_t chunk;             /* the chunk size of both; 0: the workload's grain */
    bool root_works;           /* rank 0 computes a share besides feeding the others */
    const struct range *range; /* the numbers, if the exchange makes them itself; or NULL */
    struct source *source;     /* rank 0 only, for exchanges that move numbers */
    struct sink *sink;         /* rank 0 only */

    /* The files, for an exchange in which every rank opens them itself; or NULL. */
    const struct file_plan *files;

    /* Called often on rank 0 with the tasks done, and the tasks in all or COUNT_UNKNOWN; or
     * NULL. */
    void (*progress)(void *arg, int64_t done, int64_t total);
    void *progress_arg;

    void *state; /* the exchange's own */

    /* What this rank reports afterwards. */
    struct tally *tallies; /* [worker], of the results made here: see job_open; NULL: no results are
                              tallied, neither where they are made nor where they arrive */
    struct tally arrived;  /* rank 0: count and fingerprint of the results that came back, and the
                              sum of float64 results */
    int64_t done;          /* rank 0: tasks known to be done */
    int64_t talk_ns;       /* time this rank's main thread spent moving numbers: messages, files */
    int64_t hidden_ns;     /* part of talk_ns during which others who share its memory worked on */
    int64_t progress_ns;   /* what failed looks for messages took beyond an empty look: MPI copies
                              parts of messages then. Not in talk_ns. */
    int64_t least_look_ns; /* the shortest failed look; 0: there was none */
    int64_t input_wait_ns, output_wait_ns; /* waiting for a file, with nothing else to do */
    char home_left[SEAT_TEXT]; /* the PUs its main thread may go back to, if they differ from those
                                  it had before any trial; else "" */
    int64_t own_cpu_ns; /* processor time of this process that no worker used (MPI's threads, a
                           server of the work), from job_watch_start to job_watch_end */
};

struct exchange {
    const struct exchange_kind *kind;

    /* Collective: sets up what this rank needs in job->state. Only exchange_open calls it; that
     * function makes sure all ranks take part and agree afterwards. */
    int (*open)(struct job *job, struct err *err);
    int (*run)(struct job *job, struct err *err);
    void (*close)(struct job *job); /* also after a failed open */
};

extern const struct exchange EXCHANGE_MESSAGE, EXCHANGE_WINDOW, EXCHANGE_LOCAL, EXCHANGE_FILE;

/* Collective over the job's team: opens the exchange, unless a rank has already failed. A rank that
 * has failed calls this with its `err` set, like the others: opening is collective, so the ranks
 * agree both before and after it. Returns 0, or -1 on all ranks if one failed; call exchange->close
 * in either case. */
int exchange_open(const struct exchange *exchange, struct job *job, struct err *err);

/* The exchange of the kind asked for. `auto` chooses the window if a host has several ranks, else
 * messages. */
const struct exchange *exchange_choose(const struct exchange_kind *asked, const struct job *job);

/* The number of ranks that compute, and this rank's index among them (-1: it only feeds). */
static inline int job_workers(const struct job *job)
{
    return job->team->size - (job->root_works ? 0 : 1);
}

static inline int job_index(const struct job *job)
{
    return job->team->rank - (job->root_works ? 0 : 1);
}

/* Sets up and releases the tallies, which every exchange needs to report its results. */
int job_open(struct job *job, struct err *err);
void job_close(struct job *job);

/* Starts and ends the kernel's accounting of the job on this rank. Call job_watch before the ranks
 * wait for each other, and job_watch_start when they start. Not collective. */
void job_watch(struct job *job);
void job_watch_start(struct job *job);
void job_watch_end(struct job *job);

/* What a rank does between its chunks besides moving numbers: hears of failures elsewhere by
 * `notice` (NULL: its messages tell of them), and shows progress, on rank 0. Returns whether to
 * give up the piece that begins at `first`. */
bool job_between(const struct job *job, struct fail_notice *notice, struct cutoff *cutoff,
                 int64_t first);

/* On rank 0: reports to job->progress how far the job has come. That is the tasks known to be done;
 * or, if the other ranks' parts are like rank 0's, an estimate from rank 0's own part if it is
 * higher. */
void job_tell_progress(const struct job *job);

/* Call this after a rank has moved numbers between its chunks; `before` is job->talk_ns from before
 * it began. All the time since then counts as hidden if others who share its memory are still at
 * work. */
void job_hide_talk(struct job *job, int64_t before);

/* Records a look for messages that took `ns` and found that none had arrived or been sent. */
void job_note_look(struct job *job, int64_t ns);

/* When a call that reads or writes a file began, to find how long its thread waited, off its
 * core. */
struct file_call {
    int64_t start_ns, cpu_ns;
};
struct file_call file_call_begin(void);
int64_t file_call_waited(const struct file_call *call);

/* Works on a chunk's `numbers`, in place, and tallies the results for the chunk's worker. Returns
 * 0, or -1 and sets err if a task fails. */
int job_work(struct job *job, const struct crew_chunk *chunk, const struct numbers *numbers,
             struct err *err);

/* Runs the crew, or the host crew, over `numbers`, in place. The rank's main thread calls `between`
 * between its chunks. Returns as crew_run. */
int job_compute(struct job *job, const struct numbers *numbers, void (*between)(void *), void *arg,
                struct err *err);

/* Call this from within `between`: this rank and those that share its numbers give up what is being
 * computed. They begin no more of it, and tasks that take long are stopped. */
void job_give_up(struct job *job);

/* On the ranks of a host crew that do not lead it: takes part in what the leader computes, until
 * the leader has no more. Returns 0, or -1 and sets err if it failed here. */
int job_follow(struct job *job, struct err *err);

#endif
