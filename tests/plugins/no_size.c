#include <squares/task.h>

const struct task squares_task = {.version = TASK_VERSION};
