/*
 * npy_header - what the header of a .npy file says: a Python dict with three keys, in whatever form
 * Python itself would take it.
 *
 *     {'descr': '<i8', 'fortran_order': False, 'shape': (3,), }
 *
 * NumPy writes it always alike; other writers (Julia, R, Fortran, C++) write other quotes, orders
 * of keys, blanks and names of the same type. The rule: what numpy.load reads as one-dimensional
 * int64 or float64, in either byte order, is read here, too. In one dimension C's and Fortran's
 * order are the same.
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
    int64_t size; /* bytes before the first cell; not filled in here */
};

/* Reads the dict of `length` bytes, which are changed on the way (comments and line ends become
 * blanks). `name` is the file's, for messages. -1: no such dict, or an array of another type or
 * number of dimensions, with the Python that saves it as what can be read. That Python fails rather
 * than change a number. */
int npy_header_parse(char *dict, size_t length, const char *name, struct npy_header *out,
                     struct err *err);

/* That the file is damaged; always -1. */
int npy_damaged(const char *name, const char *what, struct err *err);

#endif
