/*
 * sysfile - small files of /proc and /sys, or of a saved copy of them below `root` ("": the real
 * ones). A file that is not there, or may not be read, is no error: it says nothing. Any thread.
 */
#ifndef SQUARES_BASE_SYSFILE_H
#define SQUARES_BASE_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { SYSFILE_PATH = 4096 };

/* Opens the file whose path, after `root`, is given by the format. NULL: it cannot be opened, or
 * the path is too long. The caller closes it. */
FILE *sysfile_open(const char *root, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads the file's first line into text[size], without its end; it may be empty, and is cut if it
 * does not fit. False: there is no line. */
bool sysfile_line(char *text, size_t size, const char *root, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reads the value of the first line that begins with `key` and blanks or a colon: "nr_periods 12".
 * False: there is none, or it is not a whole number that fits. */
bool sysfile_value(FILE *file, const char *key, int64_t *value);

/* Reads a whole number, decimal, which must be all of `text` except for blanks around it. */
bool sysfile_number(const char *text, int64_t *value);

#endif
