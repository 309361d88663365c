/*
 * manual - texts made from the tables of all commands: the list of them, the manual page, and the
 * words that a shell completes.
 */
#ifndef SQUARES_CLI_MANUAL_H
#define SQUARES_CLI_MANUAL_H

#include "cli/command_line.h"

/* In all of these `lines` ends with NULL; after a failed write, `out` has its error flag set. */

/* What `squares --help` prints. */
void manual_overview(const struct command_line *const *lines, FILE *out);

/* The manual page, in man(7)'s macros: each command with all its options. */
void manual_page(const struct command_line *const *lines, FILE *out);

/* Words for bash's completion: commands, and after each its options. */
void manual_completion(const struct command_line *const *lines, FILE *out);

#endif
