/* Adding to strings of a fixed size: what does not fit is cut, and nothing is written past it. */
#include "support/err.h"

extern "C" {
#include "base/text.h"
}

TEST(AddedText, WhatDoesNotFitIsCut)
{
    char text[9] = "12345";
    text[8] = '!';
    text_add(text, 8, "%s", "6789");
    EXPECT_STREQ(text, "1234567");
    text_add(text, 8, "more");
    EXPECT_STREQ(text, "1234567");
    text_item(text, 8, ", ", "more");
    EXPECT_STREQ(text, "1234567");
    EXPECT_EQ(text[8], '!');
    char none[1] = "";
    text_item(none, sizeof(none), ", ", "more");
    EXPECT_STREQ(none, "");
}

TEST(AddedText, ItemsAreSeparated)
{
    char text[40] = "";
    for (int i = 1; i <= 3; i++)
        text_item(text, sizeof(text), i < 3 ? ", " : " and ", "%d", i);
    text_add(text, sizeof(text), " thing%s, %d thing%s", plural(3), 1, plural(1));
    EXPECT_STREQ(text, "1, 2 and 3 things, 1 thing");
}

TEST(AddedText, NamesAsTheyAreShown)
{
    char text[64];
    EXPECT_STREQ(text_shown("/docker/ab", 20, text, sizeof(text)), "/docker/ab");
    EXPECT_STREQ(text_shown("/docker/0123456789abcdef", 20, text, sizeof(text)),
                 "/docker/012...abcdef");
    EXPECT_STREQ(text_shown("a\x1b[31mb\nc\x7f", 20, text, sizeof(text)), "a?[31mb?c?");
    EXPECT_STREQ(text_shown("", 20, text, sizeof(text)), "");
    std::string many; /* characters of two bytes: none is cut */
    for (int i = 0; i < 20; i++)
        many += "\xc3\xa9";
    EXPECT_EQ(std::string(text_shown(many.c_str(), 20, text, sizeof(text))),
              many.substr(0, 10) + "..." + many.substr(0, 6));
}
