/*
 * plugin - the plug-ins of tests/plugins and the examples, loaded as --work does; rude.c does what
 * its arguments say.
 */
#include "support/golden.h"
#include "support/plugins.h"
#include "support/temp_dir.h"
#include "support/works.h"

#include <dlfcn.h>
#include <thread>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/stop.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "work/work.h"
}

namespace
{

std::vector<int64_t> results(Opened &opened, std::vector<int64_t> cells)
{
    Err err;
    EXPECT_TRUE(works(opened.run(cells, 0, &err), err));
    return cells;
}

/* Creates the plug-in at `path`, which cannot be loaded. */
void expect_refused(const std::string &path, const std::string &cause, const std::string &remedy)
{
    SCOPED_TRACE(path);
    struct work work;
    Err err;
    EXPECT_TRUE(fails(work_create(&work, path.c_str(), 0, &err), err, ERR_INPUT,
                      {"plug-in '" + path.substr(0, path.find(':')) + "'", cause}));
    EXPECT_TRUE(advises(err, remedy));
    work_release(&work);
    work_release(&work);
}

/* A message, wherever the plug-ins lie. */
std::string placeless(std::string text)
{
    const std::string folder = std::filesystem::path(plugin_path("any")).parent_path().string();
    const size_t at = text.find(folder);
    return at == std::string::npos ? text : text.replace(at, folder.size(), "DIR");
}

/* A plug-in of which byte `at` is another. */
std::string damaged(const TempDir &dir, size_t at, char byte)
{
    std::ifstream good(plugin_path("plain"), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(good), std::istreambuf_iterator<char>()};
    bytes.at(at) = byte;
    return dir.write("damaged" + std::to_string(at) + ".so", bytes);
}

} // namespace

/* --- where its path ends --- */

/* Copies a plug-in that gives back what it gets. */
std::string copied(const TempDir &dir, const std::string &folder, const std::string &name)
{
    std::filesystem::create_directories(dir.path(folder));
    const std::string path = dir.path(folder) + "/" + name;
    std::filesystem::copy_file(plugin_path("plain"), path);
    return path;
}

TEST(Plugin, ColonsInItsPath)
{
    const char *const places[][2] = {
        {"a:b", "plain.so"}, {"x:y:z", "plain.so"},  {":lead", "plain.so"}, {"trail:", "plain.so"},
        {"::", "plain.so"},  {"usual", "my:own.so"}, {"a:b", "my:own"},     {"c.so:d", "plain.so"}};
    for (const auto &place : places)
        for (const char *args : {"", ":", ":args", ":a:b", ":/c:d/e", ":x.so", ":./plain.so"}) {
            TempDir dir;
            const std::string path = copied(dir, place[0], place[1]), spec = path + args;
            SCOPED_TRACE(spec);
            struct work work;
            Err err;
            EXPECT_TRUE(works(work_create(&work, spec.c_str(), 0, &err), err));
            EXPECT_STREQ(work.spec, spec.c_str());
            work_release(&work);
        }
}

/* A folder without a slash before its colon; a workload of the table comes first. */
TEST(Plugin, ColonsInARelativePath)
{
    TempDir dir;
    const std::filesystem::path before = std::filesystem::current_path();
    copied(dir, "a:b", "plain.so");
    copied(dir, "io:b", "plain.so");
    std::filesystem::current_path(dir.path());
    struct work work;
    Err good, bad, none;
    EXPECT_TRUE(works(work_create(&work, "a:b/plain.so:7", 0, &good), good));
    work_release(&work);
    EXPECT_TRUE(fails(work_create(&work, "io:b/plain.so", 0, &bad), bad, ERR_INPUT, {"'io'"}));
    EXPECT_TRUE(fails(work_create(&work, "a:c/d", 0, &none), none, ERR_INPUT, {"workload 'a'"}));
    std::filesystem::current_path(before);
}

/* What is no file ends at ".so", and what has none of it at the first colon. */
TEST(Plugin, ColonsInThePathOfNone)
{
    const char *const rows[][2] = {{"/none:a/x.so", "/none:a/x.so"},
                                   {"/none:a/x.so:y.so", "/none:a/x.so"},
                                   {"/none/x:y/z", "/none/x"},
                                   {"/:", "/"},
                                   {"/none/.so:.so", "/none/.so"}};
    for (const auto &row : rows) {
        struct work work;
        Err err;
        EXPECT_TRUE(fails(work_create(&work, row[0], 0, &err), err, ERR_INPUT,
                          {"plug-in '" + std::string(row[1]) + "'"}));
        work_release(&work);
    }
}

