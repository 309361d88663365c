/*
 * evidence_find - the parts of evidence that are looked for, each by itself, and how to look at
 * processes; for evidence.c and rendezvous.c only.
 */
#ifndef SQUARES_PLACE_EVIDENCE_FIND_H
#define SQUARES_PLACE_EVIDENCE_FIND_H

#include "place/evidence.h"

#include <stdbool.h>

/* The set of PUs that a resource manager's variables name for this host. */
void evidence_find_set(struct evidence *evidence, const struct evidence_world *world);

/* The number of CPUs that they give on this host. */
void evidence_find_count(struct evidence *evidence, const struct evidence_world *world);

/* The launcher among the processes above this one, and its mask. */
void evidence_find_launcher(struct evidence *evidence, const struct evidence_world *world);

struct process {
    char name[EVIDENCE_NAME];
    long parent, session;
};

/* False: there is no such process, or it is hidden. */
bool evidence_read_process(const struct evidence_world *world, long pid, struct process *process);

/* What to call a launcher whose process has that name; NULL: it is none. */
const char *evidence_launcher_called(const char *name);

/* Adds the PUs of a list as "0-3,8" to `set`. False: it is no such list. */
bool evidence_add_list(hwloc_bitmap_t set, const char *list);

#endif
