/*
 * showings - what a demo has shown: its tables, by key, label and column, and its words.
 */
#ifndef SQUARES_TESTS_SUPPORT_SHOWINGS_H
#define SQUARES_TESTS_SUPPORT_SHOWINGS_H

#include "support/err.h"
#include <jansson.h>

#include <string>
#include <vector>

extern "C" {
#include "demo/kit/showing.h"
}

/* Of a showing that lives as long. */
class Shown
{
  public:
    explicit Shown(const struct showing &what) : showing(what)
    {
    }

    /* The items of a kind: "table", "text", "picture". */
    std::vector<const json_t *> items(const char *kind) const
    {
        std::vector<const json_t *> found;
        for (size_t i = 0; i < json_array_size(showing.items); i++)
            if (json_object_get(json_array_get(showing.items, i), kind) != nullptr)
                found.push_back(json_array_get(showing.items, i));
        return found;
    }

    /* The rows of the table of that key; NULL: there is none. */
    const json_t *rows(const std::string &key) const
    {
        for (const json_t *item : items("table"))
            if (key == json_string_value(json_object_get(item, "table")))
                return json_object_get(item, "rows");
        return nullptr;
    }

    /* A value of the row of that label; NULL: there is none. */
    const json_t *value(const std::string &table, const std::string &label,
                        const char *column) const
    {
        const json_t *all = rows(table);
        for (size_t i = 0; i < json_array_size(all); i++) {
            const json_t *row = json_array_get(all, i);
            if (label == json_string_value(json_object_get(row, "label")))
                return json_object_get(row, column);
        }
        return nullptr;
    }

    double number(const std::string &table, const std::string &label, const char *column) const
    {
        const json_t *found = value(table, label, column);
        EXPECT_TRUE(json_is_number(found)) << table << ", " << label << ", " << column;
        return json_number_value(found);
    }

    /* All sentences, one a line. */
    std::string sentences() const
    {
        std::string all;
        for (const json_t *item : items("text"))
            all += std::string(json_string_value(json_object_get(item, "text"))) + "\n";
        return all;
    }

    /* All lines of all pictures. */
    std::string pictures() const
    {
        std::string all;
        for (const json_t *item : items("picture")) {
            const json_t *lines = json_object_get(item, "picture");
            for (size_t i = 0; i < json_array_size(lines); i++)
                all += std::string(json_string_value(json_array_get(lines, i))) + "\n";
        }
        return all;
    }

  private:
    const struct showing &showing;
};

#endif
