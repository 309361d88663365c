/* `squares place`: plans that are drawn, checked and explained; masks are read back by the test. */
#include "cli/whole_program.h"

#include <set>
#include <sstream>
#include <unistd.h>
#include <vector>

/* After "squares place". */
struct BadPlace {
    const char *name;
    const char *words;
    const char *message;
};

static const BadPlace BAD_PLACE[] = {
    {"number", "1 2 3", "unexpected argument '1'"},
    {"unknown_policy", "--place middle", "--place cannot be 'middle'"},
    {"unknown_widen", "--widen always", "--widen cannot be 'always'"},
    {"smt_above_the_machines", "--topology 'core:4 pu:2' --smt 3", "--smt 3 is more"},
    {"threads_zero", "--threads 0", "--threads cannot be '0'"},
    {"workers_million", "--topology pu:4 --ranks 1000 --threads 1000", "x 1000 threads"},
    {"topology_empty", "--topology ''", "''"},
    {"topology_nonsense", "--topology sofa:3", "'sofa:3' is not"},
    {"topology_missing", "--topology $D/missing.xml", "No such file"},
    {"topology_folder", "--topology $D", "is not a file"},
    {"topology_damaged", "--topology $D/damaged.xml", "damaged.xml"},
    {"topology_too_large", "--topology core:1000000", "too large"},
    {"allowed_empty", "--topology pu:4 --allowed ''", "'' is not"},
    {"allowed_nonsense", "--topology pu:4 --allowed 0-", "'0-' is not"},
    {"allowed_outside", "--topology pu:4 --allowed 4-9", "the PUs '4-9'"},
    {"svg_nowhere", "--topology pu:4 --svg $D/no/such.svg", "such.svg"},
    {"json_nowhere", "--topology pu:4 --json $D/no/such.json", "such.json"},
    {"json_and_svg_alike", "--svg $D/one --json $D/one", "would both write"},
    {"unknown_option", "--table", "no option '--table'"},
};

class PlaceRefuses : public Cli, public testing::WithParamInterface<BadPlace>
{
};

TEST_P(PlaceRefuses, SaysSoOnce)
{
    write_file(path("damaged.xml"), "<?xml version=\"1.0\"?><topology version=\"2.0\"><object");
    Outcome o = sh(std::string("$SQ place ") + GetParam().words, 90);
    std::string own = own_words(o.err);
    EXPECT_EQ(o.code, 2) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(o.err, own);
    EXPECT_TRUE(has(own, GetParam().message)) << o.err;
    EXPECT_EQ(own.find("squares: ", 1), std::string::npos) << "more than one message: " << own;
    EXPECT_EQ(files_left(), 1);
}

INSTANTIATE_TEST_SUITE_P(, PlaceRefuses, testing::ValuesIn(BAD_PLACE),
                         [](const auto &info) { return info.param.name; });

TEST_F(Cli, PlaceRefusesOnceUnderMpirun)
{
    for (const char *words : {"--smt 9", "--topology sofa:3", "--json $D/no/such.json"}) {
        Outcome o = sh(std::string("$MPI -np 3 $SQ place ") + words, 90);
        std::string own = own_words(o.err);
        EXPECT_EQ(o.code, 2) << o.err;
        EXPECT_EQ(own.rfind("squares: ", 0), 0U) << o.err;
        EXPECT_EQ(own.find("squares: ", 1), std::string::npos) << own;
        EXPECT_LT(o.seconds, 8);
    }
    EXPECT_EQ(files_left(), 0);
}

/* --- masks, as the kernel has them --- */

/* Reads the masks of all threads of mpirun's ranks by /proc while the job runs: those of a single
 * PU, until there are as many as workers and as many different ones as wanted. Those that two
 * readings in a row had stay: hwloc visits each PU for under a millisecond as it looks at the
 * machine, and that is not where a worker sits. */
static const char *const READ_MASKS = R"sh(
    job=$!
    while kill -0 $job 2>/dev/null; do
        sleep 0.1
        for p in $(cat /proc/$job/task/*/children); do
            grep -h Cpus_allowed_list /proc/$p/task/*/status
        done 2>/dev/null | grep -v '[-,]' >$D/now
        cmp -s $D/now $D/before
        same=$?
        mv $D/now $D/before
        [ -s $D/before ] && [ $same = 0 ] || continue
        cp $D/before $D/masks
        [ "$(wc -l <$D/masks)" -ge "$WORKERS" ] &&
            [ "$(sort -u $D/masks | wc -l)" -ge "$WANTED" ] && break
    done
    wait $job
)sh";

