/*
 * text - adding to a string in an array of a fixed size. What does not fit is cut, and the string
 * always ends. Any thread.
 */
#ifndef SQUARES_BASE_TEXT_H
#define SQUARES_BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Appends to the string in text[size], as snprintf would write it. */
void text_add(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for arguments that another function was given. */
void text_vadd(char *text, size_t size, const char *format, va_list arguments);

/* The same as text_add for an item of a list: after `separator`, unless it is the first. */
void text_item(char *text, size_t size, const char *separator, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Writes a name as it can be shown: control characters become '?', and of one longer than `most`
 * bytes (at least 8, less than `size`) the middle is left out, in whole UTF-8 characters. Returns
 * `text`. */
char *text_shown(const char *name, size_t most, char *text, size_t size);

/* What "%d worker%s" wants second. */
static inline const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

#endif
