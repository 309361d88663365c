#include "draw/svg.h"

#include "base/text.h"
#include "draw/caption.h"
#include "draw/grid.h"
#include "draw/shelf.h"

#include <stdlib.h>
#include <string.h>

/* Pixels. */
enum {
    PAD = 8,           /* inside a box, and between boxes */
    GAP = 4,           /* between cores */
    MARGIN = 12,       /* around a host, and between hosts */
    BAR = 18,          /* for a box's name */
    CORE_BAR = 14,     /* for a core's name */
    CELL_HEIGHT = 30,  /* of a PU */
    CELL_LEAST = 46,   /* the least width of a PU */
    LETTER = 7,        /* width of a letter */
    SMALL_TENTHS = 55, /* of a small letter, in tenths */
    LINE = 18,         /* height of a line of text */
    WIDTH_MOST = 1200, /* of a host, unless a box cannot be narrower */
};

#define CORE_NAME "core L#%d"

struct drawing {
    const struct grid *cells;
    FILE *out;
    int cell_width;
    struct place *boxes;   /* [box_count] */
    struct place *columns; /* [column_count] */
};

/* --- text --- */

static void put_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            (void)fputs("&amp;", out);
        else if (*text == '<')
            (void)fputs("&lt;", out);
        else if (*text == '>')
            (void)fputs("&gt;", out);
        else
            (void)fputc(*text, out);
    }
}

static void put_text(const struct drawing *d, int x, int y, const char *style, const char *text)
{
    (void)fprintf(d->out, "<text x=\"%d\" y=\"%d\"%s>", x, y, style);
    put_escaped(d->out, text);
    (void)fputs("</text>\n", d->out);
}

static void put_runs(const struct drawing *d, const int *workers, int count)
{
    char run[CAPTION_RUN];
    for (int at = 0; at < count;) {
        const char *comma = at > 0 ? ", " : "";
        at += caption_run(d->cells, workers + at, count - at, run);
        (void)fprintf(d->out, "%s%s", comma, run);
    }
}

enum { BOX_TEXT = 128 };

static void box_text(const struct grid *cells, int box, char text[BOX_TEXT])
{
    (void)caption_box(cells, box, text, BOX_TEXT);
    int loose = cells->boxes[box].loose;
    if (loose < 0)
        return;
    char workers[32];
    (void)caption_workers(cells, cells->wanderers + cells->loose[loose].first,
                          cells->loose[loose].count, workers, sizeof(workers));
    text_add(text, BOX_TEXT, ": %s anywhere in it", workers);
}

/* --- where things go --- */

static void arrange(struct drawing *d, int box, int first, int end, int room, struct place *whole);

/* Finds the size of what `box` (-1: the host) contains at column `at`. Returns the column after
 * it. */
static int size_up(struct drawing *d, int box, int at, int room, struct place **thing)
{
    const struct grid *cells = d->cells;
    int inner = cells_within(cells, box, at);
    if (inner < 0) {
        int count = cells->columns[at].end - cells->columns[at].first;
        int bar = cells->columns[at].number >= 0 ? CORE_BAR : 0;
        *thing = &d->columns[at];
        **thing = (struct place){.width = d->cell_width + 2 * GAP,
                                 .height = bar + count * (CELL_HEIGHT + GAP) + (bar > 0 ? 0 : GAP)};
        return at + 1;
    }
    char text[BOX_TEXT];
    *thing = &d->boxes[inner];
    arrange(d, inner, cells->boxes[inner].first, cells->boxes[inner].end, room - 2 * PAD, *thing);
    box_text(cells, inner, text);
    (*thing)->width = shelf_larger((*thing)->width, (int)strlen(text) * LETTER) + 2 * PAD;
    (*thing)->height += BAR + PAD;
    return cells->boxes[inner].end;
}

/* Places everything in `box`; fills lines evenly if all things have the same width. */
static void arrange(struct drawing *d, int box, int first, int end, int room, struct place *whole)
{
    struct place *thing = NULL, *before = NULL;
    int count = 0, gap = GAP;
    bool alike = true;
    for (int at = first, next; at < end; at = next, count++) {
        bool inner = cells_within(d->cells, box, at) >= 0;
        next = size_up(d, box, at, room, &thing);
        alike = alike && (before == NULL || before->width == thing->width);
        gap = inner ? PAD : gap;
        before = thing;
    }
    struct shelf shelf = {.room = room};
    if (alike && thing != NULL)
        shelf.room = shelf_room(count, thing->width, gap, room);
    for (int at = first; at < end;) {
        int inner = cells_within(d->cells, box, at);
        shelf_put(&shelf, inner >= 0 ? &d->boxes[inner] : &d->columns[at], gap);
        at = inner >= 0 ? d->cells->boxes[inner].end : at + 1;
    }
    *whole = (struct place){.width = shelf.width, .height = shelf.height};
}

/* --- drawing --- */

