#include <gtest/gtest.h>
#include <string>

extern "C" {
#include "findings/launch.h"
}

namespace
{

/* Of one host; hosts with the same ranks each by `on`. */
struct launch_shape shape(int ranks, int threads, int cores, int pus, int nodes)
{
    return {1, ranks, ranks, threads, cores, pus, nodes, 0, nullptr};
}

struct launch_shape on(int hosts, struct launch_shape shape)
{
    shape.hosts = hosts;
    shape.ranks *= hosts;
    return shape;
}

struct launch_lines lines_of(const struct launch_shape &shape, const std::string &command = "./s")
{
    struct launch_lines lines;
    launch_lines(&lines, &shape, command.c_str());
    return lines;
}

void expect(const struct launch_shape &shape, const char *mpirun4, const char *mpirun5,
            const char *srun)
{
    struct launch_lines lines = lines_of(shape);
    EXPECT_STREQ(lines.mpirun4, mpirun4);
    EXPECT_STREQ(lines.mpirun5, mpirun5);
    EXPECT_STREQ(lines.srun, srun);
}

} // namespace

TEST(Launch, ShapesThatCannotBe)
{
    const struct launch_shape good = shape(2, 2, 4, 8, 1);
    for (int bad : {0, -1}) {
        for (int launch_shape::*field :
             {&launch_shape::hosts, &launch_shape::ranks, &launch_shape::host_ranks,
              &launch_shape::threads, &launch_shape::cores, &launch_shape::pus}) {
            struct launch_shape broken = good;
            broken.*field = bad;
            expect(broken, "", "", "");
        }
    }
    struct launch_shape broken = good;
    broken.pus = 3;
    expect(broken, "", "", "");
    broken = good;
    broken.ranks = 3;
    expect(broken, "", "", "");
}

TEST(Launch, LongCommandsAreLeftOutWhole)
{
    struct launch_lines lines = lines_of(shape(1, 1, 2, 2, 1), std::string(LAUNCH_TEXT, 'x'));
    EXPECT_STREQ(lines.mpirun4, "");
    EXPECT_STREQ(lines.mpirun5, "");
    EXPECT_STREQ(lines.srun, "");
    const std::string most(
        LAUNCH_TEXT - 1 - std::string("mpirun -np 1 --map-by slot --bind-to core ").size(), 'x');
    lines = lines_of(shape(1, 1, 2, 2, 1), most);
    EXPECT_EQ(std::string(lines.mpirun4).size(), static_cast<size_t>(LAUNCH_TEXT - 1));
    EXPECT_STREQ(lines_of(shape(1, 1, 2, 2, 1), most + "x").mpirun4, "");
    EXPECT_STREQ(lines.srun, "");
}

TEST(Launch, CommandsAreKeptAsTheyAre)
{
    const std::string command = "./squares run --work 'io:latency=1ms' 100%s";
    struct launch_lines lines = lines_of(shape(2, 1, 2, 2, 1), command);
    for (const char *line : {lines.mpirun4, lines.mpirun5, lines.srun}) {
        const std::string text = line;
        ASSERT_GT(text.size(), command.size() + 1);
        EXPECT_EQ(text.substr(text.size() - command.size() - 1), " " + command);
    }
}

TEST(Launch, OneThreadARank)
{
    expect(shape(2, 1, 2, 2, 1), "mpirun -np 2 --map-by slot --bind-to core ./s",
           "mpirun -np 2 --map-by slot --bind-to core ./s",
           "srun --mpi=pmix -N 1 -n 2 -c 1 --cpu-bind=cores ./s");
    expect(shape(6, 1, 36, 72, 2), "mpirun -np 6 --map-by ppr:3:numa --bind-to core ./s",
           "mpirun -np 6 --map-by ppr:3:numa --bind-to core ./s",
           "srun --mpi=pmix -N 1 -n 6 -c 1 --threads-per-core=1 --cpu-bind=cores ./s");
    expect(on(2, shape(3, 1, 36, 36, 2)), "mpirun -np 6 --map-by ppr:3:node --bind-to core ./s",
           "mpirun -np 6 --map-by ppr:3:node --bind-to core ./s",
           "srun --mpi=pmix -N 2 -n 6 --ntasks-per-node=3 -c 1 --cpu-bind=cores ./s");
}

