#include "place/rendezvous.h"

#include "place/evidence_find.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *lookup(const struct evidence_world *world, const char *name)
{
    const char *value = world->getenv(world->arg, name);
    return value != NULL ? value : "";
}

int rendezvous_number(const struct evidence_world *world, const char *name)
{
    enum { DIGITS = 9 }; /* stays below INT_MAX */
    const char *text = lookup(world, name);
    size_t digits = strspn(text, "0123456789");
    bool number = digits > 0 && digits <= DIGITS && text[digits] == '\0';
    return number ? (int)strtol(text, NULL, 10) : -1;
}

bool rendezvous_set(const struct evidence_world *world, const char *name)
{
    return *lookup(world, name) != '\0';
}

/* --- ancestors of this process --- */

/* Whether a process shows what is looked for. */
typedef enum presence look_fn(const struct evidence_world *world, long pid,
                              const struct process *process, const void *what);

/* Where a link in the folder of a process points; "": it cannot be read. */
static void read_link(const struct evidence_world *world, long pid, const char *name,
                      char target[64])
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/%ld/%s", world->proc, pid, name);
    ssize_t length = readlink(path, target, 63);
    target[length > 0 ? length : 0] = '\0';
}

/* Whether all processes of the host are visible here: in a PID namespace of its own, as a container
 * has, ancestors outside of it are not. The kernel's number of the first namespace is fixed. */
static bool sees_all(const struct evidence_world *world)
{
    char target[64];
    read_link(world, world->pid, "ns/pid", target);
    return strcmp(target, "pid:[4026531836]") == 0;
}

/* Looks at the ancestors. PRESENT: one of them shows it. ABSENT: all were looked at, and none
 * does. */
static enum presence look_above(const struct evidence_world *world, look_fn *look, const void *what)
{
    enum { DEEPEST = 100 };
    enum presence found = sees_all(world) ? ABSENT : PERHAPS;
    struct process process;
    if (!evidence_read_process(world, world->pid, &process))
        return PERHAPS;
    for (int depth = 0; process.parent > 0; depth++) {
        long pid = process.parent;
        if (depth == DEEPEST || !evidence_read_process(world, pid, &process))
            return PERHAPS;
        enum presence here = look(world, pid, &process, what);
        if (here == PRESENT)
            return PRESENT;
        if (here == PERHAPS)
            found = PERHAPS;
    }
    return found;
}

/* --- the PMIx server --- */

enum { LISTENERS = 16 };

/* Sockets that listen on a port, by their inodes: one for each address, usually a single one. */
struct listeners {
    unsigned long inodes[LISTENERS];
    int count;
};

/* Adds the listeners of a table like /proc/net/tcp. False: there is no such table. */
static bool add_listeners(const struct evidence_world *world, const char *table, unsigned port,
                          struct listeners *listeners)
{
    enum { LISTENING = 0x0a };
    char path[PATH_MAX], line[512];
    (void)snprintf(path, sizeof(path), "%s/%s", world->proc, table);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    while (fgets(line, sizeof(line), file) != NULL && listeners->count < LISTENERS) {
        unsigned own, state;
        unsigned long inode;
        if (sscanf(line, " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*x:%*x %*x:%*x %*x %*u %*d %lu",
                   &own, &state, &inode) == 3 &&
            own == port && state == LISTENING)
            listeners->inodes[listeners->count++] = inode;
    }
    (void)fclose(file);
    return true;
}

static bool is_listener(const char *target, const struct listeners *listeners)
{
    unsigned long inode;
    if (sscanf(target, "socket:[%lu]", &inode) != 1)
        return false;
    for (int i = 0; i < listeners->count; i++)
        if (listeners->inodes[i] == inode)
            return true;
    return false;
}

