/* clients_limits - the number of clients there can be at once. */
#include "demo/server/clients.h"
#include "work/loopback.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { SPARE_FILES = 64 };

/* Reads the numbers of a file of /proc/sys; false: it cannot be read. */
static bool read_limit(const char *path, int *first, int *second)
{
    char line[64];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool read = fgets(line, sizeof(line), file) != NULL;
    (void)fclose(file);
    char *end = line;
    *first = read ? (int)strtol(line, &end, 10) : 0;
    *second = read ? (int)strtol(end, NULL, 10) : 0;
    return read;
}

static void lower(int *allowed, int to, const char *what, const char **limit)
{
    if (to >= *allowed)
        return;
    *allowed = to > 1 ? to : 1;
    *limit = what;
}

int clients_allowed(int wanted, const char **limit)
{
    struct rlimit files;
    int low, high;
    *limit = NULL;
    loopback_allow_files();
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < INT32_MAX)
        lower(&wanted, (int)files.rlim_cur - SPARE_FILES, "open files (ulimit -n)", limit);
    if (read_limit("/proc/sys/net/core/somaxconn", &low, &high))
        lower(&wanted, low, "connections that wait (net.core.somaxconn)", limit);
    if (read_limit("/proc/sys/net/ipv4/ip_local_port_range", &low, &high))
        lower(&wanted, high - low + 1, "ports (net.ipv4.ip_local_port_range)", limit);
    return wanted;
}
