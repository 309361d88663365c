#include "base/sysfile.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static FILE *open_path(const char *root, const char *format, va_list arguments)
{
    char path[SYSFILE_PATH];
    int begin = snprintf(path, sizeof(path), "%s", root);
    if (begin < 0 || begin >= (int)sizeof(path))
        return NULL;
    int rest = vsnprintf(path + begin, sizeof(path) - (size_t)begin, format, arguments);
    return rest >= 0 && rest < (int)sizeof(path) - begin ? fopen(path, "re") : NULL;
}

FILE *sysfile_open(const char *root, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    FILE *file = open_path(root, format, arguments);
    va_end(arguments);
    return file;
}

bool sysfile_line(char *text, size_t size, const char *root, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    FILE *file = open_path(root, format, arguments);
    va_end(arguments);
    text[0] = '\0';
    if (file == NULL)
        return false;
    bool read = fgets(text, (int)size, file) != NULL;
    text[strcspn(text, "\n")] = '\0';
    (void)fclose(file);
    return read;
}

bool sysfile_number(const char *text, int64_t *value)
{
    char *end;
    text += strspn(text, " \t");
    if (!isdigit((unsigned char)text[*text == '-']))
        return false;
    errno = 0;
    intmax_t number = strtoimax(text, &end, 10);
    if (errno != 0 || end[strspn(end, " \t\n")] != '\0')
        return false;
    *value = (int64_t)number;
    return true;
}

bool sysfile_value(FILE *file, const char *key, int64_t *value)
{
    char line[256];
    size_t length = strlen(key);
    while (fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, key, length) == 0 && strchr(" \t:", line[length]) != NULL &&
            line[length] != '\0')
            return sysfile_number(line + length + (line[length] == ':'), value);
    return false;
}
