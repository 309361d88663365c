/*
 * doubts - what a text of numbers may mean besides what it is read as.
 *
 * Commas separate numbers. Where people write a decimal comma (0,5) or group digits by it (1,000),
 * that makes two numbers of one, without an error. What looks like this is counted, and the first
 * of it kept, for one warning of each kind. A word group is what commas join without a blank:
 *
 *   decimal    two whole numbers, of which the second has no sign: 0,5 -3,14 1,2 1.234,5
 *   grouping   1 to 3 digits, not from 0 on, then only threes: 1,000 12,345,678 1,234.56
 *   list       all other groups: 1,2,3 1.5,2.5 1,-2 001,002
 *
 * Three digits before two or more threes (100,200,300) tell nothing. A decimal or a grouping with a
 * zero in front of a later part (3,05 1,000) is doubted in any case, the others only if the text
 * has no list. So 1,2,3 and 1, 2 are silent.
 *
 *   gap        lines that begin or end with a comma among lines that do not: 1,2 / 3, / 5,6
 *
 * A list that is wrapped behind its commas, or before them, has them at every line. Two commas with
 * no number between are no doubt, but an error of the reader's.
 *
 * One thread. Zeroed it is empty.
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
    char text[DOUBT_TEXT]; /* the group, cut */
};

/* The parts of a group so far. */
struct doubt_group {
    int parts; /* 2: two or more */
    bool pair, grouping, strong;
    bool three; /* the first part has three digits */
    bool ended; /* the last part is a fraction */
    int64_t line;
    size_t used;
    char text[DOUBT_TEXT];
};

struct doubts {
    struct doubt_group group;
    bool lists; /* there is a list */
    struct doubted weak[DOUBT_GAP], strong[DOUBT_GAP];
    int64_t joined,
        parted;          /* line ends with a comma at them; without, behind lines that have any */
    int64_t joined_line; /* the first of those with one */
};

/* A word between commas: `glued`, to the comma before it. */
void doubts_word(struct doubts *doubts, const char *word, bool glued, int64_t line);

/* A line end between numbers. `comma`: one stands right before or after it, in line `line`; else
 * the line that it ends has commas elsewhere. */
void doubts_line(struct doubts *doubts, bool comma, int64_t line);

/* The group is complete. */
void doubts_close(struct doubts *doubts);

/* What is to be told of a kind: count 0: nothing. */
struct doubted doubts_of(const struct doubts *doubts, enum doubt kind);

#endif
