/*
 * evidence_find - finds the single parts of evidence, and reads processes; for evidence.c and
 * rendezvous.c only.
 */
#ifndef SQUARES_PLACE_EVIDENCE_FIND_H
#define SQUARES_PLACE_EVIDENCE_FIND_H

#include "place/evidence.h"

#include <stdbool.h>

/* Finds the set of PUs that a resource manager's variables name for this host. */
void evidence_find_set(struct evidence *evidence, const struct evidence_world *world);

/* Finds the number of CPUs that they give on this host. */
void evidence_find_count(struct evidence *evidence, const struct evidence_world *world);

/* Finds the launcher among this process's ancestors, and its mask. */
void evidence_find_launcher(struct evidence *evidence, const struct evidence_world *world);

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

#endif
