/*
 * npy_dtype - NumPy's names for int64 and float64, and what to do about other types. Private to
 * number/.
 */
#ifndef SQUARES_NUMBER_NPY_DTYPE_H
#define SQUARES_NUMBER_NPY_DTYPE_H

#include "number/numbers.h"

#include <stdbool.h>

/* How a remedy begins; the rest is Python that can be run as it is. */
#define NPY_IN_PYTHON "in Python, with the array in a: "

/* Whether `dtype` is one of the names of int64 or float64, such as '<i8', '=f8', '>q', 'double'.
 * `swapped`: big-endian. */
bool npy_dtype_read(const char *dtype, enum number_kind *kind, bool *swapped);

/* How to save an array of another type ("[": one with fields) as one that can be read: Python code
 * that fails rather than change a number. */
const char *npy_dtype_remedy(const char *dtype);

#endif
