/*
 * The command lines of all commands: what is wrong is refused by the parser already, in one message
 * that names the word and says what to do; what is right is taken over.
 */
#include "support/err.h"
#include "support/golden.h"

extern "C" {
#include "cli/command_line.h"
#include "cli/compare_options.h"
#include "cli/cpus_options.h"
#include "cli/demo_options.h"
#include "cli/place_options.h"
#include "cli/run_options.h"
}

namespace
{

/* The words of a line; '' is an empty word. */
std::vector<std::string> split(const std::string &line)
{
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(word == "''" ? "" : word);
    return words;
}

/* Options as a command's parser filled them in. */
template <class Options> class Parsed
{
  public:
    Parsed(const struct command_line &line, const std::string &text) : line(line)
    {
        words = split("squares " + text);
        for (std::string &word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        status = line.parse(&options, (int)words.size(), argv.data(), &err);
    }
    ~Parsed()
    {
        if (line.release != nullptr)
            line.release(&options);
    }
    Parsed(const Parsed &) = delete;
    Parsed &operator=(const Parsed &) = delete;

    std::vector<std::string> words; /* before options, which point into them */
    std::vector<char *> argv;
    Options options = {};
    Err err;
    enum command_line_status status = LINE_BAD;

  private:
    const struct command_line &line;
};

struct Bad {
    const char *text;
    const char *named; /* stands in the message */
};

/* All messages, for reading. */
template <class Options>
std::string refused(const struct command_line &line, const std::vector<Bad> &rows)
{
    std::string all;
    for (const Bad &row : rows) {
        Parsed<Options> parsed(line, row.text);
        EXPECT_TRUE(fails(parsed.status, parsed.err, ERR_INPUT, {row.named})) << row.text;
        all += std::string(line.name) + " " + row.text + "\n    " + parsed.err.text + "\n" +
               (parsed.err.remedy[0] != '\0' ? "    " : "") + parsed.err.remedy + "\n";
    }
    return all;
}

} // namespace

TEST(RunOptions, Refused)
{
    const std::vector<Bad> rows = {
        {"", "no numbers"},
        {"1 2 --range 0:3", "more than one"},
        {"1 --input a.txt", "more than one"},
        {"--range 0:3 --input a.txt", "more than one"},
        {"--thread-count 3 1", "'--thread-count'"},
        {"-x 1", "'-x'"},
        {"--r 0:3", "'--r'"}, /* --range or --root */
        {"1 --range", "'--range'"},
        {"1 --output", "'--output'"},
        {"1 -o", "'-o'"},
        {"1 --quiet=yes", "'--quiet'"},
        {"1 --work cubes", "'cubes'"},
        {"1 --work ''", "''"},
        {"1 --work squares:times=3", "'times'"},
        {"1 --work squares:repeat=0", "repeat"},
        {"1 --work squares:repeat=9223372036854775808", "repeat"},
        {"1 --work squares:repeat=1,repeat=2", "repeat"},
        {"1 --work io:latency=3weeks", "unit"},
        {"1 --work io:latency=3", "unit"},
        {"1 --work io:latency=-3ms", "latency"},
        {"1 --work io:latency=nans", "latency"},
        {"1 --work io:spread=wide", "'wide'"},
        {"1 --exchange pigeon", "'pigeon'"},
        {"1 --exchange ''", "''"},
        {"1 --exchange local", "local"},
        {"1 --exchange file", "file"},
        {"--input - --exchange file", "file"},
        {"--input a.txt --exchange file", "'a.txt'"},
        {"--range 0:9 --output a.txt --exchange file", "'a.txt'"},
        {"--range 0:9 --exchange local --output out.txt", "--output"},
        {"1 --threads 0", "'0'"},
        {"1 --threads -1", "'-1'"},
        {"1 --threads 1.5", "'1.5'"},
        {"1 --threads 100000", "'100000'"},
        {"1 --threads 4294967297", "'4294967297'"},
        {"1 --threads many", "'many'"},
        {"1 --threads ''", "''"},
        {"1 --place sideways", "'sideways'"},
        {"1 --smt 0", "'0'"},
        {"1 --widen perhaps", "'perhaps'"},
        {"1 --schedule random", "'random'"},
        {"1 --chunk 0", "'0'"},
        {"1 --chunk many", "'many'"},
        {"1 --chunk 99999999999999999999", "'99999999999999999999'"},
        {"1 --cost steep", "'steep'"},
        {"1 --gil=0", "'0'"},
        {"1 --gil=soon", "'soon'"},
        {"1 --gil=1ns", "'1ns'"},
        {"1 --gil=", "''"},
        {"1 --seed x", "'x'"},
        {"1 --seed ''", "''"},
        {"1 --seed 99999999999999999999999", "'99999999999999999999999'"},
        {"1 --type int32", "'int32'"},
        {"1 --root sleeps", "'sleeps'"},
        {"1 --progress perhaps", "'perhaps'"},
        {"--range 5", "'5'"},
        {"--range ''", "''"},
        {"--range :", "':'"},
        {"--range 1:2:3:4", "1:2:3:4"},
        {"--range a:5", "'a'"},
        {"--range 1.5:5", "'1.5'"},
        {"--range 1,000:2,000", "'1,000'"},
        {"--range 0:5:0", "step 0"},
        {"--range 0:5:-1", "0:5:-1"},
        {"--range 5:5", "5:5"},
        {"--range -9223372036854775808:0", "1e18"},
        {"--range 0:9223372036854775808", "9223372036854775808"},
        {"1 --output -", "--output"},
        {"1 -o x.txt --json x.txt", "--json"},
    };
    EXPECT_TRUE(golden(refused<struct run_options>(RUN_LINE, rows)));
}

TEST(CompareOptions, Refused)
{
    const std::vector<Bad> rows = {
        {"7", "'7'"},
        {"--nonsense", "'--nonsense'"},
        {"--budget 1", "'1'"},
        {"--budget 1ms", "'1ms'"},
        {"--budget -1s", "'-1s'"},
        {"--budget 1e400s", "'1e400s'"},
        {"--budget nonsense", "'nonsense'"},
        {"--budget ''", "''"},
        {"--confidence 2", "'2'"},
        {"--confidence 1", "'1'"},
        {"--confidence 0", "'0'"},
        {"--confidence -0.5", "'-0.5'"},
        {"--confidence nan", "'nan'"},
        {"--confidence 0.95x", "'0.95x'"},
        {"--confidence 0,95", "'0,95'"},
        {"--gil=0", "'0'"},
        {"--gil=1ns", "'1ns'"},
        {"--gil=-5", "'-5'"},
        {"--gil 5", "'5'"},
        {"--repeat 0", "'0'"},
        {"--repeat -3", "'-3'"},
        {"--repeat 3.5", "'3.5'"},
        {"--repeat 99999999999", "'99999999999'"},
        {"--threads 0", "'0'"},
        {"--work nope", "'nope'"},
        {"--work io --work io:latency=x", "latency"},
        {"--range 5:5", "5:5"},
        {"--seed x", "'x'"},
        {"--progress sometimes", "'sometimes'"},
        {"--json a --csv a", "--csv"},
        {"--json - --csv -", "--csv"},
    };
    EXPECT_TRUE(golden(refused<struct compare_options>(COMPARE_LINE, rows)));
}

TEST(CompareOptions, NoMoreWorksThanThereIsRoomFor)
{
    std::string text;
    for (int work = 0; work < EXPERIMENT_WORKS; work++)
        text += " --work io:latency=" + std::to_string(work + 1) + "ms";
    EXPECT_EQ(Parsed<struct compare_options>(COMPARE_LINE, text).status, LINE_GO);
    Parsed<struct compare_options> more(COMPARE_LINE, text + " --work io");
    EXPECT_TRUE(fails(more.status, more.err, ERR_INPUT, {std::to_string(EXPERIMENT_WORKS)}));
}

TEST(PlaceOptions, Refused)
{
    const std::vector<Bad> rows = {
        {"5", "'5'"},
        {"--table", "'--table'"},
        {"--topology", "'--topology'"},
        {"--check=yes", "'--check'"},
        {"--smt 0", "'0'"},
        {"--smt two", "'two'"},
        {"--threads 0", "'0'"},
        {"--topology pu:4 --ranks 0", "'0'"},
        {"--topology pu:4 --ranks 1000000", "'1000000'"},
        {"--ranks 4", "--ranks"},
        {"--allowed 0", "--allowed"},
        {"--topology pu:4 --measure", "--measure"},
        {"--svg -", "--svg"},
        {"--svg one --json one", "one"},
    };
    EXPECT_TRUE(golden(refused<struct place_options>(PLACE_LINE, rows)));
}

TEST(CpusOptions, Refused)
{
    const std::vector<Bad> rows = {
        {"3", "'3'"}, {"--cores", "--cores"},   {"--json", "--json"},
        {"-x", "-x"}, {"--quiet=1", "--quiet"},
    };
    EXPECT_TRUE(golden(refused<struct cpus_options>(CPUS_LINE, rows)));
}

TEST(DemoOptions, Refused)
{
    const std::vector<Bad> rows = {
        {"no-such", "'no-such'"},
        {"Race", "'Race'"},
        {"race pool", "'pool'"},
        {"amdahl:serial=2", "serial"},
        {"amdahl:serial", "serial"},
        {"amdahl:parallel=1", "'parallel'"},
        {"race --threads 0", "'0'"},
        {"race --seed x", "'x'"},
        {"race --nonsense", "'--nonsense'"},
    };
    EXPECT_TRUE(golden(refused<struct demo_options>(DEMO_LINE, rows)));
}

TEST(RunOptions, AreTakenOver)
{
    Parsed<struct run_options> all(
        RUN_LINE, "-5 .5 --threads 3 7 -o out.npy --type float64 --schedule guided --chunk 9 "
                  "--gil=2 --seed 9223372036854775807 --root feeds --no-fsync -q -v "
                  "--progress lines --exchange message --place compact --json -");
    ASSERT_EQ(all.status, LINE_GO) << all.err.text;
    const struct run_options &o = all.options;
    ASSERT_EQ(o.words_count, 3);
    EXPECT_STREQ(o.words[0], "-5");
    EXPECT_STREQ(o.words[1], ".5");
    EXPECT_STREQ(o.words[2], "7");
    EXPECT_STREQ(o.output, "out.npy");
    EXPECT_STREQ(o.json, "-");
    EXPECT_STREQ(o.exchange->name, "message");
    EXPECT_STREQ(SCHEDULES[o.schedule], "guided");
    EXPECT_EQ(o.type, TYPE_FLOAT64);
    EXPECT_EQ(o.placing.threads, 3);
    EXPECT_EQ(o.chunk, 9);
    EXPECT_EQ(o.gil_ns, 2000000);
    EXPECT_EQ(o.seed, (uint64_t)INT64_MAX);
    EXPECT_EQ(o.progress, CHOICE_LINES);
    EXPECT_TRUE(o.scheduled && !o.root_works && o.no_fsync && o.quiet && o.verbose && !o.help);
}

TEST(CompareOptions, AreTakenOver)
{
    Parsed<struct compare_options> all(
        COMPARE_LINE, "--work io --work squares:repeat=7 --range 3:9:2 --budget 2min --repeat 12 "
                      "--confidence 0.9 --csv rows.csv --gil");
    ASSERT_EQ(all.status, LINE_GO) << all.err.text;
    const struct compare_options &o = all.options;
    EXPECT_EQ(o.works_count, 2);
    EXPECT_TRUE(o.ranged);
    EXPECT_DOUBLE_EQ(o.budget_s, 120);
    EXPECT_EQ(o.repeat, 12);
    EXPECT_EQ(o.confidence, 0.9);
    EXPECT_STREQ(o.csv, "rows.csv");
    EXPECT_EQ(o.json, nullptr);
    EXPECT_EQ(o.gil_ns, 5000000);
}

/* Whatever else is wrong: who asks for help gets it. */
TEST(CommandLine, HelpIsAskedForByAnyCommand)
{
    EXPECT_EQ(Parsed<struct run_options>(RUN_LINE, "--help").status, LINE_HELP);
    EXPECT_EQ(Parsed<struct compare_options>(COMPARE_LINE, "-?").status, LINE_HELP);
    EXPECT_EQ(Parsed<struct place_options>(PLACE_LINE, "--help").status, LINE_HELP);
    EXPECT_EQ(Parsed<struct demo_options>(DEMO_LINE, "race --help").status, LINE_HELP);
}