TEST(Launch, ThreadsHaveCoresOfTheirOwn)
{
    expect(shape(1, 2, 2, 2, 1), "mpirun -np 1 --map-by slot:PE=2 --bind-to core ./s",
           "mpirun -np 1 --map-by slot:PE=2 --bind-to core ./s",
           "srun --mpi=pmix -N 1 -n 1 -c 2 --cpu-bind=cores ./s");
    expect(shape(4, 9, 36, 72, 2), "mpirun -np 4 --map-by ppr:2:numa:PE=9 --bind-to core ./s",
           "mpirun -np 4 --map-by ppr:2:numa:PE=9 --bind-to core ./s",
           "srun --mpi=pmix -N 1 -n 4 -c 9 --threads-per-core=1 --cpu-bind=cores ./s");
    expect(on(2, shape(4, 2, 8, 8, 1)), "mpirun -np 8 --map-by ppr:4:node:PE=2 --bind-to core ./s",
           "mpirun -np 8 --map-by ppr:4:node:PE=2 --bind-to core ./s",
           "srun --mpi=pmix -N 2 -n 8 --ntasks-per-node=4 -c 2 --cpu-bind=cores ./s");
    expect(on(2, shape(2, 4, 8, 8, 2)), "mpirun -np 4 --map-by ppr:1:numa:PE=4 --bind-to core ./s",
           "mpirun -np 4 --map-by ppr:1:numa:PE=4 --bind-to core ./s",
           "srun --mpi=pmix -N 2 -n 4 --ntasks-per-node=2 -c 4 --cpu-bind=cores ./s");
}

/* Five ranks on two hosts, three at most on each. */
TEST(Launch, UnevenHostsAreNotSpreadOverNodes)
{
    struct launch_shape uneven = {2, 5, 4, 2, 8, 8, 2, 0, nullptr};
    struct launch_lines lines = lines_of(uneven);
    EXPECT_STREQ(lines.mpirun4, "mpirun -np 5 --map-by ppr:4:node:PE=2 --bind-to core ./s");
}

TEST(Launch, OddRanksGoAlongTheMachine)
{
    struct launch_lines lines = lines_of(shape(3, 6, 36, 36, 2));
    EXPECT_STREQ(lines.mpirun4, "mpirun -np 3 --map-by slot:PE=6 --bind-to core ./s");
    EXPECT_STREQ(lines.mpirun5, lines.mpirun4);
}

/* Three ranks of twelve cores on two packages of eighteen: one must span both, or stay unbound. */
TEST(Launch, OpenMpi5BindsNoRankAcrossPackages)
{
    struct launch_shape three = shape(3, 12, 36, 36, 2);
    EXPECT_STREQ(lines_of(three).mpirun4, "mpirun -np 3 --map-by slot:PE=12 --bind-to core ./s");
    EXPECT_STREQ(lines_of(three).mpirun5, "mpirun -np 3 --map-by slot --bind-to none ./s");
    three.packages = 1; /* of two NUMA nodes */
    EXPECT_STREQ(lines_of(three).mpirun5, "mpirun -np 3 --map-by slot:PE=12 --bind-to core ./s");
    EXPECT_STREQ(lines_of(on(2, shape(1, 36, 36, 36, 2))).mpirun5,
                 "mpirun -np 2 --map-by ppr:1:node --bind-to none ./s");
    /* 5 ranks of 3 hardware threads on 2 packages of 8: two fit into each. */
    EXPECT_STREQ(lines_of(shape(5, 3, 4, 16, 2)).mpirun5,
                 "mpirun -np 5 --oversubscribe --map-by slot --bind-to none ./s");
}

