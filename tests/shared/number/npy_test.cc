#include "support/numbers.h"
#include "support/temp_dir.h"

#include <cmath>
#include <cstdlib>

namespace
{

const std::string MAGIC = "\x93NUMPY";

/* The start of a .npy file as NEP 1 describes it: magic, version, length, dict. */
std::string header(int version, const std::string &dict)
{
    std::string bytes = MAGIC + static_cast<char>(version) + '\0';
    size_t width = version == 1 ? 2 : 4;
    for (size_t i = 0; i < width; i++)
        bytes += static_cast<char>(dict.size() >> (8 * i) & 0xff);
    return bytes + dict;
}

std::string dict(const std::string &descr, const std::string &order, const std::string &shape)
{
    return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

class Npy : public testing::Test
{
  protected:
    TempDir dir;

    Source open(const std::string &bytes, struct err *err, enum number_type type = TYPE_AUTO)
    {
        return Source(source_open(dir.write("a.npy", bytes).c_str(), type, err));
    }
    std::string name() const
    {
        return "'" + dir.path("a.npy") + "'";
    }
};

} // namespace

TEST_F(Npy, Refused)
{
    const std::string data = bytes_of(std::vector<int64_t>{1, 2, 3});
    const std::string good = dict("'<i8'", "False", "(3,)");
    auto of = [&](const char *descr, const char *order, const char *shape) {
        return header(1, dict(descr, order, shape)) + data;
    };
    struct {
        const char *what;
        std::string bytes;
        const char *cause;
        const char *remedy;
    } const rows[] = {
        {"empty", "", "header", ""},
        {"cut in the magic", "\x93NU", "header", ""},
        {"cut behind the version", (MAGIC + '\1') + '\0', "header", ""},
        {"cut in the length", ((MAGIC + '\1') + '\0') + 'v', "header", ""},
        {"cut in the dict", header(1, good).substr(0, 40), "header", ""},
        {"wrong magic", "\x93NUMPX" + header(1, good).substr(6) + data, "begin", ""},
        {"text", "1\n2\n3\n4\n5\n6\n", "begin", ""},
        {"version 0", header(0, good) + data, "version", ""},
        {"version 4", header(4, good) + data, "version", ""},
        {"endless header", ((MAGIC + '\2') + '\0') + "\xff\xff\xff\xff" + good + data, "too long",
         ""},
        {"no descr", header(1, "{'fortran_order': False, 'shape': (3,), }") + data, "'descr'", ""},
        {"no order", header(1, "{'descr': '<i8', 'shape': (3,), }") + data, "'fortran_order'", ""},
        {"no shape", header(1, "{'descr': '<i8', 'fortran_order': False, }") + data, "'shape'", ""},
        {"no dict", header(1, "") + data, "'descr'", ""},
        {"zeros for a dict", header(1, std::string(20, '\0')) + data, "'descr'", ""},
        {"big-endian", of("'>i8'", "False", "(3,)"), "big-endian", "astype('<i8')"},
        {"big-endian float", of("'>f8'", "False", "(3,)"), "big-endian", "astype('<f8')"},
        {"float32", of("'<f4'", "False", "(3,)"), "<f4", "astype('float64')"},
        {"int32", of("'<i4'", "False", "(3,)"), "<i4", "astype('int64')"},
        {"uint64", of("'<u8'", "False", "(3,)"), "<u8", "astype("},
        {"bool", of("'|b1'", "False", "(3,)"), "|b1", "astype("},
        {"objects", of("'|O'", "False", "(3,)"), "|O", "astype("},
        {"complex", of("'<c16'", "False", "(3,)"), "<c16", "astype("},
        {"fields", of("[('a', '<i8')]", "False", "(3,)"), "[('a'", "astype("},
        {"Fortran order", of("'<i8'", "True", "(3,)"), "Fortran", "ravel"},
        {"0-D", of("'<i8'", "False", "()"), "0 dimensions", "ravel"},
        {"2-D", of("'<i8'", "False", "(1, 3)"), "2 dimensions", "ravel"},
        {"3-D", of("'<i8'", "False", "(1, 3, 1)"), "3 dimensions", "ravel"},
        {"shape of words", of("'<i8'", "False", "(a,)"), "shape", ""},
        {"shape below 0", of("'<i8'", "False", "(-3,)"), "shape", ""},
        {"shape past int64", of("'<i8'", "False", "(99999999999999999999,)"), "shape", ""},
        {"shape of int64", of("'<i8'", "False", "(9223372036854775807,)"), "shape", ""},
        {"shape in wrap", of("'<i8'", "False", "(2305843009213693955,)"), "shape", ""},
        {"shape without end",
         header(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (3") + data, "shape", ""},
        {"shape no tuple", of("'<i8'", "False", "3"), "'shape'", ""},
        {"of nothing", header(1, dict("'<i8'", "False", "(0,)")), "no numbers", ""},
        {"cut in the cells", header(1, good) + data.substr(0, 20), "the file has", ""},
        {"without cells", header(1, good), "the file has", ""},
        {"extra byte", header(1, good) + data + "x", "the file has", ""},
        {"extra number", header(1, good) + data + data.substr(8), "the file has", ""},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.what);
        Err err;
        EXPECT_TRUE(fails(open(row.bytes, &err).get(), err, ERR_INPUT, {name(), row.cause}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
}

TEST_F(Npy, TypeOfTheFileCannotBeChanged)
{
    const std::string cell(8, '\0');
    Err err;
    EXPECT_TRUE(
        fails(open(header(1, dict("'<i8'", "False", "(1,)")) + cell, &err, TYPE_FLOAT64).get(), err,
              ERR_INPUT, {name(), "int64"}));
    EXPECT_TRUE(advises(err, "--type"));
    Err other;
    EXPECT_TRUE(
        fails(open(header(1, dict("'<f8'", "False", "(1,)")) + cell, &other, TYPE_INT64).get(),
              other, ERR_INPUT, {name(), "float64"}));
}

TEST_F(Npy, VersionsAndLayoutsOfTheHeader)
{
    const std::vector<int64_t> cells = {5, -6, INT64_MIN};
    const std::string dicts[] = {
        dict("'<i8'", "False", "(3,)"),
        "{'shape': (3,), 'fortran_order': False, 'descr': '<i8'}",
        "{'descr':'<i8','fortran_order':False,'shape':(3,)}",
        dict("'<i8'", "False", "(3,)") + std::string(5000, ' ') + "\n",
        "{'descr': '<i8', 'fortran_order': False, 'shape': ( 3 , ), }",
    };
    for (int version : {1, 2, 3})
        for (const std::string &text : dicts)
            for (int64_t step : {1, 2, 100}) {
                SCOPED_TRACE(testing::Message() << version << ": " << text.substr(0, 80));
                Err err;
                Source source = open(header(version, text) + bytes_of(cells), &err);
                ASSERT_TRUE(works(source.get(), err));
                EXPECT_EQ(source->kind, NUMBER_INT64);
                EXPECT_EQ(source->count, 3);
                EXPECT_EQ(read_all(source.get(), &err, step), cells);
                EXPECT_TRUE(works(0, err));
            }
}

TEST_F(Npy, Float64)
{
    std::vector<double> values = {0.5, -0.0, INFINITY, NAN, 5e-324};
    Err err;
    Source source = open(header(1, dict("'<f8'", "False", "(5,)")) + bytes_of(values), &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->kind, NUMBER_FLOAT64);
    EXPECT_EQ(read_all(source.get(), &err), bits_of(values));
}

TEST_F(Npy, FileThatShrinksIsToldOf)
{
    const std::string start = header(1, dict("'<i8'", "False", "(5,)"));
    Err err;
    Source source = open(start + std::string(40, '\1'), &err);
    ASSERT_TRUE(works(source.get(), err));
    std::filesystem::resize_file(dir.path("a.npy"), start.size() + 16);
    std::vector<int64_t> room(5);
    struct numbers run;
    EXPECT_TRUE(fails(source_next(source.get(), 5, room.data(), &run, &err), err, ERR_INPUT,
                      {name(), "behind number 2"}));
    EXPECT_EQ(err.at, 2);
}

namespace
{

class RealNumpy : public testing::Test
{
  protected:
    TempDir dir;

    void SetUp() override
    {
        if (system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0)
            GTEST_SKIP() << "no NumPy here: nothing was tried against the real one";
    }
    /* Runs a program in the folder; a is numpy. */
    bool python(const std::string &program)
    {
        dir.write("program.py", "import numpy as n\n" + program);
        return system(("cd '" + dir.path() + "' && /usr/bin/python3 program.py").c_str()) == 0;
    }
};

} // namespace

TEST_F(RealNumpy, WhatItSavesIsRead)
{
    ASSERT_TRUE(python("n.save('i.npy', n.arange(-5, 1000, 7))\n"
                       "n.save('f.npy', n.array([0.1, -0.0, n.inf, 1e300]))\n"
                       "n.lib.format.write_array(open('v2.npy', 'wb'), n.arange(3), (2, 0))\n"
                       "n.save('slice.npy', n.arange(10)[::-3])\n"));
    std::vector<int64_t> counted;
    for (int64_t i = -5; i < 1000; i += 7)
        counted.push_back(i);
    struct {
        const char *name;
        enum number_kind kind;
        std::vector<int64_t> cells;
    } const rows[] = {
        {"i.npy", NUMBER_INT64, counted},
        {"f.npy", NUMBER_FLOAT64, bits_of(std::vector<double>{0.1, -0.0, INFINITY, 1e300})},
        {"v2.npy", NUMBER_INT64, {0, 1, 2}},
        {"slice.npy", NUMBER_INT64, {9, 6, 3, 0}},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.name);
        Err err;
        Source source(source_open(dir.path(row.name).c_str(), TYPE_AUTO, &err));
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(source->kind, row.kind);
        EXPECT_EQ(read_all(source.get(), &err), row.cells);
    }
}

TEST_F(RealNumpy, WhatItSavesInOtherFormsIsRefused)
{
    ASSERT_TRUE(python("n.save('big.npy', n.arange(3).astype('>i8'))\n"
                       "n.save('single.npy', n.zeros(3, 'float32'))\n"
                       "n.save('table.npy', n.zeros((2, 3)))\n"
                       "n.save('fortran.npy', n.asfortranarray(n.zeros((2, 3))))\n"
                       "n.save('scalar.npy', n.int64(3))\n"
                       "n.save('none.npy', n.zeros(0))\n"
                       "n.savez('zip.npz', a=n.zeros(3))\n"
                       "import os; os.rename('zip.npz', 'zip.npy')\n"));
    for (const char *name : {"big.npy", "single.npy", "table.npy", "fortran.npy", "scalar.npy",
                             "none.npy", "zip.npy"}) {
        Err err;
        EXPECT_TRUE(fails(source_open(dir.path(name).c_str(), TYPE_AUTO, &err), err, ERR_INPUT,
                          {"'" + dir.path(name) + "'"}));
    }
}

TEST_F(RealNumpy, ReadsWhatASinkWrites)
{
    std::vector<int64_t> whole = {1, -2, INT64_MIN};
    std::vector<double> part = {0.5, NAN};
    const struct {
        const char *name;
        struct numbers run;
    } rows[] = {{"i.npy", run_of(whole)}, {"f.npy", run_of(part)}};
    for (const auto &row : rows) {
        struct sink sink;
        Err err;
        ASSERT_TRUE(works(sink_open(&sink, dir.path(row.name).c_str(), row.run.kind, &err), err));
        EXPECT_TRUE(works(sink_put(&sink, &row.run, &err), err));
        EXPECT_TRUE(works(sink_commit(&sink, &err), err));
        sink_release(&sink);
    }
    EXPECT_TRUE(python("a = n.load('i.npy')\n"
                       "assert a.dtype == n.int64 and a.shape == (3,)\n"
                       "assert a.tolist() == [1, -2, -2**63]\n"
                       "b = n.load('f.npy')\n"
                       "assert b.dtype == n.float64 and b.shape == (2,)\n"
                       "assert b[0] == 0.5 and n.isnan(b[1])\n"));
}
