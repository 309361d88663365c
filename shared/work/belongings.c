#include "work/belongings.h"

#include "base/arithmetic.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- of a thread --- */

void belongings_note_thread(struct belongings_thread *noted)
{
    noted->locale = uselocale((locale_t)0);
    noted->numbers = setlocale(LC_NUMERIC, NULL);
}

/* Other categories do not affect numbers. The locale's name is "C" or similar, a string that libc
 * keeps. */
static bool mend_numbers(const struct belongings_thread *noted)
{
    const char *now = setlocale(LC_NUMERIC, NULL);
    if (now == noted->numbers || strcmp(now, "C") == 0 || strcmp(now, "POSIX") == 0)
        return false;
    (void)setlocale(LC_NUMERIC, "C");
    return true;
}

const char *belongings_mend_thread(const struct belongings_thread *noted)
{
    const char *changed = NULL;
    if (!arithmetic_sound()) {
        arithmetic_mend();
        changed = "the floating-point mode (rounding, flushing to zero or traps)";
    }
    if (uselocale((locale_t)0) != noted->locale) {
        (void)uselocale(noted->locale);
        changed = "the locale of its thread";
    }
    return mend_numbers(noted) ? "the locale of numbers (LC_NUMERIC)" : changed;
}

/* --- the current folder --- */

static void note_folder(struct belongings *b)
{
    b->folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (b->folder >= 0 && fstat(b->folder, &b->folder_is) != 0)
        memset(&b->folder_is, 0, sizeof(b->folder_is));
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_rdev == b->st_rdev;
}

/* Whether the descriptor is still open on the same file. */
static bool still(int fd, const struct stat *was)
{
    struct stat now;
    return fd >= 0 && fstat(fd, &now) == 0 && same_file(&now, was);
}

static const char *mend_folder(const struct belongings *b)
{
    struct stat now;
    if (b->folder < 0 || (stat(".", &now) == 0 && same_file(&now, &b->folder_is)))
        return NULL;
    bool back = still(b->folder, &b->folder_is) && fchdir(b->folder) == 0;
    return back ? "the current folder" : "the current folder, which cannot be changed back";
}

/* --- standard streams --- */

enum { FIRST_COPY = 32 }; /* above the numbers usually in use, so that those stay the same */

static void note_streams(struct belongings *b)
{
    for (int fd = 0; fd < BELONGINGS_STREAMS; fd++) {
        b->streams[fd] = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_COPY);
        b->stream_flags[fd] = fcntl(fd, F_GETFL);
        if (b->streams[fd] >= 0 && fstat(fd, &b->stream_is[fd]) != 0)
            memset(&b->stream_is[fd], 0, sizeof(b->stream_is[fd]));
    }
}

/* If stdio's own stream was closed, it has lost its descriptor. */
static void reopen(int fd)
{
    if (fd == STDOUT_FILENO && fileno(stdout) != fd)
        stdout = fdopen(fd, "w");
    if (fd == STDERR_FILENO && fileno(stderr) != fd)
        stderr = fdopen(fd, "w");
    if (fd == STDIN_FILENO && fileno(stdin) != fd)
        stdin = fdopen(fd, "r");
}

/* Its flags are restored without a message: another process that has it open can have set them. */
static const char *mend_stream(const struct belongings *b, int fd)
{
    static const char *const NAMES[] = {"standard input", "standard output",
                                        "the standard error stream"};
    if (b->streams[fd] < 0)
        return NULL;
    bool same = still(fd, &b->stream_is[fd]);
    if (!same && still(b->streams[fd], &b->stream_is[fd]) && dup2(b->streams[fd], fd) >= 0)
        reopen(fd);
    if (fcntl(fd, F_GETFL) != b->stream_flags[fd])
        (void)fcntl(fd, F_SETFL, b->stream_flags[fd]);
    return same ? NULL : NAMES[fd];
}

static const char *mend_streams(const struct belongings *b)
{
    const char *changed = NULL;
    for (int fd = 0; fd < BELONGINGS_STREAMS; fd++) {
        const char *stream = mend_stream(b, fd);
        changed = changed == NULL ? stream : changed;
    }
    return changed;
}

/* --- signals --- */

/* Signals by which a job is ended or continued, or learns of events that we rely on. Crash signals
 * are not included: language runtimes install handlers for them, which do no harm. */
static const int SIGNALS[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD,
                              SIGALRM, SIGUSR1, SIGUSR2, SIGCONT, SIGXCPU, SIGXFSZ};

_Static_assert(sizeof(SIGNALS) / sizeof(SIGNALS[0]) == BELONGINGS_SIGNALS, "one row each");

