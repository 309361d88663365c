/*
 * plugin - workloads that are not part of the program: a shared object named by its path, as in
 * "./plugin.so" or "/opt/tasks/plugin.so:its arguments", which exports the task of task/task.h.
 *
 * The path contains a slash, which distinguishes a plug-in from a workload of the table. As folders
 * and files may have colons in their names, the path goes up to the first colon before which a file
 * is named; if there is none, up to the first one after ".so" or, without that, up to the first
 * colon.
 */
#ifndef SQUARES_WORK_PLUGIN_H
#define SQUARES_WORK_PLUGIN_H

#include "work/work.h"

/* Whether `spec`, which does not begin with a workload's name, names a plug-in. */
bool plugin_named(const char *spec);

/* Loads the plug-in that work->spec names, and makes it work->load. Returns 0, or -1 and sets err
 * if it cannot be loaded, or is not a task that this program can run; then nothing stays loaded. */
int plugin_create(struct work *work, struct err *err);

#endif