class Masks : public Cli
{
  protected:
    /* How many threads of the job had each mask of one PU, while it ran. */
    std::multiset<std::string> of(const std::string &launch, const std::string &options,
                                  int workers, long wanted = 2)
    {
        const std::string job = launch + " $SQ run -q --work io:latency=4ms --range 0:" +
                                std::to_string(500 * workers) + " " + options +
                                " >$D/out 2>&1 &\nWORKERS=" + std::to_string(workers) +
                                " WANTED=" + std::to_string(wanted) + "\n";
        Outcome o = sh(job + READ_MASKS, 150);
        EXPECT_EQ(o.code, 0) << o.err << read_file(path("out"));
        std::istringstream in(read_file(path("masks")));
        std::multiset<std::string> masks;
        for (std::string label, mask; in >> label >> mask;)
            masks.insert(mask);
        return masks;
    }
    static bool few_cores()
    {
        return sysconf(_SC_NPROCESSORS_ONLN) < 2;
    }
    static size_t distinct(const std::multiset<std::string> &masks)
    {
        return std::set<std::string>(masks.begin(), masks.end()).size();
    }
};

TEST_F(Masks, OneRankOfTwoThreadsHasTwoCores)
{
    if (few_cores())
        GTEST_SKIP() << "one core only: masks cannot differ";
    EXPECT_GE(distinct(of("$MPI -np 1", "--threads 2", 2)), 2U) << "mpirun's default binding";
    EXPECT_GE(distinct(of("$MPI -np 1 --bind-to core", "--threads 2", 2)), 2U);
    EXPECT_GE(distinct(of("$MPI -np 1 --bind-to none", "--place auto --threads 2", 2)), 2U);
}

TEST_F(Masks, TwoRanksHaveACoreEach)
{
    if (few_cores())
        GTEST_SKIP() << "one core only: masks cannot differ";
    EXPECT_GE(distinct(of("$MPI -np 2", "", 2)), 2U) << "mpirun's default binding";
    EXPECT_GE(distinct(of("$MPI -np 2 --bind-to core", "", 2)), 2U);
    EXPECT_GE(distinct(of("$MPI -np 2 --bind-to none", "--place auto", 2)), 2U);
}

/* With more workers than PUs they share them evenly, and none is left out. */
TEST_F(Masks, ManyShareEvenly)
{
    long pus = sysconf(_SC_NPROCESSORS_ONLN);
    if (few_cores() || pus > 4)
        GTEST_SKIP() << "for machines of 2 to 4 PUs";
    std::multiset<std::string> masks = of("$MPI -np 4", "--threads 2", 8, pus);
    EXPECT_EQ(distinct(masks), static_cast<size_t>(pus));
    for (const std::string &mask : masks)
        EXPECT_GE(masks.count(mask), 8U / static_cast<size_t>(pus)) << mask;
}

TEST_F(Masks, NeverWidenedIfNotWanted)
{
    if (few_cores())
        GTEST_SKIP() << "one core only: masks cannot differ";
    EXPECT_EQ(distinct(of("$MPI -np 1 --bind-to core", "--threads 2 --widen never", 2)), 1U);
}

/* --- jobs that share a machine --- */

/* Nothing bound it, and it needs one core of several: another such job would sit there, too. */
TEST_F(Cli, AJobThatNothingBoundIsLeftToTheKernel)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        GTEST_SKIP() << "one core only";
    const std::string left = "\"place\": \"none: left";
    Outcome o = sh("$SQ run --range 0:100 --json $D/run.json");
    EXPECT_TRUE(has(o.out, "nothing bound this job")) << o.out;
    EXPECT_EQ(o.err, "");
    EXPECT_TRUE(has(read_file(path("run.json")), left)) << read_file(path("run.json"));
    EXPECT_TRUE(has(sh("$MPI -np 1 --bind-to none $SQ run --range 0:9 --json -").out, left));
    for (const char *seated :
         {"$SQ run --place auto", "$SQ run --place compact", "$SQ run --smt 1",
          "taskset -c 0 $SQ run", "$MPI -np 1 --bind-to core $SQ run", "$SQ run --threads auto"}) {
        o = sh(std::string(seated) + " --range 0:9 --json -");
        EXPECT_EQ(o.code, 0) << seated << o.err;
        EXPECT_FALSE(has(o.out, left)) << seated << "\n" << o.out;
    }
    o = sh("$SQ place");
    EXPECT_TRUE(has(o.out, "placed: left")) << o.out;
    EXPECT_FALSE(has(o.out, "unbound  ")) << o.out;
    EXPECT_FALSE(has(sh("$SQ place --place auto").out, "left to the kernel"));
}

