/* What ranks have to tell comes to rank 0, rank by rank, however much each of them has. */
#include "mpi/world.h"

#include <vector>

extern "C" {
#include "comm/gather.h"
}

namespace
{

struct Record {
    int rank, index;
    char rest[1000];
};

std::vector<Record> records_of(int rank, int count)
{
    std::vector<Record> records;
    for (int i = 0; i < count; i++)
        records.push_back({rank, i, {}});
    return records;
}

} // namespace

TEST_F(World, GatherOfNothing)
{
    Err err;
    struct gathered all;
    ASSERT_TRUE(works(gather(&team, nullptr, 0, sizeof(Record), &all, &err), err));
    EXPECT_EQ(all.total, 0);
    gathered_release(&all);
    EXPECT_EQ(all.counts, nullptr);
}

/* Rank r has r records; then the last has all; then only rank 0 has some. */
TEST_F(World, GatherOfUnequalCounts)
{
    const int last = team.size - 1;
    for (int shape = 0; shape < 3; shape++) {
        auto count_of = [&](int rank) {
            return shape == 0 ? rank : shape == 1 ? (rank == last ? 5 : 0) : (rank == 0 ? 3 : 0);
        };
        Err err;
        struct gathered all;
        const std::vector<Record> mine = records_of(team.rank, count_of(team.rank));
        ASSERT_TRUE(works(
            gather(&team, mine.data(), static_cast<int>(mine.size()), sizeof(Record), &all, &err),
            err));
        const auto *records = reinterpret_cast<const Record *>(all.records);
        int at = 0;
        for (int rank = 0; rank < team.size && team.rank == 0; rank++) {
            EXPECT_EQ(all.counts[rank], count_of(rank));
            for (int i = 0; i < count_of(rank); i++, at++) {
                EXPECT_EQ(records[at].rank, rank);
                EXPECT_EQ(records[at].index, i);
            }
        }
        EXPECT_EQ(all.total, at);
        gathered_release(&all);
    }
}

TEST_F(World, GatherOfEqualCounts)
{
    const int EACH = 3;
    const std::vector<Record> mine = records_of(team.rank, EACH);
    std::vector<Record> all(team.rank == 0 ? EACH * team.size : 0);
    gather_equal(team.world, mine.data(), EACH, sizeof(Record), all.data());
    for (int i = 0; i < static_cast<int>(all.size()); i++) {
        EXPECT_EQ(all[i].rank, i / EACH);
        EXPECT_EQ(all[i].index, i % EACH);
    }
}
