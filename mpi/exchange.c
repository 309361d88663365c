#include "exchange.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

const struct exchange *const EXCHANGES[] = {&EXCHANGE_MESSAGE, &EXCHANGE_LOCAL, NULL};

const struct exchange *exchange_find(const char *name, struct err *err) {
    char known[80] = "";
    for (const struct exchange *const *e = EXCHANGES; *e != NULL; e++) {
        if (strcmp((*e)->name, name) == 0)
            return *e;
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof(known) - used, "%s%s", used > 0 ? ", " : "",
                       (*e)->name);
    }
    err_set(err, ERR_INPUT, "there is no exchange '%s'", name);
    err_remedy(err, "the exchanges are: %s", known);
    return NULL;
}

struct span {
    const struct work *work;
    const struct numbers *numbers;
    atomic_ullong fingerprint;
};

static int compute_chunk(void *arg, const struct crew_chunk *chunk, struct err *err) {
    struct span *span = arg;
    struct numbers part = numbers_part(span->numbers, chunk->begin, chunk->end - chunk->begin);
    if (work_run(span->work, &part, chunk->stop, err) != 0)
        return -1;
    /* Taken now, while the results are in this core's cache. */
    atomic_fetch_add_explicit(&span->fingerprint, numbers_fingerprint(&part), memory_order_relaxed);
    return 0;
}

int job_compute(struct job *job, struct numbers *numbers, void (*between)(void *), void *arg,
                struct err *err) {
    struct span span = {.work = job->work, .numbers = numbers};
    struct crew_job crew_job = {
        .count = numbers->count,
        .grain = job->work->load->grain(job->work),
        .chunk = compute_chunk,
        .arg = &span,
        .between = between,
        .between_arg = arg,
    };
    if (crew_run(job->crew, &crew_job, err) != 0)
        return -1;
    job->fingerprint += atomic_load_explicit(&span.fingerprint, memory_order_relaxed);
    job->made += numbers->count;
    return 0;
}
