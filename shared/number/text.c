/* text - numbers as people write them: separated by blanks, commas or line ends, # for comments. */
#include "number/formats.h"
#include "number/literal.h"
#include "number/parse.h"
#include "number/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, LONGEST_WORD = 400 };

struct text_source {
    struct source base;
    int fd;
    char *name;
    int64_t line; /* of the last character taken, from 1 */
    size_t used;  /* characters of the buffer taken */
    size_t filled;
    bool ended;
    bool pending; /* `word` was read ahead, to learn the kind */
    bool is_long; /* `word` is only the beginning of one; `literal` is all of it */
    char word[LONGEST_WORD + 1];
    struct literal literal;
    char buffer[BUFFER];
};

/* The next character, or EOF; -2 on failure. */
static int take(struct text_source *text, struct err *err)
{
    if (text->used == text->filled) {
        if (text->ended)
            return EOF;
        int64_t got = read_some(text->fd, text->buffer, BUFFER, text->name, err);
        if (got < 0)
            return -2;
        text->used = 0;
        text->filled = (size_t)got;
        text->ended = got == 0;
        if (got == 0)
            return EOF;
    }
    int c = (unsigned char)text->buffer[text->used++];
    text->line += c == '\n';
    return c;
}

static bool separates(int c)
{
    return c == ' ' || c == '\n' || c == ',' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Skips separators and comments; returns the first character of a word, EOF or -2. */
static int skip(struct text_source *text, struct err *err)
{
    bool comment = false;
    for (;;) {
        int c = take(text, err);
        if (c < 0)
            return c;
        if (c == '\n')
            comment = false;
        else if (c == '#')
            comment = true;
        else if (!comment && !separates(c))
            return c;
    }
}

/* One character more of a word that is longer than the room for it. */
static void lengthen(struct text_source *text, char c)
{
    if (!text->is_long) {
        text->literal = (struct literal){0};
        literal_add(&text->literal, text->word, LONGEST_WORD);
    }
    text->is_long = true;
    literal_add(&text->literal, &c, 1);
}

/* Reads the next word into text->word: 1, 0 at the end, -1 on failure. */
static int next_word(struct text_source *text, struct err *err)
{
    if (text->pending) {
        text->pending = false;
        return 1;
    }
    int c = skip(text, err);
    size_t length = 0;
    text->is_long = false;
    while (c >= 0 && !separates(c) && c != '#') {
        char kept = (char)(c == '\0' ? '?' : c);
        if (length < LONGEST_WORD)
            text->word[length++] = kept;
        else
            lengthen(text, kept);
        c = take(text, err);
    }
    text->word[length] = '\0';
    if (c == -2)
        return -1;
    if (c >= 0) { /* what ended the word may also end a line or begin a comment: seen next time */
        text->used--;
        text->line -= c == '\n';
    }
    return length > 0;
}

static int parse_word(struct text_source *text, int64_t *cell, struct err *err)
{
    char where[160];
    (void)snprintf(where, sizeof(where), "'%.120s', line %" PRId64, text->name, text->line);
    char value[LITERAL_TEXT];
    bool made = text->is_long && literal_text(&text->literal, text->base.kind, value);
    if (text->is_long && !made)
        return err_set(err, ERR_INPUT, "%s: '%.40s...' is not a number", where, text->word);
    return parse_number_written(made ? value : text->word, text->word, text->base.kind, where, cell,
                                err);
}

static int text_next(struct source *source, int64_t max, void *room, struct numbers *out,
                     struct err *err)
{
    struct text_source *text = (struct text_source *)source;
    int64_t *cells = room;
    out->cells = room;
    while (out->count < max) {
        int got = next_word(text, err);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        if (parse_word(text, &cells[out->count], err) != 0)
            return err_at(err, source->position + out->count);
        out->count++;
    }
    return 0;
}

static void text_destroy(struct source *source)
{
    struct text_source *text = (struct text_source *)source;
    (void)close(text->fd);
    free(text->name);
    free(text);
}

static const struct source_ops TEXT_OPS = {text_next, text_destroy};

/* Reads the first word ahead: without one there is nothing to do, and it tells the kind. */
static int start_text(struct text_source *text, enum number_type type, struct err *err)
{
    int got = next_word(text, err);
    if (got < 0)
        return -1;
    static const char MARK[] = "\xef\xbb\xbf"; /* which Windows puts before UTF-8 */
    if (strncmp(text->word, MARK, 3) == 0)
        memmove(text->word, text->word + 3, strlen(text->word) - 2);
    if (got == 1 && text->word[0] == '\0')
        got = next_word(text, err);
    if (got < 0)
        return -1;
    if (got == 0)
        return err_set(err, ERR_INPUT, "'%s' holds no numbers", text->name);
    text->pending = true;
    bool pointed = text->is_long ? text->literal.pointed : looks_like_float(text->word);
    bool is_float = type == TYPE_AUTO ? pointed : type == TYPE_FLOAT64;
    text->base.kind = is_float ? NUMBER_FLOAT64 : NUMBER_INT64;
    return 0;
}

static struct source *read_text(int fd, int64_t size, const char *name, enum number_type type,
                                struct err *err)
{
    (void)size;
    struct text_source *text = calloc(1, sizeof(*text));
    char *copy = strdup(name);
    if (text == NULL || copy == NULL) {
        err_memory(err, "a source");
        free(text);
        free(copy);
        (void)close(fd);
        return NULL;
    }
    text->base = (struct source){
        .ops = &TEXT_OPS, .kind = NUMBER_INT64, .count = COUNT_UNKNOWN, .start = START_UNKNOWN};
    text->fd = fd;
    text->name = copy;
    text->line = 1;
    if (start_text(text, type, err) == 0)
        return &text->base;
    text_destroy(&text->base);
    return NULL;
}

/* One number a line. */
static int put_text(struct outfile *out, const struct numbers *numbers, struct err *err)
{
    char lines[BUFFER];
    size_t used = 0;
    for (int64_t i = 0; i < numbers->count; i++) {
        if (used + TALLY_TEXT > sizeof(lines)) {
            if (outfile_write(out, lines, used, err) != 0)
                return -1;
            used = 0;
        }
        used += (size_t)number_text(numbers->kind, numbers->i64[i], lines + used, TALLY_TEXT);
        lines[used++] = '\n';
    }
    return outfile_write(out, lines, used, err);
}

const struct format FORMAT_TEXT = {"", read_text, NULL, put_text, NULL, false};
