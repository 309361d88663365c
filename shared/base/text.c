#include "base/text.h"

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
