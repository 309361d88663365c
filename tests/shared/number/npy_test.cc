#include "support/numbers.h"
#include "support/temp_dir.h"

#include <cmath>
#include <cstdlib>

extern "C" {
#include "base/err.h"
#include "number/npy_header.h"
#include "number/numbers.h"
#include "number/sink.h"
#include "number/source.h"
#include "number/source_notes.h"
}

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
        {"cut after the version", (MAGIC + '\1') + '\0', "header", ""},
        {"cut in the length", ((MAGIC + '\1') + '\0') + 'v', "header", ""},
        {"cut in the dict", header(1, good).substr(0, 40), "header", ""},
        {"wrong magic", "\x93NUMPX" + header(1, good).substr(6) + data, "begin", ""},
        {"text", "1\n2\n3\n4\n5\n6\n", "begin", ""},
        {"version 0", header(0, good) + data, "version", ""},
        {"version 4", header(4, good) + data, "version", ""},
        {"version 1.1", header(1, good).replace(7, 1, "\1") + data, "version", ""},
        {"endless header", ((MAGIC + '\2') + '\0') + "\xff\xff\xff\xff" + good + data, "too long",
         ""},
        {"no descr", header(1, "{'fortran_order': False, 'shape': (3,), }") + data, "'descr'", ""},
        {"no order", header(1, "{'descr': '<i8', 'shape': (3,), }") + data, "'fortran_order'", ""},
        {"no shape", header(1, "{'descr': '<i8', 'fortran_order': False, }") + data, "'shape'", ""},
        {"no dict", header(1, "") + data, "'descr'", ""},
        {"zeros for a dict", header(1, std::string(20, '\0')) + data, "'descr'", ""},
        {"float32", of("'<f4'", "False", "(3,)"), "<f4", "astype('float64')"},
        {"int32", of("'<i4'", "False", "(3,)"), "<i4", "astype('int64')"},
        {"uint64", of("'<u8'", "False", "(3,)"), "<u8", "astype("},
        {"bool", of("'|b1'", "False", "(3,)"), "|b1", "astype("},
        {"objects", of("'|O'", "False", "(3,)"), "|O", "astype("},
        {"complex", of("'<c16'", "False", "(3,)"), "<c16", "astype("},
        {"fields", of("[('a', '<i8')]", "False", "(3,)"), "[('a', '<i8')]", "a.dtype.names"},
        {"order that is no bool", of("'<i8'", "0", "(3,)"), "'fortran_order'", ""},
        {"Fortran order in 2-D", of("'<i8'", "True", "(3, 1)"), "2 dimensions", "ravel"},
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
        {"shape a list", of("'<i8'", "False", "[3]"), "'shape'", ""},
        {"shape in octal of Python 2", of("'<i8'", "False", "(03,)"), "shape", ""},
        {"no string for a type", of("<i8", "False", "(3,)"), "'descr'", ""},
        {"string without end", of("'<i8", "False", "(3,)"), "'descr'", ""},
        {"bracket without end", of("'<i8'", "False", "((3,)"), "'shape'", ""},
        {"escape without end", of("'\\x'", "False", "(3,)"), "'descr'", ""},
        {"brackets", header(1, std::string(3000, '(') + std::string(3000, '{')), "'descr'", ""},
        {"of nothing", header(1, dict("'<i8'", "False", "(0,)")), "no numbers", ""},
        {"cut in the cells", header(1, good) + data.substr(0, 20), "the file has", ""},
        {"without cells", header(1, good), "the file has", ""},
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

/* Each by NumPy, too: see RealNumpy below. `3` numbers of 8 bytes follow. */
struct Form {
    const char *dict;
    enum number_kind kind;
    bool swapped;
};

