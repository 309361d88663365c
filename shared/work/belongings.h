/*
 * belongings - what belongs to the process or to its threads, and must be the same after a
 * plug-in's call as before it.
 *
 * It is noted, checked later, and restored where it has changed. So what squares reads and writes
 * afterwards is right, even if the plug-in, or a library it loads, has done what task.h asks it not
 * to do. The first change found is returned in words that complete the sentence "the plug-in
 * changed".
 *
 * What is cheap to check belongs to a thread and is checked after each call; the rest takes some 20
 * us.
 */
#ifndef SQUARES_WORK_BELONGINGS_H
#define SQUARES_WORK_BELONGINGS_H

#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

/* --- of a thread: floating-point mode, locale --- */

struct belongings_thread {
    locale_t locale;
    const char *numbers; /* the name of the process's locale for numbers; libc's */
};

void belongings_note_thread(struct belongings_thread *noted);

/* Restores what has changed in the calling thread, and returns it in words; NULL: nothing. */
const char *belongings_mend_thread(const struct belongings_thread *noted);

/* --- of the process --- */

enum { BELONGINGS_SIGNALS = 12, BELONGINGS_LIMITS = 5, BELONGINGS_STREAMS = 3 };

struct belongings {
    bool noted;
    int folder; /* the current one, opened; -1: unknown */
    struct stat folder_is;
    int streams[BELONGINGS_STREAMS]; /* copies of descriptors 0 to 2; -1: none */
    struct stat stream_is[BELONGINGS_STREAMS];
    int stream_flags[BELONGINGS_STREAMS];
    struct sigaction signals[BELONGINGS_SIGNALS];
    struct rlimit limits[BELONGINGS_LIMITS];
    struct itimerval timer;
    sigset_t blocked; /* in the thread that noted it */
    long umask;       /* -1: unknown */
};

/* Notes everything, replacing what was noted before. Called by the rank's main thread. */
void belongings_note(struct belongings *noted);

/* Restores what has changed in the process, and returns it in words; NULL: nothing, or nothing was
 * noted. Called by any thread, even while others are in calls that may change the process again.
 * Blocked signals are checked for the calling thread. */
const char *belongings_mend(const struct belongings *noted);

/* Closes what was opened for noting; a zeroed struct is allowed. */
void belongings_release(struct belongings *noted);

#endif
