#include "support/numbers.h"
#include "support/temp_dir.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "number/formats.h"
#include "number/numbers.h"
#include "number/range.h"
#include "number/source.h"
}

namespace
{

Source words(std::vector<std::string> texts, enum number_type type, struct err *err)
{
    std::vector<char *> pointers;
    for (std::string &text : texts)
        pointers.push_back(text.data());
    return Source(source_words(pointers.data(), static_cast<int>(pointers.size()), type, err));
}

} // namespace

TEST(SourceFile, Missing)
{
    TempDir dir;
    for (const char *name : {"a.txt", "a.npy", "a.i64", "none/a"}) {
        const std::string path = dir.path(name);
        Err err;
        EXPECT_TRUE(fails(source_open(path.c_str(), TYPE_AUTO, &err), err, ERR_INPUT,
                          {"'" + path + "'", strerror(ENOENT)}));
    }
}

TEST(SourceFile, Folder)
{
    TempDir dir;
    for (const char *name : {"a.txt", "a.npy", "a.i64"}) {
        const std::string path = dir.path(name);
        std::filesystem::create_directory(path);
        Err err;
        EXPECT_TRUE(fails(source_open(path.c_str(), TYPE_AUTO, &err), err, ERR_INPUT,
                          {"'" + path + "'", "folder"}));
    }
}

TEST(SourceFile, Empty)
{
    TempDir dir;
    for (const char *name : {"a.txt", "a.npy", "a.i64"}) {
        const std::string path = dir.write(name, "");
        Err err;
        EXPECT_TRUE(
            fails(source_open(path.c_str(), TYPE_AUTO, &err), err, ERR_INPUT, {"'" + path + "'"}));
    }
}

/* Root reads everything, so it becomes somebody else for the call. */
TEST(SourceFile, NotReadable)
{
    TempDir dir;
    const std::string path = dir.write("a.txt", "1");
    ASSERT_EQ(chmod(path.c_str(), 0), 0);
    uid_t me = geteuid();
    if (me == 0 && seteuid(65534) != 0)
        GTEST_SKIP() << "root cannot become another user here";
    Err err;
    struct source *source = source_open(path.c_str(), TYPE_AUTO, &err);
    ASSERT_EQ(seteuid(me), 0);
    EXPECT_TRUE(fails(source, err, ERR_INPUT, {"'" + path + "'", strerror(EACCES)}));
}

/* Reading one's memory from address 0 opens, and fails at the first byte. */
TEST(SourceFile, ReadThatFails)
{
    Err err;
    EXPECT_TRUE(fails(source_open("/proc/self/mem", TYPE_AUTO, &err), err, ERR_FAILED,
                      {"'/proc/self/mem'", strerror(EIO)}));
}

/* No file descriptor is lost, whether a source opens or not. */
TEST(SourceFile, ClosesWhatItOpened)
{
    TempDir dir;
    auto descriptors = [] {
        auto all = std::filesystem::directory_iterator("/proc/self/fd");
        return std::distance(begin(all), end(all));
    };
    auto before = descriptors();
    const std::string one(8, '\1');
    for (const std::string &path :
         {dir.write("good.txt", "1 2"), dir.write("bad.txt", "x"), dir.write("empty.txt", ""),
          dir.write("good.i64", one), dir.write("bad.i64", "xxx"), dir.write("empty.i64", ""),
          dir.write("bad.npy", "xxxxxxxxxxxxx"), dir.write("cut.npy", "\x93NUM"), dir.path()}) {
        Err err;
        Source source(source_open(path.c_str(), TYPE_AUTO, &err));
    }
    EXPECT_EQ(descriptors(), before);
}

TEST(SourceI64, SizeIsNoMultipleOfEight)
{
    TempDir dir;
    for (size_t size : {1, 7, 9, 15, 801}) {
        const std::string path = dir.write("a.i64", std::string(size, '\1'));
        Err err;
        EXPECT_TRUE(fails(source_open(path.c_str(), TYPE_AUTO, &err), err, ERR_INPUT,
                          {"'" + path + "'", std::to_string(size) + " bytes", "8"}));
    }
}

TEST(SourceI64, IsNeverFloat)
{
    TempDir dir;
    const std::string path = dir.write("a.i64", std::string(8, '\1'));
    Err err;
    EXPECT_TRUE(fails(source_open(path.c_str(), TYPE_FLOAT64, &err), err, ERR_INPUT,
                      {"'" + path + "'", "int64"}));
    EXPECT_TRUE(advises(err, "--type"));
}

