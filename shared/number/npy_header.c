#include "number/npy_header.h"

#include "number/npy_dtype.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

/* A part of the dict's text. */
struct span {
    const char *at;
    size_t length;
};

int npy_damaged(const char *name, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "'%s' is not a valid .npy file: %s", name, what);
}

/* --- Python's tokens --- */

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

/* How many quotes the string at `p` begins with: 3 or 1. */
static size_t quotes_at(const char *p, const char *end)
{
    return end - p >= 3 && p[1] == p[0] && p[2] == p[0] ? 3 : 1;
}

/* Where the string whose quote is at `p` has ended; NULL if it does not end. */
static const char *behind_string(const char *p, const char *end)
{
    size_t quotes = quotes_at(p, end);
    char quote = *p;
    for (p += quotes; p < end; p++) {
        if (*p == '\\')
            p++;
        else if (*p == quote && (quotes == 1 || quotes_at(p, end) == 3))
            return p + quotes;
    }
    return NULL;
}

/* Turns comments, line ends and other white space outside of strings into blanks. */
static void whiten(char *text, size_t length)
{
    char *end = text + length;
    bool comment = false;
    for (char *p = text; p < end; p++) {
        if (!comment && is_quote(*p)) {
            const char *behind = behind_string(p, end);
            if (behind == NULL)
                return;
            p = text + (behind - text) - 1;
            continue;
        }
        comment = (comment && *p != '\n') || *p == '#';
        bool joins = *p == '\\' && p + 1 < end && (p[1] == '\n' || p[1] == '\r');
        if (comment || joins || strchr("\n\r\t\f", *p) != NULL)
            *p = *p == '\0' ? '\0' : ' ';
    }
}

static struct span trimmed(struct span s)
{
    while (s.length > 0 && *s.at == ' ') {
        s.at++;
        s.length--;
    }
    while (s.length > 0 && s.at[s.length - 1] == ' ')
        s.length--;
    return s;
}

/* The first `stop` in `s` outside of strings and brackets; NULL if not found. */
static const char *find(struct span s, char stop)
{
    const char *end = s.at + s.length;
    int depth = 0;
    for (const char *p = s.at; p < end; p++) {
        if (depth == 0 && *p == stop)
            return p;
        if (is_quote(*p)) {
            p = behind_string(p, end);
            if (p == NULL)
                return NULL;
            p--;
        } else if (*p != '\0' && strchr("([{", *p) != NULL) {
            depth++;
        } else if (*p != '\0' && strchr(")]}", *p) != NULL && --depth < 0) {
            return NULL;
        }
    }
    return NULL;
}

/* Takes `s` out of its brackets. Returns false if it is not within these brackets. */
static bool enter(struct span *s, char open, char close)
{
    struct span inner = {s->at + 1, s->length - 1};
    if (s->length < 2 || *s->at != open || find(inner, close) != s->at + s->length - 1)
        return false;
    inner.length--;
    *s = trimmed(inner);
    return true;
}

/* Takes the text before `stop` off the front of `rest`, and the stop, too. */
static struct span take(struct span *rest, char stop)
{
    const char *at = find(*rest, stop);
    size_t length = at != NULL ? (size_t)(at - rest->at) : rest->length;
    size_t gone = at != NULL ? length + 1 : length;
    struct span taken = {rest->at, length};
    *rest = trimmed((struct span){rest->at + gone, rest->length - gone});
    return trimmed(taken);
}

static bool is_word(struct span s, const char *word)
{
    return s.length == strlen(word) && memcmp(s.at, word, s.length) == 0;
}

/* --- the values --- */

/* The value within brackets that only group it, as in ('<i8'). */
static struct span ungrouped(struct span s)
{
    struct span inner = s;
    while (enter(&inner, '(', ')') && inner.length > 0 && find(inner, ',') == NULL)
        s = inner;
    return s;
}

/* Reads one character of a string and moves `*p` past it; -1: an escape that is not supported. */
static int unescaped(const char **p, const char *end, bool raw)
{
    char c = *(*p)++;
    if (c != '\\' || raw)
        return (unsigned char)c;
    if (*p >= end)
        return -1;
    c = *(*p)++;
    if (c == '\\' || is_quote(c))
        return c;
    int base = c == 'x' ? 16 : 8, digits = c == 'x' ? 2 : 3, value = 0, i = 0;
    if (base == 8)
        (*p)--;
    for (; i < digits && *p < end && isxdigit((unsigned char)**p); i++, (*p)++) {
        int digit = isdigit((unsigned char)**p) ? **p - '0' : (**p | 0x20) - 'a' + 10;
        if (digit >= base)
            break;
        value = value * base + digit;
    }
    return i == 0 || (base == 16 && i < 2) || value > CHAR_MAX ? -1 : value;
}

/* Reads the value of a string, or of several in a row, which Python joins. Returns false if it is
 * not a string, or is too long for `text`. */
static bool read_string(struct span s, char *text, size_t size)
{
    const char *end = s.at + s.length;
    size_t used = 0;
    bool any = false;
    for (const char *p = s.at; p < end; p += strspn(p, " "), any = true) {
        bool raw = *p == 'r' || *p == 'R';
        p += *p != '\0' && strchr("rRuU", *p) != NULL;
        const char *behind = p < end && is_quote(*p) ? behind_string(p, end) : NULL;
        if (behind == NULL)
            return false;
        size_t quotes = quotes_at(p, end);
        for (p += quotes; p < behind - quotes;) {
            int c = unescaped(&p, behind - quotes, raw);
            if (c <= 0 || used + 1 >= size)
                return false;
            text[used++] = (char)c;
        }
        p = behind;
    }
    text[used] = '\0';
    return any;
}