/* A seat that another program has, too. */
TEST_F(Cli, ATakenSeatIsSaidWithItsCost)
{
    Outcome o = sh("pu=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')\n"
                   "timeout 20 taskset -c $pu sh -c 'while :; do :; done' & other=$!\n"
                   "taskset -c $pu $SQ run --work mixed:cpu=1,task=10ms --range 0:50 --json -\n"
                   "kill $other");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "\"code\": \"seat-taken\"")) << o.out;
    EXPECT_TRUE(has(o.out, "worker 0.0 waited ")) << o.out;
    EXPECT_TRUE(has(o.out, "which other programs used ")) << o.out;
}

/* --- what is told --- */

TEST_F(Cli, PlaceTellsOfATightMaskAndWhatMendsIt)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        GTEST_SKIP() << "one core only";
    Outcome o = sh("$MPI --bind-to core -np 1 $SQ place --threads 2 --check");
    EXPECT_EQ(o.code, 3) << o.err;
    for (const char *part :
         {"bound-too-tight", "rank 0's 2 threads", "given 1 core", "(widened)", "mpirun bound it",
          "mpirun itself may use", "--map-by slot:PE=2", "srun --mpi=pmix", "0.1"})
        EXPECT_TRUE(has(o.out, part)) << part << "\n" << o.out;
    Outcome mended = sh("$MPI -np 1 --map-by slot:PE=2 --bind-to core $SQ place --threads 2 -q");
    EXPECT_FALSE(has(mended.out, "bound-too-tight")) << mended.out;
}

TEST_F(Cli, PlaceFindsNothingWhereNothingIsWrong)
{
    Outcome o =
        sh("$SQ place --topology 'pack:2 numa:2 core:4 pu:2' --ranks 4 --threads 4 --check");
    EXPECT_EQ(o.code, 0);
    EXPECT_TRUE(has(o.out, "No finding")) << o.out;
    EXPECT_TRUE(has(o.out, "--map-by ppr:1:numa:PE=4 --bind-to core")) << o.out;
    EXPECT_EQ(o.err, "");
}

TEST_F(Cli, PlaceMeasuresWhatOversubscriptionCosts)
{
    Outcome o = sh("$MPI -np 8 $SQ place --measure --json -", 150);
    EXPECT_EQ(o.code, 0) << o.err;
    if (sysconf(_SC_NPROCESSORS_ONLN) >= 8)
        GTEST_SKIP() << "8 ranks do not oversubscribe this machine";
    EXPECT_TRUE(has(o.out, "\"code\": \"oversubscribed\"")) << o.out;
    EXPECT_TRUE(has(o.out, "of the speed of one")) << o.out;
}

TEST_F(Cli, PlaceWritesJsonAndSvg)
{
    Outcome o = sh("$MPI -np 2 $SQ place --json $D/p.json --svg $D/p.svg");
    EXPECT_EQ(o.code, 0) << o.err;
    std::string json = read_file(path("p.json")), svg = read_file(path("p.svg"));
    for (const char *key :
         {"schema_version", "tool",   "environment", "hosts",   "launcher", "bindings", "command",
          "workers",        "rank",   "thread",      "host",    "pus",      "cores",    "numa",
          "warnings",       "launch", "mpirun4",     "mpirun5", "mpich",    "srun"})
        EXPECT_TRUE(has(json, "\"" + std::string(key) + "\":")) << key;
    EXPECT_EQ(svg.rfind("<?xml", 0), 0U);
    EXPECT_TRUE(has(svg, "</svg>"));
    EXPECT_TRUE(has(svg, "1.0"));
}

TEST_F(Cli, PlaceElsewhereNeedsNoMpirunAndSpeaksOnce)
{
    const std::string words = " place --topology 'core:4 pu:1' --ranks 2 --threads 2";
    Outcome alone = sh("$SQ" + words), many = sh("$MPI -np 3 $SQ" + words);
    EXPECT_EQ(alone.code, 0);
    EXPECT_EQ(many.code, 0);
    EXPECT_EQ(alone.out, many.out);
}

TEST_F(Cli, PlaceIsPlainInAPipeAndWithoutColour)
{
    EXPECT_FALSE(has(sh("$SQ place").out, "\x1b"));
    const std::string tty = "script -qec \"stty cols 100; ";
    if (sh("command -v script").code != 0)
        GTEST_SKIP() << "no script(1) to make a terminal";
    EXPECT_TRUE(has(sh(tty + "$SQ place\" /dev/null").out, "\x1b["));
    EXPECT_FALSE(has(sh(tty + "NO_COLOR=1 $SQ place\" /dev/null").out, "\x1b["));
}

