#include "work/work.h"

#include "base/text.h"
#include "work/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct workload *const WORKLOADS[] = {
    &WORKLOAD_SQUARES, &WORKLOAD_IO, &WORKLOAD_MIXED, &WORKLOAD_FILE, &WORKLOAD_NET, NULL,
};

int64_t work_one_at_once(const struct work *work)
{
    (void)work;
    return 1;
}

bool work_same_sum(const struct work *work, const struct range *range, int128 *sum)
{
    (void)work;
    int128 n = range->count;
    *sum = n * range->begin + n * (n - 1) / 2 * range->step;
    return true;
}

int work_always_scales(const struct work *work, struct err *err)
{
    (void)work;
    (void)err;
    return 0;
}

static bool ends_in_so(const char *name)
{
    size_t length = strlen(name);
    return length >= 3 && strcmp(name + length - 3, ".so") == 0;
}

enum { NAMES_TEXT = 128 };

/* The names of all workloads, or of those whose tasks can vary in cost: "squares, io". */
static const char *names(bool scaling, char text[NAMES_TEXT])
{
    text[0] = '\0';
    for (const struct workload *const *load = WORKLOADS; *load != NULL; load++) {
        if (scaling && (*load)->scales == NULL)
            continue;
        text_item(text, NAMES_TEXT, ", ", "%s", (*load)->name);
    }
    return text;
}

/* The workload of the table with whose name `spec` begins; NULL: there is none. */
static const struct workload *look_up(const char *spec)
{
    size_t length = strcspn(spec, ":");
    for (const struct workload *const *load = WORKLOADS; *load != NULL; load++)
        if (strlen((*load)->name) == length && strncmp((*load)->name, spec, length) == 0)
            return *load;
    return NULL;
}

static const struct workload *find(const char *name, struct err *err)
{
    char known[NAMES_TEXT];
    const struct workload *load = look_up(name);
    if (load != NULL)
        return load;
    err_set(err, ERR_INPUT, "there is no workload '%s'", name);
    if (ends_in_so(name))
        err_remedy(err, "a plug-in is named with its folder: ./%s", name);
    err_remedy(err, "the workloads are: %s", names(false, known));
    return NULL;
}

int work_create(struct work *work, const char *spec, uint64_t seed, struct err *err)
{
    *work = (struct work){.seed = seed};
    if (strlen(spec) >= sizeof(work->spec))
        return err_set(err, ERR_INPUT, "the workload '%.40s...' is too long", spec);
    (void)snprintf(work->spec, sizeof(work->spec), "%s", spec);
    if (look_up(spec) == NULL && plugin_named(spec))
        return plugin_create(work, err);
    char name[sizeof(work->spec)];
    (void)snprintf(name, sizeof(name), "%s", spec);
    char *settings = strchr(name, ':');
    if (settings != NULL)
        *settings++ = '\0';
    work->load = find(name, err);
    if (work->load == NULL)
        return -1;
    work->settings = calloc(1, work->load->settings_size);
    if (work->settings == NULL)
        return err_memory(err, "a workload");
    if (settings_parse(work->load->table, settings, work->settings, name, err) == 0)
        return 0;
    work_release(work);
    return -1;
}

void work_release(struct work *work)
{
    if (work->settings != NULL && work->load->release != NULL)
        work->load->release(work->settings);
    free(work->settings);
    work->settings = NULL;
}

int work_shape(struct work *work, enum cost_shape shape, struct err *err)
{
    char known[NAMES_TEXT];
    work->cost = (struct cost){.shape = shape, .seed = work->seed};
    if (shape == COST_FLAT)
        return 0;
    if (work->load->scales != NULL)
        return work->load->scales(work, err);
    err_set(err, ERR_INPUT, "--cost %s cannot change what the tasks of '%s' cost", COSTS[shape],
            work->spec);
    return err_remedy(err, "use it with one of: %s", names(true, known));
}

int work_host_open(struct work *work, struct err *err)
{
    if (work->load->host_open != NULL && work->load->host_open(work, err) != 0)
        return -1;
    work->host_opened = true;
    return 0;
}

void work_join(struct work *work)
{
    if (work->load->join != NULL)
        work->load->join(work);
}

int work_open(struct work *work, struct err *err)
{
    if (work->load->open != NULL && work->load->open(work, err) != 0)
        return -1;
    work->opened = true;
    return 0;
}

int work_settle(const struct work *work, struct err *err)
{
    struct err found = ERR_INIT;
    if (!work->opened || work->load->settle == NULL || work->load->settle(work, &found) == 0)
        return 0;
    err_keep_lowest(err, &found);
    return -1;
}

void work_close(struct work *work)
{
    if (work->opened && work->load->close != NULL)
        work->load->close(work);
    work->opened = false;
}

void work_host_close(struct work *work)
{
    if (work->host_opened && work->load->host_close != NULL)
        work->load->host_close(work);
    work->host_opened = false;
}

int work_accepts(const struct work *work, enum number_kind kind, struct err *err)
{
    return work->load->accepts == NULL ? 0 : work->load->accepts(work, kind, err);
}
