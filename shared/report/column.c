#include "report/column.h"

#include <stdlib.h>
#include <string.h>

char *column_list(const char *list, int width, char text[COLUMN_TEXT])
{
    bool fits = (int)strlen(list) <= width;
    (void)snprintf(text, COLUMN_TEXT, "%.*s%s", fits ? width : width - 3, list, fits ? "" : "...");
    return text;
}

/* --- hosts --- */

char *column_host(const struct column_hosts *hosts, const char *name, char text[COLUMN_TEXT])
{
    int length = (int)(hosts->names == COLUMN_WHOLE ? strlen(name) : strcspn(name, "."));
    int over = length - hosts->width;
    if (hosts->names == COLUMN_END && over > 0)
        (void)snprintf(text, COLUMN_TEXT, "..%.*s", length - over - 2, name + over + 2);
    else
        (void)snprintf(text, COLUMN_TEXT, "%.*s", length, name);
    return text;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* How many different names there are, whole or as shown in the column. -1: out of memory. */
static int count_names(const struct environment *environment, const struct column_hosts *hosts)
{
    int count = environment->hosts_count, different = 0;
    char(*names)[COLUMN_TEXT] = malloc((size_t)count * sizeof(*names) + 1);
    if (names == NULL)
        return -1;
    for (int i = 0; i < count; i++)
        (void)column_host(hosts, environment->hosts[i].name, names[i]);
    qsort(names, (size_t)count, sizeof(*names), compare);
    for (int i = 0; i < count; i++)
        different += i == 0 || strcmp(names[i], names[i - 1]) != 0;
    free(names);
    return different;
}

static int longest(const struct environment *environment, const struct column_hosts *hosts)
{
    int most = 0;
    for (int i = 0; i < environment->hosts_count; i++) {
        char text[COLUMN_TEXT];
        int length = (int)strlen(column_host(hosts, environment->hosts[i].name, text));
        most = length > most ? length : most;
    }
    return most;
}

struct column_hosts column_hosts(const struct environment *environment, int width)
{
    struct column_hosts whole = {COLUMN_WHOLE, width};
    int different = count_names(environment, &whole);
    for (enum column_names names = COLUMN_WHOLE; names <= COLUMN_END; names++) {
        const struct column_hosts hosts = {names, width};
        if (longest(environment, &hosts) <= width && count_names(environment, &hosts) == different)
            return hosts;
    }
    whole.width = longest(environment, &whole);
    return whole;
}
