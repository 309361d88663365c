/* evidence_counts - numbers of CPUs that the variables of resource managers give on this host. */
#include "place/evidence_find.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int read_fn(const struct evidence_world *world, const char *text);

/* Reads a number that stands alone; 0 if it is not one. */
static int read_count(const struct evidence_world *world, const char *text)
{
    (void)world;
    const char *end = text + strlen(text);
    long count = evidence_read_number(&text, end, 10);
    return count > 0 && text == end ? (int)count : 0;
}

/* --- Slurm --- */

/* Which of the job's hosts this is, from 0; -1: unknown. SLURM_NODEID counts the hosts of the step,
 * and mpirun starts its daemons in a step without the host it runs on itself, so host 1 of the job
 * is host 0 of that step. */
static long job_node(const struct evidence_world *world)
{
    const char *step = evidence_lookup(world, "SLURM_STEP_NODELIST");
    if (*step != '\0' && strcmp(step, evidence_lookup(world, "SLURM_JOB_NODELIST")) != 0)
        return -1;
    const char *id = evidence_lookup(world, "SLURM_NODEID");
    const char *end = id + strlen(id);
    long node = evidence_read_number(&id, end, 10);
    return id == end ? node : -1;
}

/* "2(x2),4": two hosts of 2 CPUs or tasks, and one of 4. If it is unknown which host this is, the
 * smallest of all. */
static int read_per_node(const struct evidence_world *world, const char *text)
{
    long node = job_node(world), begin = 0, least = INT_MAX, here = 0;
    const char *end = text + strlen(text);
    while (text < end) {
        long count = evidence_read_number(&text, end, 10), times = 1;
        if (end - text > 2 && strncmp(text, "(x", 2) == 0) {
            text += 2;
            times = evidence_read_number(&text, end, 10);
            if (text == end || *text++ != ')')
                return 0;
        }
        if (count <= 0 || times <= 0 || (text < end && *text++ != ','))
            return 0;
        if (node >= begin && node < begin + times)
            here = count;
        begin += times;
        least = count < least ? count : least;
    }
    if (here == 0)
        here = begin > 0 ? least : 0;
    return (int)here;
}

/* --- lists of hosts --- */

/* A longer list is garbage. */
enum { HOST_NAME = 256, LIST_BYTES = 16 << 20 };

/* Whether a name in a list means this host: with or without its domain, which an address has not.
 */
static bool is_here(const struct evidence_world *world, const char *name)
{
    char own[HOST_NAME] = "";
    if (world->host != NULL)
        (void)snprintf(own, sizeof(own), "%s", world->host);
    else if (gethostname(own, sizeof(own) - 1) != 0)
        return false;
    size_t length = strcspn(name, "."), own_length = strcspn(own, ".");
    bool address = name[strspn(name, "0123456789.")] == '\0';
    bool two_domains = name[length] != '\0' && own[own_length] != '\0';
    if (address || two_domains)
        return strcasecmp(name, own) == 0;
    return length == own_length && strncasecmp(name, own, length) == 0;
}

/* Opens a list that a variable names. A pipe or a device would be waited for, or never end. */
static FILE *open_list(const char *path)
{
    struct stat what;
    int fd = *path != '\0' ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (fd < 0)
        return NULL;
    bool sound = fstat(fd, &what) == 0 && S_ISREG(what.st_mode) && what.st_size <= LIST_BYTES;
    FILE *file = sound ? fdopen(fd, "r") : NULL;
    if (file == NULL)
        (void)close(fd);
    return file;
}

/* PBS tells a chunk's threads (NCPUS: its ompthreads, by default its ncpus), and has a line of
 * PBS_NODEFILE for each of a host's processes: together they are the least that the job has here.
 * (PBS Professional User's Guide, "Setting Number of MPI Processes per Chunk" and "OMP_NUM_THREADS
 * and NCPUS".) Without that file, one process is known. */
static int read_chunks(const struct evidence_world *world, const char *text)
{
    char name[HOST_NAME];
    long lines = 0, threads = read_count(world, text);
    FILE *file = open_list(evidence_lookup(world, "PBS_NODEFILE"));
    while (file != NULL && fscanf(file, "%255s", name) == 1)
        lines += is_here(world, name);
    if (file != NULL)
        (void)fclose(file);
    long cpus = threads * (lines > 0 ? lines : 1);
    return cpus <= EVIDENCE_PUS ? (int)cpus : 0;
}

static const char BLANKS[] = " \t\n";

