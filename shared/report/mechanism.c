#include "report/mechanism.h"

const char *mechanism_name(enum mechanism mechanism)
{
    static const char *const NAMES[] = {
        [MECHANISM_SERIAL] = "serial",
        [MECHANISM_PROCESSES] = "processes",
        [MECHANISM_WINDOW] = "window",
        [MECHANISM_HYBRID] = "hybrid",
        [MECHANISM_THREADS] = "threads",
        [MECHANISM_THREADS_GIL] = "threads+gil",
        [MECHANISM_PROCESSES_GIL] = "processes+gil",
    };
    return NAMES[mechanism];
}
