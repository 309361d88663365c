/*
 * json_tree - JSON as a test reads it: by paths.
 */
#ifndef SQUARES_TESTS_SUPPORT_JSON_TREE_H
#define SQUARES_TESTS_SUPPORT_JSON_TREE_H

#include <gtest/gtest.h>
#include <jansson.h>
#include <memory>
#include <string>
#include <vector>

struct JsonDeleter {
    void operator()(json_t *json) const
    {
        json_decref(json);
    }
};
using JsonOwner = std::unique_ptr<json_t, JsonDeleter>;

/* JSON read from a text, which it frees; paths follow keys and indices: "workers/1/pus/0". */
class JsonTree
{
  public:
    explicit JsonTree(char *text)
    {
        EXPECT_NE(text, nullptr);
        json_error_t error = {};
        root_.reset(text != nullptr ? json_loads(text, JSON_REJECT_DUPLICATES, &error) : nullptr);
        EXPECT_NE(root_, nullptr) << error.text;
        all = text != nullptr ? text : "";
        free(text);
    }
    const json_t *at(const std::string &path) const
    {
        const json_t *here = root_.get();
        for (size_t begin = 0; here != nullptr && begin <= path.size();) {
            size_t end = std::min(path.find('/', begin), path.size());
            const std::string step = path.substr(begin, end - begin);
            here = json_is_array(here) ? json_array_get(here, std::stoul(step))
                                       : json_object_get(here, step.c_str());
            begin = end + 1;
        }
        return here;
    }
    std::string text(const std::string &path) const
    {
        const char *value = json_string_value(at(path));
        return value != nullptr ? value : "(no string)";
    }
    int number(const std::string &path) const
    {
        return json_is_integer(at(path)) ? int(json_integer_value(at(path))) : -1;
    }
    std::vector<int> numbers(const std::string &path) const
    {
        std::vector<int> values;
        for (size_t i = 0; i < size(path); i++)
            values.push_back(number(path + "/" + std::to_string(i)));
        return values;
    }
    size_t size(const std::string &path) const
    {
        return json_array_size(at(path));
    }

    std::string all;

  private:
    JsonOwner root_;
};

/* Keys by their paths, and what stands there: what a schema says. */
enum class Kind { STRING, INTEGER, REAL, ARRAY, OBJECT, BOOLEAN, EMPTY };

struct Key {
    const char *path;
    Kind kind;
};

inline bool is(const json_t *value, Kind kind)
{
    switch (kind) {
    case Kind::STRING:
        return json_is_string(value);
    case Kind::INTEGER:
        return json_is_integer(value);
    case Kind::REAL:
        return json_is_real(value);
    case Kind::ARRAY:
        return json_is_array(value);
    case Kind::OBJECT:
        return json_is_object(value);
    case Kind::BOOLEAN:
        return json_is_boolean(value);
    case Kind::EMPTY:
        break;
    }
    return json_is_null(value);
}

inline void expect_keys(const JsonTree &json, const std::vector<Key> &keys,
                        const std::string &below = "")
{
    for (const Key &key : keys) {
        const json_t *value = json.at(below + key.path);
        EXPECT_TRUE(value != nullptr && is(value, key.kind)) << below + key.path;
    }
}

/* Those that every report has, whichever command wrote it. */
inline void expect_common_keys(const JsonTree &json)
{
    expect_keys(json, {{"schema_version", Kind::INTEGER},
                       {"tool", Kind::OBJECT},
                       {"tool/name", Kind::STRING},
                       {"tool/version", Kind::STRING},
                       {"tool/commit", Kind::STRING},
                       {"tool/compiler", Kind::STRING},
                       {"tool/flags", Kind::STRING},
                       {"environment", Kind::OBJECT},
                       {"environment/mpi", Kind::STRING},
                       {"environment/hwloc", Kind::STRING},
                       {"environment/hosts", Kind::ARRAY},
                       {"environment/hosts/0/name", Kind::STRING},
                       {"environment/launcher", Kind::STRING},
                       {"environment/bindings", Kind::ARRAY},
                       {"command", Kind::STRING},
                       {"warnings", Kind::ARRAY}});
}

/* Of a worker's measurements, at `path`. */
inline void expect_worker_keys(const JsonTree &json, const std::string &path)
{
    expect_keys(json,
                {{"rank", Kind::INTEGER},
                 {"thread", Kind::INTEGER},
                 {"host", Kind::INTEGER},
                 {"planned_pus", Kind::STRING},
                 {"bound_pus", Kind::STRING},
                 {"seen_pus", Kind::STRING},
                 {"bound", Kind::BOOLEAN},
                 {"moves", Kind::INTEGER},
                 {"tasks", Kind::INTEGER},
                 {"chunks", Kind::INTEGER},
                 {"busy_s", Kind::REAL},
                 {"talk_s", Kind::REAL},
                 {"talk_hidden_s", Kind::REAL},
                 {"wait_s", Kind::REAL},
                 {"lock_s", Kind::REAL},
                 {"cpu_s", Kind::REAL}},
                path);
}

#endif
