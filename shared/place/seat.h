/*
 * seat - the PUs one thread may run on: binding to them, reading them back. Needs no topology, so
 * ranks that did not load one can bind too. Each call concerns the calling thread, except seat_of.
 */
#ifndef SQUARES_PLACE_SEAT_H
#define SQUARES_PLACE_SEAT_H

#include <hwloc.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

/* The longest list of PUs kept as text; a longer one ends in "...". */
enum { SEAT_TEXT = 64 };

/* Binds the calling thread to the PUs (OS numbers) of `seat`. Returns whether the kernel agreed; if
 * it refuses, that is no error, and the thread stays where it was. */
bool seat_take(hwloc_const_bitmap_t seat);

/* The same; sets `refused` if the kernel forbids the call itself (a container, a sandbox), not just
 * these PUs. */
bool seat_take_or(hwloc_const_bitmap_t seat, bool *refused);

/* The same for one PU, by its OS number. */
bool seat_take_pu(int pu);

/* The PUs that process or thread `id` may run on (0: the caller), as a new bitmap; NULL if the
 * kernel does not tell. */
hwloc_bitmap_t seat_of(pid_t id);

/* "0,2-3": OS numbers. Returns `text`. */
char *seat_text(hwloc_const_bitmap_t seat, char text[SEAT_TEXT]);

/* Whether a list of PUs as text names more than one, so that it needs the plural "PUs". */
static inline bool seat_plural(const char *text)
{
    return strpbrk(text, ",-") != NULL;
}

#endif
