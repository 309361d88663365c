/*
 * paragraph - prints words in lines that fit a terminal.
 */
#ifndef SQUARES_BASE_PARAGRAPH_H
#define SQUARES_BASE_PARAGRAPH_H

#include <stdio.h>

enum { PARAGRAPH_WIDTH = 80 };

/* Prints words and ends the line. The line already stands at `column`; further lines begin at
 * column `indent`. A word longer than a line is broken. */
void paragraph_print(const char *words, int column, int indent, FILE *out);

#endif
