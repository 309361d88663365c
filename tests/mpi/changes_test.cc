/* Whether the cores of a job changed between the trials of a comparison: on made-up trials. */
#include "mpi/world.h"

#include <cstdio>
#include <string>

extern "C" {
#include "experiment/changes.h"
#include "place/seat.h"
#include "report/compare_report.h"
#include "report/run_report.h"
}

namespace
{

/* Two ranks of one thread, seated on PU 0 and PU 1. */
class Changes : public World
{
  protected:
    Changes()
    {
        row.ranks = 2;
        row.threads = 1;
        row.workers = workers;
        for (int i = 0; i < 2; i++) {
            workers[i] = {};
            workers[i].stay.rank = i;
            workers[i].pus = 1;
            put(workers[i].stay.read, std::to_string(i));
            put(workers[i].left, std::to_string(i));
        }
    }
    ~Changes() override
    {
        changes_forget(&changes);
    }
    static void put(char (&room)[SEAT_TEXT], const std::string &text)
    {
        (void)snprintf(room, sizeof(room), "%s", text.c_str());
    }
    bool look(int of = 0)
    {
        return changes_look(&changes, of, &row);
    }
    std::string told(int left = 0)
    {
        struct compare_report compare_report = {};
        changes_tell(&changes, left, &compare_report);
        warnings = compare_report.environment.warnings_count;
        return compare_report.change;
    }

    struct changes changes = {};
    struct compare_row row = {};
    struct report_worker workers[2];
    int warnings = 0;
};

} // namespace

TEST_F(Changes, NothingIsToldWhereNothingChanged)
{
    EXPECT_FALSE(look());
    EXPECT_FALSE(look());
    EXPECT_FALSE(look(1));
    EXPECT_EQ(told(), "");
    EXPECT_EQ(warnings, 0);
}

TEST_F(Changes, AnotherSeatThanInTheFirstTrial)
{
    EXPECT_FALSE(look());
    put(workers[1].stay.read, "0");
    EXPECT_TRUE(look());
    EXPECT_FALSE(look(1)) << "of that row it is the first";
    EXPECT_NE(told().find("thread 0 of rank 1 may run on PU 0 instead of PU 1"), std::string::npos);
    EXPECT_EQ(warnings, 1);
}

/* Lists that are cut have the same text. */
TEST_F(Changes, AnotherNumberOfPus)
{
    put(workers[0].stay.read, "0,2,4...");
    EXPECT_FALSE(look());
    workers[0].pus = 7;
    EXPECT_TRUE(look());
}

TEST_F(Changes, WithinATrial)
{
    workers[1].reseated = true;
    put(workers[1].left, "0");
    EXPECT_TRUE(look()) << "in the first one, too";
    EXPECT_NE(told().find("thread 0 of rank 1 may run on PU 0 instead of PU 1"), std::string::npos);
}

TEST_F(Changes, ARankThatCannotGoBack)
{
    EXPECT_FALSE(look());
    workers[0].rehomed = true;
    put(workers[0].left, "0-3");
    EXPECT_TRUE(look());
    EXPECT_NE(told().find("thread 0 of rank 0 may run on PUs 0-3. "), std::string::npos) << told();
}

TEST_F(Changes, OnlyTheFirstIsTold)
{
    EXPECT_FALSE(look());
    put(workers[1].stay.read, "0");
    EXPECT_TRUE(look());
    put(workers[1].stay.read, "7");
    EXPECT_TRUE(look());
    EXPECT_EQ(told().find("PU 7"), std::string::npos);
}

TEST_F(Changes, WhatBecameOfIt)
{
    workers[1].reseated = true;
    EXPECT_TRUE(look());
    EXPECT_NE(told().find("All that is compared was measured on the same cores."),
              std::string::npos);
    changes.dropped = 1;
    EXPECT_NE(told().find("It passed, and 1 round was left out."), std::string::npos);
    changes.dropped = 3;
    EXPECT_NE(told().find("It passed, and 3 rounds were left out."), std::string::npos);
    changes.lasting = true;
    EXPECT_NE(told().find("Only what was measured before is compared."), std::string::npos);
    EXPECT_NE(told(2).find("is compared; 2 works were not measured."), std::string::npos);
}

TEST_F(Changes, Forgotten)
{
    EXPECT_FALSE(look());
    put(workers[1].stay.read, "0");
    changes_forget(&changes);
    EXPECT_FALSE(look()) << "the next trial is the first";
}
