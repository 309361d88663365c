/*
 * plugin_crash - says whose fault it was when a plug-in ends the process by a signal: a
 * segmentation or bus fault, also one of a stack that overflowed, an arithmetic error, an illegal
 * instruction, an abort.
 *
 * While it watches, a handler runs on a stack of its own in each thread that has called a plug-in.
 * If that thread is inside of one, or is one of the plug-in's own, a line and a remedy go to
 * stderr, and the signal then takes its default action, so that the launcher ends the job. The same
 * is said if the plug-in calls exit, or ends the thread that called it: the process then ends
 * with 1. Not seen are the crash of a thread of its own that has run out of stack, or that blocks
 * the signal, and _exit. All other crashes take the way they would have taken without it. Of the
 * ranks of a host that crash together only the first speaks, of the threads of a rank, too.
 *
 * Signals belong to the process, so this is the one part of shared/ that keeps a state of its own.
 * Sanitizers have handlers that tell more: in builds with one it does nothing.
 */
#ifndef SQUARES_WORK_PLUGIN_CRASH_H
#define SQUARES_WORK_PLUGIN_CRASH_H

#include <stddef.h>
#include <stdint.h>

/* Where a thread is while it is inside of a plug-in. */
struct crash_site {
    const char *path;  /* the plug-in's */
    const char *where; /* init, run, done, and being loaded or unloaded */
    int64_t first;     /* position of the first number it works on */
    int64_t count;     /* 0: on none */
};

/* Makes, on a host's leader, what its ranks tell by who spoke first. Returns what to give to all of
 * them; 0: nothing could be made, then each speaks for itself. */
int64_t crash_share(void);
void crash_unshare(int64_t shared);

/* Begins to watch; it ends with as many calls of crash_unwatch. By the rank's main thread. */
void crash_watch(int64_t shared);
void crash_unwatch(void);

/* While it is watched: the plug-in at `path` is the shared object that `object` is part of, so a
 * crash in a thread of its own is known by that. */
void crash_own(const char *path, const void *object);

/* The calling thread goes into a plug-in, and is back. What `site` points at lives as long as the
 * plug-in. */
void crash_enter(const struct crash_site *site);
void crash_leave(void);

/* Writes " at position 5 (counted from 0)" or " at positions 5 to 9 (counted from 0)", or nothing
 * if the site works on no numbers. Returns `text`. A signal handler may call it. */
enum { CRASH_NUMBERS_TEXT = 80 };
char *crash_numbers(const struct crash_site *site, char text[CRASH_NUMBERS_TEXT]);

#endif