TEST(Launch, HardwareThreadsWhenThereAreMoreWorkersThanCores)
{
    expect(shape(8, 1, 4, 8, 1),
           "mpirun -np 8 --use-hwthread-cpus --map-by slot --bind-to hwthread ./s",
           "mpirun -np 8 --use-hwthread-cpus --map-by slot --bind-to hwthread ./s",
           "srun --mpi=pmix -N 1 -n 8 -c 1 --cpu-bind=threads ./s");
    expect(shape(4, 18, 36, 72, 2),
           "mpirun -np 4 --use-hwthread-cpus --map-by ppr:2:numa:PE=18 --bind-to hwthread ./s",
           "mpirun -np 4 --use-hwthread-cpus --map-by ppr:2:numa:PE=18 --bind-to hwthread ./s",
           "srun --mpi=pmix -N 1 -n 4 -c 18 --cpu-bind=threads ./s");
    expect(on(2, shape(4, 4, 8, 16, 1)),
           "mpirun -np 8 --use-hwthread-cpus --map-by ppr:4:node:PE=4 --bind-to hwthread ./s",
           "mpirun -np 8 --use-hwthread-cpus --map-by ppr:4:node:PE=4 --bind-to hwthread ./s",
           "srun --mpi=pmix -N 2 -n 8 --ntasks-per-node=4 -c 4 --cpu-bind=threads ./s");
}

/* Five tasks of three hardware threads want ten cores of the eight. */
TEST(Launch, SlurmGivesTasksWholeCores)
{
    EXPECT_STREQ(lines_of(shape(5, 3, 8, 16, 1)).srun,
                 "srun --mpi=pmix -N 1 -n 5 -c 16 --overcommit --cpu-bind=none ./s");
    EXPECT_STREQ(lines_of(shape(4, 3, 8, 16, 1)).srun,
                 "srun --mpi=pmix -N 1 -n 4 -c 3 --cpu-bind=threads ./s");
    EXPECT_STREQ(lines_of(shape(15, 1, 8, 16, 1)).srun,
                 "srun --mpi=pmix -N 1 -n 15 -c 1 --cpu-bind=threads ./s");
}

TEST(Launch, NothingIsBoundWhenWorkersTakeTurns)
{
    expect(shape(3, 1, 2, 2, 1), "mpirun -np 3 --oversubscribe --map-by slot --bind-to none ./s",
           "mpirun -np 3 --oversubscribe --map-by slot --bind-to none ./s",
           "srun --mpi=pmix -N 1 -n 3 -c 2 --overcommit --cpu-bind=none ./s");
    expect(on(2, shape(2, 8, 4, 8, 2)),
           "mpirun -np 4 --oversubscribe --map-by ppr:2:node --bind-to none ./s",
           "mpirun -np 4 --oversubscribe --map-by ppr:2:node --bind-to none ./s",
           "srun --mpi=pmix -N 2 -n 4 -c 8 --overcommit --cpu-bind=none ./s");
}

TEST(Launch, BordersBetweenTheCases)
{
    EXPECT_NE(std::string(lines_of(shape(2, 2, 4, 8, 1)).mpirun4).find("--bind-to core"),
              std::string::npos);
    EXPECT_NE(std::string(lines_of(shape(5, 1, 4, 8, 1)).mpirun4).find("--bind-to hwthread"),
              std::string::npos);
    EXPECT_NE(std::string(lines_of(shape(4, 2, 4, 8, 1)).mpirun4).find("--bind-to hwthread"),
              std::string::npos);
    EXPECT_NE(std::string(lines_of(shape(3, 3, 4, 8, 1)).mpirun4).find("--bind-to none"),
              std::string::npos);
    struct launch_shape huge = shape(2000000000, 2000000000, 4, 8, 1);
    EXPECT_NE(std::string(lines_of(huge).mpirun4).find("--bind-to none"), std::string::npos);
}