TEST(SourceI64, Reads)
{
    TempDir dir;
    const std::vector<int64_t> cells = {0, -1, INT64_MAX, INT64_MIN, 42};
    const std::string path = dir.write("a.i64", bytes_of(cells));
    for (int64_t step : {1, 2, 3, 5, 100})
        for (enum number_type type : {TYPE_AUTO, TYPE_INT64}) {
            Err err;
            Source source(source_open(path.c_str(), type, &err));
            ASSERT_TRUE(works(source.get(), err));
            EXPECT_EQ(source->kind, NUMBER_INT64);
            EXPECT_EQ(source->count, 5);
            EXPECT_EQ(read_all(source.get(), &err, step), cells);
            EXPECT_TRUE(works(0, err));
            EXPECT_EQ(source->position, 5);
        }
}

TEST(SourceI64, FileThatShrinksIsToldOf)
{
    TempDir dir;
    const std::string path = dir.write("a.i64", std::string(80, '\1'));
    Err err;
    Source source(source_open(path.c_str(), TYPE_AUTO, &err));
    ASSERT_TRUE(works(source.get(), err));
    std::filesystem::resize_file(path, 28);
    std::vector<int64_t> room(10);
    struct numbers run;
    EXPECT_TRUE(fails(source_next(source.get(), 10, room.data(), &run, &err), err, ERR_INPUT,
                      {"'" + path + "'", "after number 3"}));
    EXPECT_EQ(err.at, 3);
}

namespace
{

/* A pipe named `path` into which a thread writes `bytes`. */
class Pipe
{
  public:
    Pipe(const std::string &path, const std::string &bytes)
    {
        EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
        writer_ = std::thread([path, bytes] {
            int fd = open(path.c_str(), O_WRONLY);
            for (size_t done = 0; done < bytes.size(); done += 5) { /* in pieces that fit nothing */
                size_t size = bytes.size() - done < 5 ? bytes.size() - done : 5;
                if (write(fd, bytes.data() + done, size) < 0)
                    break;
            }
            close(fd);
        });
    }
    ~Pipe()
    {
        writer_.join();
    }

  private:
    std::thread writer_;
};

} // namespace

TEST(SourcePipe, I64)
{
    TempDir dir;
    const std::vector<int64_t> cells = {1, -2, 3, -4, 5, -6, 7};
    Pipe pipe(dir.path("a.i64"), bytes_of(cells));
    Err err;
    Source source(source_open(dir.path("a.i64").c_str(), TYPE_AUTO, &err));
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->count, COUNT_UNKNOWN);
    EXPECT_EQ(read_all(source.get(), &err, 2), cells);
    EXPECT_TRUE(works(0, err));
}

TEST(SourcePipe, I64ThatEndsWithinANumber)
{
    TempDir dir;
    Pipe pipe(dir.path("a.i64"), std::string(8 * 3 + 4, '\1'));
    Err err;
    Source source(source_open(dir.path("a.i64").c_str(), TYPE_AUTO, &err));
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err, 2).size(), 2u);
    EXPECT_TRUE(fails(-1, err, ERR_INPUT, {dir.path("a.i64"), "after number 3"}));
    EXPECT_EQ(err.at, 3);
}

namespace
{

/* Reads a pipe without waiting, after each `step` bytes that come; `first` are there before it is
 * opened. */
std::vector<int64_t> read_hastily(const std::string &name, const std::string &bytes, size_t first,
                                  size_t step, Err *err)
{
    TempDir dir;
    const std::string path = dir.path(name);
    EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
    int writer = open(path.c_str(), O_RDWR | O_CLOEXEC);
    EXPECT_EQ(write(writer, bytes.data(), first), static_cast<ssize_t>(first));
    Source source(source_open(path.c_str(), TYPE_AUTO, err));
    if (source.get() == nullptr)
        return {};
    source->hasty = true;
    std::vector<int64_t> all;
    int64_t room[4];
    for (size_t done = first; writer >= 0 || source->stalled || all.empty();) {
        size_t size = std::min(step, bytes.size() - done);
        if (size > 0) {
            EXPECT_EQ(write(writer, bytes.data() + done, size), static_cast<ssize_t>(size));
        } else if (writer >= 0) {
            close(writer);
            writer = -1;
        }
        done += size;
        struct numbers got;
        do {
            if (source_next(source.get(), 4, room, &got, err) != 0)
                return all;
            all.insert(all.end(), got.i64, got.i64 + got.count);
        } while (got.count == 4);
        EXPECT_EQ(source->stalled, writer >= 0) << "after " << done << " bytes";
    }
    return all;
}

} // namespace