/* A kernel that refuses to bind: the run goes on, unbound, and says so. */
TEST_F(Cli, RunsOnWhenBindingIsRefused)
{
    write_file(path("refuse.c"), "#include <errno.h>\n"
                                 "int sched_setaffinity(int p, unsigned long n, const void *m)\n"
                                 "{ (void)p; (void)n; (void)m; errno = 1; return -1; }\n");
    if (sh("cc -shared -fPIC -o $D/refuse.so $D/refuse.c").code != 0)
        GTEST_SKIP() << "no compiler for the library that refuses";
    Outcome o = sh("LD_PRELOAD=$D/refuse.so $SQ run --place auto --threads 2 --range 0:100");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.err, "the kernel refused")) << o.err;
    Outcome place = sh("LD_PRELOAD=$D/refuse.so $SQ place --place auto --threads 2 --check -q");
    EXPECT_EQ(place.code, 3);
    EXPECT_TRUE(has(place.out, "unbound")) << place.out;
}

/* A kernel that gives less than was asked for, and does not say so: who asks for one PU gets the
 * first. hwloc binds in turn to every PU to ask it what it is; it is kept from that. */
TEST_F(Cli, ASilentClampIsSaid)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        GTEST_SKIP() << "one core only";
    write_file(path("clamp.c"),
               "#define _GNU_SOURCE\n#include <sched.h>\n#include <sys/syscall.h>\n"
               "#include <unistd.h>\n"
               "int sched_setaffinity(pid_t p, size_t n, const cpu_set_t *m)\n"
               "{ unsigned long first = 1;\n"
               "  if (CPU_COUNT_S(n, m) > 1) return (int)syscall(SYS_sched_setaffinity, p, n, m);\n"
               "  return (int)syscall(SYS_sched_setaffinity, p, sizeof(first), &first); }\n");
    if (sh("cc -shared -fPIC -o $D/clamp.so $D/clamp.c").code != 0)
        GTEST_SKIP() << "no compiler for the library that clamps";
    const std::string clamped = "LD_PRELOAD=$D/clamp.so HWLOC_COMPONENTS=-x86 $SQ ";
    Outcome o = sh(clamped + "place --threads 2 --check -q");
    EXPECT_EQ(o.code, 3) << o.err;
    EXPECT_TRUE(has(o.out, "mask-clamped")) << o.out;
    EXPECT_TRUE(has(o.out, "PU 1 and got PU 0")) << o.out;
    Outcome run = sh(clamped + "run --threads 2 --range 0:100");
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_TRUE(has(run.err, "PU 1 and got PU 0")) << run.err;
}

/* A proposed line must mend: it is run as it is, except for root's option. */
TEST_F(Cli, TheProposedLineMends)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        GTEST_SKIP() << "one core only";
    for (const char *words :
         {"--bind-to core -np 1 $SQ place --threads 2",
          "--bind-to none -np 2 $SQ place --place none",
          "--bind-to none -np 1 $SQ place -t2 --place=none", "-np 8 $SQ place --thr 1"}) {
        Outcome bad = sh(std::string("$MPI ") + words + " -q --check");
        EXPECT_EQ(bad.code, 3) << words;
        size_t line = bad.out.find("mpirun ", bad.out.find("  Open MPI ")); /* its first line */
        ASSERT_NE(line, std::string::npos) << bad.out;
        line += std::string("mpirun ").size();
        Outcome good = sh("$MPI " + bad.out.substr(line, bad.out.find('\n', line) - line));
        EXPECT_EQ(good.code, 0) << bad.out << good.out;
        EXPECT_TRUE(has(good.out, "No finding")) << bad.out << good.out;
    }
}

TEST_F(Cli, AnotherMachinesTopologyIsNotTakenForThisHosts)
{
    Outcome o = sh("HWLOC_SYNTHETIC='core:64 pu:1' $SQ run 1 2 3");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(has(o.err, "HWLOC_SYNTHETIC is set")) << o.err;
}

TEST_F(Cli, AFeederIsNoWorker)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) != 2)
        GTEST_SKIP() << "for two cores";
    Outcome o = sh("$MPI -np 3 $SQ run -q --root feeds --range 0:1000");
    EXPECT_EQ(o.code, 0);
    EXPECT_EQ(own_words(o.err), "") << "two workers on two cores";
}
