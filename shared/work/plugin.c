#include "work/plugin.h"

#include "base/clock.h"
#include "crew/schedule.h"
#include "task/task.h"
#include "work/belongings.h"
#include "work/library.h"
#include "work/plugin_crash.h"
#include "work/plugin_guard.h"
#include "work/plugin_turn.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifdef SQUARES_GUARD
static const bool GUARDED = true;
#else
static const bool GUARDED = false;
#endif

/* The struct at work->settings. */
struct plugin {
    struct workload load; /* work->load: with its name, and whether it waits */
    void *library;
    const struct task *given; /* the plug-in's struct */
    struct task task;         /* a copy of it; 0 beyond the size that the plug-in gave */
    char path[SPEC_TEXT];
    char args[SPEC_TEXT];
    struct belongings before; /* what its calls must leave unchanged */
    int64_t looked_ns;        /* when that was last checked; atomic */
};

static const struct plugin *plugin_of(const struct work *work)
{
    return (const struct plugin *)work->settings;
}

/* --- loading --- */

static bool is_file(const char *path, size_t length)
{
    char name[SPEC_TEXT];
    struct stat found;
    (void)snprintf(name, sizeof(name), "%.*s", (int)length, path);
    return stat(name, &found) == 0 && !S_ISDIR(found.st_mode);
}

static bool ends_in_so(const char *path, size_t length)
{
    return length > 3 && strncmp(path + length - 3, ".so", 3) == 0;
}

/* The length up to the first colon, or the end, for which `ends` holds. 0: there is none. */
static size_t find_end(const char *spec, bool (*ends)(const char *path, size_t length))
{
    for (size_t length = 0;; length++) {
        length += strcspn(spec + length, ":");
        if (ends(spec, length))
            return length;
        if (spec[length] == '\0')
            return 0;
    }
}

static size_t path_length(const char *spec)
{
    size_t length = find_end(spec, is_file);
    if (length == 0)
        length = find_end(spec, ends_in_so);
    return length > 0 ? length : strcspn(spec, ":");
}

bool plugin_named(const char *spec)
{
    return memchr(spec, '/', path_length(spec)) != NULL;
}

static int misfit(const struct plugin *plugin, const char *why, struct err *err)
{
    err_set(err, ERR_INPUT, "the plug-in '%s' %s", plugin->path, why);
    return err_remedy(err, "squares/task.h shows what squares_task must be");
}

/* A plug-in may be compiled with fields that are unknown here, as long as it leaves them at 0. */
static bool asks_for_more(const struct task *given)
{
    const char *bytes = (const char *)given;
    for (size_t i = sizeof(*given); i < given->size; i++)
        if (bytes[i] != 0)
            return true;
    return false;
}

/* Reads no more than the size that the plug-in gives: `version` and `size` exist in any version. */
static int take_task(struct plugin *plugin, const struct task *given, struct err *err)
{
    const size_t LEAST = offsetof(struct task, done) + sizeof(given->done); /* in version 1 */
    const size_t MOST = 4096;
    if (given->version != TASK_VERSION) {
        err_set(err, ERR_INPUT, "the plug-in '%s' is of version %u, this squares loads version %u",
                plugin->path, given->version, TASK_VERSION);
        return err_remedy(err, "compile it again, against the squares/task.h of this squares");
    }
    if (given->size < LEAST || given->size > MOST)
        return misfit(plugin, "does not say the size of its task: .size = sizeof(struct task)",
                      err);
    if (asks_for_more(given)) {
        err_set(err, ERR_INPUT, "the plug-in '%s' uses features that this squares does not have",
                plugin->path);
        return err_remedy(err, "it was made for a later version: use that, or compile it again");
    }
    memcpy(&plugin->task, given, given->size < sizeof(*given) ? given->size : sizeof(*given));
    return 0;
}

static int check_task(const struct plugin *plugin, struct err *err)
{
    const struct task *task = &plugin->task;
    if (task->run == NULL)
        return misfit(plugin, "has no function 'run'", err);
    if ((task->kinds & ~(unsigned)(TASK_INT64 | TASK_FLOAT64)) != 0)
        return misfit(plugin, "works on unknown kinds of numbers", err);
    if ((task->flags & ~(unsigned)TASK_WAITS) != 0)
        return misfit(plugin, "has unknown flags", err);
    if (task->grain >= 0 && task->grain <= SCHEDULE_CHUNK_MOST)
        return 0;
    err_set(err, ERR_INPUT, "the plug-in '%s' has a grain of %" PRId64, plugin->path, task->grain);
    return err_remedy(err, "a grain goes from 0 to %" PRId64 ", which is 2^40",
                      SCHEDULE_CHUNK_MOST);
}

