#include "demo/kit/telling.h"

#include "base/paragraph.h"
#include "base/text.h"
#include "report/parts.h"

#include <string.h>

static void print_part(const char *title, const char *words, FILE *out)
{
    (void)fprintf(out, "%-*s", SHOWING_INDENT, title);
    paragraph_print(words, SHOWING_INDENT, SHOWING_INDENT, out);
}

static struct environment environment_of(const struct telling *telling)
{
    struct environment environment = {.hosts_count = 1,
                                      .hosts = (struct report_host *)&telling->scene->host};
    (void)snprintf(environment.launcher, sizeof(environment.launcher), "%s", telling->launcher);
    return environment;
}

void telling_ask(const struct telling *telling, FILE *out)
{
    const struct environment environment = environment_of(telling);
    char title[200];
    (void)snprintf(title, sizeof(title), "demo %s: %s", telling->demo->name, telling->demo->shows);
    print_part("squares", title, out);
    environment_print_hosts(&environment, out);
    (void)fputc('\n', out);
    print_part("predict", telling->demo->predict, out);
    (void)fputc('\n', out);
    (void)fflush(out);
}

static void print_missing(const struct telling *telling, FILE *out)
{
    char words[200];
    if (telling->ranks_missing == 0)
        return;
    (void)snprintf(words, sizeof(words),
                   "The part that passes messages needs %d ranks: mpirun -np %d squares demo %s",
                   telling->ranks_missing, telling->ranks_missing, telling->demo->name);
    (void)fprintf(out, "%*s- ", SHOWING_INDENT, "");
    paragraph_print(words, SHOWING_INDENT + 2, SHOWING_INDENT + 2, out);
}

static void print_code(const struct demo *demo, FILE *out)
{
    char words[300] = "";
    for (int i = 0; i < DEMO_FILES && demo->code[i] != NULL; i++)
        text_add(words, sizeof(words), "%s, ", demo->code[i]);
    text_add(words, sizeof(words), "or: squares demo %s --code", demo->name);
    print_part("code", words, out);
}

void telling_print(const struct telling *telling, FILE *out)
{
    const struct demo *demo = telling->demo;
    char words[200];
    (void)fprintf(out, "happened\n");
    showing_print(&telling->scene->showing, out);
    print_missing(telling, out);
    (void)fputc('\n', out);
    print_part("why", demo->why, out);
    print_code(demo, out);
    for (int i = 0; i < DEMO_NEXT && demo->next[i] != NULL; i++) {
        (void)snprintf(words, sizeof(words), "squares %s", demo->next[i]);
        print_part(i == 0 ? "next" : "", words, out);
    }
}

static json_t *strings_of(const char *const *strings, int most)
{
    json_t *all = json_array();
    for (int i = 0; i < most && strings[i] != NULL; i++)
        json_array_append_new(all, json_string(strings[i]));
    return all;
}

/* For programs: leaves out how to print each column. */
static json_t *items_of(const struct showing *showing)
{
    json_t *items = json_deep_copy(showing->items);
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *columns = json_object_get(json_array_get(items, i), "columns");
        for (size_t c = 0; c < json_array_size(columns); c++)
            json_object_del(json_array_get(columns, c), "as");
    }
    return items;
}

char *telling_json(const struct telling *telling)
{
    const struct demo *demo = telling->demo;
    const struct environment environment = environment_of(telling);
    json_t *root = json_pack(
        "{s:i, s:o, s:o, s:o, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:i, s:[]}", "schema_version",
        SCHEMA_VERSION, "tool", part_tool(), "environment",
        part_environment(&environment, json_array()), "command", part_text(telling->command),
        "demo", demo->name, "shows", demo->shows, "predict", demo->predict, "happened",
        items_of(&telling->scene->showing), "why", demo->why, "code",
        strings_of(demo->code, DEMO_FILES), "next", strings_of(demo->next, DEMO_NEXT),
        "ranks_missing", telling->ranks_missing, "warnings");
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}
