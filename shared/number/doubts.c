#include "number/doubts.h"

#include <stdio.h>
#include <string.h>

/* How one part of a group is written. */
struct part {
    size_t digits; /* before a point, or all digits */
    bool sign, whole;
    bool zero_led; /* 05, 000 */
    bool three;    /* exactly three digits, possibly before a point */
    bool points;   /* 1.234 or 1.234.567: groups of three after points */
    bool fraction; /* digits, a point, perhaps digits */
};

static size_t digits_at(const char *p)
{
    return strspn(p, "0123456789");
}

static bool are_threes(const char *p)
{
    while (*p == '.' && digits_at(p + 1) == 3)
        p += 4;
    return *p == '\0';
}

/* Returns where an exponent that starts at `p` ends; `p` itself without an exponent. */
static const char *behind_power(const char *p)
{
    if (*p != 'e' && *p != 'E')
        return p;
    p++;
    p += *p == '-' || *p == '+';
    return p + digits_at(p);
}

static struct part part_of(const char *word)
{
    struct part part = {.sign = *word == '-' || *word == '+'};
    word += part.sign;
    part.digits = digits_at(word);
    const char *rest = word + part.digits;
    part.whole = part.digits > 0 && *behind_power(rest) == '\0';
    part.zero_led = part.digits > 1 && *word == '0';
    part.points =
        part.digits > 0 && part.digits <= 3 && *word != '0' && *rest == '.' && are_threes(rest);
    part.fraction = *rest == '.' && rest[1 + digits_at(rest + 1)] == '\0';
    part.three = part.digits == 3 && (*rest == '\0' || part.fraction);
    return part;
}

/* Adds the word to the start of the group that the message quotes. */
static void keep(struct doubt_group *group, const char *word)
{
    size_t room = sizeof(group->text) - group->used;
    int length =
        snprintf(group->text + group->used, room, "%s%s", group->parts > 1 ? "," : "", word);
    group->used += length < (int)room ? (size_t)length : room - 1;
}

static void begin(struct doubt_group *group, const char *word, int64_t line)
{
    struct part part = part_of(word);
    *group = (struct doubt_group){.parts = 1, .line = line};
    group->pair = (part.whole && !part.zero_led) || part.points;
    group->grouping = part.whole && part.digits <= 3 && word[part.sign] != '0';
    group->three = part.digits == 3;
    keep(group, word);
}

/* Adds a part after a comma. In a grouping only the last part can be a fraction. */
static void go_on(struct doubt_group *group, const char *word)
{
    if (group->parts > 1 && !group->pair && !group->grouping)
        return; /* a list, whatever comes next */
    struct part part = part_of(word);
    group->pair = group->pair && group->parts == 1 && !part.sign && part.whole;
    group->grouping = group->grouping && !part.sign && part.three && !group->ended;
    group->ended = part.fraction;
    group->strong |= part.zero_led;
    group->parts++;
    keep(group, word);
}

static void count(struct doubted *doubted, const struct doubt_group *group)
{
    if (doubted->count++ > 0)
        return;
    doubted->line = group->line;
    memcpy(doubted->text, group->text, sizeof(doubted->text));
}

void doubts_close(struct doubts *doubts)
{
    struct doubt_group *group = &doubts->group;
    enum doubt kind = group->grouping ? DOUBT_GROUPING : DOUBT_DECIMAL;
    if (group->parts > 1 && !group->pair && !group->grouping)
        doubts->lists = true;
    else if (group->parts > 1 && group->strong)
        count(&doubts->strong[kind], group);
    else if (group->parts == 2 || (group->parts > 2 && !group->three))
        count(&doubts->weak[kind], group);
    group->parts = 0;
}

void doubts_word(struct doubts *doubts, const char *word, bool glued, int64_t line)
{
    if (glued && doubts->group.parts > 0) {
        go_on(&doubts->group, word);
        return;
    }
    doubts_close(doubts);
    begin(&doubts->group, word, line);
}

void doubts_line(struct doubts *doubts, bool comma, int64_t line)
{
    doubts->parted += !comma;
    if (comma && doubts->joined++ == 0)
        doubts->joined_line = line;
}

struct doubted doubts_of(const struct doubts *doubts, enum doubt kind)
{
    if (kind == DOUBT_GAP)
        return (struct doubted){.count = doubts->parted > 0 ? doubts->joined : 0,
                                .line = doubts->joined_line};
    const struct doubted *strong = &doubts->strong[kind], *weak = &doubts->weak[kind];
    if (doubts->lists || weak->count == 0)
        return *strong;
    struct doubted told = strong->count == 0 || weak->line < strong->line ? *weak : *strong;
    told.count = strong->count + weak->count;
    return told;
}
