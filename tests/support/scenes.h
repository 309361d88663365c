/*
 * scenes - a demo run on this machine, and what it has shown.
 */
#ifndef SQUARES_TESTS_SUPPORT_SCENES_H
#define SQUARES_TESTS_SUPPORT_SCENES_H

#include "support/err.h"

#include <string>
#include <vector>

class Scene : public testing::Test
{
  protected:
    Scene()
    {
        scene.seed = 1;
    }
    ~Scene() override
    {
        scene_close(&scene);
    }

    /* Runs the demo of `word` ("amdahl:serial=0.3") on `threads` (0: its own choice). */
    testing::AssertionResult plays(const std::string &word, int threads = 0)
    {
        Err err;
        demo = demo_find(word.c_str(), settings, &err);
        if (demo == nullptr)
            return works(demo, err);
        scene.threads = threads;
        scene.settings = settings;
        if (scene_open(&scene, &err) != 0)
            return works(-1, err);
        testing::AssertionResult result = works(demo->run(&scene, &err), err);
        return result ? works(showing_complete(&scene.showing, &err), err) : result;
    }

    /* The items of a kind: "table", "text", "picture". */
    std::vector<const json_t *> items(const char *kind) const
    {
        std::vector<const json_t *> found;
        for (size_t i = 0; i < json_array_size(scene.showing.items); i++)
            if (json_object_get(json_array_get(scene.showing.items, i), kind) != nullptr)
                found.push_back(json_array_get(scene.showing.items, i));
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

    /* What a person would see. */
    std::string printed() const
    {
        char *text = nullptr;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        const struct telling telling = {demo, &scene, "demo", "hand", 0};
        telling_ask(&telling, out);
        telling_print(&telling, out);
        (void)fclose(out);
        std::string all = text;
        free(text);
        return all;
    }

    struct scene scene = {};
    const struct demo *demo = nullptr;
    alignas(16) char settings[DEMO_SETTINGS] = {};
};

/* The longest line. */
inline size_t widest_line(const std::string &text)
{
    size_t widest = 0, begin = 0;
    for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        widest = std::max(widest, end - begin);
    return widest;
}

#endif
