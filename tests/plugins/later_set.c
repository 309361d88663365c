#define LATER_SET 1
#include "later.c"
