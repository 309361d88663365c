/*
 * library - loads and unloads a plug-in's shared object. Its constructors and destructors run then,
 * and those of the libraries it needs: what they change in the process is restored, and reported if
 * it would do harm.
 */
#ifndef SQUARES_WORK_LIBRARY_H
#define SQUARES_WORK_LIBRARY_H

#include "base/err.h"

/* Loads the file at `path`. Returns NULL and sets err if that fails, or if loading changed what
 * belongs to the process. */
void *library_open(const char *path, struct err *err);

/* Unloads it; NULL is allowed. */
void library_close(void *library, const char *path);

#endif