/* Whether the process holds one of the sockets. */
static enum presence look_for_listener(const struct evidence_world *world, long pid,
                                       const struct process *process, const void *listeners)
{
    char path[PATH_MAX], target[64], name[280];
    (void)process;
    (void)snprintf(path, sizeof(path), "%s/%ld/fd", world->proc, pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return PERHAPS; /* it belongs to another user */
    enum presence found = ABSENT;
    for (struct dirent *entry; found == ABSENT && (entry = readdir(folder)) != NULL;) {
        (void)snprintf(name, sizeof(name), "fd/%s", entry->d_name);
        read_link(world, pid, name, target);
        if (is_listener(target, listeners))
            found = PRESENT;
    }
    (void)closedir(folder);
    return found;
}

/* The port in "1067778048.0;tcp4://127.0.0.1:56413"; 0: the text has another form. */
static unsigned port_of(const char *uri)
{
    const char *address = strstr(uri, ";tcp");
    const char *colon = address != NULL ? strrchr(address, ':') : NULL;
    size_t digits = colon != NULL ? strspn(colon + 1, "0123456789") : 0;
    bool good = digits > 0 && digits <= 5 && colon[1 + digits] == '\0';
    return good ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
}

static enum presence find_server(const struct evidence_world *world, const char *uri)
{
    struct listeners listeners = {.count = 0};
    unsigned port = port_of(uri);
    if (port == 0)
        return PERHAPS;
    bool v4 = add_listeners(world, "net/tcp", port, &listeners);
    bool v6 = add_listeners(world, "net/tcp6", port, &listeners);
    if (!v4 && !v6)
        return PERHAPS;
    return listeners.count > 0 ? look_above(world, look_for_listener, &listeners) : ABSENT;
}

enum presence rendezvous_pmix(const struct evidence_world *world)
{
    static const char *const ADDRESSES[] = {
        "PMIX_SERVER_URI41", "PMIX_SERVER_URI4", "PMIX_SERVER_URI3",
        "PMIX_SERVER_URI21", "PMIX_SERVER_URI2", "PMIX_SERVER_URI51",
        "PMIX_SERVER_URI5",  "PMIX_SERVER_URI6", "PMIX_SERVER_URI",
    };
    if (!rendezvous_set(world, "PMIX_NAMESPACE") || rendezvous_number(world, "PMIX_RANK") < 0)
        return ABSENT;
    for (size_t i = 0; i < sizeof(ADDRESSES) / sizeof(ADDRESSES[0]); i++)
        if (rendezvous_set(world, ADDRESSES[i]))
            return find_server(world, lookup(world, ADDRESSES[i]));
    return ABSENT;
}

/* --- the PMI server --- */

/* Whether that descriptor of this process is a socket. */
static enum presence find_socket(const struct evidence_world *world, int fd)
{
    char path[PATH_MAX], name[32], target[64];
    (void)snprintf(name, sizeof(name), "fd/%d", fd);
    read_link(world, world->pid, name, target);
    if (target[0] != '\0')
        return strncmp(target, "socket:", strlen("socket:")) == 0 ? PRESENT : ABSENT;
    (void)snprintf(path, sizeof(path), "%s/%ld/fd", world->proc, (long)world->pid);
    return access(path, R_OK) == 0 ? ABSENT : PERHAPS;
}

enum presence rendezvous_pmi(const struct evidence_world *world)
{
    /* set by Hydra with -pmi-port, and by Cray's launchers */
    static const char *const OTHERS[] = {"PMI_PORT", "PMI_CONTROL_PORT", "PALS_APID",
                                         "ALPS_APP_ID"};
    int fd = rendezvous_number(world, "PMI_FD");
    if (rendezvous_number(world, "PMI_RANK") < 0)
        return ABSENT;
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++)
        if (rendezvous_set(world, OTHERS[i]))
            return PERHAPS;
    return fd > STDERR_FILENO ? find_socket(world, fd) : ABSENT;
}

/* --- Slurm --- */

static bool is_of_slurm(const char *name)
{
    static const char *const NAMES[] = {"slurmstepd", "slurmd", "salloc", "srun"};
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
        if (strcmp(name, NAMES[i]) == 0)
            return true;
    return false;
}

static enum presence look_for_slurm(const struct evidence_world *world, long pid,
                                    const struct process *process, const void *what)
{
    (void)world;
    (void)pid;
    (void)what;
    return is_of_slurm(process->name) ? PRESENT : ABSENT;
}

/* Whether a file of a process has a line with one of these words. */
static bool file_has(const struct evidence_world *world, long pid, const char *name,
                     const char *const *words)
{
    char path[PATH_MAX], *line = NULL;
    size_t room = 0;
    bool found = false;
    (void)snprintf(path, sizeof(path), "%s/%ld/%s", world->proc, pid, name);
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && getline(&line, &room, file) >= 0)
        for (size_t i = 0; words[i] != NULL; i++)
            found = found || strstr(line, words[i]) != NULL;
    free(line);
    if (file != NULL)
        (void)fclose(file);
    return found;
}

enum presence rendezvous_slurm(const struct evidence_world *world)
{
    static const char *const WORDS[] = {"/slurm", "slurmstepd", NULL};
    return file_has(world, world->pid, "cgroup", WORDS) ? PRESENT
                                                        : look_above(world, look_for_slurm, NULL);
}

/* --- ranks --- */

/* Searches as far up as evidence_launcher does. */
bool rendezvous_below_rank(const struct evidence_world *world)
{
    static const char *const LIBRARIES[] = {"/libmpi.so", "/libmpich.so", "/libmpi_cray.so", NULL};
    enum { DEEPEST = 8 };
    struct process self, above;
    if (!evidence_read_process(world, world->pid, &self))
        return false;
    long pid = self.parent;
    for (int depth = 0; depth < DEEPEST && pid > 0; depth++) {
        if (!evidence_read_process(world, pid, &above) ||
            (depth > 0 && above.session != self.session) || is_of_slurm(above.name) ||
            evidence_launcher_called(above.name) != NULL)
            return false;
        if (file_has(world, pid, "maps", LIBRARIES))
            return true;
        pid = above.parent;
    }
    return false;
}
