#include "support/numbers.h"
#include "support/temp_dir.h"

#include <cmath>

extern "C" {
#include "base/err.h"
#include "base/outfile.h"
#include "number/numbers.h"
#include "number/sink.h"
#include "number/source.h"
}

namespace
{

class Sink : public testing::Test
{
  protected:
    TempDir dir;
    struct sink sink = {};
    Err err;

    Sink()
    {
        sink.file = OUTFILE_CLOSED;
    }
    ~Sink() override
    {
        sink_release(&sink);
    }
    int open(const std::string &name, enum number_kind kind)
    {
        return sink_open(&sink, dir.path(name).c_str(), kind, &err);
    }
    template <typename T> int put(std::vector<T> cells)
    {
        struct numbers run = run_of(cells, sink.count);
        return sink_put(&sink, &run, &err);
    }
};

} // namespace

TEST_F(Sink, MissingFolder)
{
    EXPECT_TRUE(fails(open("none/a.txt", NUMBER_INT64), err, ERR_INPUT, {dir.path("none/a.txt")}));
}

TEST_F(Sink, RawRefusesFloat64)
{
    EXPECT_TRUE(fails(open("a.i64", NUMBER_FLOAT64), err, ERR_INPUT,
                      {"'" + dir.path("a.i64") + "'", "float64"}));
    EXPECT_TRUE(advises(err, ".npy"));
    EXPECT_EQ(sink.file.fd, -1);
    EXPECT_TRUE(dir.list().empty());
}

TEST_F(Sink, FullDevice)
{
    for (const char *name : {"/dev/full"}) {
        ASSERT_TRUE(works(sink_open(&sink, name, NUMBER_INT64, &err), err));
        EXPECT_TRUE(fails(put<int64_t>({1}), err, ERR_FAILED, {name}));
    }
}

