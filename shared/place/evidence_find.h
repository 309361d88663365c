/*
 * evidence_find - finds the single parts of evidence, and reads processes; for evidence.c,
 * rendezvous.c and cpu_sources.c only.
 */
#ifndef SQUARES_PLACE_EVIDENCE_FIND_H
#define SQUARES_PLACE_EVIDENCE_FIND_H

#include "place/evidence.h"

#include <stdbool.h>
#include <stdio.h>

/* Finds the set of PUs that a resource manager's variables name for this host. */
void evidence_find_set(struct evidence *evidence, const struct evidence_world *world);

/* A variable of that world; "" if it is not set, or `name` is NULL. */
const char *evidence_lookup(const struct evidence_world *world, const char *name);

/* Reads the digits of a number in that base, up to `end`, and moves `text` past them; -1 if there
 * is none or it is too large. */
long evidence_read_number(const char **text, const char *end, int base);

/* Finds the number of CPUs that they give on this host. */
void evidence_find_count(struct evidence *evidence, const struct evidence_world *world);

/* Finds the launcher among this process's ancestors, and its mask. */
void evidence_find_launcher(struct evidence *evidence, const struct evidence_world *world);

/* Adds the PUs that a process may run on, by the text of its /proc/PID/status; none if the text
 * does not tell. */
void evidence_read_mask(FILE *status, hwloc_bitmap_t mask);

struct process {
    char name[EVIDENCE_NAME];
    long parent, session;
};

/* False: there is no such process, or it is hidden. */
bool evidence_read_process(const struct evidence_world *world, long pid, struct process *process);

/* What to call a launcher whose process has that name; NULL: it is not a launcher. */
const char *evidence_launcher_called(const char *name);

/* Adds the PUs of a list such as "0-3,8" to `set`. False: it is not such a list. */
bool evidence_add_list(hwloc_bitmap_t set, const char *list);

/* How many PUs of `own`, the mask of this process, are its share, if it counts those that it has in
 * common with others of the `ranks` processes that the same launcher started here in equal parts: 8
 * PUs that two ranks may use are 4 for each. 0: the other ranks' masks cannot be seen. Waits up to
 * 50 ms for ranks that are just being started. */
double evidence_share(const struct evidence_world *world, hwloc_const_bitmap_t own, int ranks);

/* How many processes its launcher started on this host, with the variable that says so; 0: none
 * says. */
int evidence_local_ranks(const struct evidence_world *world, const char **name);

#endif
