#include "base/cgroup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Whether `list`, up to a comma, a colon or its end, names the controller: "cpu,cpuacct". */
static bool names(const char *list, const char *controller)
{
    size_t length = strlen(controller);
    for (const char *item = list; item != NULL; item = strchr(item, ',')) {
        item += *item == ',';
        if (strncmp(item, controller, length) == 0 && strchr(",:\n", item[length]) != NULL)
            return true;
    }
    return false;
}

/* --- /proc/PID/cgroup --- */

/* Splits "8:cpu,cpuacct:/path" or "0::/path"; the path is all after the second colon. False: the
 * line is damaged. */
static bool split(char *line, char **controllers, char **path)
{
    char *first = strchr(line, ':');
    char *second = first != NULL ? strchr(first + 1, ':') : NULL;
    if (second == NULL || second[1] != '/')
        return false;
    *second = '\0';
    *controllers = first + 1;
    *path = second + 1;
    (*path)[strcspn(*path, "\n")] = '\0';
    return true;
}

/* Finds the version of the hierarchy, and the path in it. */
static enum cgroup_status find_path(struct cgroup *group, const char *process,
                                    const char *controller)
{
    char *line = NULL, *controllers, *path;
    size_t room = 0;
    FILE *file = sysfile_open(group->root, "/proc/%s/cgroup", process);
    group->version = 0;
    if (file == NULL)
        return CGROUP_OUT_OF_SIGHT;
    while (group->version != 1 && getline(&line, &room, file) >= 0) {
        if (!split(line, &controllers, &path) || strlen(path) >= sizeof(group->path))
            continue;
        if (controllers[0] != '\0' && !names(controllers, controller))
            continue;
        group->version = controllers[0] == '\0' ? 2 : 1;
        (void)snprintf(group->path, sizeof(group->path), "%s", path);
    }
    free(line);
    (void)fclose(file);
    return group->version != 0 ? CGROUP_SEEN : CGROUP_NONE;
}

/* --- mounts --- */

/* Whether `path` is `top` or lies below it; `rest`: what follows, "" or "/...". */
static bool lies_below(const char *path, const char *top, const char **rest)
{
    size_t length = strcmp(top, "/") == 0 ? 0 : strlen(top);
    if (strncmp(path, top, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return false;
    *rest = strcmp(path + length, "/") == 0 ? "" : path + length;
    return true;
}

/* Takes back the kernel's escapes of blanks and backslashes: "\040". */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        bool octal = from[0] == '\\' && strspn(from + 1, "01234567") >= 3;
        *to = octal ? (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + from[3] - '0') : *from;
        from += octal ? 4 : 1;
    }
    *to = '\0';
}

/* Whether the mount that this line of mountinfo is about has that hierarchy: its type and, for
 * version 1, its own options stand after " - ". */
static bool fits(const char *line, int version, const char *controller)
{
    const char *type = strstr(line, " - ");
    if (type == NULL)
        return false;
    if (version == 2)
        return strncmp(type + 3, "cgroup2 ", 8) == 0;
    const char *options = strrchr(type, ' ');
    return strncmp(type + 3, "cgroup ", 7) == 0 && names(options + 1, controller);
}

/* Whether the path begins with "..": above the root of a namespace. */
static bool lies_above(const char *path)
{
    return strncmp(path, "/..", 3) == 0 && (path[3] == '/' || path[3] == '\0');
}

/* Whether another file system, or another part of it, is mounted over this mount, or the group's
 * folder is not there. Of a saved copy only the mount's folder must be there. */
static bool is_hidden(const struct cgroup *group, const char *device, const char *folder,
                      const char *rest)
{
    char whole[2 * SYSFILE_PATH];
    unsigned major_id, minor_id;
    struct stat here;
    bool real = group->root[0] == '\0';
    (void)snprintf(whole, sizeof(whole), "%s%s%s", group->root, folder, real ? rest : "");
    if (stat(whole, &here) != 0)
        return true;
    return real && (sscanf(device, "%u:%u", &major_id, &minor_id) != 2 ||
                    here.st_dev != makedev(major_id, minor_id));
}

/* Joins the group's path to the mount. False: the group is not below it, or the mount is hidden. */
static bool join(struct cgroup *group, const char *device, const char *top, const char *folder)
{
    const char *rest;
    if (lies_above(group->path) || !lies_below(group->path, top, &rest) ||
        is_hidden(group, device, folder, rest) ||
        strlen(folder) + strlen(rest) >= sizeof(group->folder))
        return false;
    memcpy(group->folder, folder, strlen(folder));
    memcpy(group->folder + strlen(folder), rest, strlen(rest) + 1);
    group->least = strlen(folder);
    return true;
}

/* Of several mounts the one that shows most levels counts; of several in one place, the last, which
 * hides the others. */
static bool find_mount(struct cgroup *group, const char *controller)
{
    char top[SYSFILE_PATH], folder[SYSFILE_PATH], last[SYSFILE_PATH] = "", device[32], *line = NULL;
    size_t room = 0, shortest = SYSFILE_PATH;
    FILE *file = sysfile_open(group->root, "/proc/self/mountinfo");
    while (file != NULL && getline(&line, &room, file) >= 0) {
        if (!fits(line, group->version, controller) ||
            sscanf(line, "%*s %*s %31s %4095s %4095s", device, top, folder) != 3)
            continue;
        unescape(top);
        unescape(folder);
        if (strcmp(folder, last) == 0)
            shortest = SYSFILE_PATH; /* what was found there is hidden */
        if (strlen(top) < shortest && join(group, device, top, folder)) {
            shortest = strlen(top);
            memcpy(last, folder, sizeof(last));
        }
    }
    free(line);
    if (file != NULL)
        (void)fclose(file);
    return shortest < SYSFILE_PATH;
}

/* --- for others --- */

enum cgroup_status cgroup_find(struct cgroup *group, const char *root, const char *process,
                               const char *controller)
{
    group->root = root;
    enum cgroup_status status = find_path(group, process, controller);
    if (status != CGROUP_SEEN)
        return status;
    return find_mount(group, controller) ? CGROUP_SEEN : CGROUP_OUT_OF_SIGHT;
}

bool cgroup_outwards(struct cgroup *group)
{
    if (strlen(group->folder) <= group->least)
        return false;
    *strrchr(group->folder, '/') = '\0';
    char *last = strrchr(group->path, '/');
    last[last == group->path] = '\0';
    return true;
}

bool cgroup_line(const struct cgroup *group, const char *name, char *text, size_t size)
{
    return sysfile_line(text, size, group->root, "%s/%s", group->folder, name);
}
