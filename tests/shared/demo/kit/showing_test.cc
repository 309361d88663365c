#include "support/golden.h"
#include "support/scenes.h"

#include <cmath>

namespace
{

const struct showing_column COLUMNS[] = {
    {"count", "counted", SHOWN_COUNT}, {"time_s", "time", SHOWN_SECONDS},
    {"size", "memory", SHOWN_BYTES},   {"rate", "speed", SHOWN_RATE},
    {"ratio", "faster", SHOWN_TIMES},  {"share", "of all", SHOWN_SHARE},
    {"other", "other", SHOWN_NUMBER},  {nullptr, nullptr, SHOWN_COUNT}};

class Showing : public testing::Test
{
  protected:
    Showing()
    {
        showing_open(&showing);
    }
    ~Showing() override
    {
        showing_release(&showing);
    }
    std::string text() const
    {
        char *text = nullptr;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        showing_print(&showing, out);
        (void)fclose(out);
        std::string all = text;
        free(text);
        return all;
    }
    void row(const char *label, const std::vector<double> &values)
    {
        showing_row(&showing, label, values.data());
    }
    struct showing showing;
};

} // namespace

TEST_F(Showing, EmptyPrintsNothing)
{
    Err err;
    EXPECT_EQ(text(), "");
    EXPECT_TRUE(works(showing_complete(&showing, &err), err));
}

TEST_F(Showing, TablesAreAligned)
{
    showing_table(&showing, "things", "thing", COLUMNS);
    row("some", {-1234567, 0.00123, 1536, 1.5e6, 1.974, 0.367, 0.001});
    row("a longer one", {12, NAN, 0, 7, 123.4, 1, 0});
    EXPECT_TRUE(golden(text()));
}

TEST_F(Showing, JsonHasTheValuesThemselves)
{
    showing_table(&showing, "things", "thing", COLUMNS);
    row("some", {3, NAN, 1536, INFINITY, 2, 0.5, 1});
    const json_t *table = json_array_get(showing.items, 0);
    EXPECT_STREQ(json_string_value(json_object_get(table, "table")), "things");
    const json_t *row = json_array_get(json_object_get(table, "rows"), 0);
    EXPECT_STREQ(json_string_value(json_object_get(row, "label")), "some");
    EXPECT_TRUE(json_is_integer(json_object_get(row, "count")));
    EXPECT_TRUE(json_is_null(json_object_get(row, "time_s")));
    EXPECT_TRUE(json_is_null(json_object_get(row, "rate")));
    EXPECT_EQ(json_real_value(json_object_get(row, "share")), 0.5);
}

TEST_F(Showing, SentencesAndPicturesInTheirOrder)
{
    showing_say(&showing,
                "First, %d words that are too many, as they do not fit into the eighty "
                "columns of a line.",
                21);
    showing_say(&showing, "Second.");
    showing_draw(&showing, "%s", "| ##  |");
    showing_draw(&showing, "|  ## |");
    showing_say(&showing, "Third.");
    showing_draw(&showing, "another");
    EXPECT_EQ(json_array_size(showing.items), 5U);
    EXPECT_TRUE(golden(text()));
}

/* What is no UTF-8 is kept in escaped form. */
TEST_F(Showing, KeepsWhatIsNoUtf8)
{
    Err err;
    showing_say(&showing, "a %s b", "\xff");
    EXPECT_TRUE(works(showing_complete(&showing, &err), err));
    char *kept = json_dumps(showing.items, 0);
    EXPECT_NE(std::string(kept).find("a \\\\xFF b"), std::string::npos) << kept;
    free(kept);
}
