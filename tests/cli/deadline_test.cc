/*
 * A failure ends a job soon, whatever its exchange and wherever it happens: one message, the right
 * exit code, nothing left. Each job here would take more than ten minutes if nothing failed.
 *
 * What is asserted is not seconds, as a machine may be busy (make bench measures them), but how
 * many tasks began. The promise is that all is over 5 s after a failure. In that time a worker
 * begins no more tasks than fit in one after the other, 5 s / 20 ms; the fewer, the busier the
 * machine is.
 */
#include "cli/whole_program.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace
{

enum { LIMIT_S = 60, RANKS = 3, TASK_MS = 20, PROMISED_MS = 5000 };

/* As the plug-in `deadline` has it. */
struct Counts {
    int64_t began, after, first_ns, fault_ns;
};

struct Case {
    const char *name;
    const char *options; /* of run, with its numbers */
    const char *work;    /* the plug-in's arguments */
    int code;
    const char *message; /* a part of it */
};

void PrintTo(const Case &c, std::ostream *out)
{
    *out << c.name;
}

/* The first tasks are fast where something has to be done before the failure: a block to be written
 * by rank 0 (393,216 numbers at most, by a window), or a piece (524,288) to be read by each rank.
 */
const char *const ROOM = ",below=393216";

const Case CASES[] = {
    {"message_input", "--exchange message -i $D/bad.txt", "", 2, "'oops' is not"},
    {"message_disk", "--exchange message --range 0:4e6 -o /dev/full", ROOM, 1, "No space left"},
    {"message_task_on_0", "--exchange message --range 0:1e6", ",fail=9,rank=0", 1, "told to"},
    {"message_task_on_2", "--exchange message --range 0:1e6", ",fail=9,rank=2", 1, "told to"},
    {"message_static", "--exchange message --schedule static --range 0:1e6", ",fail=9,rank=1", 1,
     "told to"},
    {"message_feeding", "--exchange message --root feeds --range 0:1e6", ",fail=9,rank=1", 1,
     "told to"},
    {"window_input", "--exchange window -i $D/bad.txt", "", 2, "'oops' is not"},
    {"window_disk", "--exchange window --range 0:4e6 -o /dev/full", ROOM, 1, "No space left"},
    {"window_task_on_0", "--exchange window --range 0:1e6", ",fail=9,rank=0", 1, "told to"},
    {"window_task_on_2", "--exchange window --range 0:1e6", ",fail=9,rank=2", 1, "told to"},
    {"window_static_input", "--exchange window --schedule static -i $D/bad.txt", "", 2,
     "'oops' is not"},
    {"window_static_disk", "--exchange window --schedule static --range 0:4e6 -o /dev/full", ROOM,
     1, "No space left"},
    {"window_static_task", "--exchange window --schedule static --range 0:1e6", ",fail=9,rank=2", 1,
     "told to"},
    {"window_cyclic_input", "--exchange window --schedule cyclic -i $D/bad.txt", "", 2,
     "'oops' is not"},
    {"window_steal_input", "--exchange window --schedule steal -i $D/bad.txt", "", 2,
     "'oops' is not"},
    {"message_stalled", "--exchange message -i $D/stalled", ",fail=9,rank=2", 1, "told to"},
    {"message_stalled_task_on_0", "--exchange message -i $D/stalled", ",fail=9,rank=0", 1,
     "told to"},
    {"window_stalled", "--exchange window -i $D/stalled", ",fail=9,rank=2", 1, "told to"},
    {"window_static_stalled", "--exchange window --schedule static -i $D/stalled", ",fail=9,rank=1",
     1, "told to"},
    {"local_task_on_0", "--exchange local --range 0:1e6", ",fail=9,rank=0", 1, "told to"},
    {"local_task_on_2", "--exchange local --range 0:1e6", ",fail=9,rank=2", 1, "told to"},
    {"file_input", "--exchange file -i $D/in.i64", ",fast=530000,cut=$D/in.i64", 2,
     "ends too early"},
    {"file_disk", "--exchange file --range 0:4e6 -o $D/disk/out.i64", "", 1, "No space left"},
    {"file_task_on_0", "--exchange file --range 0:1e6", ",fail=9,rank=0", 1, "told to"},
    {"file_task_on_2", "--exchange file --range 0:1e6", ",fail=9,rank=2", 1, "told to"},
};

class Deadline : public Cli, public ::testing::WithParamInterface<std::tuple<Case, int>>
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        setenv("P", (tests / "plugins").c_str(), 1);
        write_file(path("count"), std::string(sizeof(Counts), '\0'));
    }

    Outcome run(const Case &c, int threads, int task_ms)
    {
        make_input(c.options);
        files = files_left();
        const std::string job =
            "$MPI -np " + std::to_string(RANKS) + " $SQ run " + c.options + " --threads " +
            std::to_string(threads) +
            " --work $P/deadline.so:count=$D/count,ms=" + std::to_string(task_ms) + c.work;
        return sh(on_small_disk(c)            ? small_disk(job)
                  : has(c.options, "stalled") ? stalled_input(job)
                                              : job,
                  LIMIT_S);
    }

    void expect_end(const Outcome &o, const Case &c) const
    {
        EXPECT_EQ(o.code, c.code) << o.err;
        const std::string words = own_words(o.err);
        EXPECT_TRUE(has(words, c.message)) << o.err;
        EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "more than one:\n" << words;
        EXPECT_EQ(files_left(), files) << "something was left behind";
        EXPECT_FALSE(has(o.err, "left on the disk: ")) << o.err;
    }

    Counts counts() const
    {
        Counts counts = {};
        std::ifstream(path("count"), std::ios::binary)
            .read(reinterpret_cast<char *>(&counts), sizeof(counts));
        return counts;
    }

    int files = 0;

    /* Each rank writes its part of a file, so that has to be on a disk; and room for all of it is
     * there before the first task, or not at all. */
    static bool on_small_disk(const Case &c)
    {
        return has(c.options, "$D/disk/");
    }

  private:
    /* A disk of 1 MiB, in a mount namespace of the job's own. */
    static std::string small_disk(const std::string &job)
    {
        return "mkdir -p $D/disk && unshare -m sh -c 'mount -t tmpfs -o size=1m none $D/disk && "
               "{ " +
               job +
               "; code=$?; for f in $D/disk/* $D/disk/.[!.]*; do [ -e $f ] && "
               "echo left on the disk: $f >&2; done; exit $code; }'; code=$?; "
               "rmdir $D/disk; exit $code";
    }

    /* A pipe that gives many numbers, but never an end. */
    static std::string stalled_input(const std::string &job)
    {
        return "mkfifo $D/stalled; (seq 1 1000000; exec sleep 100) >$D/stalled 2>$D/seq & " + job +
               "; code=$?; kill $!; rm $D/stalled $D/seq; exit $code";
    }

    void make_input(const std::string &options) const
    {
        if (has(options, "bad.txt")) {
            ASSERT_EQ(sh("seq 1 400000 >$D/bad.txt; echo oops >>$D/bad.txt").code, 0);
        }
        if (has(options, "in.i64")) { /* 4,000,000 of them */
            ASSERT_EQ(sh("truncate -s 32000000 $D/in.i64").code, 0);
        }
    }
};

} // namespace

