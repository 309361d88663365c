/*
 * world - a fixture with the team of all ranks, and the C headers under mpi/ for C++.
 */
#ifndef SQUARES_TESTS_MPI_WORLD_H
#define SQUARES_TESTS_MPI_WORLD_H

#define OMPI_SKIP_MPICXX 1
#include "comm/collective.h"

#include "support/err.h"

#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

extern "C" {
#include "bind/seats.h"
#include "comm/agree.h"
#include "comm/team.h"
#include "exchange/exchange.h"
#include "exchange/fail_notice.h"
#include "experiment/collect.h"
}

/* The path of a file, the same on all ranks of a host, and of no other run of the tests: what
 * started them is one process. */
inline std::string path_of_run(const std::string &name)
{
    return testing::TempDir() + "squares-" + std::to_string(getppid()) + "-" + name;
}

class World : public testing::Test
{
  protected:
    void SetUp() override
    {
        team_create(&team);
        team.crowded = true; /* more ranks than cores, most likely */
    }
    void TearDown() override
    {
        team_release(&team);
    }
    struct team team = {};
};

#endif
