/* What is said, whole: command lines, and below each what it prints. tests/golden/Texts.txt is a
 * page to read; the other tests look for a few words of it. No line here measures anything, so that
 * all of it is the same on every machine. */
#include "cli/whole_program.h"
#include "support/golden.h"

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <vector>

namespace
{

/* What follows "squares". */
using Lines = std::vector<std::string>;

class Texts : public Cli
{
  protected:
    /* They run in `folder`, so that they name files without saying where it is. */
    static std::string page(const std::string &folder, const Lines &lines)
    {
        std::string all;
        for (const std::string &words : lines) {
            Outcome o = sh("ulimit -c 0; cd " + folder + " && $SQ " + words);
            all += "$ squares " + words + "\n" + o.out + own_words(o.err) + "\n";
        }
        return all;
    }
};

const Lines WITHOUT_COMMAND = {
    "squre 1 2", "comapre --work io", "1 2 3", "--thread-count 3", "--work cubes",
};

const Lines RUN = {
    "run",
    "run 1 2 --range 0:3",
    "run 1 two 3",
    "run 1,000",
    "run 9223372036854775808",
    "run 1 2 3037000500 4",
    "run --range 5",
    "run --range a:5",
    "run --range 0:5:0",
    "run --range 5:5",
    "run --range -9223372036854775808:0",
    "run --range 0:1e30",
    "run --thread-count 3 1",
    "run 1 --range",
    "run 1 --quiet=yes",
    "run 1 --threads many",
    "run 1 --chunk 0",
    "run 1 --gil=soon",
    "run 1 --schedule random",
    "run 1 --cost steep",
    "run 1 --cost linear",
    "run 1 --work file --cost last",
    "run 1 --work cubes",
    "run 1 --work squares:times=3",
    "run 1 --work squares:repeat=0",
    "run 1.5 --work squares:repeat=2",
    "run 1 --work io:latency=3weeks",
    "run 1 --work io:spread=wide",
    "run 1 --work file:dir=",
    "run 1 --work file:bytes=64KB",
    "run 1 --work file:bytes=8388608T",
    "run 1 --root feeds",
    "run 1 --exchange pigeon",
    "run 1 --exchange local",
    "run --range 0:9 --exchange local --output out.txt",
    "run 1 --output -",
};

const Lines COMPARE = {
    "compare 7",
    "compare --threads 1",
    "compare --budget 1",
    "compare --confidence 2",
    "compare --threads 2 --range 3037000490:3037000510",
};

const Lines PLACE = {
    "place 1 2 3",
    "place --place middle",
    "place --ranks 4",
    "place --allowed 0",
    "place --topology",
    "place --topology sofa:3",
    "place --topology core:1000000",
    "place --topology pu:4 --measure",
    "place --topology 'core:4 pu:2' --smt 3",
    "place --topology pu:4 --ranks 1000 --threads 1000",
    "place --topology pu:4 --allowed 0-",
    "place --topology pu:4 --allowed 4-9",
    "place --svg -",
};

const Lines DEMO = {
    "demo no-such",      "demo race gil", "demo amdahl:serial=2",
    "demo race:depth=1", "demo --code",   "demo --json -",
};

/* --- files --- */

const char *const MAKE_FILES = R"sh(
    set -e
    cd $D
    export LC_ALL=C
    printf '# nothing\n' >comments.txt
    printf '1\n2\nthree\n' >word.txt
    printf '1\n2.5\n' >mixed.txt
    printf '1 99999999999999999999\n' >large.txt
    printf '\001\000\377' >binary.txt
    printf '1,2\n3,,5\n' >gap.txt
    printf '\377\3761\000\n\000' >utf16.txt
    printf '\357\273\2771\n\357\273\2772\n' >joined.txt
    printf '0,5\n1,5\n' >decimal.txt
    printf '5\n1,000\n' >grouped.txt
    printf '1, 2\n3,\n5, 6\n' >edge.txt
    printf 123456789 >odd.i64
    printf 'PK this is a zip archive' >magic.npy
    $SQ run -q 1 2 -o good.npy
    $SQ run -q 1.5 -o floats.npy
    head -c 20 good.npy >header.npy
    head -c 136 good.npy >short.npy
    sed 's/<i8/<f4/' good.npy >f4.npy
    sed 's/<i8/<u8/' good.npy >u8.npy
    sed 's/(2,), } /(1,2), }/' good.npy >2d.npy
    sed 's/False/false/' good.npy >order.npy
    printf 'precious\n' >kept.txt
    chmod 444 kept.txt
    ln -s gone.txt link.txt
)sh";

const Lines INPUTS = {
    "run -i none.txt",
    "run -i .",
    "run -i -",
    "run -i /dev/fd/7 7<&-",
    "run -i comments.txt",
    "run -i word.txt",
    "run -i mixed.txt",
    "run -i large.txt",
    "run -i binary.txt",
    "run -i gap.txt",
    "run -i utf16.txt",
    "run -i joined.txt",
    "run -i odd.i64",
    "run -i magic.npy",
    "run -i header.npy",
    "run -i short.npy",
    "run -i f4.npy",
    "run -i u8.npy",
    "run -i 2d.npy",
    "run -i order.npy",
    "run -i good.npy --type float64",
    "run -i word.txt --work io --cost linear",
};

