/*
 * plugin - workloads that are no part of the program: a shared object named by its path, as in
 * "./plugin.so" or "/opt/tasks/plugin.so:its arguments", which exports the task of task/task.h.
 *
 * The path has a slash, which tells a plug-in from a workload of the table. As folders and files
 * may have colons in their names, it goes up to the first colon before which a file is named; if
 * there is none, up to the first one after ".so" or, without that, to the first of all.
 */
#ifndef SQUARES_WORK_PLUGIN_H
#define SQUARES_WORK_PLUGIN_H

#include "work/work.h"

/* Whether `spec`, which begins with no workload's name, names a plug-in. */
bool plugin_named(const char *spec);

/* Loads the plug-in that work->spec names, and makes it work->load. -1: it cannot be loaded, or is
 * no task that this program can run; nothing is left loaded. */
int plugin_create(struct work *work, struct err *err);

#endif
