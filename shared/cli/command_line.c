#include "cli/command_line.h"

#include <stdbool.h>
#include <string.h>

void command_line_help(const struct command_line *line, FILE *out)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "squares %s", line->name);
    argp_help(line->argp, out, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
    if (line->tell_tables != NULL) {
        (void)fputc('\n', out);
        line->tell_tables(out);
    }
}

/* --- mistyped names --- */

enum { NAME_MOST = 31 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* How many changes of a letter turn `a` into `b`; both have at most NAME_MOST letters. */
static int changes_between(const char *a, const char *b)
{
    int d[NAME_MOST + 1][NAME_MOST + 1];
    const int rows = (int)strlen(a), columns = (int)strlen(b);
    for (int i = 0; i <= rows; i++)
        for (int j = 0; j <= columns; j++) {
            d[i][j] = i == 0 ? j : i;
            if (i == 0 || j == 0)
                continue;
            const bool same = a[i - 1] == b[j - 1];
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[rows][columns];
}

const char *nearest_name(const char *word, const char *const *names)
{
    const char *nearest = NULL;
    int fewest = least(2, (int)strlen(word) / 3) + 1;
    if (strlen(word) > NAME_MOST)
        return NULL;
    for (; *names != NULL; names++) {
        if (strlen(*names) > NAME_MOST)
            continue;
        int changes = changes_between(word, *names);
        if (changes < fewest) {
            fewest = changes;
            nearest = *names;
        }
    }
    return nearest;
}
