#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(char *text, size_t size, const char *format, va_list arguments)
{
    size_t used = strlen(text);
    (void)vsnprintf(text + used, size - used, format, arguments);
}

void text_add(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(text, size, format, arguments);
    va_end(arguments);
}

void text_item(char *text, size_t size, const char *separator, const char *format, ...)
{
    if (text[0] != '\0')
        text_add(text, size, "%s", separator);
    va_list arguments;
    va_start(arguments, format);
    add(text, size, format, arguments);
    va_end(arguments);
}
