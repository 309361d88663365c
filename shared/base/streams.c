#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOTED = 1024 }; /* higher descriptors are hardly ever passed to a program */

static bool noted;
static bool given[NOTED];

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Opens a descriptor of no use: writing fails as on a closed one, reading finds the end. */
static void hold_place(void)
{
    int held = open("/dev/null", O_RDONLY);
    if (held < 0) /* an environment without /dev; this takes the lowest number as well */
        (void)open("/", O_PATH);
}

void streams_begin(void)
{
    for (int fd = 0; fd < NOTED; fd++)
        given[fd] = is_open(fd);
    noted = true;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (!given[fd])
            hold_place();
}

bool streams_given(int fd)
{
    if (fd < 0 || (noted && (fd >= NOTED || !given[fd])))
        return false;
    return is_open(fd);
}

bool streams_writable(int fd)
{
    int flags = streams_given(fd) ? fcntl(fd, F_GETFL) : -1;
    return flags >= 0 && (flags & O_PATH) == 0 && (flags & O_ACCMODE) != O_RDONLY;
}

int streams_named(const char *path)
{
    static const struct {
        const char *name;
        int fd;
    } STANDARD[] = {{"/dev/stdin", STDIN_FILENO},
                    {"/dev/stdout", STDOUT_FILENO},
                    {"/dev/stderr", STDERR_FILENO}};
    static const char *const FOLDERS[] = {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"};
    for (size_t i = 0; i < sizeof(STANDARD) / sizeof(STANDARD[0]); i++)
        if (strcmp(path, STANDARD[i].name) == 0)
            return STANDARD[i].fd;
    for (size_t i = 0; i < sizeof(FOLDERS) / sizeof(FOLDERS[0]); i++) {
        const char *number = path + strlen(FOLDERS[i]);
        if (strncmp(path, FOLDERS[i], strlen(FOLDERS[i])) == 0 && *number != '\0' &&
            strlen(number) < 9 && strspn(number, "0123456789") == strlen(number))
            return (int)strtol(number, NULL, 10);
    }
    return -1;
}

bool streams_abandoned(int fd)
{
    struct pollfd look = {.fd = fd};
    return poll(&look, 1, 0) == 1 && (look.revents & (POLLERR | POLLHUP)) != 0;
}

int streams_flush(struct err *err)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    if (streams_abandoned(STDOUT_FILENO))
        return 0;
    if (errno == 0) { /* an earlier part was not written; the reason is no longer known */
        err_set(err, ERR_FAILED, "cannot write all of it to standard output");
        return err_remedy(err, "check whether it goes to a full disk: df");
    }
    return err_sys(err, ERR_FAILED, "cannot write to standard output");
}
