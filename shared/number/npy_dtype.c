#include "number/npy_dtype.h"

#include <stddef.h>
#include <string.h>

/* As numpy.dtype() knows them on 64-bit Linux. */
static const struct {
    const char *name;
    enum number_kind kind;
    bool bare; /* takes no byte order before it */
} NAMES[] = {
    {"i8", NUMBER_INT64, false},      {"f8", NUMBER_FLOAT64, false},
    {"q", NUMBER_INT64, false},       {"l", NUMBER_INT64, false},
    {"p", NUMBER_INT64, false},       {"d", NUMBER_FLOAT64, false},
    {"int64", NUMBER_INT64, true},    {"float64", NUMBER_FLOAT64, true},
    {"int", NUMBER_INT64, true},      {"float", NUMBER_FLOAT64, true},
    {"int_", NUMBER_INT64, true},     {"float_", NUMBER_FLOAT64, true},
    {"long", NUMBER_INT64, true},     {"double", NUMBER_FLOAT64, true},
    {"longlong", NUMBER_INT64, true}, {"intp", NUMBER_INT64, true},
    {"int0", NUMBER_INT64, true},
};

/* The name after the byte order, if there is one. */
static const char *without_order(const char *dtype)
{
    return dtype + (*dtype != '\0' && strchr("<>=|", *dtype) != NULL);
}

bool npy_dtype_read(const char *dtype, enum number_kind *kind, bool *swapped)
{
    const char *name = without_order(dtype);
    char short_name[8] = "";
    if ((*name == 'i' || *name == 'f') && strspn(name + 1, "0") > 0 &&
        strcmp(name + 1 + strspn(name + 1, "0"), "8") == 0) { /* i08 is i8 */
        short_name[0] = *name;
        short_name[1] = '8';
        name = short_name;
    }
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
        if (strcmp(name, NAMES[i].name) == 0 && (name == dtype || !NAMES[i].bare)) {
            *kind = NAMES[i].kind;
            *swapped = *dtype == '>';
            return true;
        }
    return false;
}

#define SAVE_B   "numpy.save('new.npy', b)"
#define AS_INT   NPY_IN_PYTHON "numpy.save('new.npy', a.astype('int64'))"
#define AS_FLOAT NPY_IN_PYTHON "numpy.save('new.npy', a.astype('float64'))"

/* Comparing uint64 with int64 would check nothing: NumPy converts both to float64 first. */
#define CHECKED_SIGN                                                                               \
    NPY_IN_PYTHON "b = a.astype('int64'); assert (b >= 0).all(), 'too large'; " SAVE_B
#define CHECKED_SAME                                                                               \
    NPY_IN_PYTHON "b = a.astype('int64'); assert (b == a).all(), 'not whole'; " SAVE_B

/* Searched in this order; a name that ends in * stands for all names that begin like it. */
static const struct {
    const char *names;
    const char *remedy;
} REMEDIES[] = {
    {" u8 Q L P uint64 uint uintp ulong ulonglong ", CHECKED_SIGN},
    {" i* h b b1 bool* ? byte short u* B H I ", AS_INT},
    {" f2 f4 e f float16 float32 half single ", AS_FLOAT},
    {" f* g longdouble ",
     NPY_IN_PYTHON "numpy.save('new.npy', a.astype('float64')) # which rounds"},
    {" c* F D G ", NPY_IN_PYTHON "assert not a.imag.any(), 'not real'; "
                                 "numpy.save('new.npy', a.real.astype('float64'))"},
    {" M* m* ", NPY_IN_PYTHON "assert not numpy.isnat(a).any(), 'no time'; "
                              "numpy.save('new.npy', a.astype('int64'))"},
    {" S* U* a* ", NPY_IN_PYTHON "numpy.save('new.npy', a.astype('int64')) # or 'float64'"},
    {" [ ", NPY_IN_PYTHON "numpy.save('new.npy', a[a.dtype.names[0]]) # or another field"},
    {" V* ", "nothing says what its bytes mean: have its writer save int64 or float64"},
};

/* Whether `name` is among `names`, which are written as in REMEDIES. */
static bool is_among(const char *name, const char *names)
{
    for (const char *p = names + 1; *p != '\0'; p += strcspn(p, " ") + 1) {
        size_t length = strcspn(p, " ");
        if (p[length - 1] == '*' ? strncmp(name, p, length - 1) == 0
                                 : strlen(name) == length && strncmp(name, p, length) == 0)
            return true;
    }
    return false;
}

const char *npy_dtype_remedy(const char *dtype)
{
    const char *name = without_order(dtype);
    for (size_t i = 0; i < sizeof(REMEDIES) / sizeof(REMEDIES[0]); i++)
        if (is_among(name, REMEDIES[i].names))
            return REMEDIES[i].remedy;
    return CHECKED_SAME; /* for objects, too: numpy.load itself asks for allow_pickle */
}
