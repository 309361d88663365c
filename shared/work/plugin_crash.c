#include "work/plugin_crash.h"

#include "work/code.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef SQUARES_SANITIZED
static const bool WATCHES = false;
#else
static const bool WATCHES = true;
#endif

static const struct {
    int number;
    const char *words;
} SIGNALS[] = {
    {SIGSEGV, "segmentation fault"}, {SIGBUS, "bus error"},   {SIGFPE, "arithmetic error"},
    {SIGILL, "illegal instruction"}, {SIGABRT, "it aborted"},
};

enum { SIGNALS_COUNT = sizeof(SIGNALS) / sizeof(SIGNALS[0]) };

/* Handlers take no argument, so what they need is here. */
static struct {
    int depth;                              /* calls of crash_watch that have not been undone */
    struct sigaction before[SIGNALS_COUNT]; /* what each signal did before */
    char rank[24];                          /* "rank 3: "; "": unknown */
    int *joined;     /* shared with the other ranks of the host; NULL: nothing is */
    int *host_spoke; /* that, or own_spoke */
    int own_spoke;
    int crashed;                 /* a thread of this process is in the handler */
    pid_t process;               /* the process that watches: its children do not */
    struct crash_site elsewhere; /* the plug-in, for threads of its own; path NULL: none */
    struct code code;            /* where that plug-in's code is in memory */
} watch;

/* A copy, as the caller's own may be gone when its thread ends within the plug-in. */
static _Thread_local struct crash_site here;
static _Thread_local const struct crash_site *inside; /* &here; NULL: in no plug-in */
static _Thread_local bool has_stack;
static _Thread_local bool ends_the_process; /* it reports the crash, or waits for the end */

/* --- text, using nothing that a signal handler must not call --- */

struct line {
    char *text;
    size_t size, used;
};

static void add(struct line *line, const char *text)
{
    while (*text != '\0' && line->used + 1 < line->size)
        line->text[line->used++] = *text++;
    line->text[line->used] = '\0';
}

static void add_number(struct line *line, int64_t number)
{
    char digits[24];
    size_t at = sizeof(digits) - 1;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    add(line, number < 0 ? "-" : "");
    add(line, digits + at);
}

char *crash_numbers(const struct crash_site *site, char text[CRASH_NUMBERS_TEXT])
{
    struct line line = {text, CRASH_NUMBERS_TEXT, 0};
    text[0] = '\0';
    if (site->count == 0)
        return text;
    add(&line, site->count == 1 ? " at position " : " at positions ");
    add_number(&line, site->first);
    if (site->count > 1) {
        add(&line, " to ");
        add_number(&line, site->first + (site->count - 1));
    }
    add(&line, " (counted from 0)");
    return text;
}

/* Prints "the plug-in 'path' VERB where (WORDS) at positions ...", and a remedy. */
static void speak(const struct crash_site *site, const char *verb, const char *words,
                  const char *remedy)
{
    char text[1024], numbers[CRASH_NUMBERS_TEXT];
    struct line line = {text, sizeof(text), 0};
    add(&line, "squares: ");
    add(&line, watch.rank);
    add(&line, "the plug-in '");
    add(&line, site->path);
    add(&line, verb);
    add(&line, site->where);
    add(&line, words[0] != '\0' ? " (" : "");
    add(&line, words);
    add(&line, words[0] != '\0' ? ")" : "");
    add(&line, crash_numbers(site, numbers));
    add(&line, remedy);
    if (write(STDERR_FILENO, text, line.used) < 0)
        _exit(1);
}

static void speak_of_crash(const struct crash_site *site, int row)
{
    speak(site, "' crashed in ", SIGNALS[row].words,
          "\n  compile it with -g, and run these numbers in one process under a debugger\n");
}

/* --- the handler --- */

static int row_of(int number)
{
    int row = 0;
    while (row < SIGNALS_COUNT - 1 && SIGNALS[row].number != number)
        row++;
    return row;
}

