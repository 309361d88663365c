/*
 * contrasts - comparisons made by hand: small worlds whose verdict is known.
 *
 *     Comparison world(8, 1, 2);                        8 ranks of 1 thread on 2 cores
 *     world.work("squares:repeat=9", 1000, 1.0, 1.0);   tasks, serial time, share of computing
 *     world.row(MECHANISM_THREADS, 1, 8, 0.5);          shape, time
 *     world.judge();
 */
#ifndef SQUARES_TESTS_SUPPORT_COMPARE_REPORTS_H
#define SQUARES_TESTS_SUPPORT_COMPARE_REPORTS_H

#include "support/reports.h"
#include "support/streams.h"

#include <algorithm>
#include <utility>

extern "C" {
#include "base/clock.h"
#include "base/random.h"
#include "measure/rounds.h"
#include "report/compare_report.h"
#include "report/run_report.h"
}

class Comparison
{
  public:
    Comparison(int ranks, int threads, int cores)
    {
        put_text(compare_report.environment.command, "squares compare");
        put_text(compare_report.environment.mpi, "Open MPI v4.1.4");
        put_text(compare_report.environment.launcher, "mpirun");
        compare_report.seed = 1;
        compare_report.ranks = ranks;
        compare_report.threads = threads;
        compare_report.workers = ranks * threads;
        compare_report.cores = cores;
        compare_report.confidence = 0.95;
        compare_report.apart = 0.05;
        compare_report.budget_s = 10;
        compare_report.elapsed_s = 9.8;
        compare_report.gil_interval_ns = 5 * NS_PER_MS;
        compare_report.place = "auto";
        compare_report.mpi_init_s = 0.3;
        hosts(1);
    }
    ~Comparison()
    {
        compare_release(&compare_report);
    }
    Comparison(const Comparison &) = delete;
    Comparison &operator=(const Comparison &) = delete;

    /* `count` equal hosts that share the cores. */
    void hosts(int count)
    {
        compare_report.environment.hosts_count = count;
        grow(compare_report.environment.hosts, count);
        for (int i = 0; i < count; i++) {
            struct report_host &host = compare_report.environment.hosts[i];
            host = {};
            put_text(host.name, "node" + std::to_string(i));
            put_text(host.cpu, "Some Processor");
            host.packages = host.numa = 1;
            host.cores = host.pus = host.usable_cores = host.usable_pus =
                compare_report.cores / count;
        }
    }

    /* A work and its serial row; those that follow are its. `wide` is how far samples spread, as a
     * fraction of the median. */
    struct compare_work &work(const std::string &spec, int64_t tasks, double base_s,
                              double cpu_share, int count = 11, double wide = 0.02)
    {
        grow(compare_report.works, ++compare_report.works_count);
        struct compare_work &made = last_work();
        made = {};
        put_text(made.work, spec);
        made.tasks = tasks;
        made.tuned = true;
        made.ended = count < 6 ? ROUNDS_TOO_FEW : wide > 0.1 ? ROUNDS_BUDGET : ROUNDS_TIGHT;
        struct compare_row &base = row(MECHANISM_SERIAL, 1, 1, base_s, count, wide);
        base.cpu_s = cpu_share * *std::min_element(base.samples_s, base.samples_s + count);
        return made;
    }

    struct compare_row &row(enum mechanism mechanism, int ranks, int threads, double time_s,
                            int count = 11, double wide = 0.02)
    {
        struct compare_work &work = last_work();
        grow(work.rows, ++work.rows_count);
        struct compare_row &made = work.rows[work.rows_count - 1];
        made = {};
        made.mechanism = mechanism;
        made.ranks = ranks;
        made.threads = threads;
        made.hosts = ranks > 1 ? compare_report.environment.hosts_count : 1;
        made.cores = compare_report.cores / compare_report.environment.hosts_count * made.hosts;
        made.exchange = ranks > 1 ? "message" : "none";
        made.schedule = "static";
        samples(made, time_s, count, wide);
        shares(made, 0, 0);
        made.cpu_s = time_s;
        made.start_s = threads > 1 ? 0.0002 : 0;
        add_workers(made);
        return made;
    }