TEST(SourcePipe, DoesNotWaitIfItsReaderDoesNot)
{
    const std::string text =
        "12 # a comment,, 7\n -345,6\n\n789012 " + std::string(500, '0') + "34\n5 #\n# 8\n-9";
    const std::vector<int64_t> values = {12, -345, 6, 789012, 34, 5, -9};
    const std::vector<int64_t> cells = {1, -2, INT64_MAX, INT64_MIN, 5, -6, 7, 8, 9};
    for (size_t step : {1, 2, 3, 5, 7, 8, 11, 100, 1000}) {
        Err text_err, cells_err;
        EXPECT_EQ(read_hastily("a", text, 3, step, &text_err), values) << step;
        EXPECT_TRUE(works(0, text_err));
        EXPECT_EQ(read_hastily("a.i64", bytes_of(cells), 3, step, &cells_err), cells) << step;
        EXPECT_TRUE(works(0, cells_err));
    }
}

TEST(SourcePipe, ThatStalledIsDamagedAllTheSame)
{
    Err word, cut;
    EXPECT_EQ(read_hastily("a", "1 2 3 4 5\n6 oops 7", 3, 2, &word).size(), 6u);
    EXPECT_TRUE(fails(-1, word, ERR_INPUT, {"line 2", "'oops'"}));
    EXPECT_EQ(read_hastily("a.i64", std::string(8 * 3 + 4, '\1'), 1, 3, &cut).size(), 3u);
    EXPECT_TRUE(fails(-1, cut, ERR_INPUT, {"after number 3"}));
    EXPECT_EQ(cut.at, 3);
}

TEST(SourcePipe, Text)
{
    TempDir dir;
    Pipe pipe(dir.path("a"), "1 22 -333\n4444,55555\n");
    Err err;
    Source source(source_open(dir.path("a").c_str(), TYPE_AUTO, &err));
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err, 2), (std::vector<int64_t>{1, 22, -333, 4444, 55555}));
    EXPECT_TRUE(works(0, err));
}

namespace
{

/* Standard input from a file for as long as it lives. */
class StandardInput
{
  public:
    explicit StandardInput(const std::string &path) : old_(dup(STDIN_FILENO))
    {
        int fd = open(path.c_str(), O_RDONLY);
        dup2(fd, STDIN_FILENO);
        close(fd);
    }
    ~StandardInput()
    {
        dup2(old_, STDIN_FILENO);
        close(old_);
    }

  private:
    int old_;
};

} // namespace

TEST(SourceStandardInput, Reads)
{
    TempDir dir;
    StandardInput input(dir.write("a", "1 2 # two\n3"));
    Err err;
    Source source(source_open("-", TYPE_AUTO, &err));
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err), (std::vector<int64_t>{1, 2, 3}));
    source.reset();
    EXPECT_NE(fcntl(STDIN_FILENO, F_GETFD), -1); /* its own copy was closed */
}

TEST(SourceStandardInput, IsNamedInMessages)
{
    TempDir dir;
    StandardInput input(dir.write("a", "1\nx"));
    Err err;
    Source source(source_open("-", TYPE_AUTO, &err));
    ASSERT_TRUE(works(source.get(), err));
    read_all(source.get(), &err);
    EXPECT_TRUE(fails(-1, err, ERR_INPUT, {"'standard input', line 2", "'x'"}));
}

TEST(SourceWords, Refused)
{
    struct {
        std::vector<std::string> texts;
        enum number_type type;
        const char *where;
        const char *cause;
    } const rows[] = {
        {{""}, TYPE_AUTO, "argument 1", "not a number"},
        {{"1", "two"}, TYPE_AUTO, "argument 2", "'two' is not a number"},
        {{"1", "2", "9223372036854775808"}, TYPE_AUTO, "argument 3", "int64"},
        {{"1", "2.5"}, TYPE_INT64, "argument 2", "'2.5'"},
        {{"1.5", "0x10"}, TYPE_AUTO, "argument 2", "'0x10' is not a number"},
        {{"1.5", "1e999"}, TYPE_AUTO, "argument 2", "float64"},
        {{"1 2"}, TYPE_AUTO, "argument 1", "'1 2' is not a number"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.texts.back());
        Err err;
        EXPECT_TRUE(
            fails(words(row.texts, row.type, &err).get(), err, ERR_INPUT, {row.where, row.cause}));
    }
}

TEST(SourceWords, CommasAreExplained)
{
    for (const char *text : {"1,000", "0,5", "1,2,3", "3,,5", "1;2"}) {
        Err err;
        EXPECT_TRUE(fails(words({"7", text}, TYPE_AUTO, &err).get(), err, ERR_INPUT,
                          {"argument 2", text, "is not a number"}));
        EXPECT_TRUE(advises(err, "1000 for 1,000"));
    }
}

