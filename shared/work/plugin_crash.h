/*
 * plugin_crash - reports which plug-in is at fault when a signal ends the process: a segmentation
 * fault or bus error (a stack overflow, too), an arithmetic error, an illegal instruction, an
 * abort.
 *
 * While it watches, a handler runs on a stack of its own in each thread that has called a plug-in.
 * If that thread is inside a plug-in, or is one of the plug-in's own, a line and a remedy go to
 * stderr, and the signal then takes its default action, so that the launcher ends the job. The same
 * is printed if the plug-in calls exit, or ends the thread that called it: the process then ends
 * with 1. Not detected are _exit, and the crash of a plug-in's own thread if it has run out of
 * stack or blocks the signal. All other crashes proceed as if this did not exist. If several ranks
 * of a host crash together, or several threads of a rank, only the first reports it.
 *
 * Signals belong to the process, so this is the one part of shared/ that keeps global state.
 * Sanitizers have handlers that report more: in builds with one, this does nothing.
 */
#ifndef SQUARES_WORK_PLUGIN_CRASH_H
#define SQUARES_WORK_PLUGIN_CRASH_H

#include <stddef.h>
#include <stdint.h>

/* Where a thread is while it is inside a plug-in. */
struct crash_site {
    const char *path;  /* the plug-in's */
    const char *where; /* init, run, done, being loaded or being unloaded */
    int64_t first;     /* position of the first number it works on */
    int64_t count;     /* 0: it works on none */
};

/* Creates, on a host's leader, what its ranks share to tell which of them reported first. Returns
 * the value to give to all of them; 0: that failed, and each rank reports for itself. */
int64_t crash_share(void);
void crash_unshare(int64_t shared);

/* Takes hold of what the leader shares, for the next time that this rank watches. The leader must
 * be alive, so no rank may call a plug-in before all have joined. */
void crash_join(int64_t shared);

/* Starts watching, until crash_unwatch has been called as often. By the rank's main thread. */
void crash_watch(void);
void crash_unwatch(void);

/* While watching: the plug-in at `path` is the shared object that `object` is part of. A crash in a
 * thread of its own is recognised by that. */
void crash_own(const char *path, const void *object);

/* The calling thread enters a plug-in, and has left it. What `site` points to must live as long as
 * the plug-in. */
void crash_enter(const struct crash_site *site);
void crash_leave(void);

/* Writes " at position 5 (counted from 0)" or " at positions 5 to 9 (counted from 0)", or nothing
 * if the site works on no numbers. Returns `text`. A signal handler may call it. */
enum { CRASH_NUMBERS_TEXT = 80 };
char *crash_numbers(const struct crash_site *site, char text[CRASH_NUMBERS_TEXT]);

#endif
