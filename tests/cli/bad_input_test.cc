/* What must be refused: exit code 2, one message, nothing written, an old output untouched. (All
 * that options refuse is in tests/shared/cli/options_test.cc; here are some of each kind.) */
#include "cli/whole_program.h"

#include <cstdint>
#include <sys/stat.h>
#include <vector>

static std::string i64(std::initializer_list<int64_t> numbers)
{
    std::string bytes;
    for (int64_t n : numbers)
        bytes.append(reinterpret_cast<const char *>(&n), sizeof(n));
    return bytes;
}

static std::string npy(const std::string &descr, const std::string &order, const std::string &shape,
                       const std::string &cells)
{
    std::string dict =
        "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
    dict.resize(117, ' ');
    dict += '\n';
    std::string start("\x93NUMPY\x01\x00", 8);
    start += static_cast<char>(dict.size());
    start += '\0';
    return start + dict + cells;
}

struct Bad {
    const char *name;
    const char *words;   /* after "squares"; $D is the test's folder */
    const char *message; /* a part of the one line of cause */
};

static const Bad BAD[] = {
    {"not_a_number", "run 1 two 3", "'two' is not"},
    {"too_large_for_int64", "run 9223372036854775808", "9223372036854775808' does not fit"},
    {"square_overflow", "run 1 2 3037000500 4", "3037000500 at position 2"},
    {"square_overflow_negative", "run -3037000500", "-3037000500 at position 0"},
    {"no_numbers", "run", "there are no numbers"},
    {"unknown_command", "squre 1 2", "no command 'squre'"},
    {"mistyped_command", "comapre --work io", "did you mean 'compare'?"},
    {"unknown_option_of_the_tour", "--thread-count 3", "no option '--thread-count'"},
    {"number_without_command", "1 2 3", "no command '1'"},
    {"unknown_option", "run --thread-count 3 1", "no option '--thread-count'"},
    {"float_modulo", "run 1.5 --work squares:repeat=2", "needs whole numbers"},
    {"threads_zero", "run 1 --threads 0", "--threads cannot be '0'"},
    {"output_missing_folder", "run 1 --output $D/none/out.txt", "does not exist"},
    {"output_is_folder", "run 1 --output $D", "it is a folder"},
    {"json_missing_folder", "run 1 --json $D/none/out.json", "does not exist"},
    {"json_over_output", "run 1 -o $D/x.txt --json $D/x.txt", "would both write"},
    {"i64_float", "run 1.5 --output $D/out.i64", "cannot hold float64"},
    {"input_missing", "run --input $D/none.txt", "No such file"},
    {"input_folder", "run --input $D", "it is a folder"},
    {"input_empty", "run --input $D/empty.txt", "holds no numbers"},
    {"input_only_comments", "run --input $D/comments.txt", "holds no numbers"},
    {"stdin_empty", "run --input -", "'standard input' holds"},
    {"text_word", "run --input $D/word.txt", "word.txt', line 3: 'three'"},
    {"text_fraction_late", "run --input $D/mixed.txt", "line 2: '2.5'"},
    {"text_too_large", "run --input $D/large.txt", "99999' does not fit"},
    {"text_binary", "run --input $D/binary.txt", "is not a number"},
    {"text_empty_field", "run --input $D/gap.txt", "line 2: an empty"},
    {"text_utf16", "run --input $D/utf16.txt", "text in UTF-16"},
    {"text_joined", "run --input $D/joined.txt", "byte order mark"},
    {"grouped_argument", "run 1,000", "argument 1: '1,000'"},
    {"decimal_comma_argument", "run 0,5", "argument 1: '0,5'"},
    {"i64_size", "run --input $D/odd.i64", "multiple of 8"},
    {"i64_empty", "run --input $D/empty.i64", "holds no numbers"},
    {"npy_magic", "run --input $D/magic.npy", "begin like one"},
    {"npy_short_header", "run --input $D/header.npy", "ends within its header"},
    {"npy_truncated", "run --input $D/short.npy", "asks for"},
    {"npy_float32", "run --input $D/f4.npy", "dtype '<f4'"},
    {"npy_uint64", "run --input $D/u8.npy", "dtype '<u8'"},
    {"npy_2d", "run --input $D/2d.npy", "2 dimensions"},
    {"npy_fortran_2d", "run --input $D/fortran.npy", "2 dimensions"},
    {"npy_order", "run --input $D/order.npy", "neither True nor False"},
    {"npy_empty", "run --input $D/none.npy", "holds no numbers"},
    {"type_of_file", "run --input $D/good.npy --type float64", "holds int64 numbers"},
    {"root_feeds_alone", "run 1 --root feeds", "leaves no process"},
};

