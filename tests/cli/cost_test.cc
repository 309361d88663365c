/* Tasks that differ in cost: refused where that cannot be had, the same results with any workers,
 * and what the report says. */
#include "cli/whole_program.h"

#include <cstdlib>

namespace
{

class Cost : public Cli
{
};

double number_behind(const std::string &text, const std::string &word)
{
    size_t at = text.find(word);
    return at == std::string::npos ? -1 : std::atof(text.c_str() + at + word.size());
}

} // namespace

TEST_F(Cost, Refused)
{
    write_file(path("in.txt"), "1\n2\n3\n");
    const struct {
        const char *words, *message, *remedy;
    } rows[] = {
        {"1 --cost steep", "--cost cannot be 'steep'", "flat, linear, last, random"},
        {"1 --cost linear", "too short", "repeat=1000"},
        {"1 --work file --cost last", "the tasks of 'file' cost", "squares, io, mixed"},
        {"1 --work net --cost random", "the tasks of 'net' cost", "squares, io"},
        {"-i $D/in.txt --work io --cost linear", "does not say", "--range, or a .npy"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.words);
        Outcome o = sh(std::string("$SQ run ") + row.words);
        EXPECT_EQ(o.code, 2);
        EXPECT_EQ(o.out, "");
        EXPECT_TRUE(has(o.err, row.message)) << o.err;
        EXPECT_TRUE(has(o.err, row.remedy)) << o.err;
        EXPECT_EQ(lines_of(own_words(o.err)), 2) << o.err;
    }
    Outcome piped = sh("echo 1 2 | $MPI -np 2 $SQ run -i - --work io --cost last");
    EXPECT_EQ(piped.code, 2);
    EXPECT_TRUE(has(piped.err, "--cost last needs")) << piped.err;
}

/* Random needs no count; flat, what there always was, needs nothing. */
TEST_F(Cost, AllowedWithoutACount)
{
    EXPECT_EQ(sh("echo 3 4 | $SQ run -q -i - --work io:latency=1us --cost random").out, "3 4\n");
    EXPECT_EQ(sh("echo 3 4 | $SQ run -q -i - --cost flat").out, "9 16\n");
}

/* pow(3, 2**k, 2**61 - 1) in Python, k = 8, 24, 40, 56: 32 times 1/4, 3/4, 5/4, 7/4. */
TEST_F(Cost, ResultsBelongToThePosition)
{
    EXPECT_EQ(sh("$MPI -np 3 $SQ run -q 3 3 3 3 --work squares:repeat=32 --cost linear").out,
              "767738134960710591 492969325411739711 1131295851917031226 643819994419229164\n");
}

/* Byte by byte, with any workers, however they take chunks; from a file, too. */
TEST_F(Cost, SameBytesByAll)
{
    const struct {
        const char *cost, *np, *how;
    } rows[] = {{"linear", "2", "guided -t 2"},
                {"last", "3", "steal"},
                {"random", "1", "static -t 3"},
                {"random", "8", "adaptive"}};
    sh("$SQ run -q --range 0:20011 --work io:latency=0 -o $D/in.npy");
    for (const auto &row : rows) {
        SCOPED_TRACE(std::string(row.cost) + " " + row.how);
        const std::string run = std::string(" $SQ run -q -i $D/in.npy --work squares:repeat=40 ") +
                                "--cost " + row.cost + " -o $D/";
        Outcome o = sh(run + "one.i64 && $MPI -np " + row.np + run + "two.i64 --schedule " +
                       row.how + " && cmp $D/one.i64 $D/two.i64");
        EXPECT_EQ(o.code, 0) << o.err;
    }
    const std::string all = "for s in dynamic static cyclic guided factoring trapezoid adaptive "
                            "steal; do $SQ run -q -i $D/in.npy --work squares:repeat=40 --cost "
                            "random -t 3 --schedule $s -o $D/t.i64 && cmp $D/one.i64 $D/t.i64 || "
                            "exit 9; done";
    EXPECT_EQ(sh(all).code, 0);
    EXPECT_EQ(sh("$MPI -np 3 $SQ run -q -i $D/in.npy --work squares:repeat=40 --cost random "
                 "--exchange message -o $D/m.i64 && cmp $D/one.i64 $D/m.i64")
                  .code,
              0);
}

/* Waiting, so that cores are no matter: of 4 workers the last has 20 tasks at 8/15 of the mean and
 * 20 at 64/15, so by static the job takes 2.4 times the best at least, whatever disturbs. */
TEST_F(Cost, TheReportTells)
{
    const std::string run = "$MPI -np 4 $SQ run --range 0:160 --work io:latency=2ms --cost last ";
    Outcome fixed = sh(run + "--schedule static --json $D/static.json");
    EXPECT_TRUE(has(fixed.out, "cost       last:")) << fixed.out;
    EXPECT_TRUE(has(fixed.out, "chunks     4 handed out: 1 1 1 1\n")) << fixed.out;
    EXPECT_GT(number_behind(fixed.out, "efficiency "), 0);
    EXPECT_LT(number_behind(fixed.out, "efficiency "), 50) << fixed.out;
    EXPECT_TRUE(has(fixed.out, "all 4 workers")) << fixed.out;
    const std::string json = read_file(path("static.json"));
    EXPECT_TRUE(has(json, "\"cost\": \"last\"")) << json;
    EXPECT_TRUE(has(json, "\"chunks\": 1")) << json;
    EXPECT_GT(number_behind(json, "\"efficiency\": "), 0.1);
    EXPECT_TRUE(has(json, "\"formula\": true")) << "io gives numbers back at any cost";
    Outcome taken = sh(run + "--schedule dynamic");
    EXPECT_TRUE(has(taken.out, "chunks     160 handed out: ")) << taken.out;
    EXPECT_FALSE(has(sh("$SQ run 1 2 3").out, "cost  "));
}

TEST_F(Cost, HelpNamesTheShapes)
{
    const std::string help = sh("$SQ run --help").out;
    for (const char *word : {"--cost=SHAPE", "linear ", "the last eighth"})
        EXPECT_TRUE(has(help, word)) << word;
}