/* Light, so that dark letters are readable on them; neighbouring colours also differ for most
 * people who are colour-blind. */
static const char *rank_fill(const struct grid *cells, int worker)
{
    static const char *const FILLS[] = {"#a6cee3", "#fdd49e", "#b2df8a", "#d9c3e6",
                                        "#fff0a0", "#9fe0d4", "#f4c2d7", "#d6d0c4"};
    return FILLS[(size_t)(worker / cells->seat_map->threads) % (sizeof(FILLS) / sizeof(FILLS[0]))];
}

static void put_title(const struct drawing *d, const struct cell *cell)
{
    static const char *const WORDS[CELL_STATES] = {
        [CELL_UNUSABLE] = "not usable", [CELL_IDLE] = "idle", [CELL_OPEN] = "open"};
    int core = d->cells->columns[cell->column].number;
    (void)fprintf(d->out, "<title>P#%u", cell->os);
    if (core >= 0)
        (void)fprintf(d->out, " of core L#%d", core);
    (void)fputs(": ", d->out);
    if (cell->state == CELL_TAKEN)
        put_runs(d, d->cells->seated + cell->first, cell->count);
    else
        (void)fputs(WORDS[cell->state], d->out);
    (void)fputs("</title>", d->out);
}

static void put_cell(const struct drawing *d, const struct cell *cell, int x, int y)
{
    static const struct {
        const char *fill, *edge, *ink;
    } looks[CELL_STATES] = {
        [CELL_UNUSABLE] = {"#e4e4e4", "#b0b0b0", " fill=\"#a00\""},
        [CELL_IDLE] = {"#fff", "#b0b0b0", " fill=\"#777\""},
        [CELL_OPEN] = {"#f6f9ff", "#7090c0", " fill=\"#456\""},
        [CELL_TAKEN] = {"", "#666", " font-weight=\"bold\""},
    };
    char text[CAPTION_CELL];
    const char *fill = looks[cell->state].fill;
    if (cell->state == CELL_TAKEN)
        fill = rank_fill(d->cells, d->cells->seated[cell->first]);
    (void)fputs("<g>", d->out);
    put_title(d, cell);
    (void)fprintf(d->out,
                  "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
                  "stroke=\"%s\"%s/>\n",
                  x, y, d->cell_width, CELL_HEIGHT, fill, looks[cell->state].edge,
                  cell->state == CELL_OPEN ? " stroke-dasharray=\"3,2\"" : "");
    (void)snprintf(text, sizeof(text), "P#%u", cell->os);
    put_text(d, x + 4, y + 10, " font-size=\"9\" fill=\"#444\"", text);
    put_text(d, x + 4, y + 25, looks[cell->state].ink, caption_cell(d->cells, cell, text));
    (void)fputs("</g>\n", d->out);
}

static void put_column(const struct drawing *d, int index, int x, int y)
{
    const struct column *column = &d->cells->columns[index];
    const struct place *place = &d->columns[index];
    char text[CAPTION_CELL];
    x += place->x;
    y += place->y;
    (void)fprintf(d->out,
                  "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f4f4f4\" "
                  "stroke=\"#999\"/>\n",
                  x, y, place->width, place->height);
    if (column->number >= 0) {
        (void)snprintf(text, sizeof(text), CORE_NAME, column->number);
        put_text(d, x + 4, y + 11, " font-size=\"9\"", text);
    }
    y += column->number >= 0 ? CORE_BAR : GAP;
    for (int i = column->first; i < column->end; i++)
        put_cell(d, &d->cells->cells[i], x + GAP, y + (i - column->first) * (CELL_HEIGHT + GAP));
}

static void put_things(const struct drawing *d, int box, int first, int end, int x, int y);

static void put_box(const struct drawing *d, int index, int x, int y)
{
    static const char *const FILLS[BOX_KINDS] = {
        [BOX_PACKAGE] = "#f3efe6", [BOX_NUMA] = "#e6eef3", [BOX_CACHE] = "#eaf3e6"};
    const struct box *box = &d->cells->boxes[index];
    const struct place *place = &d->boxes[index];
    char text[BOX_TEXT];
    int kind = BOX_PACKAGE;
    while (kind < BOX_CACHE && box->numbers[kind] == NULL)
        kind++;
    x += place->x;
    y += place->y;
    (void)fputs("<g>", d->out);
    if (box->loose >= 0) {
        const struct loose *loose = &d->cells->loose[box->loose];
        (void)fputs("<title>anywhere in it: ", d->out);
        put_runs(d, d->cells->wanderers + loose->first, loose->count);
        (void)fputs("</title>", d->out);
    }
    (void)fprintf(d->out,
                  "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\" fill=\"%s\" "
                  "stroke=\"#777\"/>\n",
                  x, y, place->width, place->height, FILLS[kind]);
    box_text(d->cells, index, text);
    put_text(d, x + PAD, y + 13, "", text);
    (void)fputs("</g>\n", d->out);
    put_things(d, index, box->first, box->end, x + PAD, y + BAR);
}