/* --- what cannot be loaded --- */

TEST(Plugin, NotAFile)
{
    TempDir dir;
    expect_refused(dir.path("none.so"), "none.so': No such file or directory", "-shared -fPIC");
    expect_refused(dir.path("none.so:a,b/c:d"), "none.so': No such file", "pkg-config");
    expect_refused(dir.path(""), "': Is a directory", "-shared -fPIC");
    expect_refused(dir.write("empty.so", ""), "': file too short", "-shared -fPIC");
    expect_refused(dir.write("text.so", std::string(5000, 'x')), "': invalid ELF header", "cc ");
    expect_refused(dir.write("task.c", "int x;\n"), "': file too short", "cc -O2 -shared");
    expect_refused("./:", "'./': Is a directory", "cc ");
    expect_refused("/", "'/': Is a directory", "cc ");
}

TEST(Plugin, ForAnotherMachine)
{
    TempDir dir;
    expect_refused(damaged(dir, 4, 1), "': wrong ELF class", "-shared -fPIC"); /* of 32 bits */
    expect_refused(damaged(dir, 18, 8), "for another machine", "cc ");         /* MIPS */
}

TEST(Plugin, NoTask)
{
    expect_refused(plugin_path("undefined"), "undefined symbol: nowhere_to_be_found", "-lNAME");
    std::string all;
    for (const char *name : {"no_symbol", "no_run", "other_version", "no_size", "later_set",
                             "unknown_kind", "unknown_flag", "negative_grain", "huge_grain"}) {
        struct work work;
        Err err;
        const std::string path = plugin_path(name);
        EXPECT_TRUE(fails(work_create(&work, path.c_str(), 0, &err), err, ERR_INPUT,
                          {"plug-in '" + path + "'"}));
        all += placeless(err.text) + "\n  " + err.remedy + "\n";
        work_release(&work);
    }
    EXPECT_TRUE(golden(all));
}

/* Without a slash it is a name of the table, with a hint. */
TEST(Plugin, WithoutItsFolder)
{
    for (const char *spec : {"plain.so", "plain.so:a/b", ".so"}) {
        struct work work;
        Err err;
        const std::string name = std::string(spec).substr(0, std::string(spec).find(':'));
        EXPECT_TRUE(fails(work_create(&work, spec, 0, &err), err, ERR_INPUT,
                          {"no workload '" + name + "'"}));
        EXPECT_TRUE(advises(err, "./" + name));
    }
    struct work work;
    Err err;
    EXPECT_TRUE(fails(work_create(&work, "so", 0, &err), err, ERR_INPUT, {"no workload 'so'"}));
    EXPECT_TRUE(advises(err, "squares, io"));
}

TEST(Plugin, PathTooLong)
{
    struct work work;
    Err err;
    const std::string spec = "/" + std::string(SPEC_TEXT, 'x');
    EXPECT_TRUE(fails(work_create(&work, spec.c_str(), 0, &err), err, ERR_INPUT, {"too long"}));
}

TEST(Plugin, IsUnloaded)
{
    auto loaded = [](const char *name) {
        void *library = dlopen(plugin_path(name).c_str(), RTLD_NOW | RTLD_NOLOAD);
        return library != nullptr && dlclose(library) == 0;
    };
    {
        const Work plain(plugin_path("plain"));
        EXPECT_TRUE(loaded("plain"));
    }
    EXPECT_FALSE(loaded("plain"));
    expect_refused(plugin_path("no_run"), "no function", "task.h");
    EXPECT_FALSE(loaded("no_run"));
}

/* --- kinds, names and wishes --- */

