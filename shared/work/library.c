#include "work/library.h"

#include "base/arithmetic.h"
#include "place/seat.h"
#include "work/belongings.h"
#include "work/plugin_turn.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *without(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : text;
}

/* The loader's message without the path, which our message has named, and without the words that a
 * file could not be opened. If it begins with another path, it is about a library that the plug-in
 * needs. */
static int cannot_load(const char *path, struct err *err)
{
    const char *told = dlerror();
    const char *words = told != NULL ? told : "the loader gives no reason";
    const char *cause = without(words, path);
    if (cause != words && access(path, F_OK) == 0 && strstr(cause, strerror(ENOENT)) != NULL)
        cause = "it is made for another machine"; /* the loader treats that as missing */
    else if (cause != words)
        cause = without(without(without(cause, ": "), "cannot open shared object file: "),
                        "cannot read file data: ");
    err_set(err, ERR_INPUT, "cannot load the plug-in '%s': %s", path, cause);
    if (strstr(cause, "undefined symbol") != NULL)
        return err_remedy(err, "link it with the library that has this symbol, at the end of its "
                               "compile line: -lNAME");
    return err_remedy(err, "build a plug-in with: cc -O2 -shared -fPIC $(pkg-config --cflags "
                           "squares) -o NAME.so NAME.c");
}

/* Loading code compiled with -ffast-math makes the processor flush numbers near 0 to 0, and OpenMP
 * binds the thread that loads it: both are undone without a message. */
static void mend_silently(hwloc_const_bitmap_t seat)
{
    hwloc_bitmap_t now = seat_of(0);
    arithmetic_mend();
    if (seat != NULL && now != NULL && !hwloc_bitmap_isequal(now, seat))
        (void)seat_take(seat);
    hwloc_bitmap_free(now);
}

static int mend(const struct belongings_thread *thread, const struct belongings *process,
                const struct crash_site *site, struct err *err)
{
    const char *changed = belongings_mend_thread(thread);
    const char *whole = belongings_mend(process);
    if (changed == NULL)
        changed = whole;
    if (changed == NULL)
        return 0;
    (void)turn_blame(site, changed, err);
    err->code = ERR_INPUT; /* the job has not begun yet */
    return -1;
}

static void *open_watched(const struct crash_site *site)
{
    crash_watch();
    crash_enter(site);
    void *library = dlopen(site->path, RTLD_NOW | RTLD_LOCAL);
    crash_leave();
    crash_unwatch();
    return library;
}

void *library_open(const char *path, struct err *err)
{
    const struct crash_site site = {.path = path, .where = "being loaded"};
    struct belongings_thread thread;
    struct belongings process = {.noted = false};
    hwloc_bitmap_t seat = seat_of(0);
    belongings_note(&process);
    belongings_note_thread(&thread);
    void *library = open_watched(&site);
    mend_silently(seat);
    int status = mend(&thread, &process, &site, err);
    belongings_release(&process);
    hwloc_bitmap_free(seat);
    if (library == NULL)
        (void)cannot_load(path, err);
    if (library == NULL || status == 0)
        return library;
    library_close(library, path);
    return NULL;
}

void library_close(void *library, const char *path)
{
    const struct crash_site site = {.path = path, .where = "being unloaded"};
    if (library == NULL)
        return;
    crash_watch();
    crash_enter(&site);
    (void)dlclose(library);
    crash_leave();
    crash_unwatch();
}