TEST(SourceWords, Whole)
{
    Err err;
    Source source = words({"3", "-4", "+5", "-9223372036854775808"}, TYPE_AUTO, &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->kind, NUMBER_INT64);
    EXPECT_EQ(source->count, 4);
    EXPECT_EQ(read_all(source.get(), &err, 3), (std::vector<int64_t>{3, -4, 5, INT64_MIN}));
}

TEST(SourceWords, OneFractionMakesAllFloat)
{
    Err err;
    Source source = words({"3", "-4.5", "1e2"}, TYPE_AUTO, &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->kind, NUMBER_FLOAT64);
    EXPECT_EQ(read_all(source.get(), &err), bits_of(std::vector<double>{3, -4.5, 100}));
}

TEST(SourceWords, FloatWhenAskedFor)
{
    Err err;
    Source source = words({"3", "-4"}, TYPE_FLOAT64, &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->kind, NUMBER_FLOAT64);
    EXPECT_EQ(read_all(source.get(), &err), bits_of(std::vector<double>{3, -4}));
}

TEST(SourceMemory, GivesItsOwnMemory)
{
    std::vector<int64_t> cells = {1, 2, 3, 4, 5};
    Err err;
    Source source(source_memory(NUMBER_INT64, cells.data(), 5, &err));
    ASSERT_TRUE(works(source.get(), err));
    struct numbers run;
    ASSERT_TRUE(works(source_next(source.get(), 3, nullptr, &run, &err), err));
    EXPECT_EQ(run.i64, cells.data());
    EXPECT_EQ(run.count, 3);
    ASSERT_TRUE(works(source_next(source.get(), 3, nullptr, &run, &err), err));
    EXPECT_EQ(run.i64, cells.data() + 3);
    EXPECT_EQ(run.first, 3);
    EXPECT_EQ(run.count, 2);
    ASSERT_TRUE(works(source_next(source.get(), 3, nullptr, &run, &err), err));
    EXPECT_EQ(run.count, 0);
}

TEST(SourceMemory, OfNothingIsAtItsEnd)
{
    Err err;
    Source source(source_memory(NUMBER_FLOAT64, nullptr, 0, &err));
    ASSERT_TRUE(works(source.get(), err));
    struct numbers run;
    ASSERT_TRUE(works(source_next(source.get(), 3, nullptr, &run, &err), err));
    EXPECT_EQ(run.count, 0);
    EXPECT_EQ(run.kind, NUMBER_FLOAT64);
}

TEST(SourceRange, GivesTheRange)
{
    const struct range range = {10, -3, 7};
    for (int64_t step : {1, 2, 7, 100}) {
        Err err;
        Source source(source_range(&range, &err));
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(source->count, 7);
        EXPECT_EQ(source->kind, NUMBER_INT64);
        EXPECT_EQ(read_all(source.get(), &err, step),
                  (std::vector<int64_t>{10, 7, 4, 1, -2, -5, -8}));
    }
}

TEST(Source, DestroyTakesNull)
{
    source_destroy(nullptr);
}

TEST(Format, IsToldByTheName)
{
    struct {
        const char *path;
        const struct format *format;
    } const rows[] = {
        {"a.npy", &FORMAT_NPY},     {"a.i64", &FORMAT_I64},      {"a.txt", &FORMAT_TEXT},
        {"a", &FORMAT_TEXT},        {"", &FORMAT_TEXT},          {"-", &FORMAT_TEXT},
        {"npy", &FORMAT_TEXT},      {"a.npy.txt", &FORMAT_TEXT}, {"b.i64/a", &FORMAT_TEXT},
        {"a.txt.npy", &FORMAT_NPY},
    };
    for (const auto &row : rows)
        EXPECT_EQ(format_of(row.path), row.format) << row.path;
}

/* Only of these can a part be read by itself; of a pipe never. */
TEST(SourceFile, WhereTheFirstNumberLies)
{
    TempDir dir;
    Err err;
    Source raw(source_open(dir.write("a.i64", std::string(16, '\1')).c_str(), TYPE_AUTO, &err));
    EXPECT_EQ(raw->start, 0);
    Source text(source_open(dir.write("a.txt", "1 2").c_str(), TYPE_AUTO, &err));
    EXPECT_EQ(text->start, START_UNKNOWN);
    EXPECT_TRUE(named_as_cells("a.i64") && named_as_cells("b/a.npy"));
    EXPECT_FALSE(named_as_cells("a.txt") || named_as_cells("-") || named_as_cells("a"));
}