class BadInput : public Cli, public ::testing::WithParamInterface<Bad>
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        write_file(path("empty.txt"), "");
        write_file(path("comments.txt"), "# nothing\n  # here\n");
        write_file(path("word.txt"), "1\n2\nthree\n");
        write_file(path("mixed.txt"), "1\n2.5\n");
        write_file(path("large.txt"), "1 99999999999999999999\n");
        write_file(path("binary.txt"), std::string("\x01\x00\xff", 3));
        write_file(path("gap.txt"), "1,2\n3,,5\n");
        write_file(path("utf16.txt"), std::string("\xff\xfe"
                                                  "1\0\n\0"
                                                  "2\0\n\0",
                                                  10));
        write_file(path("joined.txt"), "\xef\xbb\xbf"
                                       "1\n\xef\xbb\xbf"
                                       "2\n");
        write_file(path("odd.i64"), "123456789");
        write_file(path("empty.i64"), "");
        write_file(path("magic.npy"), "PK\x03\x04 this is a zip archive");
        write_file(path("header.npy"), std::string("\x93NUMPY\x01\x00v\x00{'descr'", 18));
        write_file(path("short.npy"), npy("<i8", "False", "(3,)", i64({1, 2})));
        write_file(path("f4.npy"), npy("<f4", "False", "(2,)", "12345678"));
        write_file(path("u8.npy"), npy("<u8", "False", "(1,)", i64({-1})));
        write_file(path("2d.npy"), npy("<i8", "False", "(1, 2)", i64({1, 2})));
        write_file(path("fortran.npy"), npy("<i8", "True", "(2, 1)", i64({1, 2})));
        write_file(path("order.npy"), npy("<i8", "true", "(2,)", i64({1, 2})));
        write_file(path("none.npy"), npy("<i8", "False", "(0,)", ""));
        write_file(path("good.npy"), npy("<i8", "False", "(2,)", i64({1, 2})));
        files = files_left();
    }

    void expect_refused(const Outcome &o) const
    {
        EXPECT_EQ(o.code, 2) << o.err;
        EXPECT_EQ(o.out, "");
        const std::string words = own_words(o.err);
        EXPECT_TRUE(has(words, GetParam().message)) << o.err;
        EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "more than one:\n" << words;
        EXPECT_EQ(files_left(), files) << "something was left behind";
        EXPECT_LT(o.seconds, 8);
    }

    int files = 0;
};

