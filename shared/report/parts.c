#include "report/parts.h"

#include "version.h"

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

static json_t *line_or_null(const char *line)
{
    return line[0] != '\0' ? part_text(line) : json_null();
}

json_t *part_launch(const struct launch_lines *lines)
{
    return json_pack("{s:o, s:o, s:o}", "mpirun4", line_or_null(lines->mpirun4), "mpirun5",
                     line_or_null(lines->mpirun5), "srun", line_or_null(lines->srun));
}
