#include "demo/kit/showing.h"

#include "report/parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

void showing_open(struct showing *showing)
{
    *showing = (struct showing){.items = json_array()};
    showing->failed = showing->items == NULL;
}

void showing_release(struct showing *showing)
{
    json_decref(showing->items);
    showing->items = NULL;
}

int showing_complete(const struct showing *showing, struct err *err)
{
    return showing->failed ? err_memory(err, "what the demo has shown") : 0;
}

/* Takes over the reference; NULL means that memory ran out. */
static void append(struct showing *showing, json_t *array, json_t *value)
{
    if (value == NULL || json_array_append_new(array, value) != 0)
        showing->failed = true;
}

/* --- tables --- */

static json_t *columns_of(const struct showing_column *columns)
{
    json_t *all = json_array();
    for (const struct showing_column *c = columns; all != NULL && c->key != NULL; c++) {
        json_t *column =
            json_pack("{s:s, s:s, s:i}", "key", c->key, "title", c->title, "as", c->as);
        if (column == NULL || json_array_append_new(all, column) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

void showing_table(struct showing *showing, const char *key, const char *labels,
                   const struct showing_column *columns)
{
    append(showing, showing->items,
           json_pack("{s:s, s:s, s:o, s:[]}", "table", key, "labels", labels, "columns",
                     columns_of(columns), "rows"));
}

static json_t *value_of(const json_t *column, double value)
{
    if (!isfinite(value))
        return json_null();
    if (json_integer_value(json_object_get(column, "as")) == SHOWN_COUNT)
        return json_integer((json_int_t)llround(value));
    return json_real(value);
}

void showing_row(struct showing *showing, const char *label, const double *values)
{
    json_t *table = json_array_get(showing->items, json_array_size(showing->items) - 1);
    json_t *columns = json_object_get(table, "columns"), *row = json_pack("{s:s}", "label", label);
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const json_t *column = json_array_get(columns, i);
        const char *key = json_string_value(json_object_get(column, "key"));
        if (json_object_set_new(row, key, value_of(column, values[i])) != 0)
            showing->failed = true;
    }
    append(showing, json_object_get(table, "rows"), row);
}

/* --- words --- */

static json_t *worded(const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        return NULL;
    json_t *json = part_text(text);
    free(text);
    return json;
}

void showing_say(struct showing *showing, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(showing, showing->items, json_pack("{s:o}", "text", worded(format, args)));
    va_end(args);
}

void showing_draw(struct showing *showing, const char *format, ...)
{
    size_t count = json_array_size(showing->items);
    json_t *picture =
        count > 0 ? json_object_get(json_array_get(showing->items, count - 1), "picture") : NULL;
    if (picture == NULL) { /* its first line */
        append(showing, showing->items, json_pack("{s:[]}", "picture"));
        picture = json_object_get(json_array_get(showing->items, count), "picture");
    }
    va_list args;
    va_start(args, format);
    append(showing, picture, worded(format, args));
    va_end(args);
}
