#include "demo/kit/crew_once.h"

#include "place/seat.h"

static int run_crew(const struct crew_setup *setup, const struct crew_job *job, double *seconds,
                    struct err *err)
{
    struct crew *crew = crew_create(setup, err);
    if (crew == NULL)
        return -1;
    int64_t begin = clock_now_ns();
    int status = crew_run(crew, job, err);
    if (seconds != NULL)
        *seconds = clock_seconds(clock_now_ns() - begin);
    crew_destroy(crew);
    return status;
}

/* No worker spins while it waits: a demo may have more threads than cores. */
int crew_once_run(const struct crew_once *crew_once, const struct crew_job *job, double *seconds,
                  struct err *err)
{
    struct gil gil = {0};
    struct plan plan = {0};
    const bool locked = crew_once->interval_ns > 0;
    if (crew_once->seats != NULL &&
        scene_plan(crew_once->seats, crew_once->threads, &plan, err) != 0)
        return -1;
    const struct crew_setup setup = {.threads = crew_once->threads,
                                     .seats = plan.seats,
                                     .crowded = true,
                                     .gil = locked ? &gil : NULL};
    if (locked)
        gil_init(&gil, crew_once->interval_ns);
    int status = run_crew(&setup, job, seconds, err);
    if (locked)
        gil_destroy(&gil);
    plan_release(&plan);
    if (crew_once->seats != NULL) /* the caller was bound, too */
        (void)seat_take(crew_once->seats->placement.widest);
    return status;
}
