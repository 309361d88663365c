#include "findings/launch.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What each worker can have to itself. */
enum units { CORES, HARDWARE_THREADS, NOTHING };

enum { MAP_TEXT = 64 };

static enum units find_units(const struct launch_shape *shape)
{
    long workers = (long)shape->host_ranks * shape->threads;
    return workers <= shape->cores ? CORES : workers <= shape->pus ? HARDWARE_THREADS : NOTHING;
}

static bool can_be(const struct launch_shape *shape)
{
    return shape->hosts > 0 && shape->host_ranks > 0 && shape->threads > 0 && shape->cores > 0 &&
           shape->pus >= shape->cores && shape->ranks > 0 &&
           shape->ranks <= (long)shape->hosts * shape->host_ranks;
}

/* Whether the ranks of a host fit into that many equal parts of it, none of them split. */
static bool fits(const struct launch_shape *shape, enum units units, int parts)
{
    int all = units == CORES ? shape->cores : shape->pus;
    return parts <= 1 || all / parts / shape->threads * (long)parts >= shape->host_ranks;
}

/* Whether each NUMA node gets the same number of ranks, and has room for them. */
static bool by_nodes(const struct launch_shape *shape, enum units units)
{
    return shape->nodes > 1 && shape->host_ranks % shape->nodes == 0 &&
           shape->ranks == (long)shape->hosts * shape->host_ranks &&
           fits(shape, units, shape->nodes);
}

static void print(char *text, int room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints all of the text, or nothing. */
static void print(char *text, int room, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, (size_t)room, format, arguments);
    va_end(arguments);
    if (length >= room)
        text[0] = '\0';
}

/* The map option for Open MPI: "slot:PE=2", "ppr:1:numa:PE=8", "ppr:4:node". */
static void print_map(char map[MAP_TEXT], const struct launch_shape *shape, enum units units)
{
    char pe[MAP_TEXT / 2] = "";
    if (shape->threads > 1 && units != NOTHING)
        print(pe, sizeof(pe), ":PE=%d", shape->threads);
    if (units != NOTHING && by_nodes(shape, units))
        print(map, MAP_TEXT, "ppr:%d:numa%s", shape->host_ranks / shape->nodes, pe);
    else if (shape->hosts > 1)
        print(map, MAP_TEXT, "ppr:%d:node%s", shape->host_ranks, pe);
    else
        print(map, MAP_TEXT, "slot%s", pe);
}

static const char *const BIND_TO[] = {
    [CORES] = "core", [HARDWARE_THREADS] = "hwthread", [NOTHING] = "none"};

static void print_mpirun4(char line[LAUNCH_TEXT], const struct launch_shape *shape,
                          const char *command)
{
    static const char *const EXTRA[] = {
        [CORES] = "", [HARDWARE_THREADS] = " --use-hwthread-cpus", [NOTHING] = " --oversubscribe"};
    enum units units = find_units(shape);
    char map[MAP_TEXT];
    print_map(map, shape, units);
    print(line, LAUNCH_TEXT, "mpirun -np %d%s --map-by %s --bind-to %s %s", shape->ranks,
          EXTRA[units], map, BIND_TO[units], command);
}

/* PRRTE does not bind a rank across packages. */
static void print_mpirun5(char line[LAUNCH_TEXT], const struct launch_shape *shape,
                          const char *command)
{
    enum units units = find_units(shape);
    int packages = shape->packages > 0 ? shape->packages : shape->nodes;
    char map[MAP_TEXT];
    if (units == NOTHING || fits(shape, units, packages)) {
        print_mpirun4(line, shape, command);
        return;
    }
    print_map(map, shape, NOTHING);
    print(line, LAUNCH_TEXT, "mpirun -np %d%s --map-by %s --bind-to none %s", shape->ranks,
          shape->host_ranks > shape->cores ? " --oversubscribe" : "", map, command);
}

/* --- MPICH --- */

/* "core", "core:2": that many of the unit. */
static void print_units(char text[MAP_TEXT], enum units units, int count)
{
    if (count > 1)
        print(text, MAP_TEXT, "%s:%d", BIND_TO[units], count);
    else
        print(text, MAP_TEXT, "%s", BIND_TO[units]);
}

/* Where Hydra puts the next rank: as many units further as gives each NUMA node the same number of
 * ranks or, if that is not a whole number, in the next node. */
static void print_next(char text[MAP_TEXT], const struct launch_shape *shape, enum units units)
{
    int all = units == CORES ? shape->cores : shape->pus;
    if (!by_nodes(shape, units))
        print_units(text, units, shape->threads);
    else if (all % shape->host_ranks == 0)
        print_units(text, units, all / shape->host_ranks);
    else
        print(text, MAP_TEXT, "numa");
}

