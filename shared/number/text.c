/*
 * text - numbers as people write them: separated by blanks, commas or line ends, # for comments.
 *
 * There is at most one comma between two numbers, and none before the first: an empty field (3,,5)
 * is an error, as the numbers after it would move up. A comma after the last number of a line or of
 * the file is allowed. For what else commas may mean see doubts.h.
 */
#include "number/formats.h"
#include "number/literal.h"
#include "number/parse.h"
#include "number/tally.h"
#include "number/text_kind.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, LONGEST_WORD = 400 };

/* Besides EOF, these can stand for a character or a word; LATER: the source has stalled. */
enum { FAILED = -2, LATER = -3 };

enum { BETWEEN_COMMA = 1, BETWEEN_BLANK = 2, BETWEEN_LINES = 4 };

struct text_source {
    struct source base;
    int fd;
    char *name;
    int64_t line; /* of the last character taken, from 1 */
    size_t used;  /* characters of the buffer taken */
    size_t filled;
    bool ended;
    bool comment;  /* the next character is within a comment */
    bool within;   /* the next character is within a word, which has ... */
    size_t length; /* ... this many characters in `word` so far, and is ... */
    bool glued;    /* ... after a comma without a blank */
    bool pending;  /* `word` was read ahead, to learn the kind */
    bool is_long;  /* `word` is only the beginning of the word; `literal` has all of it */
    char word[LONGEST_WORD + 1];
    struct literal literal;
    size_t nuls;        /* zero bytes in the word; in `word` they are '?' */
    bool begun;         /* there has been a number */
    unsigned between;   /* what was seen since the last number: BETWEEN_* */
    bool line_commas;   /* there were commas in the line of the last number */
    int64_t comma_line; /* line of the last comma */
    struct doubts doubts;
    struct err probe; /* of a first try at reading a word */
    char buffer[BUFFER];
};

