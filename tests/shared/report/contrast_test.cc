#include "support/c.h"
#include "support/reports.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

/* A comparison of one work, with rows of seven repetitions each that spread by 1 %. */
class Made
{
  public:
    Made(int64_t tasks, double cpu_share) : cpu_share_(cpu_share)
    {
        contrast.works_count = 1;
        contrast.works = static_cast<struct contrast_work *>(calloc(1, sizeof(*contrast.works)));
        contrast.environment.hosts_count = 1;
        contrast.environment.hosts =
            static_cast<struct report_host *>(calloc(1, sizeof(struct report_host)));
        contrast.confidence = 0.95;
        contrast.apart = 0.05;
        contrast.workers = 8;
        contrast.cores = 2;
        work().tasks = tasks;
        put_text(work().work, "some:work=1");
        put_text(contrast.environment.hosts[0].name, "node0");
        put_text(contrast.environment.mpi, "Open MPI v4.1.4");
    }
    ~Made()
    {
        contrast_release(&contrast);
    }
    Made(const Made &) = delete;
    Made &operator=(const Made &) = delete;

    /* A row of that many seconds; 0: it cannot be had. */
    Made &add(enum mechanism mechanism, int ranks, int threads, double seconds)
    {
        size_t size = (static_cast<size_t>(work().rows_count) + 1) * sizeof(*work().rows);
        work().rows = static_cast<struct contrast_row *>(realloc(work().rows, size));
        struct contrast_row &row = work().rows[work().rows_count++];
        row = {};
        row.mechanism = mechanism;
        row.ranks = ranks;
        row.threads = threads;
        row.hosts = 1;
        row.cores = 2;
        row.busy = 1;
        if (seconds == 0) {
            put_text(row.reason, "rank 0 is confined to PU 0, its thread 1 cannot have 1");
            return *this;
        }
        row.count = 7;
        row.cpu_s = seconds * cpu_share_;
        row.samples_s = static_cast<double *>(calloc(7, sizeof(double)));
        for (int i = 0; i < 7; i++)
            row.samples_s[i] = seconds * (1 + 0.01 * ((i * 3) % 7) / 6);
        return *this;
    }

    struct contrast_work &work()
    {
        return contrast.works[0];
    }
    std::string verdict()
    {
        return printed(contrast_verdict);
    }
    std::string table()
    {
        return printed(contrast_table);
    }

    struct contrast contrast = {};

  private:
    std::string printed(int (*print)(const struct contrast *, FILE *))
    {
        char *text = nullptr;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        contrast_judge(&contrast);
        EXPECT_EQ(print(&contrast, out), 0);
        fclose(out);
        std::string result(text, size);
        free(text);
        return result;
    }
    double cpu_share_;
};

/* In one line, as lines are folded. */
bool says(std::string text, const std::string &words)
{
    for (size_t at; (at = text.find("\n  ")) != std::string::npos;)
        text.replace(at, 3, " ");
    return text.find(words) != std::string::npos;
}

/* Eight workers on two cores that compute. */
void add_computing(Made &made, double processes, double threads, double gil)
{
    made.add(MECHANISM_SERIAL, 1, 1, 1)
        .add(MECHANISM_PROCESSES, 8, 1, processes)
        .add(MECHANISM_THREADS, 1, 8, threads)
        .add(MECHANISM_THREADS_GIL, 1, 8, gil)
        .add(MECHANISM_PROCESSES_GIL, 8, 1, processes);
}

TEST(Contrast, JudgesComputing)
{
    Made made(1000, 1);
    add_computing(made, 0.52, 0.51, 1.01);
    contrast_judge(&made.contrast);
    EXPECT_NEAR(made.work().task_s, 1e-3, 2e-5);
    EXPECT_NEAR(made.work().cpu_share, 1, 0.01);
    EXPECT_EQ(made.work().best, 2);
    EXPECT_TRUE(made.work().rows[1].ties);
    EXPECT_TRUE(made.work().rows[2].ties);
    EXPECT_FALSE(made.work().rows[0].ties);
    EXPECT_FALSE(made.work().rows[3].ties);
    EXPECT_NEAR(made.work().rows[2].speedup.median, 1.96, 0.03);
    EXPECT_LT(made.work().rows[2].speedup.low, made.work().rows[2].speedup.median);
    EXPECT_NEAR(made.work().rows[2].bound, 2, 0.05);
    EXPECT_NEAR(made.work().rows[3].bound, 1, 0.05);
    EXPECT_EQ(made.work().rows[3].bound_by, BOUND_LOCK);
}

TEST(Contrast, VerdictOfComputing)
{
    Made tie(1000, 1);
    add_computing(tie, 0.52, 0.51, 1.01);
    std::string text = tie.verdict();
    EXPECT_TRUE(says(text, "the cores allow 2 times serial")) << text;
    EXPECT_TRUE(says(text, "cannot be told apart")) << text;
    EXPECT_TRUE(says(text, "A gil keeps threads at 0.99")) << text;
    EXPECT_TRUE(says(text, "a gil of its own, reach 1.92")) << text;
    EXPECT_FALSE(says(text, "Messages cost")) << text;

    Made apart(1000, 1);
    add_computing(apart, 0.8, 0.5, 1.01);
    text = apart.verdict();
    EXPECT_TRUE(says(text, "Threads are 1.6 times as fast as processes")) << text;
    EXPECT_FALSE(says(text, "cannot be told apart")) << text;
}

TEST(Contrast, VerdictOfWaiting)
{
    Made made(100, 0.001);
    add_computing(made, 0.126, 0.126, 0.127);
    std::string text = made.verdict();
    EXPECT_TRUE(says(text, "the workers allow 8 times serial")) << text;
    EXPECT_TRUE(says(text, "A gil costs threads nothing here")) << text;
    EXPECT_FALSE(says(text, "gil of its own")) << text;
}

TEST(Contrast, VerdictOfMessages)
{
    Made made(1000000, 1);
    made.contrast.bandwidth = 23.9e6; /* so memory allows 1.5 times */
    add_computing(made, 3, 0.7, 1);
    std::string text = made.verdict();
    EXPECT_TRUE(says(text, "memory allows 1.5 times serial")) << text;
    EXPECT_TRUE(says(text, "Messages cost 2.5 times what a task does: below 2.5")) << text;
    EXPECT_TRUE(says(text, "no number of ranks pays")) << text;
}

TEST(Contrast, VerdictWhenNothingPays)
{
    Made made(1000, 1);
    add_computing(made, 2, 1.5, 2);
    EXPECT_TRUE(says(made.verdict(), "nothing is as fast as serial"));
}

TEST(Contrast, RowsThatCannotBeHadSayWhy)
{
    Made made(1000, 1);
    add_computing(made, 0.5, 0, 0);
    std::string text = made.table();
    EXPECT_NE(text.find("confined to PU 0"), std::string::npos) << text;
    EXPECT_EQ(made.work().best, 1);
    EXPECT_FALSE(says(made.verdict(), "gil keeps")) << text;
}

TEST(Contrast, TableFitsATerminal)
{
    Made made(INT64_C(1000000000000), 1);
    add_computing(made, 0.0001, 0.51, 0);
    made.add(MECHANISM_HYBRID, 1024, 128, 123.456);
    std::string text = made.table();
    for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1)
        EXPECT_LE(end - begin, 80u) << text.substr(begin, end - begin);
    EXPECT_NE(text.find("1024x128"), std::string::npos) << text;
}

} /* namespace */