static int load(struct plugin *plugin, struct err *err)
{
    plugin->library = library_open(plugin->path, err);
    if (plugin->library == NULL)
        return -1;
    plugin->given = dlsym(plugin->library, "squares_task");
    if (plugin->given == NULL)
        return misfit(plugin, "has no symbol 'squares_task'", err);
    return take_task(plugin, plugin->given, err) != 0 ? -1 : check_task(plugin, err);
}

static void release(void *settings)
{
    struct plugin *plugin = settings;
    library_close(plugin->library, plugin->path);
    plugin->library = NULL;
}

/* --- working --- */

static int accepts(const struct work *work, enum number_kind kind, struct err *err)
{
    const struct plugin *plugin = plugin_of(work);
    unsigned kinds = plugin->task.kinds != 0 ? plugin->task.kinds : TASK_INT64;
    if ((kinds & (kind == NUMBER_INT64 ? TASK_INT64 : TASK_FLOAT64)) != 0)
        return 0;
    bool whole = kind == NUMBER_FLOAT64;
    err_set(err, ERR_INPUT, "the plug-in '%s' needs %s numbers", plugin->path,
            whole ? "int64" : "float64");
    return err_remedy(err, "give it %s", whole ? "whole numbers" : "numbers of --type float64");
}

static int host_open(struct work *work, struct err *err)
{
    (void)err;
    work->common = crash_share();
    return 0;
}

static void join(struct work *work)
{
    crash_join(work->common);
}

static void host_close(struct work *work)
{
    crash_unshare(work->common);
}

/* Restores what the plug-in changed in the process, and reports it. */
static int mend(const struct plugin *plugin, const struct crash_site *site, struct err *err)
{
    const char *changed = belongings_mend(&plugin->before);
    return changed == NULL ? 0 : turn_blame(site, changed, err);
}

static void leave_state(struct plugin *plugin)
{
    belongings_release(&plugin->before);
    crash_unwatch();
}

static void close_state(struct work *work)
{
    struct plugin *plugin = work->settings;
    const struct crash_site site = {.path = plugin->path, .where = "done"};
    struct belongings_thread thread;
    belongings_note_thread(&thread);
    if (plugin->task.done != NULL) {
        crash_enter(&site);
        plugin->task.done(work->state);
        crash_leave();
    }
    (void)belongings_mend_thread(&thread); /* the job is over: nothing can be spoilt */
    (void)belongings_mend(&plugin->before);
    leave_state(plugin);
    work->state = NULL;
}

static int open_state(struct work *work, struct err *err)
{
    struct plugin *plugin = work->settings;
    const struct stop stop = {.asked = 0};
    const struct safepoint at = {.stop = &stop};
    const struct crash_site site = {.path = plugin->path, .where = "init"};
    work->state = NULL;
    crash_watch();
    crash_own(plugin->path, plugin->given);
    belongings_note(&plugin->before);
    if (plugin->task.init == NULL)
        return 0;
    struct turn turn;
    turn_begin(&turn, &site, &at, err);
    int status = turn_end(&turn, plugin->task.init(&turn.task, plugin->args, &work->state));
    if (mend(plugin, &site, err) == 0 && status == 0)
        return 0;
    if (status == 0)
        close_state(work); /* undoes what init began */
    else
        leave_state(plugin);
    if (plugin->task.help != NULL)
        err_remedy(err, "its help: %s", plugin->task.help);
    return -1;
}

/* Limits how often what belongs to the process is checked: a check takes some 20 us. */
static bool look_is_due(struct plugin *plugin, int64_t now)
{
    const int64_t EVERY_NS = 100 * NS_PER_MS;
    int64_t last = __atomic_load_n(&plugin->looked_ns, __ATOMIC_RELAXED);
    return now - last >= EVERY_NS &&
           __atomic_compare_exchange_n(&plugin->looked_ns, &last, now, false, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED);
}