/* LSF: "hosta 4 hostb 8". A list of one host is about this one, whatever that is called. */
static int read_hosts(const struct evidence_world *world, const char *text)
{
    char name[HOST_NAME];
    int slots, used = 0, hosts = 0, here = 0, last = 0;
    for (; sscanf(text, "%255s %5d%n", name, &slots, &used) == 2; text += used, hosts++) {
        if (slots <= 0 || slots > EVIDENCE_PUS || strchr(BLANKS, text[used]) == NULL ||
            here > EVIDENCE_PUS)
            return 0;
        here += is_here(world, name) ? slots : 0;
        last = slots;
    }
    if (text[strspn(text, BLANKS)] != '\0')
        return 0;
    return here > 0 ? here : hosts == 1 ? last : 0;
}

/* Slots of all hosts: a number for this one only if there is no other. */
static int read_slots(const struct evidence_world *world, const char *text)
{
    const char *hosts = evidence_lookup(world, "NHOSTS");
    return *hosts == '\0' || strcmp(hosts, "1") == 0 ? read_count(world, text) : 0;
}

/* Grid Engine: "hosta 4 queue@hosta UNDEFINED", a line for each host. */
static int read_hostfile(const struct evidence_world *world, const char *text)
{
    char line[1024], name[HOST_NAME];
    int slots, here = 0;
    FILE *file = open_list(text);
    while (file != NULL && here <= EVIDENCE_PUS && fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, "%255s %5d", name, &slots) == 2 && slots > 0 && slots <= EVIDENCE_PUS &&
            is_here(world, name))
            here += slots;
    if (file != NULL)
        (void)fclose(file);
    return here <= EVIDENCE_PUS ? here : 0;
}

/* --- the table --- */

/* Variables that say how many CPUs the job was given on this host. One with a condition counts only
 * if the variable of the condition is set. Of each manager the first valid one is used. */
static const struct {
    const char *by, *name, *if_name;
    bool at_least;
    read_fn *read;
} COUNTS[] = {
    {"Slurm", "SLURM_CPUS_ON_NODE", NULL, false, read_count},
    {"Slurm", "SLURM_JOB_CPUS_PER_NODE", NULL, false, read_per_node},
    {"PBS", "PBS_NUM_PPN", "PBS_JOBID", false, read_count}, /* Torque */
    {"PBS", "NCPUS", "PBS_JOBID", true, read_chunks},
    {"LSF", "LSB_MCPU_HOSTS", NULL, false, read_hosts},
    {"Grid Engine", "PE_HOSTFILE", "NSLOTS", false, read_hostfile},
    {"Grid Engine", "NSLOTS", "JOB_ID", false, read_slots},
    {"Grid Engine", "NSLOTS", "NHOSTS", false, read_slots},
};

int evidence_counts(const struct evidence_world *world, struct evidence_count list[EVIDENCE_COUNTS])
{
    int found = 0;
    const char *last = ""; /* the manager of which one was found */
    for (size_t i = 0; i < sizeof(COUNTS) / sizeof(COUNTS[0]); i++) {
        if (strcmp(last, COUNTS[i].by) == 0)
            continue;
        if (COUNTS[i].if_name != NULL && *evidence_lookup(world, COUNTS[i].if_name) == '\0')
            continue;
        int cpus = COUNTS[i].read(world, evidence_lookup(world, COUNTS[i].name));
        if (cpus <= 0)
            continue;
        last = COUNTS[i].by;
        list[found++] = (struct evidence_count){last, COUNTS[i].name, cpus, COUNTS[i].at_least};
    }
    return found;
}

void evidence_find_count(struct evidence *evidence, const struct evidence_world *world)
{
    struct evidence_count list[EVIDENCE_COUNTS];
    if (evidence_counts(world, list) == 0)
        return;
    evidence->manager_cpus = list[0].cpus;
    evidence->cpus_by = list[0].by;
    evidence->cpus_name = list[0].name;
    evidence->cpus_at_least = list[0].at_least;
}

/* --- ranks --- */

/* Variables that say how many ranks were started on this host: Open MPI's, MPICH's, and for each
 * host of a step, Slurm's. */
static const struct {
    const char *name;
    read_fn *read;
} RANKS[] = {
    {"OMPI_COMM_WORLD_LOCAL_SIZE", read_count},
    {"MPI_LOCALNRANKS", read_count},
    {"SLURM_STEP_TASKS_PER_NODE", read_per_node},
};

int evidence_local_ranks(const struct evidence_world *world, const char **name)
{
    for (size_t i = 0; i < sizeof(RANKS) / sizeof(RANKS[0]); i++) {
        int ranks = RANKS[i].read(world, evidence_lookup(world, RANKS[i].name));
        *name = RANKS[i].name;
        if (ranks > 0)
            return ranks;
    }
    return 0;
}
