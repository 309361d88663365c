/*
 * belongings - what belongs to the process or to its threads, and is to be after a plug-in's call
 * as it was before.
 *
 * It is noted, later looked at, and put back where it has changed: so that what squares reads and
 * writes afterwards is right, even where the plug-in, or a library it loads, has done what task.h
 * asks it not to do. The first that had changed is told, as the end of a sentence that begins "the
 * plug-in changed".
 *
 * What is cheap belongs to a thread, and is looked at after each call; the rest takes some 20 us.
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
    const char *numbers; /* the name of the process' locale for numbers: libc's */
};

void belongings_note_thread(struct belongings_thread *noted);

/* What the calling thread had changed, which is put back; NULL: nothing. */
const char *belongings_mend_thread(const struct belongings_thread *noted);

/* --- of the process --- */

enum { BELONGINGS_SIGNALS = 12, BELONGINGS_LIMITS = 5, BELONGINGS_STREAMS = 3 };

struct belongings {
    bool noted;
    int folder; /* the current one, open; -1: unknown */
    struct stat folder_is;
    int streams[BELONGINGS_STREAMS]; /* copies of descriptors 0 to 2; -1: none */
    struct stat stream_is[BELONGINGS_STREAMS];
    int stream_flags[BELONGINGS_STREAMS];
    struct sigaction signals[BELONGINGS_SIGNALS];
    struct rlimit limits[BELONGINGS_LIMITS];
    struct itimerval timer;
    sigset_t blocked; /* by the thread that noted */
    long umask;       /* -1: unknown */
};

/* Notes all, in place of what was noted before. By the rank's main thread. */
void belongings_note(struct belongings *noted);

/* What had changed of the process, which is put back; NULL: nothing, or nothing was noted. Any
 * thread, if no other is inside of what may change it meanwhile, or all may; the signals that are
 * blocked are looked at in each. */
const char *belongings_mend(const struct belongings *noted);

/* Closes what was opened to note; a zeroed one is allowed. */
void belongings_release(struct belongings *noted);

#endif