/* Hydra knows no slots; each rank says how many cores it has, and how far on the next one is. */
TEST(Launch, Mpich)
{
    auto mpich = [](const struct launch_shape &s) { return std::string(lines_of(s).mpich); };
    EXPECT_EQ(mpich(shape(2, 1, 2, 2, 1)), "mpirun -np 2 -bind-to core -map-by core ./s");
    EXPECT_EQ(mpich(shape(2, 2, 4, 8, 1)), "mpirun -np 2 -bind-to core:2 -map-by core:2 ./s");
    EXPECT_EQ(mpich(shape(4, 9, 36, 72, 2)), "mpirun -np 4 -bind-to core:9 -map-by core:9 ./s");
    EXPECT_EQ(mpich(shape(2, 4, 36, 36, 2)), "mpirun -np 2 -bind-to core:4 -map-by core:18 ./s")
        << "one in each NUMA node";
    EXPECT_EQ(mpich(shape(8, 4, 36, 36, 2)), "mpirun -np 8 -bind-to core:4 -map-by numa ./s")
        << "by fours along the machine the fifth would lie in both";
    EXPECT_EQ(mpich(shape(8, 1, 4, 8, 1)), "mpirun -np 8 -bind-to hwthread -map-by hwthread ./s");
    EXPECT_EQ(mpich(shape(2, 3, 4, 8, 1)),
              "mpirun -np 2 -bind-to hwthread:3 -map-by hwthread:3 ./s");
    EXPECT_EQ(mpich(shape(3, 1, 2, 2, 1)), "mpirun -np 3 -bind-to none ./s");
    EXPECT_EQ(mpich(on(2, shape(4, 2, 8, 8, 1))),
              "mpirun -np 8 -ppn 4 -bind-to core:2 -map-by core:2 ./s");
    EXPECT_EQ(mpich(shape(0, 1, 2, 2, 1)), "");
}

TEST(Launch, SrunOffersInTheWordsOfItsVersions)
{
    auto words = [](const char *printed) {
        char offers[LAUNCH_OFFERS];
        launch_srun_words(printed, offers);
        return std::string(offers);
    };
    EXPECT_EQ(words(""), "");
    EXPECT_EQ(words("srun: fatal: Could not establish a configuration source\n"), "");
    EXPECT_EQ(words("MPI plugin types are...\n\tcray_shasta\n\tnone\n\tpmix\n"
                    "specific pmix plugin versions available: pmix_v4\n"),
              "cray_shasta none pmix");
    EXPECT_EQ(words("srun: MPI types are...\nsrun: none\nsrun: pmi2"), "none pmi2");
    std::string many;
    for (int i = 0; i < 100; i++)
        many += "\tplugin" + std::to_string(i) + "\n";
    EXPECT_LT(words(many.c_str()).size(), static_cast<size_t>(LAUNCH_OFFERS));
    EXPECT_EQ(words(many.c_str()).substr(0, 16), "plugin0 plugin1 ");
}

TEST(Launch, SrunStartsEachMpiByWhatItKnows)
{
    EXPECT_STREQ(launch_srun_mpi("Open MPI v5.0.7", "none pmi2 pmix"), "pmix");
    EXPECT_STREQ(launch_srun_mpi("Open MPI v5.0.7", ""), "pmix") << "srun does not tell";
    EXPECT_STREQ(launch_srun_mpi("Open MPI v6.0.0rc2", "cray_shasta none pmi2"), "");
    EXPECT_STREQ(launch_srun_mpi("Open MPI v5.0.7", "xpmix pmixed"), "");
    EXPECT_STREQ(launch_srun_mpi("MPICH 4.2.1", "none pmi2 pmix"), "pmi2");
    struct launch_shape two = shape(2, 1, 2, 2, 1);
    two.srun_mpi = "pmi2";
    EXPECT_STREQ(lines_of(two).srun, "srun --mpi=pmi2 -N 1 -n 2 -c 1 --cpu-bind=cores ./s");
    two.srun_mpi = "";
    EXPECT_STREQ(lines_of(two).srun, "");
    EXPECT_STRNE(lines_of(two).mpirun4, "");
}