TEST_P(BadInput, AloneIsRefused)
{
    expect_refused(sh(std::string("$SQ ") + GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(All, BadInput, ::testing::ValuesIn(BAD),
                         [](const auto &info) { return std::string(info.param.name); });

/* The same on three ranks, where each phase's error must cross ranks: one of each kind. */
class BadInputOnThree : public BadInput
{
};

TEST_P(BadInputOnThree, OneMessage)
{
    expect_refused(sh(std::string("$MPI -np 3 $SQ ") + GetParam().words));
}

static std::vector<Bad> some()
{
    std::vector<Bad> chosen;
    for (const Bad &bad : BAD)
        for (const char *name :
             {"not_a_number", "square_overflow", "unknown_option", "output_missing_folder",
              "text_word", "npy_truncated", "threads_zero", "stdin_empty", "i64_float"})
            if (std::string(bad.name) == name)
                chosen.push_back(bad);
    return chosen;
}

INSTANTIATE_TEST_SUITE_P(All, BadInputOnThree, ::testing::ValuesIn(some()),
                         [](const auto &info) { return std::string(info.param.name); });

TEST_F(Cli, AnOldOutputSurvivesAFailure)
{
    write_file(path("out.txt"), "precious\n");
    Outcome o = sh("$MPI -np 3 $SQ run --range 3037000000:3037001000 --output $D/out.txt");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(has(o.err, "3037000500 at position 500")) << o.err;
    EXPECT_EQ(read_file(path("out.txt")), "precious\n");
    EXPECT_EQ(files_left(), 1);
}

/* Every rank meets one in its own share; the first to do so must not be the one that is told. */
TEST_F(Cli, TheLowestFailureIsToldHoweverEarlyOthersAre)
{
    for (int i = 0; i < 6; i++) {
        Outcome o = sh("$MPI -np 3 $SQ run -q --schedule static --range 3037000400:3037001400");
        EXPECT_TRUE(has(o.err, "3037000500 at position 100")) << o.err;
    }
}

TEST_F(Cli, AReadOnlyOutputIsKept)
{
    write_file(path("out.txt"), "precious\n");
    ASSERT_EQ(chmod(path("out.txt").c_str(), 0444), 0);
    Outcome o = sh("$SQ run 1 2 --output $D/out.txt");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(has(o.err, "it is read-only")) << o.err;
    EXPECT_EQ(read_file(path("out.txt")), "precious\n");
}

/* 20 million numbers, of which the last cannot be squared: the other ranks are in mid-stream. */
TEST_F(Cli, AFailureOnAFarRankInMidStream)
{
    for (const char *np : {"2", "3", "8"}) {
        Outcome o = sh(std::string("$MPI -np ") + np +
                       " $SQ run --range 3017000501:3037000501 --output $D/out.npy");
        EXPECT_EQ(o.code, 2) << o.err;
        EXPECT_TRUE(has(o.err, "3037000500 at position 19999999")) << o.err;
        EXPECT_EQ(files_left(), 0);
    }
}

/* The last word is no number, which is known at once; by then both ranks are in tasks of half an
 * hour.
 */
TEST_F(Cli, AFailureStopsRanksInTheMiddleOfATask)
{
    write_file(path("bad.txt"), "");
    ASSERT_EQ(sh("seq 70000 >$D/bad.txt; echo x >>$D/bad.txt").code, 0);
    for (const char *work : {"io:latency=30min", "squares:repeat=1000000000000"}) {
        Outcome o = sh(std::string("$MPI -np 2 $SQ run -i $D/bad.txt --work ") + work);
        EXPECT_EQ(o.code, 2);
        EXPECT_TRUE(has(o.err, "line 70001: 'x'")) << o.err;
        EXPECT_LT(o.seconds, 8);
    }
}

/* Slow to start, rank 0 still gets to say what is wrong. */
TEST_F(Cli, AUsageErrorIsSaidByASlowRank0)
{
    Outcome o = sh("$MPI -np 4 sh -c '[ ${OMPI_COMM_WORLD_RANK:-$PMI_RANK} != 0 ] || sleep 0.5; "
                   "exec $SQ run --bogus'");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(has(o.err, "no option '--bogus'")) << o.err;
}

TEST_F(Cli, TextFromAPipeIsReadAsItComes)
{
    Outcome o = sh("{ echo 99999999999999999999; sleep 6; } | $SQ run -i - & wait $!");
    EXPECT_TRUE(has(o.err, "does not fit")) << o.err;
}

TEST_F(Cli, AClosedStandardInputIsEmpty)
{
    Outcome o = sh("$SQ run -i - <&-");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(has(o.err, "'standard input' holds")) << o.err;
}

TEST_F(Cli, PipesAreRefusedOrFailInWords)
{
    Outcome npy = sh("mkfifo $D/p.npy; cat $D/p.npy >/dev/null & $SQ run -o $D/p.npy 1 2 3");
    EXPECT_EQ(npy.code, 2);
    EXPECT_TRUE(has(npy.err, "not a regular file")) << npy.err;
    Outcome gone = sh("mkfifo $D/q.txt; head -c 1 $D/q.txt >/dev/null & "
                      "$SQ run -o $D/q.txt --range 0:1000000");
    EXPECT_EQ(gone.code, 1);
    EXPECT_TRUE(has(gone.err, "Broken pipe")) << gone.err;
    Outcome empty = sh("mkfifo $D/e.i64; : >$D/e.i64 & $SQ run -i $D/e.i64");
    EXPECT_EQ(empty.code, 2);
    EXPECT_TRUE(has(empty.err, "holds no numbers")) << empty.err;
}

TEST_F(Cli, AFailureStopsRanksThatWorkForThemselves)
{
    Outcome o = sh("$MPI -np 3 $SQ run --exchange local --range 3036000000:3037000501");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(has(o.err, "the square of 3037000500")) << o.err;
    EXPECT_LT(o.seconds, 10);
}
