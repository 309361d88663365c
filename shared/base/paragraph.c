#include "base/paragraph.h"

#include <string.h>

void paragraph_print(const char *words, int column, int indent, FILE *out)
{
    const char *between = "";
    while (*words != '\0') {
        int length = (int)strcspn(words, " ");
        int needed = (int)strlen(between) + length;
        if ((column > indent || *between != '\0') && column + needed > PARAGRAPH_WIDTH) {
            (void)fprintf(out, "\n%*s", indent, "");
            column = indent;
            between = "";
        }
        int room = PARAGRAPH_WIDTH - column - (int)strlen(between);
        int now = length < room ? length : room;
        (void)fprintf(out, "%s%.*s", between, now, words);
        column += (int)strlen(between) + now;
        words += now + (now == length && words[now] == ' ');
        between = now == length ? " " : "";
    }
    (void)fputc('\n', out);
}