TEST(Plugin, KindsOfNumbers)
{
    const struct {
        const char *name;
        bool whole, real;
    } rows[] = {{"plain", true, false}, {"floats", false, true}, {"rude", true, true}};
    for (const auto &row : rows) {
        SCOPED_TRACE(row.name);
        const Work work(plugin_path(row.name));
        Err whole, real;
        EXPECT_EQ(work_accepts(&*work, NUMBER_INT64, &whole), row.whole ? 0 : -1);
        EXPECT_EQ(work_accepts(&*work, NUMBER_FLOAT64, &real), row.real ? 0 : -1);
        if (!row.whole) {
            EXPECT_TRUE(fails(-1, whole, ERR_INPUT, {"floats.so'", "needs float64"}));
            EXPECT_TRUE(advises(whole, "--type float64"));
        }
        if (!row.real) {
            EXPECT_TRUE(fails(-1, real, ERR_INPUT, {"plain.so'", "needs int64"}));
            EXPECT_TRUE(advises(real, "whole numbers"));
        }
    }
}

TEST(Plugin, TellsOfItself)
{
    const Work plain(plugin_path("plain")), floats(plugin_path("floats") + ":x");
    EXPECT_FALSE(plain->load->waits);
    EXPECT_STREQ(plain->load->name, "plug-in");
    EXPECT_EQ(plain->load->grain(&*plain), 1);
    EXPECT_EQ(plain->spec, plugin_path("plain"));
    EXPECT_TRUE(floats->load->waits);
    EXPECT_STREQ(floats->load->name, "floats");
    EXPECT_STREQ(floats->load->help, "square roots");
    EXPECT_EQ(floats->load->grain(&*floats), 100);
    EXPECT_EQ(floats->spec, plugin_path("floats") + ":x");
}

/* --- results --- */

TEST(Plugin, Works)
{
    Opened plain("plain"), later("later");
    EXPECT_EQ(results(plain, {1, -5, 41}), (std::vector<int64_t>{2, -4, 42}));
    EXPECT_EQ(results(plain, {}), std::vector<int64_t>{});
    EXPECT_EQ(results(later, {21}), std::vector<int64_t>{42});
    Opened floats("floats");
    std::vector<double> cells = {4, 2.25};
    Err err;
    EXPECT_TRUE(works(floats.run(cells, 0, &err), err));
    EXPECT_EQ(cells, (std::vector<double>{2, 1.5}));
}

/* Steps as they stand in tables of the sequence (OEIS A006577). */
TEST(Plugin, ExampleCollatz)
{
    Opened collatz("collatz");
    EXPECT_EQ(results(collatz, {1, 2, 3, 7, 26, 27, 97, 837799, INT64_C(9007199254740992)}),
              (std::vector<int64_t>{0, 1, 7, 16, 10, 111, 118, 524, 53}));
    for (int64_t bad : {INT64_C(0), INT64_C(-1), INT64_MIN, INT64_MAX}) {
        std::vector<int64_t> cells = {1, bad, 0};
        Err err;
        EXPECT_TRUE(fails(collatz.run(cells, 500, &err), err, ERR_FAILED,
                          {"collatz.so'", "at position 501 ", std::to_string(bad)}));
        EXPECT_EQ(err.at, 501);
    }
}

TEST(Plugin, ExampleLookup)
{
    TempDir dir;
    std::vector<int64_t> rows = {100, -7, INT64_MAX};
    const std::string table = dir.write("table.i64", bytes_of(rows));
    for (const std::string &args : {table, table + ",50"}) {
        Opened lookup("lookup", args);
        EXPECT_EQ(results(lookup, {2, 0, 1, 1}), (std::vector<int64_t>{INT64_MAX, 100, -7, -7}));
        for (int64_t bad : {INT64_C(-1), INT64_C(3), INT64_MAX}) {
            std::vector<int64_t> cells = {0, bad};
            Err err;
            EXPECT_TRUE(fails(lookup.run(cells, 0, &err), err, ERR_FAILED,
                              {"at position 1 ", "no row " + std::to_string(bad) + ", but"}));
            EXPECT_EQ(err.at, 1);
        }
    }
}

TEST(Plugin, ExampleLookupRefusesArguments)
{
    TempDir dir;
    const std::string table = dir.write("table.i64", "12345678");
    for (const std::string &args : std::vector<std::string>{
             "", ",", ",5", table + ",", table + ",-1", table + ",5us", dir.path("none")}) {
        SCOPED_TRACE(args);
        const Work work(plugin_path("lookup") + ":" + args);
        struct work own = *work;
        Err err;
        EXPECT_TRUE(
            fails(work_open(&own, &err), err, ERR_INPUT, {"lookup.so' cannot begin: ", args}));
        EXPECT_TRUE(advises(err, "FILE[,MICROSECONDS"));
    }
}

