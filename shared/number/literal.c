#include "number/literal.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* With an exponent beyond this every value is infinite or 0; no word is long enough to balance
 * it. */
#define POWER_MOST INT64_C(100000000000000000)
enum { POWER_TOLD = 100000 };

static void add_digit(struct literal *l, char c)
{
    bool behind_point = l->part == LITERAL_FRACTION;
    l->any = true;
    if (l->count == 0 && c == '0') { /* a leading zero matters only for the position of the point */
        l->shift -= behind_point;
        return;
    }
    if (l->count < LITERAL_DIGITS) {
        l->digits[l->count++] = c;
        l->shift -= behind_point;
        return;
    }
    l->rest |= c != '0';
    l->shift += !behind_point;
}

static void add_power(struct literal *l, char c)
{
    l->power_any = true;
    l->part = LITERAL_POWER;
    if (l->power < POWER_MOST)
        l->power = l->power * 10 + (c - '0');
}

static void add(struct literal *l, char c)
{
    if (isdigit((unsigned char)c)) {
        if (l->part >= LITERAL_POWER_SIGN) {
            add_power(l, c);
            return;
        }
        if (l->part == LITERAL_SIGN)
            l->part = LITERAL_WHOLE;
        add_digit(l, c);
    } else if ((c == '-' || c == '+') && l->part == LITERAL_SIGN && !l->any) {
        l->negative = c == '-';
        l->part = LITERAL_WHOLE;
    } else if ((c == '-' || c == '+') && l->part == LITERAL_POWER_SIGN) {
        l->power_negative = c == '-';
        l->part = LITERAL_POWER;
    } else if (c == '.' && l->part <= LITERAL_WHOLE) {
        l->pointed = true;
        l->part = LITERAL_FRACTION;
    } else if ((c == 'e' || c == 'E') && l->any && l->part <= LITERAL_FRACTION) {
        l->pointed = true;
        l->part = LITERAL_POWER_SIGN;
    } else {
        l->bad = true;
    }
}

void literal_add(struct literal *literal, const char *characters, size_t count)
{
    for (size_t i = 0; i < count && !literal->bad; i++)
        add(literal, characters[i]);
}

bool literal_text(const struct literal *literal, enum number_kind kind, char text[LITERAL_TEXT])
{
    const struct literal *l = literal;
    if (l->bad || !l->any || (l->part >= LITERAL_POWER_SIGN && !l->power_any))
        return false;
    size_t used = 0;
    if (l->negative)
        text[used++] = '-';
    memcpy(text + used, l->count > 0 ? l->digits : "0", l->count > 0 ? l->count : 1);
    used += l->count > 0 ? l->count : 1;
    text[used] = '\0';
    if (kind == NUMBER_INT64 && !l->pointed)
        return true;
    int64_t power = (l->power_negative ? -l->power : l->power) + l->shift;
    if (l->count == 0)
        power = 0;
    if (l->rest) { /* one more digit stands for the rest */
        text[used++] = '1';
        power--;
    }
    power = power > POWER_TOLD ? POWER_TOLD : power < -POWER_TOLD ? -POWER_TOLD : power;
    (void)snprintf(text + used, LITERAL_TEXT - used, "e%" PRId64, power);
    return true;
}