    /* `count` of them about a median, in an order without a trend. A little is what the machine
     * does, to all rows of a round alike; more than that is the row's own, in an order of its own.
     */
    static void samples(struct compare_row &row, double time_s, int count, double wide = 0.02)
    {
        const auto seed =
            static_cast<uint64_t>(row.mechanism * 10000 + row.ranks * 100 + row.threads);
        row.count = count;
        grow(row.samples_s, count);
        for (int i = 0; i < count; i++) {
            int step = (i + 1) / 2 * (i % 2 == 0 ? 1 : -1); /* 0, -1, 1, -2, 2 ... */
            row.samples_s[i] = time_s * (1 + (count > 1 ? wide * step / (count - 1) : 0));
        }
        for (int i = count - 1; i > 0 && wide > 0.02 && row.mechanism != MECHANISM_SERIAL; i--)
            std::swap(row.samples_s[i],
                      row.samples_s[random_bits(seed, static_cast<uint64_t>(i)) % (i + 1u)]);
    }

    /* A row that could not be had. */
    struct compare_row &missing(enum mechanism mechanism, int ranks, int threads,
                                const std::string &reason)
    {
        struct compare_row &made = row(mechanism, ranks, threads, 1, 0);
        put_text(made.reason, reason);
        made.busy = 0;
        made.spent = {};
        return made;
    }

    static void shares(struct compare_row &row, double talk, double wait, double lock = 0)
    {
        row.busy = 1 - talk - wait - lock;
        row.talk = talk;
        row.wait = wait;
        row.lock = lock;
        row.spent = {{row.busy, talk, 0, 0, 0, wait, lock}, 0, 0, false};
    }

    /* The same as the kernel's accounts have it. */
    static void spent(struct compare_row &row, double moving, double no_core, double nothing)
    {
        row.spent = {
            {1 - moving - no_core - nothing, moving, no_core, 0, 0, nothing, 0}, 0, 0, false};
    }

    struct compare_work &last_work()
    {
        return compare_report.works[compare_report.works_count - 1];
    }

    void judge()
    {
        Err err;
        EXPECT_TRUE(works(compare_judge(&compare_report, &err), err));
    }

    std::string table(bool all_workers = false) const
    {
        return printed(
            [&](FILE *out) { EXPECT_EQ(compare_table(&compare_report, all_workers, out), 0); });
    }

    /* As it is printed. */
    std::string verdict() const
    {
        return printed([&](FILE *out) { EXPECT_EQ(compare_verdict(&compare_report, out), 0); });
    }

    /* The sentences, a line each; those of one work, or of all together (-1). */
    std::string sentences(int work) const
    {
        int first = 0, count = 0;
        for (int i = 0; i < compare_report.works_count && i != work; i++)
            first += compare_report.works[i].sentences;
        count =
            work >= 0 ? compare_report.works[work].sentences : compare_report.verdict_count - first;
        std::string all;
        for (int i = 0; i < count; i++)
            all += std::string(compare_report.verdict[first + i]) + "\n";
        return all;
    }

    struct compare_report compare_report = {};

  private:
    template <typename T> static void grow(T *&array, int count)
    {
        void *grown = realloc(array, static_cast<size_t>(count > 0 ? count : 1) * sizeof(T));
        array = static_cast<T *>(grown);
    }

    static void add_workers(struct compare_row &row)
    {
        int count = row.ranks * row.threads;
        row.workers = static_cast<struct report_worker *>(
            calloc(static_cast<size_t>(count), sizeof(struct report_worker)));
        for (int i = 0; i < count; i++) {
            struct report_worker &worker = row.workers[i];
            worker.stay.rank = i / row.threads;
            worker.stay.thread = i % row.threads;
            worker.stay.bound = true;
            put_text(worker.stay.planned, std::to_string(i));
            put_text(worker.stay.read, std::to_string(i));
            put_text(worker.stay.seen, std::to_string(i));
            worker.tasks = 100 + i;
            worker.busy_s = 0.25;
            worker.talk_s = 0.125;
            worker.wait_s = 0.0625;
            worker.cpu_s = 0.2;
        }
    }
};

#endif
