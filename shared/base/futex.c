#include "base/futex.h"

#include "base/clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

void futex_sleep(const unsigned *word, unsigned known, int64_t longest_ns)
{
    const struct timespec longest = {longest_ns / NS_PER_S, longest_ns % NS_PER_S};
    (void)syscall(SYS_futex, word, FUTEX_WAIT, known, &longest, NULL, 0);
}

void futex_wake(const unsigned *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