TEST_P(Deadline, FewTasksBegin)
{
    const auto &[c, threads] = GetParam();
    if (on_small_disk(c) && geteuid() != 0)
        GTEST_SKIP() << "NO SMALL DISK: only root can mount one";
    expect_end(run(c, threads, TASK_MS), c);
    const int64_t MOST = int64_t(RANKS) * threads * PROMISED_MS / TASK_MS;
    Counts seen = counts();
    EXPECT_EQ(seen.first_ns != 0, !on_small_disk(c))
        << "no task began, or one before there was room";
    EXPECT_LT(seen.began, MOST);
    EXPECT_EQ(seen.fault_ns != 0, has(c.work, "fail="));
    EXPECT_LT(seen.after, MOST);
}

static std::string name_of(const ::testing::TestParamInfo<std::tuple<Case, int>> &info)
{
    const auto &[c, threads] = info.param;
    return std::string(c.name) + "_" + std::to_string(threads);
}

INSTANTIATE_TEST_SUITE_P(All, Deadline,
                         ::testing::Combine(::testing::ValuesIn(CASES), ::testing::Values(1, 3)),
                         name_of);

/* Tasks of ten minutes are stopped where they are. So each worker begins one, and none begins
 * another but where the first was stopped before the worker knew that all is given up. */
class DeadlineOfLongTasks : public Deadline
{
};

TEST_P(DeadlineOfLongTasks, TheyAreStopped)
{
    const auto &[c, threads] = GetParam();
    expect_end(run(c, threads, 600000), c);
    EXPECT_LE(counts().began, 2 * RANKS * threads);
}

static std::vector<Case> some()
{
    std::vector<Case> chosen;
    for (const Case &c : CASES)
        for (const char *name : {"message_input", "message_static", "window_input",
                                 "window_static_input", "file_task_on_2", "local_task_on_2"})
            if (std::string(c.name) == name)
                chosen.push_back(c);
    /* the failing task is the first of its rank: the others are in theirs, for ever */
    for (Case &c : chosen)
        if (has(c.work, "fail="))
            c.work = ",fail=1,rank=1";
    return chosen;
}

INSTANTIATE_TEST_SUITE_P(All, DeadlineOfLongTasks,
                         ::testing::Combine(::testing::ValuesIn(some()), ::testing::Values(1, 3)),
                         name_of);