/* Returns the next character, EOF, FAILED or LATER. */
static int take(struct text_source *text, struct err *err)
{
    if (text->used == text->filled) {
        if (text->ended)
            return EOF;
        if (stalls(&text->base, text->fd))
            return LATER;
        int64_t got = read_some(text->fd, text->buffer, BUFFER, text->name, err);
        if (got < 0)
            return FAILED;
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

static int take_comma(struct text_source *text, struct err *err)
{
    if (text->begun && (text->between & BETWEEN_COMMA) == 0) {
        text->between |= BETWEEN_COMMA;
        text->comma_line = text->line;
        text->line_commas |= (text->between & BETWEEN_LINES) == 0;
        return 0;
    }
    err_set(err, ERR_INPUT,
            "'%.120s', line %" PRId64 ": an empty field: there is no number before %s", text->name,
            text->line, text->begun ? "the second of two commas" : "the comma");
    return err_remedy(err, "write the missing number, or remove the comma");
}

/* Skips separators and comments; returns the first character of a word, EOF, FAILED or LATER. */
static int skip(struct text_source *text, struct err *err)
{
    bool comment = text->comment;
    text->comment = false;
    for (;;) {
        int c = take(text, err);
        if (c < 0) {
            text->comment = comment;
            return c;
        }
        if (c == '\n') {
            comment = false;
            text->between |= BETWEEN_LINES | BETWEEN_BLANK;
        } else if (c == '#') {
            comment = true;
            text->between |= BETWEEN_BLANK;
        } else if (comment) {
            continue;
        } else if (c == ',') {
            if (take_comma(text, err) != 0)
                return FAILED;
        } else if (separates(c)) {
            text->between |= BETWEEN_BLANK;
        } else {
            return c;
        }
    }
}

/* Looks at what stood before the word that begins, or before the end. Returns whether a comma glues
 * the word to the last one. */
static bool look_back(struct text_source *text)
{
    unsigned between = text->between;
    text->between = 0;
    if ((between & BETWEEN_LINES) != 0) {
        if ((between & BETWEEN_COMMA) != 0)
            doubts_line(&text->doubts, true, text->comma_line);
        else if (text->line_commas)
            doubts_line(&text->doubts, false, 0);
        text->line_commas = false;
    }
    return (between & (BETWEEN_COMMA | BETWEEN_BLANK)) == BETWEEN_COMMA;
}

/* At the end of the text: a comma after the last number is treated as one at a line end. */
static void finish(struct text_source *text)
{
    if ((text->between & BETWEEN_COMMA) != 0)
        doubts_line(&text->doubts, true, text->comma_line);
    doubts_close(&text->doubts);
    text->between = 0;
}

/* Adds a character to a word that is longer than its room. */
static void lengthen(struct text_source *text, char c)
{
    if (!text->is_long) {
        text->literal = (struct literal){0};
        literal_add(&text->literal, text->word, LONGEST_WORD);
    }
    text->is_long = true;
    literal_add(&text->literal, &c, 1);
}

static void begin_word(struct text_source *text)
{
    text->glued = look_back(text);
    text->begun = true;
    text->length = 0;
    text->is_long = false;
    text->nuls = 0;
}

/* Takes the characters of a word, starting with `c`. Returns what ended it. */
static int take_word(struct text_source *text, int c, struct err *err)
{
    size_t length = text->length;
    while (c >= 0 && !separates(c) && c != '#') {
        char kept = (char)c;
        if (c == '\0') {
            kept = '?';
            text->nuls++;
        }
        if (length < LONGEST_WORD)
            text->word[length++] = kept;
        else
            lengthen(text, kept);
        c = take(text, err);
    }
    text->word[length] = '\0';
    text->length = length;
    return c;
}

/* Reads the next word, or the rest of it, into text->word. Returns 1, 0 at the end, FAILED or
 * LATER. */
static int next_word(struct text_source *text, struct err *err)
{
    if (text->pending) {
        text->pending = false;
        return 1;
    }
    int c = text->within ? take(text, err) : skip(text, err);
    if (!text->within) {
        if (c == EOF)
            finish(text);
        if (c < 0)
            return c == EOF ? 0 : c;
        begin_word(text);
    }
    c = take_word(text, c, err);
    text->within = c == LATER;
    if (c == FAILED || c == LATER)
        return c;
    if (text->glued || c == ',')
        doubts_word(&text->doubts, text->word, text->glued, text->line - (c == '\n'));
    if (c >= 0) { /* what ended the word may also end a line or begin a comment, so it is taken
                     again next time */
        text->used--;
        text->line -= c == '\n';
    }
    return 1;
}

/* Reads a whole number that is sure to fit, as nearly all are. */
static bool parse_short(const char *word, int64_t *cell)
{
    bool negative = *word == '-';
    const char *p = word + (negative || *word == '+');
    const char *begin = p;
    int64_t value = 0;
    for (; *p >= '0' && *p <= '9' && p - begin < 18; p++)
        value = value * 10 + (*p - '0');
    *cell = negative ? -value : value;
    return *p == '\0' && p > begin;
}

/* Sets err, with the place of the word, which takes longer than reading a number. */
static int not_read(const struct text_source *text, const char *value, int64_t *cell,
                    struct err *err)
{
    char where[160];
    (void)snprintf(where, sizeof(where), "'%.120s', line %" PRId64, text->name, text->line);
    const struct text_word word = {text->word, text->nuls, text->line};
    if (text_kind_tell(&word, where, err) != 0)
        return -1;
    if (value == NULL)
        return err_set(err, ERR_INPUT, "%s: '%.40s...' is not a number", where, text->word);
    int status = parse_number_written(value, text->word, text->base.kind, where, cell, err);
    if (status != 0)
        text_kind_advise(text->word, err);
    return status;
}

static int parse_word(struct text_source *text, int64_t *cell, struct err *err)
{
    if (text->base.kind == NUMBER_INT64 && parse_short(text->word, cell))
        return 0;
    char made[LITERAL_TEXT];
    const char *value = text->word;
    if (text->is_long)
        value = literal_text(&text->literal, text->base.kind, made) ? made : NULL;
    if (value != NULL && parse_number(value, text->base.kind, "", cell, &text->probe) == 0)
        return 0;
    return not_read(text, value, cell, err);
}

static int text_next(struct source *source, int64_t max, void *room, struct numbers *out,
                     struct err *err)
{
    struct text_source *text = (struct text_source *)source;
    int64_t *cells = room;
    out->cells = room;
    while (out->count < max) {
        int got = next_word(text, err);
        if (got == FAILED)
            return err->code == ERR_INPUT ? err_at(err, source->position + out->count) : -1;
        if (got != 1)
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

/* Skips the mark that Windows puts before UTF-8. */
static int skip_mark(struct text_source *text, struct err *err)
{
    static const char MARK[] = "\xef\xbb\xbf";
    int64_t got = 1;
    while (got > 0 && text->filled < 3 && memcmp(text->buffer, MARK, text->filled) == 0) {
        got = read_some(text->fd, text->buffer + text->filled, BUFFER - (int64_t)text->filled,
                        text->name, err);
        if (got < 0)
            return -1;
        text->filled += (size_t)got;
    }
    text->ended = got == 0;
    if (text->filled >= 3 && memcmp(text->buffer, MARK, 3) == 0)
        text->used = 3;
    return 0;
}

/* Reads the first word ahead: without one there is nothing to do, and it decides the kind. */
static int start_text(struct text_source *text, enum number_type type, struct err *err)
{
    if (skip_mark(text, err) != 0)
        return -1;
    int got = next_word(text, err);
    if (got < 0)
        return err->code == ERR_INPUT ? err_at(err, 0) : -1;
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
    text->base.doubts = &text->doubts;
    text->fd = fd;
    text->name = copy;
    text->line = 1;
    if (start_text(text, type, err) == 0)
        return &text->base;
    text_destroy(&text->base);
    return NULL;
}

/* Writes one number per line. */
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
