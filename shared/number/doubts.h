/*
 * doubts - what a text of numbers may mean other than how it is read.
 *
 * Commas separate numbers. Where people write a decimal comma (0,5) or group digits by commas
 * (1,000), one number would be read as two, without an error. What looks like this is counted, and
 * the first of each kind is kept, for one warning per kind. A word group is what commas join
 * without a blank:
 *
 *   decimal    two whole numbers, the second without a sign: 0,5 -3,14 1,2 1.234,5
 *   grouping   1 to 3 digits, the first not 0, then only threes: 1,000 12,345,678 1,234.56
 *   list       all other groups: 1,2,3 1.5,2.5 1,-2 001,002
 *
 * Three digits before two or more threes (100,200,300) show nothing. A decimal or a grouping with a
 * leading zero in a later part (3,05 1,000) is reported in any case, the others only if the text
 * has no list. So 1,2,3 and 1, 2 cause no warning.
 *
 *   gap        lines that begin or end with a comma among lines that do not: 1,2 / 3, / 5,6
 *
 * A list that is wrapped after its commas, or before them, has them at every line. Two commas with
 * no number between them are not a doubt, but an error that the reader reports.
 *
 * Use it from one thread. A zeroed one is empty.
 */
#ifndef SQUARES_NUMBER_DOUBTS_H
#define SQUARES_NUMBER_DOUBTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum doubt { DOUBT_DECIMAL, DOUBT_GROUPING, DOUBT_GAP, DOUBTS };

enum { DOUBT_TEXT = 32 };

/* The first of a kind, and how many there are. */
struct doubted {
    int64_t count, line;
    char text[DOUBT_TEXT]; /* the group, truncated */
};

/* What is known of a group so far. */
struct doubt_group {
    int parts; /* how many; no longer counted once the group is a list */
    bool pair, grouping, strong;
    bool three; /* the first part has three digits */
    bool ended; /* the last part is a fraction */
    int64_t line;
    size_t used;
    char text[DOUBT_TEXT];
};

struct doubts {
    struct doubt_group group;
    bool lists; /* there has been a list */
    struct doubted weak[DOUBT_GAP], strong[DOUBT_GAP];
    int64_t joined, parted; /* line ends with a comma next to them; line ends without, after lines
                               with commas */
    int64_t joined_line;    /* the line of the first with one */
};

/* A word between commas. `glued`: to the comma before it. */
void doubts_word(struct doubts *doubts, const char *word, bool glued, int64_t line);

/* A line end between numbers. `comma`: there is one right before or after it, in line `line`;
 * otherwise the line that ends has commas elsewhere. */
void doubts_line(struct doubts *doubts, bool comma, int64_t line);

/* Call this when a group is complete. */
void doubts_close(struct doubts *doubts);

/* What to report of a kind; count 0: nothing. */
struct doubted doubts_of(const struct doubts *doubts, enum doubt kind);

#endif