/* --- init and done --- */

TEST(Plugin, InitAndDoneOnce)
{
    TempDir dir;
    {
        Opened rude("rude", dir.path("log"));
        EXPECT_EQ(dir.read("log"), "init\n");
        results(rude, {1, 2});
        results(rude, {3});
        EXPECT_EQ(dir.read("log"), "init\n");
        rude.close();
        EXPECT_EQ(dir.read("log"), "init\ndone\n");
        rude.close();
    }
    EXPECT_EQ(dir.read("log"), "init\ndone\n");
}

TEST(Plugin, DoneAlsoAfterAFailure)
{
    TempDir dir;
    {
        Opened rude("rude", "fail-run " + dir.path("log"));
        std::vector<int64_t> cells = {7};
        Err err;
        EXPECT_EQ(rude.run(cells, 0, &err), -1);
    }
    EXPECT_EQ(dir.read("log"), "init\ndone\n");
}

TEST(Plugin, InitFails)
{
    TempDir dir;
    const std::string log = dir.path("log");
    const struct {
        std::string args, cause;
    } rows[] = {
        {"fail-init " + log, "no licence for 'fail-init " + log + "'"},
        {"mute-init " + log, "it gave no reason"},
    };
    for (const auto &row : rows) {
        const Work work(plugin_path("rude") + ":" + row.args);
        struct work own = *work;
        Err err;
        EXPECT_TRUE(
            fails(work_open(&own, &err), err, ERR_INPUT, {"rude.so' cannot begin: " + row.cause}));
        EXPECT_EQ(err.at, ERR_NOWHERE);
        EXPECT_NE(err.remedy[0], '\0');
        work_close(&own);
    }
    EXPECT_EQ(dir.read("log"), "init\ninit\n") << "done was called where init had failed";
}

/* --- run --- */

TEST(Plugin, FailsInRun)
{
    const struct {
        const char *args;
        int64_t at;
    } rows[] = {{"fail-run", 1002},
                {"mute-run", 1000},
                {"fail-chunk", 1000},
                {"fail-chunk fail-run", 1000}};
    std::string all;
    for (const auto &row : rows) {
        SCOPED_TRACE(row.args);
        Opened rude("rude", row.args);
        std::vector<int64_t> cells = {5, 6, 7, 7};
        Err err;
        EXPECT_TRUE(fails(rude.run(cells, 1000, &err), err, ERR_FAILED, {"rude.so'"}));
        EXPECT_EQ(err.at, row.at);
        all += std::string(row.args) + ": " + placeless(err.text) + "\n";
    }
    EXPECT_TRUE(golden(all));
}

/* It has to end, and that it was told to is no failure of it. */
TEST(Plugin, EndsWhenAsked)
{
    for (const char *args : {"stay", "compute"}) {
        Opened rude("rude", args);
        std::vector<int64_t> cells = {1};
        struct numbers numbers = run_of(cells);
        struct stop stop = {};
        const struct safepoint at = {&stop, nullptr, nullptr};
        std::thread asking([&stop] {
            clock_sleep_until(clock_now_ns() + 20 * NS_PER_MS);
            stop_ask(&stop);
        });
        Err err;
        EXPECT_TRUE(works(work_run(&rude.work, &numbers, &at, &err), err));
        asking.join();
    }
}

/* --- guards --- */

#ifdef SQUARES_GUARD

TEST(Plugin, WritingPastTheChunkIsSeen)
{
    const struct {
        const char *args, *words;
    } rows[] = {
        {"after", "), 3 after its"},
        {"before", "), 1 before its"},
        {"before fail-chunk", ""},
    };
    for (const auto &row : rows) {
        Opened rude("rude", row.args);
        std::vector<int64_t> cells = {1, 2, 3};
        Err err;
        EXPECT_TRUE(
            fails(rude.run(cells, 100, &err), err, ERR_FAILED,
                  {"rude.so' wrote past its chunk", " at positions 100 to 102 ", row.words}));
        EXPECT_EQ(err.at, 100);
        EXPECT_TRUE(advises(err, "no others"));
    }
}

#endif
