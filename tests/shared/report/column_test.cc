#include "support/reports.h"

#include <gtest/gtest.h>

extern "C" {
#include "base/random.h"
#include "report/column.h"
}

namespace
{

std::string list(const std::string &text, int width)
{
    char room[COLUMN_TEXT];
    return column_list(text.c_str(), width, room);
}

/* The hosts as they are named in a column of that width, and how wide that became. */
std::vector<std::string> named(const std::vector<std::string> &hosts, int width, int *became)
{
    Report made(1, 1, 1);
    made.add_hosts(static_cast<int>(hosts.size()));
    for (size_t i = 0; i < hosts.size(); i++)
        put_text(made.report.environment.hosts[i].name, hosts[i]);
    const struct column_hosts found = column_hosts(&made.report.environment, width);
    std::vector<std::string> names;
    for (const std::string &host : hosts) {
        char room[COLUMN_TEXT];
        names.emplace_back(column_host(&found, host.c_str(), room));
    }
    *became = found.width;
    return names;
}

} // namespace

TEST(Column, Lists)
{
    EXPECT_EQ(list("", 7), "");
    EXPECT_EQ(list("0 1 2 3", 7), "0 1 2 3");
    EXPECT_EQ(list("10,11,12", 7), "10,1...");
    EXPECT_EQ(list("100", 3), "100");
    EXPECT_EQ(list("1000", 3), "...");
}

TEST(Column, Hosts)
{
    struct {
        std::vector<std::string> hosts, names;
        int width;
    } const rows[] = {
        {{"vm"}, {"vm"}, 10},
        {{"node000001"}, {"node000001"}, 10},
        {{"ip-10-0-0-12", "ip-10-0-0-13"}, {"..0-0-0-12", "..0-0-0-13"}, 10},
        {{"ip-10-0-0-12.cloud", "ip-10-0-0-13.cloud"}, {"..0-0-0-12", "..0-0-0-13"}, 10},
        {{"n1.cluster.local", "n22.cluster.local"}, {"n1", "n22"}, 10},
        {{"n1.east.local", "n1.west.local"}, {"n1.east.local", "n1.west.local"}, 13},
        {{"n1", "a-rather-long-name-7"}, {"n1", "..g-name-7"}, 10},
        {{"east-rack-one-node", "west-rack-one-node"},
         {"east-rack-one-node", "west-rack-one-node"},
         18},
        {{"same-name-everywhere", "same-name-everywhere"}, {"..erywhere", "..erywhere"}, 10},
        {{""}, {""}, 10},
    };
    for (const auto &row : rows) {
        int became = 0;
        const std::vector<std::string> names = named(row.hosts, 10, &became);
        EXPECT_EQ(became, row.width) << row.hosts[0];
        EXPECT_EQ(names, row.names);
    }
}

/* Whatever they are called: names differ wherever the hosts do, and fit. */
TEST(Column, HostsThatDifferLookDifferent)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        std::vector<std::string> hosts;
        uint64_t at = 0;
        for (int i = 0; i < 5; i++) {
            std::string name;
            const int length = 1 + static_cast<int>(random_bits(seed, at++) % 24);
            for (int k = 0; k < length; k++)
                name += "ab1-."[random_bits(seed, at++) % 5];
            hosts.push_back(name);
        }
        int became = 0;
        const std::vector<std::string> names = named(hosts, 10, &became);
        for (size_t i = 0; i < hosts.size(); i++) {
            EXPECT_LE(names[i].size(), static_cast<size_t>(became)) << "seed " << seed;
            for (size_t k = 0; k < i; k++)
                EXPECT_EQ(names[i] == names[k], hosts[i] == hosts[k]) << "seed " << seed;
        }
    }
}
