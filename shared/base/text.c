#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void text_vadd(char *text, size_t size, const char *format, va_list arguments)
{
    size_t used = strlen(text);
    (void)vsnprintf(text + used, size - used, format, arguments);
}

void text_add(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vadd(text, size, format, arguments);
    va_end(arguments);
}

void text_item(char *text, size_t size, const char *separator, const char *format, ...)
{
    if (text[0] != '\0')
        text_add(text, size, "%s", separator);
    va_list arguments;
    va_start(arguments, format);
    text_vadd(text, size, format, arguments);
    va_end(arguments);
}

/* Whether a byte goes on with a UTF-8 character. */
static bool goes_on(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

char *text_shown(const char *name, size_t most, char *text, size_t size)
{
    static const char GAP[] = "...";
    size_t length = strlen(name), head = length, tail = length;
    if (length > most) {
        head = (most - strlen(GAP)) * 2 / 3;
        tail = length - (most - strlen(GAP) - head);
        while (head > 0 && goes_on(name[head]))
            head--;
        while (goes_on(name[tail]))
            tail++;
    }
    (void)snprintf(text, size, "%.*s%s%s", (int)head, name, length > most ? GAP : "", name + tail);
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    return text;
}
