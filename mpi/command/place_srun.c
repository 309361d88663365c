#include "command/place_srun.h"

#include "base/clock.h"
#include "program/child.h"
#include "program/program.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* Reads until the other side closes, there is no more room, or the time is up. Ends: each pass
 * reads something, or is the last. */
static void read_all(int fd, int64_t until_ns, char *text, size_t size)
{
    size_t used = 0;
    ssize_t got = 1;
    while (got > 0 && used + 1 < size) {
        struct pollfd answer = {.fd = fd, .events = POLLIN};
        int64_t left_ms = (until_ns - clock_now_ns()) / (NS_PER_S / 1000);
        if (left_ms <= 0 || poll(&answer, 1, (int)left_ms) <= 0)
            break;
        got = read(fd, text + used, size - 1 - used);
        used += got > 0 ? (size_t)got : 0;
    }
    text[used] = '\0';
}

/* Some versions print the list to stdout, some to stderr. */
static void ask(char offers[LAUNCH_OFFERS])
{
    static const char *const WORDS[] = {"sh", "-c", "exec srun --mpi=list 2>&1", NULL};
    static const int64_t LIMIT_NS = 3 * NS_PER_S;
    int64_t until_ns = clock_now_ns() + LIMIT_NS;
    char printed[2048] = "";
    int ends[2];
    offers[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0)
        return;
    pid_t child = program_start(WORDS, ends[1]);
    (void)close(ends[1]);
    if (child >= 0) {
        read_all(ends[0], until_ns, printed, sizeof(printed));
        if (child_await(child, until_ns - clock_now_ns()) == 0)
            launch_srun_words(printed, offers);
    }
    (void)close(ends[0]);
}

void srun_ask(const struct team *team, char offers[LAUNCH_OFFERS])
{
    if (team->rank == 0)
        ask(offers);
    team_bcast(team, offers, LAUNCH_OFFERS, MPI_BYTE, 0);
}