/* In which plug-in the interrupted thread is. NULL: in none, as far as can be seen. */
static const struct crash_site *site_of(const ucontext_t *context)
{
    bool stranger = inside == NULL && !has_stack && watch.elsewhere.path != NULL;
    return stranger && code_runs(&watch.code, context) ? &watch.elsewhere : inside;
}

/* A fault happens again when the handler returns; a signal that was sent must be sent again. */
static void hand_on(int number, const siginfo_t *info)
{
    (void)sigaction(number, &watch.before[row_of(number)], NULL);
    if (info->si_code <= 0)
        (void)raise(number);
}

/* The signal is blocked while it is handled, so it arrives when it is unblocked. */
static void die(int number)
{
    (void)signal(number, SIG_DFL);
    (void)raise(number);
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, number);
    (void)pthread_sigmask(SIG_UNBLOCK, &own, NULL);
}

/* If ranks share nothing that tells which of them reported, all but rank 0 wait so that it can
 * report first; the launcher then ends them. */
static bool speaks_late(void)
{
    return watch.host_spoke == &watch.own_spoke && watch.rank[0] != '\0' &&
           strcmp(watch.rank, "rank 0: ") != 0;
}

enum { STAY_MS = 300 };

/* Other threads of the process wait here for its end. Returns whether this rank is the first of its
 * host to report; if not, it has given that one some time. */
static bool may_speak(void)
{
    ends_the_process = true;
    while (__atomic_exchange_n(&watch.crashed, 1, __ATOMIC_RELAXED) != 0)
        (void)pause();
    if (speaks_late())
        (void)poll(NULL, 0, 1000);
    if (__atomic_exchange_n(watch.host_spoke, 1, __ATOMIC_RELAXED) == 0)
        return true;
    (void)poll(NULL, 0, STAY_MS);
    return false;
}

/* The rank that reports ends before the others, as the launcher reports the first to end and then
 * ends all. */
static void on_crash(int number, siginfo_t *info, void *context)
{
    const struct crash_site *site = site_of(context);
    if (site == NULL || getpid() != watch.process || ends_the_process) {
        hand_on(number, info);
        return;
    }
    if (may_speak())
        speak_of_crash(site, row_of(number));
    die(number);
}

/* --- when a thread or the process ends within a plug-in --- */

static void end_here(const char *verb, const char *remedy)
{
    ucontext_t context;
    const struct crash_site *site = getcontext(&context) == 0 ? site_of(&context) : inside;
    if (watch.depth == 0 || site == NULL || getpid() != watch.process)
        return;
    if (may_speak())
        speak(site, verb, "", remedy);
    _exit(1);
}

/* exit() runs this in the thread that called it, whatever its exit code. */
static void on_exit_within(void)
{
    end_here("' called exit in ", "\n  to report a failure, a plug-in calls turn->fail\n");
}

/* --- a signal stack for each thread --- */

enum { STACK_BYTES = 64 * 1024 }; /* the processor's registers alone can take 11 KiB */

static pthread_key_t stack_key;
static bool stack_key_made;
static pthread_once_t stack_once = PTHREAD_ONCE_INIT;

static char others_stack; /* the key's value if a library already gave the thread a stack */

/* Also runs at the end of a thread: the crew would wait forever for a worker that has ended. */
static void drop_stack(void *stack)
{
    end_here("' ended a thread that is not its own in ",
             "\n  it must not call pthread_exit or pthread_cancel there\n");
    has_stack = false;
    if (stack == &others_stack)
        return;
    const stack_t none = {.ss_flags = SS_DISABLE};
    (void)sigaltstack(&none, NULL);
    free(stack);
}

static void make_key(void)
{
    stack_key_made = pthread_key_create(&stack_key, drop_stack) == 0;
}

/* Without such a stack, only a stack overflow ends without a message, so failing here is no
 * error. */
static void take_stack(void)
{
    stack_t present;
    (void)pthread_once(&stack_once, make_key);
    has_stack = true;
    if (!stack_key_made)
        return;
    bool free_for_ours = sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE) != 0;
    void *memory = free_for_ours ? malloc(STACK_BYTES) : NULL;
    const stack_t stack = {.ss_sp = memory, .ss_size = STACK_BYTES};
    if (pthread_setspecific(stack_key, memory != NULL ? memory : &others_stack) != 0)
        free(memory);
    else if (memory != NULL)
        (void)sigaltstack(&stack, NULL);
}