static int run_bare(const struct work *work, const struct numbers *numbers,
                    const struct safepoint *at, struct err *err)
{
    const struct plugin *plugin = plugin_of(work);
    bool whole = numbers->kind == NUMBER_INT64;
    const struct task_chunk chunk = {numbers->first, numbers->count, whole ? numbers->i64 : NULL,
                                     whole ? NULL : numbers->f64};
    const struct crash_site site = {plugin->path, "run", numbers->first, numbers->count};
    struct turn turn;
    turn_begin(&turn, &site, at, err);
    int status = turn_end(&turn, plugin->task.run(work->state, &turn.task, &chunk));
    if (look_is_due(work->settings, turn.clocked_ns) && mend(plugin, &site, err) != 0)
        return -1;
    return status;
}

static int settle(const struct work *work, struct err *err)
{
    const struct plugin *plugin = plugin_of(work);
    const struct crash_site site = {.path = plugin->path, .where = "run"};
    return mend(plugin, &site, err);
}

static int wrote_past(const struct plugin *plugin, const struct numbers *numbers, int64_t offset,
                      struct err *err)
{
    const struct crash_site site = {.first = numbers->first, .count = numbers->count};
    bool before = offset < 0;
    int64_t far = before ? -offset : offset - numbers->count + 1;
    char text[CRASH_NUMBERS_TEXT];
    err_set(err, ERR_FAILED, "the plug-in '%s' wrote past its chunk%s, %" PRId64 " %s",
            plugin->path, crash_numbers(&site, text), far,
            before ? "before its first" : "after its last");
    err_at(err, numbers->first);
    return err_remedy(err, "its run may change the first `count` cells it is given, and no others");
}

/* A write outside the chunk explains more than the reason that the plug-in gave for failing. */
static int run_guarded(const struct work *work, const struct numbers *numbers,
                       const struct safepoint *at, struct err *err)
{
    struct guard guard;
    if (guard_begin(&guard, numbers->cells, numbers->count, err) != 0)
        return -1;
    struct numbers copy = *numbers;
    copy.cells = guard_cells(&guard);
    struct err own = ERR_INIT;
    int status = run_bare(work, &copy, at, &own);
    int64_t offset;
    if (!guard_whole(&guard, &offset))
        status = wrote_past(plugin_of(work), numbers, offset, err);
    else if (status != 0)
        err_keep_lowest(err, &own);
    guard_end(&guard, numbers->cells);
    return status;
}

static int run(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err)
{
    if (numbers->count == 0)
        return 0;
    return GUARDED ? run_guarded(work, numbers, at, err) : run_bare(work, numbers, at, err);
}

static int64_t grain(const struct work *work)
{
    int64_t given = plugin_of(work)->task.grain;
    return given > 0 ? given : 1;
}

/* --- creating --- */

static const struct setting NO_SETTINGS[] = {{.name = NULL}};

static const struct workload PLUGIN = {
    .name = "plug-in",
    .help = "a task of one's own",
    .table = NO_SETTINGS,
    .settings_size = sizeof(struct plugin),
    .release = release,
    .accepts = accepts,
    .host_open = host_open,
    .host_close = host_close,
    .join = join,
    .open = open_state,
    .close = close_state,
    .run = run,
    .settle = settle,
    .grain = grain,
};

/* work->spec fits into the texts here. */
static void split(struct plugin *plugin, const char *spec)
{
    size_t length = path_length(spec);
    memcpy(plugin->path, spec, length);
    if (spec[length] == ':')
        memcpy(plugin->args, spec + length + 1, strlen(spec + length + 1));
}

int plugin_create(struct work *work, struct err *err)
{
    struct plugin *plugin = calloc(1, sizeof(*plugin));
    if (plugin == NULL)
        return err_memory(err, "a plug-in");
    plugin->load = PLUGIN;
    split(plugin, work->spec);
    if (load(plugin, err) != 0) {
        release(plugin);
        free(plugin);
        return err_local(err); /* each host has its own files */
    }
    plugin->load.waits = (plugin->task.flags & TASK_WAITS) != 0;
    if (plugin->task.name != NULL)
        plugin->load.name = plugin->task.name;
    if (plugin->task.help != NULL)
        plugin->load.help = plugin->task.help;
    work->load = &plugin->load;
    work->settings = plugin;
    return 0;
}
