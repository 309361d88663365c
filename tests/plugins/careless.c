/*
 * careless - changes what belongs to the process or its thread, as its arguments say: "run chdir",
 * "init locale", ... in init, run or done; the variable CARELESS says what it does while it is
 * loaded. A number stays as it is.
 */
#define _GNU_SOURCE
#include <squares/task.h>

#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static const char *words = "";

static volatile char *volatile nowhere;

static volatile bool started;

static void *crash(void *arg)
{
    started = true;
    if (strcmp(arg, "thread-abort") == 0)
        abort();
    if (strcmp(arg, "thread-leaves") == 0)
        exit(0);
    if (strcmp(arg, "thread-leaves-quickly") == 0)
        quick_exit(0);
    *nowhere = 1;
    return NULL;
}

static void in_a_thread(const char *word)
{
    pthread_t thread;
    static char room[32];
    (void)snprintf(room, sizeof(room), "%s", word);
    if (pthread_create(&thread, NULL, crash, room) != 0)
        return;
    if (strcmp(word, "thread-loose") != 0)
        (void)pthread_join(thread, NULL);
    while (!started)
        (void)usleep(1000);
    (void)usleep(200000);
}

static void redirect(int fd)
{
    int none = open("/dev/null", O_RDWR);
    if (none >= 0 && dup2(none, fd) == fd)
        (void)close(none);
}

/* What belongs to a thread. */
static void change_thread(const char *word)
{
    sigset_t all;
    (void)sigfillset(&all);
    if (strcmp(word, "round") == 0)
        (void)fesetround(FE_UPWARD);
    if (strcmp(word, "trap") == 0)
        (void)feenableexcept(FE_DIVBYZERO);
#ifdef __SSE2__
    if (strcmp(word, "flush") == 0)
        __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
    if (strcmp(word, "uselocale") == 0)
        (void)uselocale(newlocale(LC_ALL_MASK, "de_DE.UTF-8", (locale_t)0));
    if (strcmp(word, "block") == 0)
        (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
}

static void change_signals(const char *word)
{
    const struct itimerval soon = {{0, 0}, {5, 0}};
    if (strcmp(word, "sigpipe") == 0)
        (void)signal(SIGPIPE, SIG_DFL);
    if (strcmp(word, "sigchld") == 0)
        (void)signal(SIGCHLD, SIG_IGN);
    if (strcmp(word, "sigterm") == 0)
        (void)signal(SIGTERM, SIG_IGN);
    if (strcmp(word, "alarm") == 0)
        (void)setitimer(ITIMER_REAL, &soon, NULL);
}

static void change_files(const char *word)
{
    if (strcmp(word, "chdir") == 0 && chdir("/") != 0)
        abort();
    if (strcmp(word, "umask") == 0)
        (void)umask(0);
    if (strcmp(word, "close-out") == 0)
        (void)close(STDOUT_FILENO);
    if (strcmp(word, "fclose-out") == 0)
        (void)fclose(stdout);
    if (strcmp(word, "fclose-err") == 0)
        (void)fclose(stderr);
    if (strcmp(word, "redirect-err") == 0)
        redirect(STDERR_FILENO);
    if (strcmp(word, "redirect-out") == 0)
        redirect(STDOUT_FILENO);
    if (strcmp(word, "nonblock") == 0)
        (void)fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK | fcntl(STDOUT_FILENO, F_GETFL));
    if (strcmp(word, "limit") == 0)
        (void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, RLIM_INFINITY});
}

static void change(const char *word)
{
    if (strcmp(word, "locale") == 0 && setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        abort();
    if (strcmp(word, "ctype") == 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    if (strcmp(word, "exit") == 0)
        exit(0);
    if (strcmp(word, "quick-exit") == 0)
        quick_exit(0);
    if (strcmp(word, "thread-exit") == 0)
        pthread_exit(NULL);
    if (strncmp(word, "thread-", 7) == 0 && strcmp(word, "thread-exit") != 0)
        in_a_thread(word);
    change_thread(word);
    change_signals(word);
    change_files(word);
}

/* Does it if `where` is asked for. */
static void misbehave(const char *where)
{
    size_t length = strlen(where);
    if (strncmp(words, where, length) == 0 && words[length] == ' ')
        change(words + length + 1);
}

__attribute__((constructor)) static void loaded(void)
{
    const char *word = getenv("CARELESS");
    if (word != NULL)
        change(word);
}

static int init(struct task_turn *turn, const char *args, void **state)
{
    (void)turn, (void)state;
    words = args;
    misbehave("init");
    return 0;
}

/* Changes its thread for the time of its call alone, and asks something of squares meanwhile. */
static void borrow(struct task_turn *turn)
{
    locale_t before = uselocale(newlocale(LC_ALL_MASK, "de_DE.UTF-8", (locale_t)0));
    (void)fesetround(FE_UPWARD);
    for (int i = 0; i < 3; i++)
        (void)turn->sleep(turn, 2000000);
    (void)fesetround(FE_TONEAREST);
    (void)uselocale(before);
}

static int run(void *state, struct task_turn *turn, const struct task_chunk *chunk)
{
    (void)state;
    misbehave("run");
    if (strcmp(words, "borrow") == 0)
        borrow(turn);
    if (strcmp(words, "say") == 0)
        return turn->fail(turn, chunk->first, "%.1f is too much", 4.5);
    return 0;
}

static void done(void *state)
{
    (void)state;
    misbehave("done");
}

const struct task squares_task = {
    .version = TASK_VERSION,
    .size = sizeof(struct task),
    .name = "careless",
    .help = "changes what is not its own",
    .kinds = TASK_INT64 | TASK_FLOAT64,
    .init = init,
    .run = run,
    .done = done,
};