static void print_mpich(char line[LAUNCH_TEXT], const struct launch_shape *shape,
                        const char *command)
{
    enum units units = find_units(shape);
    char each[MAP_TEXT / 2] = "", own[MAP_TEXT], next[MAP_TEXT];
    if (shape->hosts > 1)
        print(each, sizeof(each), " -ppn %d", shape->host_ranks);
    if (units == NOTHING) {
        print(line, LAUNCH_TEXT, "mpirun -np %d%s -bind-to none %s", shape->ranks, each, command);
        return;
    }
    print_units(own, units, shape->threads);
    print_next(next, shape, units);
    print(line, LAUNCH_TEXT, "mpirun -np %d%s -bind-to %s -map-by %s %s", shape->ranks, each, own,
          next, command);
}

/* --- Slurm --- */

static const char BLANKS[] = " \t\r";

/* Finds the only word of a line of that length, after the "srun:" that old versions print first.
 * Returns the length of the word; 0: there is none, or several. */
static size_t only_word(const char *line, size_t length, const char **word)
{
    static const char SAYS[] = "srun:";
    const char *end = line + length;
    line += strspn(line, BLANKS);
    if (strncmp(line, SAYS, strlen(SAYS)) == 0)
        line += strlen(SAYS);
    line += strspn(line, BLANKS);
    if (line >= end)
        return 0;
    *word = line;
    size_t own = strcspn(line, " \t\r\n");
    const char *after = line + own;
    return after + strspn(after, BLANKS) >= end ? own : 0;
}

void launch_srun_words(const char *printed, char offers[LAUNCH_OFFERS])
{
    offers[0] = '\0';
    for (const char *line = printed; *line != '\0';) {
        const char *word = NULL;
        size_t length = strcspn(line, "\n"), own = only_word(line, length, &word);
        if (own > 0 && strlen(offers) + own + 2 < LAUNCH_OFFERS)
            text_item(offers, LAUNCH_OFFERS, " ", "%.*s", (int)own, word);
        line += length + (line[length] == '\n');
    }
}

/* Whether `word` is one of the words in `text`. */
static bool is_among(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += length)
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

const char *launch_srun_mpi(const char *mpi, const char *offers)
{
    const char *wanted = strstr(mpi, "MPICH") != NULL ? "pmi2" : "pmix";
    return offers[0] == '\0' || is_among(offers, wanted) ? wanted : "";
}

/* Slurm gives whole cores to tasks of several CPUs, and waits forever if there are too few. */
static enum units srun_units(const struct launch_shape *shape)
{
    enum units units = find_units(shape);
    int core_pus = shape->pus / shape->cores;
    int task_cores = (shape->threads - 1) / core_pus + 1;
    bool starves = units == HARDWARE_THREADS && shape->threads > 1 &&
                   (long)task_cores * shape->host_ranks > shape->cores;
    return starves ? NOTHING : units;
}

static void print_srun(char line[LAUNCH_TEXT], const struct launch_shape *shape,
                       const char *command)
{
    static const char *const EXTRA[] = {[CORES] = " --cpu-bind=cores",
                                        [HARDWARE_THREADS] = " --cpu-bind=threads",
                                        [NOTHING] = " --overcommit --cpu-bind=none"};
    enum units units = srun_units(shape);
    const char *mpi = shape->srun_mpi != NULL ? shape->srun_mpi : "pmix";
    char each[MAP_TEXT] = "";
    if (mpi[0] == '\0')
        return;
    /* Outside an allocation, srun refuses to start more tasks per host than the host has CPUs. */
    if (shape->hosts > 1 && units != NOTHING)
        print(each, sizeof(each), " --ntasks-per-node=%d", shape->host_ranks);
    print(line, LAUNCH_TEXT, "srun --mpi=%s -N %d -n %d%s -c %d%s%s %s", mpi, shape->hosts,
          shape->ranks, each, units == NOTHING ? shape->pus : shape->threads,
          units == CORES && shape->pus > shape->cores ? " --threads-per-core=1" : "", EXTRA[units],
          command);
}

void launch_lines(struct launch_lines *lines, const struct launch_shape *shape, const char *command)
{
    *lines = (struct launch_lines){.mpirun4 = ""};
    if (!can_be(shape))
        return;
    print_mpirun4(lines->mpirun4, shape, command);
    print_mpirun5(lines->mpirun5, shape, command);
    print_mpich(lines->mpich, shape, command);
    print_srun(lines->srun, shape, command);
}

void launch_again(struct launch_lines *lines, const struct launch_shape *shape, const char *again)
{
    char command[LAUNCH_TEXT], threads[MAP_TEXT / 2] = "";
    if (shape->threads > 1)
        print(threads, sizeof(threads), " --threads %d", shape->threads);
    const char *numbers = strstr(again, " -- "); /* after it, no word is an option */
    int options = numbers != NULL ? (int)(numbers - again) : (int)strlen(again);
    print(command, sizeof(command), "%.*s%s%s", options, again, threads, again + options);
    launch_lines(lines, shape, command[0] != '\0' ? command : "./squares ...");
}
