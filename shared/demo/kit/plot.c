#include "demo/kit/plot.h"

#include <math.h>
#include <string.h>

enum { TITLE = 7 }; /* width of the labels at the axis on the left */

void plot_open(struct plot *plot, double low, double high, bool logarithmic)
{
    *plot = (struct plot){.low = low, .high = high, .logarithmic = logarithmic};
    for (int i = 0; i < PLOT_LINES; i++)
        memset(plot->field[i], ' ', PLOT_COLUMNS);
    memset(plot->below, ' ', PLOT_COLUMNS);
}

static int within(double place, int last)
{
    return place <= 0 ? 0 : place >= last ? last : (int)lround(place);
}

static int column_of(double x)
{
    return within(x * (PLOT_COLUMNS - 1), PLOT_COLUMNS - 1);
}

static int line_of(const struct plot *c, double value)
{
    double height = c->logarithmic ? log(value / c->low) / log(c->high / c->low)
                                   : (value - c->low) / (c->high - c->low);
    return PLOT_LINES - 1 - within(height * (PLOT_LINES - 1), PLOT_LINES - 1);
}

static double value_at(const struct plot *c, int line)
{
    double height = (double)(PLOT_LINES - 1 - line) / (PLOT_LINES - 1);
    return c->logarithmic ? c->low * pow(c->high / c->low, height)
                          : c->low + height * (c->high - c->low);
}

void plot_put(struct plot *plot, double x, double value, char mark)
{
    char *cell = &plot->field[line_of(plot, value)][column_of(x)];
    if (*cell == ' ' || *cell == '.')
        *cell = mark;
    else if (mark != '.' && *cell != mark)
        *cell = '*';
}

void plot_note(struct plot *plot, double x, const char *text)
{
    int length = (int)strnlen(text, PLOT_COLUMNS);
    int begin = within(column_of(x) - (length - 1) / 2.0, PLOT_COLUMNS - length);
    for (int i = 0; i < length; i++)
        plot->below[begin + i] = text[i];
}

static void trim(char *line)
{
    size_t length = strlen(line);
    while (length > 0 && line[length - 1] == ' ')
        line[--length] = '\0';
}

void plot_draw(const struct plot *plot, plot_unit_fn *unit, struct showing *showing)
{
    const int EVERY = (PLOT_LINES - 1) / 2; /* lines per label */
    char text[UNIT_TEXT], line[PLOT_COLUMNS + 1];
    for (int i = 0; i < PLOT_LINES; i++) {
        memcpy(line, plot->field[i], sizeof(line));
        trim(line);
        showing_draw(showing, "%*s |%s", TITLE, i % EVERY == 0 ? unit(value_at(plot, i), text) : "",
                     line);
    }
    memset(line, '-', PLOT_COLUMNS);
    showing_draw(showing, "%*s +%s", TITLE, "", line);
    memcpy(line, plot->below, sizeof(line));
    trim(line);
    showing_draw(showing, "%*s  %s", TITLE, "", line);
}
