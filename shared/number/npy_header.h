/*
 * npy_header - what the header of a .npy file says: a Python dict with three keys, in any form that
 * Python itself would accept.
 *
 *     {'descr': '<i8', 'fortran_order': False, 'shape': (3,), }
 *
 * NumPy always writes it the same way; other writers (Julia, R, Fortran, C++) use other quotes,
 * orders of keys, blanks and names of the same type. The rule: what numpy.load reads as
 * one-dimensional int64 or float64, in either byte order, is also read here. In one dimension C's
 * and Fortran's order are the same.
 *
 * Format: NumPy Enhancement Proposal 1 and the documentation of numpy.lib.format. Private to
 * number/.
 */
#ifndef SQUARES_NUMBER_NPY_HEADER_H
#define SQUARES_NUMBER_NPY_HEADER_H

#include "base/err.h"
#include "number/numbers.h"

#include <stdbool.h>
#include <stddef.h>

struct npy_header {
    enum number_kind kind;
    bool swapped; /* the cells are big-endian */
    int64_t count;
    int64_t size; /* bytes before the first cell; npy_header_parse does not set it */
};

/* Reads the dict of `length` bytes, and changes it (comments and line ends become blanks). `name`
 * is the file's, for messages. Returns 0, or -1 and sets err if it is not such a dict, or if the
 * array has another type or number of dimensions; then the remedy is Python code that saves it so
 * that it can be read, and that fails rather than change a number. */
int npy_header_parse(char *dict, size_t length, const char *name, struct npy_header *out,
                     struct err *err);

/* Sets err to say that the file is damaged. Returns -1. */
int npy_damaged(const char *name, const char *what, struct err *err);

#endif
