/*
 * scenes - a demo run on this machine, and what it has shown.
 */
#ifndef SQUARES_TESTS_SUPPORT_SCENES_H
#define SQUARES_TESTS_SUPPORT_SCENES_H

#include "support/showings.h"

#include <string>
#include <vector>

extern "C" {
#include "demo/kit/telling.h"
}

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

    /* See Shown. */
    std::vector<const json_t *> items(const char *kind) const
    {
        return Shown(scene.showing).items(kind);
    }
    const json_t *rows(const std::string &key) const
    {
        return Shown(scene.showing).rows(key);
    }
    const json_t *value(const std::string &table, const std::string &label,
                        const char *column) const
    {
        return Shown(scene.showing).value(table, label, column);
    }
    double number(const std::string &table, const std::string &label, const char *column) const
    {
        return Shown(scene.showing).number(table, label, column);
    }
    std::string sentences() const
    {
        return Shown(scene.showing).sentences();
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
