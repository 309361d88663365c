#include "demo/kit/crew_here.h"

#include "place/seat.h"

int workers_open(struct workers *workers, const struct scene *scene, int threads, struct err *err)
{
    *workers = (struct workers){.scene = scene};
    if (scene_plan(scene, threads, &workers->plan, err) != 0)
        return -1;
    const struct crew_setup setup = {
        .threads = threads, .seats = workers->plan.seats, .crowded = threads > scene->cores->pus};
    workers->crew = crew_create(&setup, err);
    return workers->crew != NULL ? 0 : -1;
}

void workers_close(struct workers *workers)
{
    if (workers->scene == NULL)
        return;
    crew_destroy(workers->crew);
    plan_release(&workers->plan);
    (void)seat_take(workers->scene->placement.widest); /* worker 0 goes on */
    *workers = (struct workers){.scene = NULL};
}

int workers_run(const struct workers *workers, const struct crew_job *job, double *seconds,
                struct err *err)
{
    int64_t began = clock_now_ns();
    int status = crew_run(workers->crew, job, err);
    *seconds = clock_seconds(clock_now_ns() - began);
    return status;
}