const Lines DOUBTS = {"run -q -i decimal.txt", "run -q -i grouped.txt", "run -q -i edge.txt"};

const Lines OUTPUTS = {
    "run 1 -o none/out.txt",
    "run 1 -o .",
    "run 1 -o kept.txt",
    "run 1 -o link.txt",
    "run 1 -o /dev/fd/7 7>&-",
    "run 1.5 -o out.i64",
    "run 1 -o out.txt --json out.txt",
    "run 1 -o out.txt --json ./out.txt",
    "run 1 --json out.txt >out.txt",
    "run -i word.txt --json ./word.txt",
    "run -i word.txt -o /dev/stdout >>word.txt",
    "compare --threads 2 --csv out --json out",
    "place --svg out --json out",
    "run 1 >&-",
    "run -q 1 >/dev/full",
    "run --help >/dev/full",
    "run -q 1 -o /dev/full",
};

const Lines PARTS = {
    "run --exchange file 1 2 3",
    "run --exchange file -i -",
    "run --exchange file -i word.txt",
    "run --exchange file -i good.npy -o out.txt",
    "run --exchange file -i none.npy",
    "run --exchange file -i short.npy -o out.npy",
    "run --exchange file -i floats.npy -o out.i64",
    "run --exchange file --range 3037000498:3037000509 -o out.i64",
};

const Lines FOLDERS = {"run 1 --work file:dir=none", "run 1 --work file:dir=/dev/null"};

/* --- plug-ins --- */

const Lines REFUSED_PLUGINS = {
    "run 1 --work ./none.so",           "run 1 --work rude.so",
    "run 1 --work ./no_symbol.so",      "run 1 --work ./no_run.so",
    "run 1 --work ./other_version.so",  "run 1 --work ./later_set.so:x",
    "run 1 --work ./floats.so",         "run 1 --work ./huge_grain.so",
    "run 1 --work ./rude.so:fail-init",
};

const Lines FAILING_PLUGINS = {
    "run --range 0:50 --work './rude.so:fail-run'",
    "run 1 --work './rude.so:init fpe'",
    "run 1 --work './rude.so:run abort'",
    "run -q 1 --work './rude.so:done ill'",
    "run 1 --work './careless.so:run thread-segv'",
    "run 1 --work './careless.so:run thread-leaves'",
    "run 1 --work './careless.so:run thread-exit'",
    "run 1 --work './careless.so:run exit'",
    "run 1 --work './careless.so:run round'",
    "run 1 --work './careless.so:run block'",
    "run 1 --work './careless.so:run sigpipe'",
    "run 1 --work './careless.so:run alarm'",
    "run 1 --work './careless.so:run chdir'",
    "run 1 --work './careless.so:run umask'",
    "run 1 --work './careless.so:run redirect-out'",
    "run 1 --work './careless.so:run fclose-err'",
};

} // namespace

TEST_F(Texts, Mistakes)
{
    EXPECT_TRUE(golden(page("$D", WITHOUT_COMMAND), "without a command"));
    EXPECT_TRUE(golden(page("$D", RUN), "run"));
    EXPECT_TRUE(golden(page("$D", COMPARE), "compare"));
    EXPECT_TRUE(golden(page("$D", PLACE), "place"));
    EXPECT_TRUE(golden(page("$D", DEMO), "demo"));
}

TEST_F(Texts, Files)
{
    Outcome made = sh(MAKE_FILES);
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_TRUE(golden(page("$D", INPUTS), "inputs"));
    EXPECT_TRUE(golden(page("$D", DOUBTS), "inputs that are doubted"));
    EXPECT_TRUE(golden(page("$D", OUTPUTS), "outputs"));
    EXPECT_TRUE(golden(page("$D", PARTS), "parts of files"));
    EXPECT_TRUE(golden(page("$D", FOLDERS), "folders of the work"));
}

TEST_F(Texts, Plugins)
{
    auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    setenv("P", (tests / "plugins").c_str(), 1);
    EXPECT_TRUE(golden(page("$P", REFUSED_PLUGINS), "refused"));
    /* Some MPIs name the rank of a process alone, too. */
    const std::string failing = page("$P", FAILING_PLUGINS);
    EXPECT_TRUE(golden(std::regex_replace(failing, std::regex("rank 0: "), ""), "failing"));
}

TEST_F(Texts, Plans)
{
    EXPECT_TRUE(
        golden(page("$D", {"place --topology 'pack:2 numa:2 core:4 pu:2' --ranks 4 --threads 4",
                           "place --topology 'core:2 pu:2' --ranks 4 --threads 2"})));
}
