#include "program/program.h"

#include "place/leftover.h"
#include "program/child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool program_is_of_job(const char *variable)
{
    return leftover_kind(variable) != LEFTOVER_NONE;
}

/* The environment without the variables of an MPI job; the array is new, its strings are not. NULL:
 * out of memory. */
static char **environment_outside(void)
{
    size_t count = 0, kept = 0;
    while (environ[count] != NULL)
        count++;
    char **outside = calloc(count + 1, sizeof(*outside));
    for (size_t i = 0; outside != NULL && i < count; i++)
        if (!program_is_of_job(environ[i]))
            outside[kept++] = environ[i];
    return outside;
}

/* Returns 0, or an errno. */
static int direct(posix_spawn_file_actions_t *streams, int output)
{
    static const char NOWHERE[] = "/dev/null";
    int failed = posix_spawn_file_actions_addopen(streams, 0, NOWHERE, O_RDONLY, 0);
    if (failed == 0 && output >= 0)
        failed = posix_spawn_file_actions_adddup2(streams, output, 1);
    else if (failed == 0)
        failed = posix_spawn_file_actions_addopen(streams, 1, NOWHERE, O_WRONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(streams, 2, NOWHERE, O_WRONLY, 0);
    return failed;
}

pid_t program_start(const char *const *words, int output)
{
    posix_spawn_file_actions_t streams;
    pid_t child = -1;
    char **environment = environment_outside();
    if (environment == NULL)
        return -1;
    child_expect();
    int failed = words[0] == NULL ? ENOENT : posix_spawn_file_actions_init(&streams);
    if (failed == 0) {
        failed = direct(&streams, output);
        if (failed == 0) /* its parameter is not const, but the words stay unchanged */
            failed =
                posix_spawnp(&child, words[0], &streams, NULL, (char *const *)words, environment);
        (void)posix_spawn_file_actions_destroy(&streams);
    }
    free(environment);
    errno = failed;
    return failed == 0 ? child : -1;
}

/* If spawn has to fork, the child only then finds that there is no such program, and ends with
 * 127. */
int program_run(const char *const *words, int64_t limit_ns)
{
    enum { SPAWN_FAILED = 127 };
    pid_t child = program_start(words, -1);
    int code = child < 0 ? PROGRAM_ABSENT : child_await(child, limit_ns);
    return code == SPAWN_FAILED ? PROGRAM_ABSENT : code;
}
