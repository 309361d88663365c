#include "report/parts.h"

#include "version.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *part_tool(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", "squares", "version", SQUARES_VERSION,
                     "commit", SQUARES_COMMIT, "compiler", SQUARES_COMPILER, "flags",
                     SQUARES_FLAGS);
}

/* The length in bytes of the UTF-8 character (RFC 3629) that begins at `text`; 0: there is none. */
static size_t character(const unsigned char *text)
{
    size_t length = text[0] < 0x80   ? 1
                    : text[0] < 0xc2 ? 0
                    : text[0] < 0xe0 ? 2
                    : text[0] < 0xf0 ? 3
                    : text[0] < 0xf5 ? 4
                                     : 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool longer = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool beyond = (text[0] == 0xed && text[1] > 0x9f) || (text[0] == 0xf4 && text[1] > 0x8f);
    return longer || beyond ? 0 : length;
}

static json_t *escaped(const char *text)
{
    char *plain = malloc(4 * strlen(text) + 1), *end = plain;
    for (const char *c = text; plain != NULL && *c != '\0';) {
        size_t length = character((const unsigned char *)c);
        if (length == 0) {
            end += sprintf(end, "\\x%02X", (unsigned char)*c++);
            continue;
        }
        if (*c == '\\')
            *end++ = '\\';
        memcpy(end, c, length);
        end += length;
        c += length;
    }
    json_t *json = plain != NULL ? json_stringn(plain, (size_t)(end - plain)) : NULL;
    free(plain);
    return json;
}

json_t *part_text(const char *text)
{
    json_t *json = json_string(text);
    return json != NULL ? json : escaped(text);
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
    json_t *accounts = json_pack(
        "{s:o, s:o, s:o, s:o, s:o}", "all_cpu_s", part_real(true, w->all_cpu_s), "core_wait_s",
        part_real(true, w->core_wait_s), "moving_s", part_real(true, w->moving_s), "input_wait_s",
        part_real(true, w->input_wait_s), "output_wait_s", part_real(true, w->output_wait_s));
    json_object_update(worker, times);
    json_decref(times);
    json_object_update(worker, accounts);
    json_decref(accounts);
    return worker;
}

json_t *part_spent(const struct spent *spent)
{
    json_t *shares = json_object();
    double all = spent_sum(spent);
    for (int k = 0; k < SPENT_KINDS; k++)
        json_object_set_new(
            shares, spent_name((enum spent_kind)k),
            part_real(all > 0 && !(spent_is_queue((enum spent_kind)k) && spent->untold),
                      spent->s[k] / all));
    return shares;
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
        json_array_append_new(hosts,
                              json_pack("{s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:i, s:o}", "name",
                                        part_text(h->name), "cpu", part_text(h->cpu), "packages",
                                        h->packages, "cores", h->cores, "pus", h->pus, "numa",
                                        h->numa, "usable_cores", h->usable_cores, "usable_pus",
                                        h->usable_pus, "quota", part_real(h->quota > 0, h->quota)));
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
