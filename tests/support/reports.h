/*
 * reports - a report made by hand, and strings into the arrays of such structs.
 */
#ifndef SQUARES_TESTS_SUPPORT_REPORTS_H
#define SQUARES_TESTS_SUPPORT_REPORTS_H

#include "support/numbers.h"

#include <cstdlib>

extern "C" {
#include "number/numbers.h"
#include "number/tally.h"
#include "report/run_report.h"
}

template <size_t SIZE> void put_text(char (&room)[SIZE], const std::string &text)
{
    (void)snprintf(room, SIZE, "%s", text.c_str());
}

/* Of a job of R ranks with T threads on one host of 64 cores, one of them a PU, each worker with
 * its own; the results are 0, 1, 4, ... */
class Report
{
  public:
    Report(int ranks, int threads, int64_t count)
    {
        report.ranks = ranks;
        report.threads = threads;
        put_text(report.environment.command, "squares run --range 0:10");
        put_text(report.environment.mpi, "Some MPI v1.2");
        put_text(report.environment.launcher, "hand");
        put_text(report.work, "squares");
        report.longest = 1;
        report.exchange = "message";
        report.exchange_help = "numbers travel as messages";
        report.schedule = "dynamic";
        report.input = "0:10";
        report.input_is_range = true;
        report.seed = 42;
        report.root_works = true;
        report.elapsed_s = 0.5;
        report.mpi_init_s = 0.25;
        report.place_s = 0.125;
        report.finish_s = 0.0625;
        report.place = "auto";
        report.check = CHECK_FORMULA;
        add_hosts(1);
        report.rank_rows = make<struct report_rank>(ranks);
        report.workers = make<struct report_worker>(ranks * threads);
        for (int rank = 0; rank < ranks; rank++)
            fill_rank(rank);
        std::vector<int64_t> squares;
        for (int64_t i = 0; i < count; i++)
            squares.push_back(i * i);
        results(squares);
    }
    ~Report()
    {
        report_release(&report);
    }
    Report(const Report &) = delete;
    Report &operator=(const Report &) = delete;

    template <typename T> void results(std::vector<T> cells)
    {
        struct numbers run = run_of(cells);
        tally_start(&report.results, run.kind);
        tally_add(&report.results, &run);
        if (run.kind == NUMBER_FLOAT64)
            tally_add_floats(&report.results, &run);
    }

    /* `count` equal hosts, in place of those there are. */
    void add_hosts(int count)
    {
        free(report.environment.hosts);
        report.environment.hosts_count = count;
        report.environment.hosts = make<struct report_host>(count);
        for (int i = 0; i < count; i++) {
            struct report_host *host = &report.environment.hosts[i];
            put_text(host->name, "node" + std::to_string(i));
            put_text(host->cpu, "Some Processor");
            host->packages = host->numa = 1;
            host->cores = host->pus = host->usable_cores = host->usable_pus = 64;
        }
    }

    struct run_report report = {};

  private:
    template <typename T> static T *make(int count)
    {
        return static_cast<T *>(calloc(static_cast<size_t>(count), sizeof(T)));
    }

    void fill_rank(int rank)
    {
        struct report_rank *row = &report.rank_rows[rank];
        row->feeds = rank == 0;
        row->works = true;
        row->peak_bytes = 1000000 + rank;
        put_text(row->given, "0-63");
        put_text(row->seated, "0-63");
        for (int thread = 0; thread < report.threads; thread++) {
            int index = rank * report.threads + thread;
            struct report_worker *w = &report.workers[index];
            w->stay.rank = rank;
            w->stay.thread = thread;
            w->stay.bound = true;
            put_text(w->stay.planned, std::to_string(index));
            put_text(w->stay.read, std::to_string(index));
            put_text(w->stay.seen, std::to_string(index));
            w->tasks = 100 + index;
            w->chunks = 10 + index;
            w->busy_s = 0.25;
            w->talk_s = 0.125;
            w->wait_s = 0.0625;
            w->cpu_s = 0.2;
        }
    }
};

#endif
