#include "number/source_notes.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
    const char *code, *what, *remedy;
} NOTES[DOUBTS] = {
    [DOUBT_DECIMAL] = {"input-decimal",
                       "was read as two numbers, but looks like one with a decimal comma",
                       "write 0.5 for 0,5 (tr , . <OLD >NEW), or a blank after commas that "
                       "separate: 0, 5"},
    [DOUBT_GROUPING] = {"input-grouping",
                        "was read as several numbers, but looks like one with grouped digits",
                        "write 1000 for 1,000 (tr -d , <OLD >NEW), or a blank after commas that "
                        "separate: 1, 000"},
    [DOUBT_GAP] = {"input-gap", "", "write the missing number, or remove the comma"},
};

static void tell_doubt(const struct doubted *doubted, enum doubt kind, const char *name,
                       struct source_note *note)
{
    const size_t SIZE = sizeof(note->text);
    (void)snprintf(note->text, SIZE, "'%.120s', line %" PRId64 ": ", name, doubted->line);
    note->code = NOTES[kind].code;
    note->remedy = NOTES[kind].remedy;
    if (kind == DOUBT_GAP) {
        text_add(note->text, SIZE,
                 "a comma begins or ends this line, but not others: an empty field is skipped, so "
                 "later numbers move up");
        return;
    }
    text_add(note->text, SIZE, "'%s' %s", doubted->text, NOTES[kind].what);
    if (doubted->count > 1)
        text_add(note->text, SIZE, "; there are %" PRId64 " like it in all", doubted->count);
}

int source_notes(const struct source *source, const char *name,
                 struct source_note notes[SOURCE_NOTES])
{
    int count = 0;
    for (int kind = 0; source->doubts != NULL && kind < DOUBTS; kind++) {
        struct doubted doubted = doubts_of(source->doubts, (enum doubt)kind);
        if (doubted.count > 0)
            tell_doubt(&doubted, (enum doubt)kind, name, &notes[count++]);
    }
    if (source->rest > 0) {
        struct source_note *note = &notes[count++];
        note->code = "input-rest";
        note->remedy = "numpy.load reads the first array alone, too; save each in its own file";
        (void)snprintf(note->text, sizeof(note->text),
                       "'%.120s' goes on for %" PRId64 " bytes after its array; they were not read",
                       name, source->rest);
    }
    return count;
}
