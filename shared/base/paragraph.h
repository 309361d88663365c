/*
 * paragraph - words in lines of a terminal.
 */
#ifndef SQUARES_BASE_PARAGRAPH_H
#define SQUARES_BASE_PARAGRAPH_H

#include <stdio.h>

enum { PARAGRAPH_WIDTH = 80 };

/* Prints words from `column` on, which is where the line stands already, and ends the line. Further
 * lines begin at column `indent`. A word that is longer than a line is broken. */
void paragraph_print(const char *words, int column, int indent, FILE *out);

#endif
