#include "report/parts.h"

#include "version.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *part_tool(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", "squares", "version", SQUARES_VERSION,
                     "commit", SQUARES_COMMIT, "compiler", SQUARES_COMPILER, "flags",
                     SQUARES_FLAGS);
}

json_t *part_text(const char *text)
{
    json_t *json = json_string(text);
    char *plain = json == NULL ? strdup(text) : NULL;
    for (char *c = plain; c != NULL && *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    if (plain != NULL)
        json = json_string(plain);
    free(plain);
    return json;
}

json_t *part_real(bool measured, double value)
{
    return measured && isfinite(value) ? json_real(value) : json_null();
}

static json_t *worker_of(const struct report_worker *w)
{
    const struct stay *stay = &w->stay;
    json_t *worker = json_pack(
        "{s:i, s:i, s:i, s:o, s:o, s:o, s:b, s:i, s:I, s:I}", "rank", stay->rank, "thread",
        stay->thread, "host", w->host, "planned_pus", part_text(stay->planned), "bound_pus",
        part_text(stay->read), "seen_pus", part_text(stay->seen), "bound", (int)stay->bound,
        "moves", stay->moves, "tasks", (json_int_t)w->tasks, "chunks", (json_int_t)w->chunks);
    json_t *times =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "busy_s", part_real(true, w->busy_s), "talk_s",
                  part_real(true, w->talk_s), "talk_hidden_s", part_real(true, w->hidden_s),
                  "wait_s", part_real(true, w->wait_s), "lock_s", part_real(true, w->lock_s),
                  "cpu_s", part_real(true, w->cpu_s));
    json_object_update(worker, times);
    json_decref(times);
    return worker;
}

json_t *part_workers(const struct report_worker *workers, int count)
{
    json_t *all = json_array();
    for (int i = 0; i < count; i++)
        if (workers[i].stay.rank != REPORT_NOBODY)
            json_array_append_new(all, worker_of(&workers[i]));
    return all;
}

static json_t *line_or_null(const char *line)
{
    return line[0] != '\0' ? part_text(line) : json_null();
}

json_t *part_launch(const struct launch_lines *lines)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "mpirun4", line_or_null(lines->mpirun4), "mpirun5",
                     line_or_null(lines->mpirun5), "mpich", line_or_null(lines->mpich), "srun",
                     line_or_null(lines->srun));
}

static json_t *hosts_of(const struct environment *environment)
{
    json_t *hosts = json_array();
    for (int i = 0; i < environment->hosts_count; i++) {
        const struct report_host *h = &environment->hosts[i];
        json_array_append_new(hosts, json_pack("{s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:i}", "name",
                                               part_text(h->name), "cpu", part_text(h->cpu),
                                               "packages", h->packages, "cores", h->cores, "pus",
                                               h->pus, "numa", h->numa, "usable_cores",
                                               h->usable_cores, "usable_pus", h->usable_pus));
    }
    return hosts;
}

json_t *part_environment(const struct environment *environment, json_t *bindings)
{
    return json_pack("{s:o, s:s, s:o, s:o, s:o}", "mpi", part_text(environment->mpi), "hwloc",
                     SQUARES_HWLOC, "hosts", hosts_of(environment), "launcher",
                     part_text(environment->launcher), "bindings", bindings);
}

json_t *part_warnings(const struct environment *environment)
{
    json_t *warnings = json_array();
    for (int i = 0; i < environment->warnings_count; i++) {
        const struct report_warning *w = &environment->warnings[i];
        json_t *warning = json_pack("{s:s, s:o, s:o}", "code", w->code, "text", part_text(w->text),
                                    "remedy", part_text(w->remedy));
        json_object_set_new(warning, "launch", w->launches ? part_launch(&w->launch) : json_null());
        json_array_append_new(warnings, warning);
    }
    return warnings;
}
