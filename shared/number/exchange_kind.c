#include "number/exchange_kind.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

const struct exchange_kind EXCHANGE_KINDS[EXCHANGE_KINDS_COUNT] = {
    [EXCHANGE_KIND_AUTO] =
        {.name = "auto",
         .help = "window if a host has several ranks and can have one, else message"},
    [EXCHANGE_KIND_MESSAGE] = {.name = "message",
                               .help =
                                   "rank 0 scatters blocks by messages and gathers the results"},
    [EXCHANGE_KIND_WINDOW] = {.name = "window",
                              .help =
                                  "the ranks of a host work on blocks in memory that they share"},
    [EXCHANGE_KIND_LOCAL] = {.name = "local",
                             .help = "each rank makes its own numbers; only sums travel",
                             .makes_numbers = true},
    [EXCHANGE_KIND_FILE] = {.name = "file",
                            .help = "every rank reads and writes its own part of the files",
                            .own_files = true},
};

const struct exchange_kind *exchange_kind_find(const char *name, struct err *err)
{
    char known[80] = "";
    for (int kind = 0; kind < EXCHANGE_KINDS_COUNT; kind++) {
        if (strcmp(EXCHANGE_KINDS[kind].name, name) == 0)
            return &EXCHANGE_KINDS[kind];
        text_item(known, sizeof(known), ", ", "%s", EXCHANGE_KINDS[kind].name);
    }
    err_set(err, ERR_INPUT, "there is no exchange '%s'", name);
    err_remedy(err, "the exchanges are: %s", known);
    return NULL;
}