static void put_things(const struct drawing *d, int box, int first, int end, int x, int y)
{
    for (int at = first; at < end;) {
        int inner = cells_within(d->cells, box, at);
        if (inner >= 0)
            put_box(d, inner, x, y);
        else
            put_column(d, at, x, y);
        at = inner >= 0 ? d->cells->boxes[inner].end : at + 1;
    }
}

/* --- a host --- */

/* Writes lines of text as <text> elements, from `y` on. Returns where the next thing goes. */
static int put_lines(const struct drawing *d, char *text, int y, int *width)
{
    char *rest = NULL;
    const char *style = " font-size=\"14\" font-weight=\"bold\"";
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        while (*line == ' ')
            line++;
        *width = shelf_larger(*width, (int)strlen(line) * LETTER);
        put_text(d, 0, y + 12, y == 0 ? style : "", line);
        y += LINE;
    }
    return y;
}

/* The text of caption_head or caption_legend, as a new string. */
static char *said(const struct grid *cells, bool legend)
{
    char *text = NULL;
    size_t size = 0;
    bool *told = calloc((size_t)cells->loose_count + 1, sizeof(*told));
    FILE *out = told != NULL ? open_memstream(&text, &size) : NULL;
    for (int i = 0; out != NULL && i < cells->loose_count; i++)
        told[i] = cells->loose[i].box >= 0;
    if (out != NULL && legend)
        caption_legend(cells, false, out);
    else if (out != NULL)
        caption_head(cells, told, false, out);
    free(told);
    if (out == NULL || fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static int put_host(struct drawing *d, int *width, int *height)
{
    struct place all;
    char *head = said(d->cells, false), *legend = said(d->cells, true);
    int status = head != NULL && legend != NULL ? 0 : -1;
    if (status == 0) {
        (void)fputs("<g font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" "
                    "font-size=\"11\" fill=\"#111\">\n",
                    d->out);
        *width = 0;
        int y = put_lines(d, head, 0, width) + GAP;
        arrange(d, -1, 0, d->cells->column_count, WIDTH_MOST, &all);
        put_things(d, -1, 0, d->cells->column_count, 0, y);
        y = put_lines(d, legend, y + all.height + GAP, width);
        *width = shelf_larger(*width, all.width);
        *height = y;
        (void)fputs("</g>\n", d->out);
    }
    free(head);
    free(legend);
    return status;
}

/* Wide enough for each label, and for the names of the cores above. */
static int cell_width(const struct grid *cells)
{
    char text[CAPTION_CELL];
    int width = CELL_LEAST;
    for (int i = 0; i < cells->cell_count; i++)
        width = shelf_larger(
            width, LETTER * (int)strlen(caption_cell(cells, &cells->cells[i], text)) + 2 * GAP);
    for (int i = 0; i < cells->column_count; i++)
        width = shelf_larger(width, snprintf(NULL, 0, CORE_NAME, cells->columns[i].number) *
                                        SMALL_TENTHS / 10);
    return width;
}

static int draw(const struct grid *cells, FILE *out, int *width, int *height)
{
    struct drawing d = {.cells = cells, .out = out};
    int status = -1;
    d.cell_width = cell_width(cells);
    d.boxes = calloc((size_t)cells->box_count + 1, sizeof(*d.boxes));
    d.columns = calloc((size_t)cells->column_count + 1, sizeof(*d.columns));
    if (d.boxes != NULL && d.columns != NULL)
        status = put_host(&d, width, height);
    free(d.boxes);
    free(d.columns);
    return status;
}

/* The string that `stream` has written, or NULL if anything failed. */
static char *finish(FILE *stream, char **text, int status)
{
    bool failed = status != 0 || ferror(stream) != 0;
    if (fclose(stream) == 0 && !failed)
        return *text;
    free(*text);
    return NULL;
}

char *svg_group(const struct seat_map *seat_map, int *width, int *height)
{
    char *text = NULL;
    size_t size = 0;
    struct grid cells;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    int status = cells_build(&cells, seat_map, false);
    if (status == 0)
        status = draw(&cells, out, width, height);
    cells_release(&cells);
    return finish(out, &text, status);
}

char *svg_document(char *const groups[], const int widths[], const int heights[], int count)
{
    char *text = NULL;
    size_t size = 0;
    int width = 0, height = MARGIN;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    for (int i = 0; i < count; i++) {
        width = shelf_larger(width, widths[i]);
        height += heights[i] + MARGIN;
    }
    width += 2 * MARGIN;
    (void)fprintf(out,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" "
                  "height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                  "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
                  width, height, width, height, width, height);
    for (int i = 0, y = MARGIN; i < count; y += heights[i++] + MARGIN)
        (void)fprintf(out, "<g transform=\"translate(%d,%d)\">\n%s</g>\n", MARGIN, y, groups[i]);
    (void)fputs("</svg>\n", out);
    return finish(out, &text, 0);
}
