#include "place/launch.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What each worker can have for itself. */
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

/* Whether the ranks of a host, whole, fit into that many equal parts of it. */
static bool fits(const struct launch_shape *shape, enum units units, int parts)
{
    int all = units == CORES ? shape->cores : shape->pus;
    return parts <= 1 || all / parts / shape->threads * (long)parts >= shape->host_ranks;
}

/* Whether each NUMA node gets as many ranks as any other, and has room for them. */
static bool by_nodes(const struct launch_shape *shape, enum units units)
{
    return shape->nodes > 1 && shape->host_ranks % shape->nodes == 0 &&
           shape->ranks == (long)shape->hosts * shape->host_ranks &&
           fits(shape, units, shape->nodes);
}

static void print(char *text, int room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints all, or nothing. */
static void print(char *text, int room, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, (size_t)room, format, arguments);
    va_end(arguments);
    if (length >= room)
        text[0] = '\0';
}

/* Where Open MPI is to put ranks: "slot:PE=2", "ppr:1:numa:PE=8", "ppr:4:node". */
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

static void print_mpirun5(char line[LAUNCH_TEXT], const struct launch_shape *shape,
                          const char *command)
{
    static const char *const EXTRA[] = {
        [CORES] = "", [HARDWARE_THREADS] = ":hwtcpus", [NOTHING] = ":oversubscribe"};
    enum units units = find_units(shape);
    int packages = shape->packages > 0 ? shape->packages : shape->nodes;
    char map[MAP_TEXT];
    if (units != NOTHING && !fits(shape, units, packages)) {
        print_map(map, shape, NOTHING);
        print(line, LAUNCH_TEXT, "mpirun -np %d --map-by %s%s --bind-to none %s", shape->ranks, map,
              shape->host_ranks > shape->cores ? EXTRA[NOTHING] : "", command);
        return;
    }
    print_map(map, shape, units);
    print(line, LAUNCH_TEXT, "mpirun -np %d --map-by %s%s --bind-to %s %s", shape->ranks, map,
          EXTRA[units], BIND_TO[units], command);
}

/* Slurm gives tasks of several CPUs whole cores, and waits for ever if those are too few. */
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
    char each[MAP_TEXT] = "";
    /* Outside an allocation srun refuses more tasks a host than the host has CPUs. */
    if (shape->hosts > 1 && units != NOTHING)
        print(each, sizeof(each), " --ntasks-per-node=%d", shape->host_ranks);
    print(line, LAUNCH_TEXT, "srun --mpi=pmix -N %d -n %d%s -c %d%s%s %s", shape->hosts,
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
    print_srun(lines->srun, shape, command);
}

void launch_again(struct launch_lines *lines, const struct launch_shape *shape, const char *again)
{
    char command[LAUNCH_TEXT], threads[MAP_TEXT / 2] = "";
    if (shape->threads > 1)
        print(threads, sizeof(threads), " --threads %d", shape->threads);
    const char *numbers = strstr(again, " -- "); /* behind that no word is an option */
    int options = numbers != NULL ? (int)(numbers - again) : (int)strlen(again);
    print(command, sizeof(command), "%.*s%s%s", options, again, threads, again + options);
    launch_lines(lines, shape, command[0] != '\0' ? command : "./squares ...");
}