TEST_F(Sink, Text)
{
    ASSERT_TRUE(works(open("a.txt", NUMBER_INT64), err));
    EXPECT_TRUE(works(put<int64_t>({1, -2}), err));
    EXPECT_TRUE(works(put<int64_t>({}), err));
    EXPECT_TRUE(works(put<int64_t>({INT64_MIN, INT64_MAX}), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    EXPECT_EQ(dir.read("a.txt"), "1\n-2\n-9223372036854775808\n9223372036854775807\n");
}

TEST_F(Sink, TextOfFloats)
{
    ASSERT_TRUE(works(open("a", NUMBER_FLOAT64), err));
    EXPECT_TRUE(works(put<double>({0.1, -0.0, 1e300, 1.0 / 3, NAN, INFINITY, -INFINITY}), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    EXPECT_EQ(dir.read("a"), "0.1\n-0.0\n1e+300\n0.3333333333333333\nnan\ninf\n-inf\n");
}

TEST_F(Sink, MuchText)
{
    std::vector<int64_t> cells;
    std::string expected;
    for (int64_t i = 0; i < 20000; i++) {
        cells.push_back(INT64_MIN + i * i);
        expected += std::to_string(cells.back()) + "\n";
    }
    ASSERT_TRUE(works(open("a.txt", NUMBER_INT64), err));
    EXPECT_TRUE(works(put(cells), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    EXPECT_EQ(dir.read("a.txt"), expected);
}

TEST_F(Sink, Raw)
{
    ASSERT_TRUE(works(open("a.i64", NUMBER_INT64), err));
    EXPECT_TRUE(works(put<int64_t>({1}), err));
    EXPECT_TRUE(works(put<int64_t>({-2}), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    EXPECT_EQ(dir.read("a.i64"),
              std::string("\1\0\0\0\0\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff", 16));
}

/* As numpy.save writes it, except for the padding: 128 bytes, then the cells. */
TEST_F(Sink, Npy)
{
    ASSERT_TRUE(works(open("a.npy", NUMBER_INT64), err));
    EXPECT_TRUE(works(put<int64_t>({1}), err));
    EXPECT_TRUE(works(put<int64_t>({-2, 3}), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    std::string expected = std::string("\x93NUMPY\1\0\x76\0", 10) +
                           "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }";
    expected.resize(127, ' ');
    EXPECT_EQ(dir.read("a.npy"), expected + "\n" + bytes_of(std::vector<int64_t>{1, -2, 3}));
}

TEST_F(Sink, NpyOfFloats)
{
    ASSERT_TRUE(works(open("a.npy", NUMBER_FLOAT64), err));
    EXPECT_TRUE(works(put<double>({0.5}), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    const std::string bytes = dir.read("a.npy");
    EXPECT_NE(bytes.find("'descr': '<f8'"), std::string::npos);
    EXPECT_NE(bytes.find("'shape': (1,)"), std::string::npos);
    EXPECT_EQ(bytes.substr(128), bytes_of(std::vector<double>{0.5}));
}

TEST_F(Sink, WrittenFilesReadBack)
{
    const std::vector<int64_t> cells = {3, -4, INT64_MAX, INT64_MIN, 0};
    for (const char *name : {"a.txt", "a.npy", "a.i64"}) {
        SCOPED_TRACE(name);
        ASSERT_TRUE(works(open(name, NUMBER_INT64), err));
        EXPECT_TRUE(works(put(cells), err));
        EXPECT_TRUE(works(sink_commit(&sink, &err), err));
        sink_release(&sink);
        Source source(source_open(dir.path(name).c_str(), TYPE_INT64, &err));
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(read_all(source.get(), &err), cells);
    }
}

TEST_F(Sink, FloatsInTextReadBackToTheBit)
{
    const std::vector<double> values = {
        0.1, 1.0 / 3, 1e22, 123456789.125, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, -0.0};
    ASSERT_TRUE(works(open("a.txt", NUMBER_FLOAT64), err));
    EXPECT_TRUE(works(put(values), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    Source source(source_open(dir.path("a.txt").c_str(), TYPE_FLOAT64, &err));
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err), bits_of(values));
}

TEST_F(Sink, WithoutCommitLeavesNothing)
{
    for (const char *name : {"a.txt", "a.npy", "a.i64"}) {
        ASSERT_TRUE(works(open(name, NUMBER_INT64), err));
        EXPECT_TRUE(works(put<int64_t>({1, 2}), err));
        sink_release(&sink);
        EXPECT_TRUE(dir.list().empty()) << name;
    }
}

TEST_F(Sink, WithoutAFileCounts)
{
    ASSERT_TRUE(works(sink_open(&sink, nullptr, NUMBER_INT64, &err), err));
    EXPECT_TRUE(works(put<int64_t>({1, 2}), err));
    EXPECT_TRUE(works(put<int64_t>({3}), err));
    EXPECT_EQ(sink.count, 3);
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
    EXPECT_TRUE(dir.list().empty());
}

/* What one process writes of it, header and end, and what others do at their places. */
TEST_F(Sink, SharedIsWrittenByOthers)
{
    const std::vector<int64_t> cells = {3, -4, INT64_MAX};
    for (const char *name : {"a.npy", "a.i64"}) {
        SCOPED_TRACE(name);
        ASSERT_TRUE(works(open(name, NUMBER_INT64), err));
        EXPECT_TRUE(works(put(cells), err));
        EXPECT_TRUE(works(sink_commit(&sink, &err), err));
        const std::string alone = dir.read(name);
        sink_release(&sink);
        ASSERT_TRUE(
            works(sink_open_shared(&sink, dir.path(name).c_str(), NUMBER_INT64, &err), err));
        EXPECT_TRUE(works(sink_reserve(&sink, 3, &err), err));
        for (size_t i : {2, 0, 1}) {
            std::fstream other(sink.file.temporary);
            other.seekp(sink.start + static_cast<int64_t>(i) * 8);
            other.write(reinterpret_cast<const char *>(&cells[i]), 8);
        }
        sink.count = 3;
        EXPECT_TRUE(works(sink_commit(&sink, &err), err));
        EXPECT_EQ(dir.read(name), alone);
        sink_release(&sink);
    }
}

TEST_F(Sink, SharedOfMoreThanAFileHolds)
{
    ASSERT_TRUE(works(sink_open_shared(&sink, dir.path("a.i64").c_str(), NUMBER_INT64, &err), err));
    EXPECT_TRUE(
        fails(sink_reserve(&sink, INT64_MAX / 8 + 1, &err), err, ERR_INPUT, {"fit into no file"}));
}

TEST_F(Sink, SharedWithoutAFileIsNothing)
{
    ASSERT_TRUE(works(sink_open_shared(&sink, nullptr, NUMBER_INT64, &err), err));
    EXPECT_TRUE(works(sink_reserve(&sink, 3, &err), err));
    EXPECT_TRUE(works(sink_commit(&sink, &err), err));
}