static const Form FORMS[] = {
    /* of Julia's NPZ and of Fortran's writers */
    {"{'descr': '<i8', 'fortran_order': True, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': '<f8', 'fortran_order': True, 'shape': (3,)}", NUMBER_FLOAT64, false},
    /* other names of the type */
    {"{'descr': '=i8', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': '|i8', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': 'i8', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': '<q', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': '=q', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': 'l', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': '<l', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': 'p', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': 'int64', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': 'int', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': 'longlong', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, false},
    {"{'descr': 'f8', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    {"{'descr': '=f8', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    {"{'descr': '|f8', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    {"{'descr': 'd', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    {"{'descr': '<d', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    {"{'descr': 'float64', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    {"{'descr': 'float', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    {"{'descr': 'double', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, false},
    /* big-endian */
    {"{'descr': '>i8', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, true},
    {"{'descr': '>f8', 'fortran_order': True, 'shape': (3,), }", NUMBER_FLOAT64, true},
    {"{'descr': '>q', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, true},
    {"{'descr': '>l', 'fortran_order': False, 'shape': (3,), }", NUMBER_INT64, true},
    {"{'descr': '>d', 'fortran_order': False, 'shape': (3,), }", NUMBER_FLOAT64, true},
    /* other ways to write the dict */
    {"{\"descr\": \"<i8\", \"fortran_order\": False, \"shape\": (3,)}", NUMBER_INT64, false},
    {"{'descr' : '<i8' , 'fortran_order' : False , 'shape' : ( 3 , ) , }  ", NUMBER_INT64, false},
    {"{'fortran_order':True,'shape':(3,),'descr':'<f8'}", NUMBER_FLOAT64, false},
    {"\n{\n'descr': '<i8',\n\t'fortran_order': False,\r\n'shape': (3,),\n}\n\n", NUMBER_INT64,
     false},
    {"{'descr': '<i8', # it's a comment: (\n'fortran_order': False, 'shape': (3,)} # }",
     NUMBER_INT64, false},
    {"{'descr': '<i8', 'fortran_order': False, 'shape': \\\n(3,)}", NUMBER_INT64, false},
    {"{'descr': u'<i8', u'fortran_order': False, u'shape': (3L,), }", NUMBER_INT64, false},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (3L,), }", NUMBER_FLOAT64, false},
    {"{'descr': ('<i8'), 'fortran_order': (False), 'shape': ((3,))}", NUMBER_INT64, false},
    {"{('descr'): '>i08', (('fortran_order')): True, 'shape': (3,)}", NUMBER_INT64, true},
    {"{'descr': 'f008', 'fortran_order': True, 'shape': (3,)}", NUMBER_FLOAT64, false},
    {"({'descr': '<i8', 'fortran_order': False, 'shape': (3,)})", NUMBER_INT64, false},
    {"{'descr': '<f8', 'descr': '<i8', 'fortran_order': False, 'shape': (3,)}", NUMBER_INT64,
     false},
    {"{'descr': '<' 'i8', 'fortran_order': False, 'shape': (+3,)}", NUMBER_INT64, false},
    {"{'descr': \"\"\"<i8\"\"\", 'fortran_order': False, 'shape': (0x3,)}", NUMBER_INT64, false},
    {"{'descr': '\\x3ci\\70', 'fortran_order': False, 'shape': (0b1_1,)}", NUMBER_INT64, false},
    {"{'descr': r'<i8', 'fortran_order': False, 'shape': (0o3,)}", NUMBER_INT64, false},
};

TEST_F(Npy, FormsOfTheHeader)
{
    std::vector<int64_t> cells = {1, -2, bits_of(0.1)};
    for (const Form &form : FORMS)
        for (int64_t step : {1, 100}) {
            SCOPED_TRACE(form.dict);
            std::vector<int64_t> stored = cells;
            for (int64_t &cell : stored)
                if (form.swapped)
                    cell = static_cast<int64_t>(__builtin_bswap64(static_cast<uint64_t>(cell)));
            Err err;
            Source source = open(header(1, form.dict) + bytes_of(stored), &err);
            ASSERT_TRUE(works(source.get(), err));
            EXPECT_EQ(source->kind, form.kind);
            EXPECT_EQ(source->count, 3);
            EXPECT_EQ(source->swapped, form.swapped);
            EXPECT_EQ(read_all(source.get(), &err, step), cells);
            EXPECT_TRUE(works(0, err));
        }
}

TEST_F(Npy, NoNumbersIsSaidInEveryForm)
{
    for (const char *text : {"{'descr': '>f8', 'fortran_order': True, 'shape': (0,), }",
                             "{'descr': 'i8', 'fortran_order': False, 'shape': (0L,), }"}) {
        Err err;
        EXPECT_TRUE(fails(open(header(1, text), &err).get(), err, ERR_INPUT, {"holds no numbers"}));
    }
}

/* A header cut or changed anywhere is read or refused, and no byte outside of it is looked at. */
TEST(NpyHeader, Damaged)
{
    auto parse = [](const std::string &text) {
        std::vector<char> dict(text.begin(), text.end()); /* of just its size, for the sanitizer */
        dict.push_back('\0');
        struct npy_header header = {};
        Err err;
        int status = npy_header_parse(dict.data(), text.size(), "a.npy", &header, &err);
        EXPECT_EQ(status, err_is(&err) ? -1 : 0) << text;
    };
    for (const Form &form : FORMS) {
        const std::string good = form.dict;
        for (size_t i = 0; i < good.size(); i++) {
            parse(good.substr(0, i));
            parse(good.substr(i));
            for (const char c : {'\0', '\'', '"', '(', ')', '{', '}', '\\', '#', ',', ':', '9'}) {
                std::string changed = good;
                changed[i] = c;
                parse(changed);
            }
        }
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

/* As numpy.load does, the first array of several is read. The rest is told of. */
TEST_F(Npy, WhatLiesBehindTheArrayIsToldOf)
{
    const std::string whole = header(1, dict("'<i8'", "False", "(2,)")) + std::string(16, '\1');
    for (const std::string &rest : {std::string("x"), whole, std::string(8, '\0'), std::string()}) {
        Err err;
        Source source = open(whole + rest, &err);
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(read_all(source.get(), &err).size(), 2u);
        EXPECT_TRUE(works(0, err));
        struct source_note notes[SOURCE_NOTES];
        ASSERT_EQ(source_notes(source.get(), "a.npy", notes), rest.empty() ? 0 : 1);
        if (rest.empty())
            continue;
        const std::string text = notes[0].text;
        EXPECT_NE(text.find("'a.npy' goes on for " + std::to_string(rest.size()) + " bytes"),
                  std::string::npos)
            << text;
    }
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
                      {name(), "after number 2"}));
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

/* The table of forms holds what NumPy reads, and as what. */
TEST_F(RealNumpy, ReadsTheSameForms)
{
    std::string program = "import warnings; warnings.simplefilter('ignore')\n";
    const std::vector<int64_t> cells = {1, -2, bits_of(0.1)};
    for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
        const std::string name = std::to_string(i) + ".npy";
        dir.write(name, header(1, FORMS[i].dict) + bytes_of(cells));
        program += "a = n.load('" + name + "')\n" + "assert a.shape == (3,), '" + name + "'\n" +
                   "assert a.dtype == n.dtype('" + (FORMS[i].swapped ? ">" : "<") +
                   (FORMS[i].kind == NUMBER_INT64 ? "i8" : "f8") + "'), '" + name + "'\n";
    }
    EXPECT_TRUE(python(program));
}

TEST_F(RealNumpy, BigEndianIsRead)
{
    ASSERT_TRUE(python("n.save('a.npy', n.array([1, -2, 2**62]).astype('>i8'))\n"
                       "n.save('b.npy', n.array([0.1, -1e300]).astype('>f8'))\n"));
    const std::vector<double> floats = {0.1, -1e300};
    Err err;
    Source whole(source_open(dir.path("a.npy").c_str(), TYPE_AUTO, &err));
    ASSERT_TRUE(works(whole.get(), err));
    EXPECT_EQ(read_all(whole.get(), &err), (std::vector<int64_t>{1, -2, INT64_C(1) << 62}));
    Source part(source_open(dir.path("b.npy").c_str(), TYPE_AUTO, &err));
    ASSERT_TRUE(works(part.get(), err));
    EXPECT_EQ(read_all(part.get(), &err), bits_of(floats));
}

TEST_F(RealNumpy, WhatItSavesInOtherFormsIsRefused)
{
    ASSERT_TRUE(python("n.save('single.npy', n.zeros(3, 'float32'))\n"
                       "n.save('table.npy', n.zeros((2, 3)))\n"
                       "n.save('fortran.npy', n.asfortranarray(n.zeros((2, 3))))\n"
                       "n.save('scalar.npy', n.int64(3))\n"
                       "n.save('none.npy', n.zeros(0))\n"
                       "n.savez('zip.npz', a=n.zeros(3))\n"
                       "import os; os.rename('zip.npz', 'zip.npy')\n"));
    for (const char *name :
         {"single.npy", "table.npy", "fortran.npy", "scalar.npy", "none.npy", "zip.npy"}) {
        Err err;
        EXPECT_TRUE(fails(source_open(dir.path(name).c_str(), TYPE_AUTO, &err), err, ERR_INPUT,
                          {"'" + dir.path(name) + "'"}));
    }
}

/* The Python of each remedy is run as it stands: it saves what is read here, each number as it was,
 * or it fails and saves nothing. */
TEST_F(RealNumpy, RemediesSaveWhatWasThereOrFail)
{
    const struct {
        const char *array;
        const char *saved; /* NULL: it must fail */
    } rows[] = {
        {"n.array([0, 2**63 - 1], 'uint64')", "[0, 2**63 - 1]"},
        {"n.array([1, 2**63], 'uint64')", nullptr},
        {"n.array([2**64 - 1], 'uint64')", nullptr},
        {"n.array([2**63], '>u8')", nullptr},
        {"n.array([7, 8], '>u8')", "[7, 8]"},
        {"n.array([2**32 - 1], 'uint32')", "[2**32 - 1]"},
        {"n.array([-2**31], 'int32')", "[-2**31]"},
        {"n.array([-5], '>i2')", "[-5]"},
        {"n.array([200], 'uint8')", "[200]"},
        {"n.array([True, False])", "[1, 0]"},
        {"n.array([0.5, 1e30], 'float32')", "[0.5, float(n.float32(1e30))]"},
        {"n.array([0.5, 65504], 'float16')", "[0.5, 65504.0]"},
        {"n.array([1.5], 'longdouble')", "[1.5]"},
        {"n.array([1.5 + 0j, 2])", "[1.5, 2.0]"},
        {"n.array([1.5 + 2j])", nullptr},
        {"n.array([complex(1, n.nan)], 'complex64')", nullptr},
        {"n.array(['1970-01-02'], 'M8[D]')", "[1]"},
        {"n.array(['NaT'], 'M8[D]')", nullptr},
        {"n.array([5, 6], 'm8[s]')", "[5, 6]"},
        {"n.array([b'5', b'-6'])", "[5, -6]"},
        {"n.array(['5', '-6'])", "[5, -6]"},
        {"n.array(['9223372036854775808'])", nullptr},
        {"n.array(['1.5'])", nullptr},
        {"n.array([1, 2**62], 'O')", "[1, 2**62]"},
        {"n.array([1, 2**63], 'O')", nullptr},
        {"n.array([1, 1.5], 'O')", nullptr},
        {"n.array([1, '5'], 'O')", nullptr},
        {"n.array([(1, 2.5), (3, 4.5)], [('k', '<i8'), ('v', '<f8')])", "[1, 3]"},
        {"n.array([[1, 2], [3, 4]])", "[1, 2, 3, 4]"},
        {"n.asfortranarray([[1, 2], [3, 4]])", "[1, 2, 3, 4]"},
        {"n.int64(7)", "[7]"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.array);
        std::filesystem::remove(dir.path("new.npy"));
        ASSERT_TRUE(python(std::string("n.save('old.npy', ") + row.array + ")\n"));
        Err err;
        EXPECT_TRUE(fails(source_open(dir.path("old.npy").c_str(), TYPE_AUTO, &err), err, ERR_INPUT,
                          {"'" + dir.path("old.npy") + "'"}));
        const std::string remedy = err.remedy, start = "in Python, with the array in a: ";
        ASSERT_EQ(remedy.rfind(start, 0), 0u) << remedy;
        const std::string program = "import sys; sys.stderr = open('err', 'w')\nimport numpy\n"
                                    "a = numpy.load('old.npy', allow_pickle=True)\n" +
                                    remedy.substr(start.size()) + "\n";
        EXPECT_EQ(python(program), row.saved != nullptr) << remedy;
        EXPECT_EQ(std::filesystem::exists(dir.path("new.npy")), row.saved != nullptr);
        if (row.saved == nullptr)
            continue;
        EXPECT_TRUE(python(std::string("b = n.load('new.npy').tolist()\nassert b == ") + row.saved +
                           ", b\n"));
        Err none;
        EXPECT_TRUE(
            works(Source(source_open(dir.path("new.npy").c_str(), TYPE_AUTO, &none)).get(), none));
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
