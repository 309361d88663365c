#include "support/golden.h"
#include "support/scenes.h"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "demo/cost_bill.h"
#include "demo/kit/tries.h"
#include "measure/footprint.h"
#include "program/child.h"
#include "program/program.h"
}

using DemoCost = Scene;

namespace
{

const int64_t LIMIT_NS = 20 * NS_PER_S;

bool no_child_is_left()
{
    return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

int run_words(std::vector<const char *> words)
{
    words.push_back(nullptr);
    return program_run(words.data(), LIMIT_NS);
}

struct footprint weigh(std::vector<const char *> words)
{
    struct footprint added = {7, 7};
    words.push_back(nullptr);
    footprint_program(words.data(), &added);
    return added;
}

int return_it(void *arg)
{
    return *(const int *)arg;
}

/* Writes to a MiB of its own. */
int take_memory(void *arg)
{
    auto *memory = (volatile char *)malloc(1 << 20);
    if (memory == nullptr)
        return 1;
    for (int i = 0; i < 1 << 20; i += 512)
        memory[i] = *(const char *)arg;
    return 0;
}

/* Action 0 works, 1 does not, 2 fails. */
int act(void *arg, int action, struct err *err)
{
    ((int *)arg)[action]++;
    return action == 2 ? err_set(err, ERR_FAILED, "action 2") : action;
}

/* The bill of a machine on which all shows. */
struct cost_bill usual()
{
    struct cost_bill cost_bill = {};
    cost_bill.held = 200 << 20;
    cost_bill.page = 4096;
    cost_bill.squares = true;
    for (int kind = 0; kind < BILL_KINDS; kind++) {
        cost_bill.seconds[BILL_SMALL][kind] = cost_bill.seconds[BILL_LARGE][kind] =
            1e-5 * (kind + 1);
        cost_bill.added[kind] = {1024.0 * (kind + 1), 4096};
    }
    cost_bill.seconds[BILL_LARGE][BILL_FORK] = 1e-2;
    cost_bill.seconds[BILL_SMALL][BILL_WRITING] = NAN;
    cost_bill.seconds[BILL_LARGE][BILL_WRITING] = 1e-1;
    cost_bill.seconds[BILL_SMALL][BILL_RANK] = cost_bill.seconds[BILL_LARGE][BILL_RANK] = 0.5;
    cost_bill.added[BILL_WRITING].pages = cost_bill.held;
    return cost_bill;
}

/* What is said of it. */
std::string told(const struct cost_bill &cost_bill)
{
    struct showing showing;
    showing_open(&showing);
    cost_bill_tell(&cost_bill, &showing);
    std::string said = Shown(showing).sentences();
    showing_release(&showing);
    return said;
}

testing::AssertionResult says(const std::string &text, const std::string &words)
{
    if (text.find(words) != std::string::npos)
        return testing::AssertionSuccess();
    return testing::AssertionFailure() << "no '" << words << "' in: " << text;
}

} // namespace

TEST(DemoProgram, RunsToItsEnd)
{
    EXPECT_EQ(run_words({"no such program"}), PROGRAM_ABSENT);
    EXPECT_EQ(run_words({""}), PROGRAM_ABSENT);
    EXPECT_EQ(run_words({"/"}), PROGRAM_ABSENT);
    EXPECT_EQ(run_words({"true"}), 0);
    EXPECT_EQ(run_words({"sh", "-c", "exit 7"}), 7);
    EXPECT_EQ(run_words({"sh", "-c", "read line || exit 9"}), 9); /* it has nothing to read */
    const char *const forever[] = {"sleep", "100", nullptr};
    EXPECT_EQ(program_run(forever, 0), CHILD_KILLED);
    EXPECT_TRUE(no_child_is_left());
}

TEST(DemoProgram, BeginsOutsideOfTheJob)
{
    for (const char *variable :
         {"OMPI_COMM_WORLD_RANK=0", "OMPI_MCA_ess=^singleton", "OMPI_MCA_orte_hnp_uri=1.0;tcp://x",
          "PMIX_RANK=0", "PMI_RANK=0", "MPI_LOCALNRANKS=2", "HYDI_CONTROL_FD=7", "SLURM_PROCID=0",
          "PRTE_LAUNCHED=1", "FLUX_JOB_ID=1"})
        EXPECT_TRUE(program_is_of_job(variable)) << variable;
    for (const char *variable :
         {"", "=", "PATH=/bin", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_MCA_btl=self,tcp", "OMP=1",
          "PMIX_MCA_gds=hash", "MPIR_CVAR_ODD_EVEN_CLIQUES=1",
          "PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe"})
        EXPECT_FALSE(program_is_of_job(variable)) << variable;
    ASSERT_EQ(setenv("PMIX_SQUARES_TEST", "1", 1), 0);
    EXPECT_EQ(run_words({"sh", "-c", "test -z \"$PMIX_SQUARES_TEST\""}), 0);
    EXPECT_STREQ(getenv("PMIX_SQUARES_TEST"), "1"); /* here it stays */
    (void)unsetenv("PMIX_SQUARES_TEST");
}

TEST(DemoFootprint, ProcessesThatAreNotThereHaveNone)
{
    EXPECT_TRUE(std::isnan(footprint_of(-1).pages));
    EXPECT_TRUE(std::isnan(footprint_of(-1).tables));
    EXPECT_GT(footprint_of(getpid()).tables, 0);
}

TEST(DemoFootprint, FailedChildrenAreTold)
{
    Err err;
    struct footprint added = {};
    int code = 3;
    EXPECT_TRUE(
        fails(footprint_child(return_it, &code, &added, &err), err, ERR_FAILED, {"a child"}));
    EXPECT_TRUE(no_child_is_left());
}

TEST(DemoFootprint, ProgramsThatPrintNothingHaveNone)
{
    for (const char *word : {"no such program", "true"})
        EXPECT_TRUE(std::isnan(weigh({word}).pages)) << word;
    EXPECT_TRUE(no_child_is_left());
}

TEST(DemoFootprint, WeighsWhatIsAdded)
{
    if (std::isnan(footprint_of(getpid()).pages))
        GTEST_SKIP() << "no smaps_rollup";
    Err err;
    struct footprint idle = {}, busy = {}, thread = {};
    int zero = 0;
    char one = 1;
    ASSERT_TRUE(works(footprint_child(return_it, &zero, &idle, &err), err));
    ASSERT_TRUE(works(footprint_child(take_memory, &one, &busy, &err), err));
    EXPECT_GT(busy.pages - idle.pages, 0.9 * (1 << 20));
    EXPECT_GT(idle.tables, 0);
    ASSERT_TRUE(works(footprint_threads(&thread, &err), err));
    EXPECT_GT(thread.pages, 0);
    EXPECT_GT(weigh({"yes"}).tables, 0);
    EXPECT_TRUE(no_child_is_left());
}

TEST(DemoTries, TriesWhatWorks)
{
    Err err;
    int times[3] = {};
    double seconds[2] = {};
    ASSERT_TRUE(works(tries_run(act, times, 2, seconds, &err), err));
    EXPECT_GE(seconds[0], 0);
    EXPECT_GE(times[0], 2);
    EXPECT_TRUE(std::isnan(seconds[1]));
    EXPECT_EQ(times[1], 1);
    EXPECT_TRUE(fails(tries_run(act, times, 3, seconds, &err), err, ERR_FAILED, {"action 2"}));
    EXPECT_EQ(times[2], 1);
}

TEST(DemoBill, SaysWhatShowed)
{
    EXPECT_TRUE(golden(told(usual())));
}

TEST(DemoBill, SaysWhatDidNotShow)
{
    struct cost_bill cost_bill = usual();
    cost_bill.seconds[BILL_LARGE][BILL_FORK] = cost_bill.seconds[BILL_SMALL][BILL_FORK];
    cost_bill.seconds[BILL_LARGE][BILL_THREAD] *= 3;
    cost_bill.added[BILL_WRITING].pages = cost_bill.held / 2;
    EXPECT_TRUE(golden(told(cost_bill)));
}

TEST(DemoBill, SaysWhatThereIsNot)
{
    struct cost_bill cost_bill = usual();
    cost_bill.mpirun = PROGRAM_ABSENT;
    EXPECT_TRUE(says(told(cost_bill), "mpirun was not found"));
    cost_bill.mpirun = 1;
    EXPECT_TRUE(says(told(cost_bill), "exit code 1"));
    cost_bill.seconds[BILL_SMALL][BILL_RANK] = NAN;
    EXPECT_TRUE(says(told(cost_bill), "No rank could"));
    cost_bill.seconds[BILL_SMALL][BILL_SPAWN] = NAN;
    EXPECT_TRUE(says(told(cost_bill), "nothing could be spawned"));
    cost_bill.added[BILL_RANK].pages = NAN;
    EXPECT_EQ(told(cost_bill).find("A rank alone"), std::string::npos);
    cost_bill.added[BILL_FORK].pages = cost_bill.added[BILL_WRITING].pages = NAN;
    EXPECT_TRUE(says(told(cost_bill), "no memory was measured"));
    cost_bill.squares = false;
    EXPECT_TRUE(says(told(cost_bill), "No rank was started"));
    EXPECT_EQ(told(cost_bill).find("nan"), std::string::npos) << told(cost_bill);
}

TEST_F(DemoCost, TakesNoSettings)
{
    Err err;
    EXPECT_TRUE(fails(demo_find("cost:size=3", settings, &err), err, ERR_INPUT, {"cost", "size"}));
}

/* Of threads it starts one at a time, whatever is asked for. */
TEST_F(DemoCost, CountsEachKind)
{
    for (int threads : {1, 8}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("cost", threads));
        ASSERT_EQ(json_array_size(rows("start")), (size_t)BILL_KINDS);
        ASSERT_EQ(json_array_size(rows("memory")), (size_t)BILL_KINDS);
        for (const char *kind : {"a thread", "a process, by fork", "a process, by spawn"})
            for (const char *column : {"small_s", "large_s", "threads"})
                EXPECT_GT(number("start", kind, column), 0) << kind;
        EXPECT_GT(number("start", "- that writes to each page", "large_s"), 0);
        EXPECT_TRUE(json_is_null(value("start", "- that writes to each page", "small_s")));
        for (const char *kind : {"- of squares, without MPI", "an MPI rank"}) {
            EXPECT_TRUE(json_is_null(value("start", kind, "small_s"))); /* this is not squares */
            EXPECT_TRUE(json_is_null(value("memory", kind, "pss_bytes")));
        }
        if (json_is_number(value("memory", "a thread", "pss_bytes"))) {
            EXPECT_GT(number("memory", "- that writes to each page", "pss_bytes"), 180 << 20);
        }
        EXPECT_LE(widest_line(printed()), 80U) << printed();
        EXPECT_TRUE(no_child_is_left());
        scene_close(&scene);
    }
}
