/* demo: every one of them as a student runs it, with any number of processes. */
#include "cli/whole_program.h"
#include "support/json_tree.h"

#include <cstring>
#include <sstream>

namespace
{

const char *const NAMES[] = {"names",         "pool",        "cost",      "race",   "deadlock",
                             "false-sharing", "isolation",   "gil",       "server", "binding",
                             "scatter",       "granularity", "imbalance", "amdahl"};

const int LIMIT_S = 120; /* a class waits for 10; a machine that has other work takes longer */

class Demo : public Cli
{
};

class DemoOf : public Cli, public testing::WithParamInterface<const char *>
{
};

bool passes_messages(const std::string &name)
{
    return name == "deadlock" || name == "isolation" || name == "scatter";
}

size_t widest(const std::string &text)
{
    size_t widest = 0;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        widest = std::max(widest, line.size());
    return widest;
}

} // namespace

TEST_F(Demo, BadWords)
{
    const struct {
        const char *words, *cause;
    } BAD[] = {
        {"no-such", "no demo 'no-such'"},
        {"Race", "no demo 'Race'"},
        {"race gil", "are two demos"},
        {"amdahl:serial=2", "serial"},
        {"amdahl:parts=2", "parts"},
        {"race:depth=1", "depth"},
        {"race --threads 0", "--threads"},
        {"race --threads 100000", "--threads"},
        {"race --seed x", "--seed"},
        {"--code", "--code needs a demo's name"},
        {"--json -", "--json needs a demo's name"},
        {"race --json $D/none/out", "none/out'"},
        {"race --speed 9", "--speed"},
    };
    for (const auto &bad : BAD) {
        Outcome o = sh(std::string("$SQ demo ") + bad.words, LIMIT_S);
        EXPECT_EQ(o.code, 2) << bad.words;
        EXPECT_EQ(o.out, "") << bad.words;
        EXPECT_TRUE(has(o.err, bad.cause)) << bad.words << "\n" << o.err;
        EXPECT_LE(lines_of(o.err), 2) << o.err;
    }
}

/* One message, whichever ranks there are. */
TEST_F(Demo, BadWordsUnderMpirun)
{
    Outcome o = sh("$MPI -np 3 $SQ demo no-such");
    EXPECT_EQ(o.code, 2);
    EXPECT_EQ(lines_of(own_words(o.err)), 2) << o.err;
    Outcome folder = sh("$MPI -np 3 $SQ demo scatter --json $D/none/out");
    EXPECT_EQ(folder.code, 2);
    EXPECT_EQ(lines_of(own_words(folder.err)), 2) << folder.err;
    EXPECT_EQ(folder.out, "");
}

TEST_F(Demo, FullOutput)
{
    for (const char *how : {"race", "race --code"}) {
        Outcome o = sh(std::string("$SQ demo ") + how + " >/dev/full");
        EXPECT_EQ(o.code, 1);
        EXPECT_TRUE(has(o.err, "standard output")) << o.err;
    }
}

TEST_F(Demo, ListNamesAll)
{
    for (const char *how : {"$SQ demo", "$MPI -np 3 $SQ demo"}) {
        Outcome o = sh(how);
        EXPECT_EQ(o.code, 0);
        size_t at = 0, rows = 0;
        for (const char *name : NAMES) {
            at = o.out.find(std::string("\n  ") + name + " ", at);
            ASSERT_NE(at, std::string::npos) << name << "\n" << o.out;
        }
        std::istringstream in(o.out);
        for (std::string line; std::getline(in, line);)
            rows += line.rfind("  ", 0) == 0 && line[2] != ' ';
        EXPECT_EQ(rows, std::size(NAMES)) << o.out;
        EXPECT_LE(widest(o.out), 80U) << o.out;
    }
    Outcome help = sh("$SQ demo --help");
    EXPECT_TRUE(has(help.out, "serial=")) << help.out;
    std::istringstream list(sh("$SQ demo").out);
    for (std::string line; std::getline(list, line);) {
        const bool of_demo = line.rfind("  ", 0) == 0;
        EXPECT_EQ(has(help.out, "\n" + line + "\n"), of_demo || line.empty()) << line << help.out;
    }
}

/* Where all happens on one process, the others wait, be it one or seven; on one the lab runs it. */
TEST_P(DemoOf, RunsOnAnyNumberOfProcesses)
{
    for (const char *np : {"1", "2", "8"}) {
        SCOPED_TRACE(std::string("np ") + np);
        const bool alone = std::string(np) == "1", pair = std::string(np) == "2";
        if (pair == passes_messages(GetParam()))
            continue;
        Outcome o = sh(std::string("$MPI -np ") + np + " $SQ demo " + GetParam(), LIMIT_S);
        EXPECT_EQ(o.code, 0) << o.out << o.err;
        EXPECT_EQ(own_words(o.err), "") << o.err;
        for (const char *part :
             {"\nhost ", "\npredict ", "\nhappened\n", "\nwhy ", "\ncode ", "\nnext "})
            EXPECT_TRUE(has(o.out, part)) << part << o.out;
        EXPECT_TRUE(has(o.out, "\n           - ")) << "says nothing:\n" << o.out;
        EXPECT_EQ(has(o.out, "needs 2 ranks"), alone) << o.out;
        EXPECT_LE(widest(o.out), 80U) << o.out;
        EXPECT_EQ(o.out.find('\t'), std::string::npos);
        EXPECT_EQ(o.out.find('\x1b'), std::string::npos);
    }
}

/* Every key of version 1, whatever was shown. */
TEST_P(DemoOf, JsonHoldsWhatHappened)
{
    const std::string np = passes_messages(GetParam()) ? "2" : "8";
    Outcome o = sh("$MPI -np " + np + " $SQ demo " + GetParam() + " --json -", LIMIT_S);
    ASSERT_EQ(o.code, 0) << o.err;
    JsonTree json(strdup(o.out.c_str()));
    expect_keys(json, {{"schema_version", Kind::INTEGER},
                       {"tool/name", Kind::STRING},
                       {"environment/hosts/0/name", Kind::STRING},
                       {"environment/hosts/0/usable_cores", Kind::INTEGER},
                       {"environment/launcher", Kind::STRING},
                       {"command", Kind::STRING},
                       {"demo", Kind::STRING},
                       {"shows", Kind::STRING},
                       {"predict", Kind::STRING},
                       {"happened", Kind::ARRAY},
                       {"happened/0", Kind::OBJECT},
                       {"why", Kind::STRING},
                       {"code/0", Kind::STRING},
                       {"next/0", Kind::STRING},
                       {"ranks_missing", Kind::INTEGER},
                       {"warnings", Kind::ARRAY}});
    EXPECT_EQ(json_integer_value(json.at("ranks_missing")), 0);
    EXPECT_STREQ(json_string_value(json.at("demo")), GetParam());
}

TEST_P(DemoOf, PrintsItsCode)
{
    Outcome o = sh(std::string("$SQ demo --code ") + GetParam());
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "const struct demo DEMO_")) << o.out;
    EXPECT_TRUE(has(o.out, std::string(".name = \"") + GetParam() + "\"")) << o.out;
}

INSTANTIATE_TEST_SUITE_P(All, DemoOf, testing::ValuesIn(NAMES),
                         [](const testing::TestParamInfo<const char *> &info) {
                             std::string name = info.param;
                             for (char &c : name)
                                 c = c == '-' ? '_' : c;
                             return name;
                         });
