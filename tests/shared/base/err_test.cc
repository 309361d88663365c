#include "support/err.h"

#include <cerrno>
#include <cstring>

extern "C" {
#include "base/err.h"
}

TEST(Err, StartsEmpty)
{
    Err err;
    EXPECT_FALSE(err_is(&err));
    EXPECT_EQ(err.at, ERR_NOWHERE);
    EXPECT_STREQ(err.text, "");
    EXPECT_STREQ(err.remedy, "");
}

TEST(Err, SetFillsAndReturnsMinusOne)
{
    Err err;
    EXPECT_EQ(err_set(&err, ERR_INPUT, "'%s' is %d", "x", 7), -1);
    EXPECT_TRUE(err_is(&err));
    EXPECT_EQ(err.code, ERR_INPUT);
    EXPECT_EQ(err.at, ERR_NOWHERE);
    EXPECT_STREQ(err.text, "'x' is 7");
    EXPECT_STREQ(err.remedy, "");
}

TEST(Err, FirstCauseWins)
{
    Err err;
    err_set(&err, ERR_INPUT, "first");
    EXPECT_EQ(err_set(&err, ERR_FAILED, "second"), -1);
    errno = ENOENT;
    EXPECT_EQ(err_sys(&err, ERR_FAILED, "third"), -1);
    EXPECT_EQ(err_memory(&err, "a fourth"), -1);
    EXPECT_EQ(err.code, ERR_INPUT);
    EXPECT_STREQ(err.text, "first");
}

TEST(Err, SysAddsTheTextOfErrno)
{
    Err err;
    errno = ENOSPC;
    EXPECT_EQ(err_sys(&err, ERR_FAILED, "cannot write '%s'", "a.txt"), -1);
    EXPECT_EQ(err.code, ERR_FAILED);
    EXPECT_EQ(std::string(err.text), std::string("cannot write 'a.txt': ") + strerror(ENOSPC));
}

TEST(Err, MemoryNamesWhatWasMade)
{
    Err err;
    EXPECT_TRUE(fails(err_memory(&err, "the plan"), err, ERR_FAILED, {"memory", "the plan"}));
}

TEST(Err, RemedyIsKeptOnce)
{
    Err err;
    err_set(&err, ERR_INPUT, "cause");
    EXPECT_EQ(err_remedy(&err, "try %d", 1), -1);
    EXPECT_EQ(err_remedy(&err, "try %d", 2), -1);
    EXPECT_STREQ(err.remedy, "try 1");
}

TEST(Err, PositionIsKeptOnce)
{
    Err err;
    err_set(&err, ERR_INPUT, "cause");
    EXPECT_EQ(err_at(&err, 5), -1);
    EXPECT_EQ(err_at(&err, 3), -1);
    EXPECT_EQ(err.at, 5);
}

TEST(Err, LongTextsAreCut)
{
    const std::string lengthy(2000, 'x');
    Err err;
    errno = ENOENT;
    err_sys(&err, ERR_FAILED, "%s", lengthy.c_str());
    err_remedy(&err, "%s", lengthy.c_str());
    EXPECT_EQ(strnlen(err.text, sizeof(err.text)), sizeof(err.text) - 1);
    EXPECT_EQ(strnlen(err.remedy, sizeof(err.remedy)), sizeof(err.remedy) - 1);
}

/* An echo gives way wherever the cause lies, whichever comes first. */
TEST(Err, EchoGivesWay)
{
    const int64_t positions[] = {0, 7, INT64_C(1000000000000000000), ERR_NOWHERE};
    for (int64_t at : positions)
        for (int64_t behind : positions) {
            SCOPED_TRACE(testing::Message() << at << ", an echo at " << behind);
            Err cause, echo;
            err_set(&cause, ERR_FAILED, "no descriptors");
            err_at(&cause, at);
            err_set(&echo, ERR_FAILED, "reset");
            err_at(&echo, behind);
            err_echo(&echo);
            EXPECT_LT(err_order(&cause), err_order(&echo));
            Err none, first = cause, second = echo;
            EXPECT_LT(err_order(&echo), err_order(&none));
            err_keep_lowest(&first, &echo);
            EXPECT_STREQ(first.text, "no descriptors");
            err_keep_lowest(&second, &cause);
            EXPECT_STREQ(second.text, "no descriptors");
            EXPECT_FALSE(second.echo);
            err_keep_lowest(&none, &echo);
            EXPECT_STREQ(none.text, "reset");
        }
}

/* Of echoes the earlier is kept. */
TEST(Err, EarlierEcho)
{
    Err early, late;
    err_set(&early, ERR_FAILED, "early");
    err_at(&early, 3);
    err_echo(&early);
    err_set(&late, ERR_FAILED, "late");
    err_at(&late, 4);
    err_echo(&late);
    err_keep_lowest(&late, &early);
    EXPECT_STREQ(late.text, "early");
}

TEST(Err, KeepLowest)
{
    struct {
        int64_t kept, other; /* positions; -1: empty */
        const char *left;
    } const rows[] = {
        {-1, -1, ""},
        {-1, 4, "other"},
        {4, -1, "kept"},
        {4, 3, "other"},
        {3, 4, "kept"},
        {3, 3, "kept"},
        {ERR_NOWHERE, 9, "other"},
        {9, ERR_NOWHERE, "kept"},
        {ERR_NOWHERE, ERR_NOWHERE, "kept"},
        {-1, ERR_NOWHERE, "other"},
        {1, 0, "other"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << row.kept << " and " << row.other);
        Err kept, other;
        if (row.kept >= 0) {
            err_set(&kept, ERR_INPUT, "kept");
            err_at(&kept, row.kept);
        }
        if (row.other >= 0) {
            err_set(&other, ERR_FAILED, "other");
            err_at(&other, row.other);
            err_remedy(&other, "remedy");
        }
        err_keep_lowest(&kept, &other);
        EXPECT_STREQ(kept.text, row.left);
        if (strcmp(row.left, "other") == 0) {
            EXPECT_EQ(kept.code, ERR_FAILED);
            EXPECT_EQ(kept.at, row.other);
            EXPECT_STREQ(kept.remedy, "remedy");
        }
    }
}
