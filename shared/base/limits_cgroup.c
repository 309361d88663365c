#include "base/limits_files.h"

#include <stdio.h>
#include <string.h>

/* Where a cgroup hierarchy is mounted: the cgroup `top` is at `folder`. */
struct mount {
    char top[LIMITS_PATH];
    char folder[LIMITS_PATH];
};

/* Whether `path` is `top` or lies below it; `rest`: what follows, "" or "/...". */
static bool lies_below(const char *path, const char *top, const char **rest)
{
    size_t length = strcmp(top, "/") == 0 ? 0 : strlen(top);
    if (strncmp(path, top, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return false;
    *rest = path + length;
    return true;
}

static bool names_pids(const char *words)
{
    const char *found = strstr(words, "pids");
    if (found == NULL || (found != words && found[-1] != ',' && found[-1] != ' '))
        return false;
    return found[4] == '\0' || strchr(",:\n", found[4]) != NULL;
}

/* Finds the mount through which a cgroup of this version can be seen. */
static bool find_mount(const struct limits_world *world, bool unified, const char *path,
                       struct mount *mount)
{
    char line[4 * LIMITS_PATH];
    const char *rest;
    bool found = false;
    FILE *file = limits_open(world, "/proc/self/", "mountinfo");
    if (file == NULL)
        return false;
    while (!found && fgets(line, sizeof(line), file) != NULL) {
        const char *type = strstr(line, " - ");
        bool fits = type != NULL &&
                    (unified ? strncmp(type + 3, "cgroup2 ", 8) == 0
                             : strncmp(type + 3, "cgroup ", 7) == 0 && names_pids(type + 3));
        found = fits && sscanf(line, "%*s %*s %*s %4095s %4095s", mount->top, mount->folder) == 2 &&
                lies_below(path, mount->top, &rest);
    }
    (void)fclose(file);
    return found;
}

/* Whether the cgroup in this folder is full, or has ever been full. */
static bool is_reached(const struct limits_world *world, const char *folder, bool now, long *most)
{
    *most = limits_number(world, folder, "/pids.max", "");
    if (*most < 0)
        return false;
    return now ? limits_number(world, folder, "/pids.current", "") >= *most
               : limits_number(world, folder, "/pids.events", "max ") > 0;
}

/* Looks from the inside out, as the limits of enclosing cgroups apply, too. */
static void climb(const struct limits_world *world, const struct mount *mount, const char *path,
                  bool now, struct limits_cgroup *found)
{
    char folder[2 * LIMITS_PATH + 1];
    const char *rest = "";
    if (!lies_below(path, mount->top, &rest))
        return;
    (void)snprintf(folder, sizeof(folder), "%s%s", mount->folder,
                   strcmp(rest, "/") == 0 ? "" : rest);
    size_t least = strlen(mount->folder);
    size_t outside = strlen(path) - strlen(rest); /* the part of the path that has no folder here */
    for (;;) {
        if (is_reached(world, folder, now, &found->most)) {
            size_t length = outside + strlen(folder) - least;
            (void)snprintf(found->name, sizeof(found->name), "%.*s", length > 0 ? (int)length : 1,
                           path);
            return;
        }
        found->most = -1;
        if (strlen(folder) <= least)
            return;
        *strrchr(folder, '/') = '\0';
    }
}

/* Splits a line "0::/path" or "8:pids:/path". Returns false if it is not about processes. */
static bool read_line(char *line, bool *unified, const char **path)
{
    char *controllers = strchr(line, ':');
    char *end = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
    if (end == NULL)
        return false;
    *end = '\0';
    *path = end + 1;
    end[1 + strcspn(end + 1, "\n")] = '\0';
    *unified = controllers[1] == '\0';
    return *unified || names_pids(controllers + 1);
}

void limits_cgroup_find(const struct limits_world *world, bool now, struct limits_cgroup *found)
{
    struct mount mount;
    char line[LIMITS_PATH];
    const char *path;
    bool unified;
    found->most = -1;
    FILE *file = limits_open(world, "/proc/self/", "cgroup");
    if (file == NULL)
        return;
    while (found->most < 0 && fgets(line, sizeof(line), file) != NULL)
        if (read_line(line, &unified, &path) && find_mount(world, unified, path, &mount))
            climb(world, &mount, path, now, found);
    (void)fclose(file);
}