static void note_signals(struct belongings *b)
{
    for (int i = 0; i < BELONGINGS_SIGNALS; i++)
        (void)sigaction(SIGNALS[i], NULL, &b->signals[i]);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &b->blocked);
    (void)getitimer(ITIMER_REAL, &b->timer);
}

static const char *mend_timer(const struct belongings *b)
{
    const struct itimerval none = {{0, 0}, {0, 0}};
    struct itimerval now;
    bool ours = b->timer.it_value.tv_sec != 0 || b->timer.it_value.tv_usec != 0;
    if (ours || getitimer(ITIMER_REAL, &now) != 0 ||
        (now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0))
        return NULL;
    return setitimer(ITIMER_REAL, &none, NULL) == 0 ? "the alarm of the process" : NULL;
}

static const char *mend_signals(const struct belongings *b)
{
    const char *changed = mend_timer(b);
    for (int i = 0; i < BELONGINGS_SIGNALS; i++) {
        struct sigaction now;
        if (sigaction(SIGNALS[i], NULL, &now) != 0 || now.sa_handler == b->signals[i].sa_handler)
            continue;
        (void)sigaction(SIGNALS[i], &b->signals[i], NULL);
        changed = "what a signal does";
    }
    for (int i = 0; i < BELONGINGS_SIGNALS; i++) {
        sigset_t now;
        (void)pthread_sigmask(SIG_BLOCK, NULL, &now);
        if (sigismember(&now, SIGNALS[i]) == sigismember(&b->blocked, SIGNALS[i]))
            continue;
        (void)pthread_sigmask(SIG_SETMASK, &b->blocked, NULL);
        changed = "which signals are blocked";
    }
    return changed;
}

/* --- limits and the mask of new files --- */

static const int LIMITS[] = {RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_AS, RLIMIT_NPROC, RLIMIT_CPU};

_Static_assert(sizeof(LIMITS) / sizeof(LIMITS[0]) == BELONGINGS_LIMITS, "one row each");

static void note_limits(struct belongings *b)
{
    for (int i = 0; i < BELONGINGS_LIMITS; i++)
        (void)getrlimit(LIMITS[i], &b->limits[i]);
}

/* A higher limit does no harm. A lower one is raised again without a message: another program can
 * have lowered it (prlimit), and a call that fails because of it reports that itself. */
static const char *mend_limits(const struct belongings *b)
{
    for (int i = 0; i < BELONGINGS_LIMITS; i++) {
        struct rlimit now;
        if (getrlimit(LIMITS[i], &now) != 0 || now.rlim_cur >= b->limits[i].rlim_cur)
            continue;
        now.rlim_cur = b->limits[i].rlim_cur < now.rlim_max ? b->limits[i].rlim_cur : now.rlim_max;
        (void)setrlimit(LIMITS[i], &now);
    }
    return NULL;
}

/* umask() returns the mask only when it sets another one, which a thread that creates a file at
 * that moment would get. */
static long read_umask(void)
{
    static const char KEY[] = "\nUmask:";
    char text[1024];
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0)
        (void)close(fd);
    text[got > 0 ? got : 0] = '\0';
    const char *at = strstr(text, KEY);
    return at != NULL ? strtol(at + sizeof(KEY) - 1, NULL, 8) : -1;
}

static const char *mend_umask(const struct belongings *b)
{
    long now = read_umask();
    if (now < 0 || b->umask < 0 || now == b->umask)
        return NULL;
    (void)umask((mode_t)b->umask);
    return "the mask of new files (umask)";
}

/* --- everything --- */

void belongings_note(struct belongings *b)
{
    belongings_release(b);
    note_folder(b);
    note_streams(b);
    note_signals(b);
    note_limits(b);
    b->umask = read_umask();
    b->noted = true;
}

const char *belongings_mend(const struct belongings *b)
{
    static const char *(*const MENDERS[])(const struct belongings *b) = {
        mend_folder, mend_streams, mend_signals, mend_limits, mend_umask,
    };
    const char *changed = NULL;
    for (size_t i = 0; b->noted && i < sizeof(MENDERS) / sizeof(MENDERS[0]); i++) {
        const char *part = MENDERS[i](b);
        changed = changed == NULL ? part : changed;
    }
    return changed;
}

void belongings_release(struct belongings *b)
{
    if (!b->noted)
        return;
    if (b->folder >= 0)
        (void)close(b->folder);
    for (int fd = 0; fd < BELONGINGS_STREAMS; fd++)
        if (b->streams[fd] >= 0)
            (void)close(b->streams[fd]);
    *b = (struct belongings){.noted = false};
}
