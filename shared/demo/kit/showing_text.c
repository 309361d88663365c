/* showing_text - prints the results of a demo for people: tables aligned, sentences in
 * paragraphs. */
#include "base/paragraph.h"
#include "base/units.h"
#include "demo/kit/showing.h"

#include <math.h>
#include <string.h>

enum { CELL = 2 * UNIT_TEXT, COLUMNS_MOST = 8 };

/* "1,234,567" */
static void write_count(int64_t value, char text[CELL])
{
    char digits[UNIT_TEXT];
    int length = snprintf(digits, sizeof(digits), "%lld", (long long)value), used = 0;
    for (int i = 0; i < length; i++) {
        text[used++] = digits[i];
        int left = length - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-')
            text[used++] = ',';
    }
    text[used] = '\0';
}

/* Writes at least three digits, and a power of ten only for very small numbers. */
static void write_number(double value, const char *unit, char text[CELL])
{
    int decimals = fabs(value) >= 99.95 || value == 0 ? 0 : fabs(value) >= 9.995 ? 1 : 2;
    if (value != 0 && fabs(value) < 0.00995)
        (void)snprintf(text, CELL, "%.2g%s", value, unit);
    else
        (void)snprintf(text, CELL, "%.*f%s", decimals, value, unit);
}

static void write_cell(const json_t *value, enum shown as, char text[CELL])
{
    char unit[UNIT_TEXT];
    double number = json_number_value(value);
    if (!json_is_number(value)) {
        (void)snprintf(text, CELL, "-");
        return;
    }
    switch (as) {
    case SHOWN_COUNT:
        write_count(json_integer_value(value), text);
        break;
    case SHOWN_SECONDS:
        (void)snprintf(text, CELL, "%s", unit_duration(number, unit));
        break;
    case SHOWN_BYTES:
        (void)snprintf(text, CELL, "%s", unit_bytes((int64_t)number, unit));
        break;
    case SHOWN_RATE:
        unit_si(number, unit);
        (void)snprintf(text, CELL, "%s%s/s", unit, strpbrk(unit, "kMGT") != NULL ? "" : " ");
        break;
    case SHOWN_TIMES:
        write_number(number, " x", text);
        break;
    case SHOWN_SHARE:
        write_number(100 * number, " %", text);
        break;
    case SHOWN_NUMBER:
        write_number(number, "", text);
        break;
    }
}

static void write_value(const json_t *column, const json_t *row, char text[CELL])
{
    const char *key = json_string_value(json_object_get(column, "key"));
    enum shown as = (enum shown)json_integer_value(json_object_get(column, "as"));
    write_cell(json_object_get(row, key), as, text);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static int longer(int width, const char *text)
{
    int length = (int)strlen(text);
    return length > width ? length : width;
}

static int label_width(const json_t *table)
{
    const json_t *rows = json_object_get(table, "rows");
    int width = longer(0, text_of(table, "labels"));
    for (size_t i = 0; i < json_array_size(rows); i++)
        width = longer(width, text_of(json_array_get(rows, i), "label"));
    return width;
}

static int column_width(const json_t *column, const json_t *rows)
{
    char text[CELL];
    int width = longer(0, text_of(column, "title"));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        write_value(column, json_array_get(rows, i), text);
        width = longer(width, text);
    }
    return width;
}

static void print_table(const json_t *table, FILE *out)
{
    const json_t *columns = json_object_get(table, "columns"),
                 *rows = json_object_get(table, "rows");
    int labels = label_width(table), widths[COLUMNS_MOST];
    size_t count = json_array_size(columns);
    count = count < COLUMNS_MOST ? count : COLUMNS_MOST;
    for (size_t c = 0; c < count; c++)
        widths[c] = column_width(json_array_get(columns, c), rows);
    (void)fprintf(out, "%*s%-*s", SHOWING_INDENT, "", labels, text_of(table, "labels"));
    for (size_t c = 0; c < count; c++)
        (void)fprintf(out, "  %*s", widths[c], text_of(json_array_get(columns, c), "title"));
    (void)fputc('\n', out);
    for (size_t r = 0; r < json_array_size(rows); r++) {
        const json_t *row = json_array_get(rows, r);
        (void)fprintf(out, "%*s%-*s", SHOWING_INDENT, "", labels, text_of(row, "label"));
        for (size_t c = 0; c < count; c++) {
            char text[CELL];
            write_value(json_array_get(columns, c), row, text);
            (void)fprintf(out, "  %*s", widths[c], text);
        }
        (void)fputc('\n', out);
    }
}

static void print_picture(const json_t *picture, FILE *out)
{
    for (size_t i = 0; i < json_array_size(picture); i++)
        (void)fprintf(out, "%*s%s\n", SHOWING_INDENT, "",
                      json_string_value(json_array_get(picture, i)));
}

static void print_sentence(const char *text, FILE *out)
{
    (void)fprintf(out, "%*s- ", SHOWING_INDENT, "");
    paragraph_print(text, SHOWING_INDENT + 2, SHOWING_INDENT + 2, out);
}

/* Prints an empty line before each table and picture, and before the first of several sentences. */
void showing_print(const struct showing *showing, FILE *out)
{
    bool sentence_before = false;
    for (size_t i = 0; i < json_array_size(showing->items); i++) {
        const json_t *item = json_array_get(showing->items, i);
        bool sentence = json_object_get(item, "text") != NULL;
        if (i > 0 && !(sentence && sentence_before))
            (void)fputc('\n', out);
        if (sentence)
            print_sentence(text_of(item, "text"), out);
        else if (json_object_get(item, "table") != NULL)
            print_table(item, out);
        else
            print_picture(json_object_get(item, "picture"), out);
        sentence_before = sentence;
    }
}
