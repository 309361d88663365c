/*
 * library - a plug-in's shared object, loaded and unloaded. Its own first and last functions run
 * then, and those of the libraries it needs: what they change of the process is put back, and named
 * if it would do harm.
 */
#ifndef SQUARES_WORK_LIBRARY_H
#define SQUARES_WORK_LIBRARY_H

#include "base/err.h"

/* Loads the file at `path`. NULL: it cannot be, or has changed what belongs to the process; err
 * names it. */
void *library_open(const char *path, struct err *err);

/* NULL is allowed. */
void library_close(void *library, const char *path);

#endif