/* For the main thread, which does not end before the process does. */
static void return_stack(void)
{
    void *stack = stack_key_made ? pthread_getspecific(stack_key) : NULL;
    if (stack == NULL)
        return;
    (void)pthread_setspecific(stack_key, NULL);
    drop_stack(stack);
}

/* If a thread of the plug-in's own has crashed, it ends the job, and the job must not finish before
 * that. */
static void stay_if_crashed(void)
{
    while (__atomic_load_n(&watch.crashed, __ATOMIC_RELAXED) != 0)
        (void)pause();
}

void crash_enter(const struct crash_site *site)
{
    stay_if_crashed();
    if (WATCHES && !has_stack)
        take_stack();
    here = *site;
    inside = &here;
}

void crash_leave(void)
{
    stay_if_crashed();
    inside = NULL;
}

/* --- what the ranks of a host share: a nameless cell of memory that the leader made --- */

int64_t crash_share(void)
{
    int fd = WATCHES ? memfd_create("squares-crash", MFD_CLOEXEC) : -1;
    if (fd < 0)
        return 0;
    if (ftruncate(fd, sizeof(int)) == 0)
        return (int64_t)getpid() << 32 | fd;
    (void)close(fd);
    return 0;
}

void crash_unshare(int64_t shared)
{
    if (shared != 0)
        (void)close((int)(shared & INT32_MAX));
}

static int *map_shared(int64_t shared)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)(shared >> 32),
                   (int)(shared & INT32_MAX));
    int fd = shared != 0 ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return NULL;
    void *cell = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    return cell != MAP_FAILED ? cell : NULL;
}

static void leave_shared(void)
{
    if (watch.joined != NULL)
        (void)munmap(watch.joined, sizeof(int));
    watch.joined = NULL;
}

void crash_join(int64_t shared)
{
    leave_shared();
    watch.joined = map_shared(shared);
}

/* --- watching --- */

/* Takes the rank from the environment, where the launcher or MPI puts it. */
static void name_rank(void)
{
    static const char *const RANKS[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
    const char *rank = NULL;
    for (size_t i = 0; i < sizeof(RANKS) / sizeof(RANKS[0]) && rank == NULL; i++)
        rank = getenv(RANKS[i]);
    watch.rank[0] = '\0';
    if (rank != NULL)
        (void)snprintf(watch.rank, sizeof(watch.rank), "rank %.10s: ", rank);
}

/* Registered several times: each thread that calls exit removes one handler from the list, and exit
 * does not wait for it. */
static void watch_exit(void)
{
    enum { TIMES = 32 };
    static bool watched;
    for (int i = 0; i < TIMES && !watched; i++)
        (void)(atexit(on_exit_within) == 0 && at_quick_exit(on_exit_within) == 0);
    watched = true;
}

void crash_watch(void)
{
    if (!WATCHES || watch.depth++ > 0)
        return;
    name_rank();
    watch_exit();
    watch.process = getpid();
    watch.host_spoke = watch.joined != NULL ? watch.joined : &watch.own_spoke;
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = on_crash;
    sigemptyset(&action.sa_mask);
    for (int row = 0; row < SIGNALS_COUNT; row++)
        (void)sigaction(SIGNALS[row].number, &action, &watch.before[row]);
}

void crash_own(const char *path, const void *object)
{
    if (code_find(&watch.code, object))
        watch.elsewhere = (struct crash_site){.path = path, .where = "a thread of its own"};
}

void crash_unwatch(void)
{
    if (!WATCHES)
        return;
    stay_if_crashed();
    if (--watch.depth > 0)
        return;
    watch.elsewhere.path = NULL;
    for (int row = 0; row < SIGNALS_COUNT; row++)
        (void)sigaction(SIGNALS[row].number, &watch.before[row], NULL);
    leave_shared();
    return_stack();
}