/* The base of a whole number from its prefix, which is taken off. */
static int take_base(struct span *s)
{
    static const struct {
        char letter;
        int base;
    } BASES[] = {{'x', 16}, {'o', 8}, {'b', 2}};
    for (size_t i = 0; s->length > 2 && *s->at == '0' && i < 3; i++)
        if ((s->at[1] | 0x20) == BASES[i].letter) {
            s->at += 2;
            s->length -= 2;
            return BASES[i].base;
        }
    return 10;
}

/* Reads a whole number, not negative, as Python writes it; or as Python 2 does, with an L after
 * it. */
static bool read_extent(struct span s, int64_t *extent)
{
    if (s.length > 0 && *s.at == '+')
        s = trimmed((struct span){s.at + 1, s.length - 1});
    if (s.length > 1 && s.at[s.length - 1] == 'L')
        s.length--;
    int base = take_base(&s);
    *extent = 0;
    for (size_t i = 0; i < s.length; i++) {
        int c = (unsigned char)s.at[i];
        bool joint = c == '_' && i > 0 && i + 1 < s.length && s.at[i - 1] != '_';
        if (joint)
            continue;
        int digit = isdigit(c) ? c - '0' : isxdigit(c) ? (c | 0x20) - 'a' + 10 : base;
        if (digit >= base || __builtin_mul_overflow(*extent, base, extent) ||
            __builtin_add_overflow(*extent, digit, extent))
            return false;
    }
    bool octal = base == 10 && s.length > 1 && *s.at == '0' && *extent > 0; /* in Python 2 */
    return s.length > 0 && !octal;
}

static int read_order(struct span value, const char *name, struct err *err)
{
    value = ungrouped(value);
    if (is_word(value, "True") || is_word(value, "False"))
        return 0;
    return npy_damaged(name, "its 'fortran_order' is neither True nor False", err);
}

static int read_descr(struct span value, const char *name, struct npy_header *out, struct err *err)
{
    char dtype[32];
    value = ungrouped(value);
    bool is_string = read_string(value, dtype, sizeof(dtype));
    if (is_string && npy_dtype_read(dtype, &out->kind, &out->swapped))
        return 0;
    if (!is_string && strchr("[(", *value.at) == NULL)
        return npy_damaged(name, "its 'descr' names no type", err);
    err_set(err, ERR_INPUT, "'%s' holds numbers of dtype %.*s%s, not int64 or float64", name,
            value.length > 40 ? 40 : (int)value.length, value.at, value.length > 40 ? "..." : "");
    bool fields = value.length > 0 && *value.at == '[';
    return err_remedy(err, "%s", npy_dtype_remedy(is_string ? dtype : fields ? "[" : ""));
}

static int read_shape(struct span value, const char *name, struct npy_header *out, struct err *err)
{
    struct span inner = value;
    while (enter(&inner, '(', ')') && inner.length > 0 && *inner.at == '(' &&
           find(inner, ',') == NULL)
        value = inner;
    if (!enter(&value, '(', ')'))
        return npy_damaged(name, "its 'shape' is not a tuple", err);
    int dimensions = 0;
    for (; value.length > 0; dimensions++)
        if (!read_extent(take(&value, ','), &out->count))
            return npy_damaged(name, "its shape is not a list of sizes", err);
    if (dimensions == 1)
        return 0;
    err_set(err, ERR_INPUT, "'%s' holds an array of %d dimensions, not of 1", name, dimensions);
    return err_remedy(err, NPY_IN_PYTHON "numpy.save('new.npy', a.ravel())");
}

/* --- the dict --- */

enum { DESCR, ORDER, SHAPE, KEYS };

/* Finds the values of the keys; as in Python, the last value of a key counts. Returns false if the
 * text is not a dict. */
static bool read_dict(struct span text, struct span values[KEYS])
{
    static const char *const NAMES[KEYS] = {"descr", "fortran_order", "shape"};
    struct span rest = ungrouped(trimmed(text));
    if (!enter(&rest, '{', '}'))
        return false;
    while (rest.length > 0) {
        struct span value = take(&rest, ',');
        char key[32];
        if (find(value, ':') == NULL ||
            !read_string(ungrouped(take(&value, ':')), key, sizeof(key)))
            return false;
        for (int i = 0; i < KEYS; i++)
            if (strcmp(key, NAMES[i]) == 0)
                values[i] = value;
    }
    return true;
}

int npy_header_parse(char *dict, size_t length, const char *name, struct npy_header *out,
                     struct err *err)
{
    struct span values[KEYS] = {{NULL, 0}};
    whiten(dict, length);
    if (!read_dict((struct span){dict, length}, values))
        return npy_damaged(name, "its header is not a dict of 'descr', 'fortran_order' and 'shape'",
                           err);
    if (values[DESCR].length == 0)
        return npy_damaged(name, "its header has no 'descr'", err);
    if (values[ORDER].length == 0)
        return npy_damaged(name, "its header has no 'fortran_order'", err);
    if (values[SHAPE].length == 0)
        return npy_damaged(name, "its header has no 'shape'", err);
    if (read_descr(values[DESCR], name, out, err) != 0 || read_order(values[ORDER], name, err) != 0)
        return -1;
    return read_shape(values[SHAPE], name, out, err);
}
