/* Exports a task by a name of its own. */
#include <squares/task.h>

extern const struct task my_task;
const struct task my_task = {.version = TASK_VERSION, .size = sizeof(struct task)};
