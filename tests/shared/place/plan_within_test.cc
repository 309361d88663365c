/*
 * within - plans inside the masks that ranks were given, on machines of many forms.
 */
#include "support/plans.h"

#include <map>

extern "C" {
#include "base/err.h"
#include "place/cores.h"
#include "place/plan.h"
}

namespace
{

/* The masks of some ranks. */
class Masks
{
  public:
    Masks() = default;
    explicit Masks(std::initializer_list<const char *> lists)
    {
        for (const char *list : lists) {
            hwloc_bitmap_t set = hwloc_bitmap_alloc();
            EXPECT_EQ(hwloc_bitmap_list_sscanf(set, list), 0) << list;
            sets.push_back(set);
        }
    }
    ~Masks()
    {
        for (hwloc_bitmap_t set : sets)
            hwloc_bitmap_free(set);
    }
    Masks(const Masks &) = delete;
    Masks &operator=(const Masks &) = delete;

    void add(hwloc_const_bitmap_t set)
    {
        sets.push_back(hwloc_bitmap_dup(set));
    }
    int ranks() const
    {
        return int(sets.size());
    }
    std::string text() const
    {
        std::string text;
        for (hwloc_bitmap_t set : sets)
            text += " {" + text_of(set) + "}";
        return "masks" + text;
    }
    /* The ranks of each mask. */
    std::map<std::string, std::vector<int>> groups() const
    {
        std::map<std::string, std::vector<int>> groups;
        for (int rank = 0; rank < ranks(); rank++) {
            char text[4096];
            hwloc_bitmap_list_snprintf(text, sizeof(text), sets[size_t(rank)]);
            groups[text].push_back(rank);
        }
        return groups;
    }

    std::vector<hwloc_bitmap_t> sets;
};

/* Whole cores, neighbours, as launchers bind to cores, caches and nodes. */
hwloc_bitmap_t some_cores(const Site &site, Dice &dice)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    int width = 1 + dice.below(std::max(1, site.count() / 2));
    int begin = dice.below(site.count()) / width * width;
    for (int i = begin; i < std::min(begin + width, site.count()); i++)
        for (int pu : site.line[size_t(i)].pus)
            hwloc_bitmap_set(set, unsigned(pu));
    return set;
}

/* Any usable PUs, at least one. */
hwloc_bitmap_t some_pus(const Site &site, Dice &dice)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    int sides = 2 + dice.below(4);
    for (const Site::Core &core : site.line)
        for (int pu : core.pus)
            if (dice.one_in(sides))
                hwloc_bitmap_set(set, unsigned(pu));
    if (hwloc_bitmap_iszero(set))
        hwloc_bitmap_set(set, unsigned(site.line[0].pus[0]));
    return set;
}

/* Masks of some ranks: each has a new one or that of one before it. */
void give(Masks &masks, const Site &site, Dice &dice)
{
    int ranks = 1 + dice.below(6);
    bool whole = dice.one_in(2);
    for (int rank = 0; rank < ranks; rank++) {
        if (rank > 0 && dice.one_in(2)) {
            masks.add(masks.sets[size_t(dice.below(rank))]);
            continue;
        }
        masks.sets.push_back(whole ? some_cores(site, dice) : some_pus(site, dice));
    }
}

struct plan_request any_request(const Masks &masks, Dice &dice)
{
    const int most = 6;
    return {masks.ranks(), 1 + dice.below(most), static_cast<enum place_policy>(dice.below(3)),
            dice.below(3)};
}

/* The seats of the plan that the ranks of one mask would have by themselves; none: it fails. */
std::vector<std::string> seats_alone(const Site &site, hwloc_const_bitmap_t mask,
                                     struct plan_request request, int ranks)
{
    std::vector<std::string> seats;
    struct cores cores;
    struct plan plan = {};
    Err err;
    request.ranks = ranks;
    if (cores_find(&cores, site.machine.topology, mask, &err) == 0 &&
        plan_build(&plan, &cores, &request, &err) == 0)
        for (int i = 0; i < plan_workers(&plan); i++)
            seats.push_back(text_of(plan.seats[i]));
    plan_release(&plan);
    cores_release(&cores);
    return seats;
}

/* What the plan within the masks should be, group by group; none: it should fail. */
std::vector<std::string> seats_expected(const Site &site, const Masks &masks,
                                        const struct plan_request &request)
{
    std::vector<std::string> seats(size_t(request.ranks * request.threads));
    for (const auto &group : masks.groups()) {
        const std::vector<int> &ranks = group.second;
        std::vector<std::string> alone =
            seats_alone(site, masks.sets[size_t(ranks[0])], request, int(ranks.size()));
        if (alone.empty())
            return {};
        for (size_t nth = 0; nth < ranks.size(); nth++)
            for (int thread = 0; thread < request.threads; thread++)
                seats[size_t(ranks[nth] * request.threads + thread)] =
                    alone[nth * size_t(request.threads) + size_t(thread)];
    }
    return seats;
}

struct Within {
    Within(const Site &site, const Masks &masks, const struct plan_request &request)
    {
        status = plan_within(&plan, site.machine.topology, masks.sets.data(), &request, &err);
        for (int i = 0; plan.seats != nullptr && i < plan_workers(&plan); i++)
            seats.push_back(text_of(plan.seats[i]));
    }
    ~Within()
    {
        plan_release(&plan);
    }
    Within(const Within &) = delete;
    Within &operator=(const Within &) = delete;

    struct plan plan = {};
    int status;
    Err err;
    std::vector<std::string> seats;
};

bool all_within(const struct plan &plan, const Masks &masks)
{
    for (int i = 0; i < plan_workers(&plan); i++)
        if (hwloc_bitmap_iszero(plan.seats[i]) ||
            !hwloc_bitmap_isincluded(plan.seats[i], masks.sets[size_t(i / plan.threads)]))
            return false;
    return true;
}

/* How many workers find room on the cores of a mask; it counts the mask on each core it touches. */
int room_in(const Site &site, hwloc_const_bitmap_t mask, int smt, std::vector<int> &masks_on)
{
    int room = 0;
    for (int i = 0; i < site.count(); i++) {
        int there = 0;
        for (int pu : site.line[size_t(i)].pus)
            there += hwloc_bitmap_isset(mask, unsigned(pu));
        room += std::min(there, std::max(smt, 1));
        masks_on[size_t(i)] += there > 0;
    }
    return room;
}

/* The sentence of plan_fits_within. */
bool fits(const Site &site, const Masks &masks, const struct plan_request &request)
{
    std::vector<int> masks_on(site.line.size(), 0);
    for (const auto &group : masks.groups()) {
        const std::vector<int> &ranks = group.second;
        int wanted = int(ranks.size()) * request.threads;
        if (room_in(site, masks.sets[size_t(ranks[0])], request.smt, masks_on) < wanted)
            return false;
    }
    return *std::max_element(masks_on.begin(), masks_on.end()) == 1;
}

bool says_it_fits(const Site &site, const Masks &masks, const struct plan_request &request)
{
    return plan_fits_within(site.machine.topology, masks.sets.data(), &request);
}

} // namespace

TEST(Within, Vectors)
{
    using Seats = std::vector<std::string>;
    struct {
        const char *machine;
        std::initializer_list<const char *> masks;
        int threads;
        Seats seats;
    } const rows[] = {
        {"core:4 pu:2", {"0-7", "0-7"}, 2, {"0-1", "2-3", "4-5", "6-7"}},
        {"core:4 pu:2", {"0-3", "4-7"}, 2, {"0-1", "2-3", "4-5", "6-7"}},
        {"core:4 pu:2", {"4-7", "0-3"}, 2, {"4-5", "6-7", "0-1", "2-3"}},
        {"core:4 pu:2", {"0-3", "4-7", "0-3", "4-7"}, 1, {"0-1", "4-5", "2-3", "6-7"}},
        {"core:4 pu:2", {"0-1", "2-3"}, 2, {"0", "1", "2", "3"}},
        {"core:4 pu:2", {"0", "1"}, 2, {"0", "0", "1", "1"}},
        {"core:4 pu:2", {"0,3", "5-7"}, 2, {"0", "3", "5", "6-7"}},
    };
    for (const auto &row : rows) {
        Site site(row.machine);
        Masks masks(row.masks);
        struct plan_request request = {masks.ranks(), row.threads, PLACE_AUTO, 0};
        Within within(site, masks, request);
        EXPECT_TRUE(works(within.status, within.err));
        EXPECT_EQ(within.seats, row.seats) << row.machine << ", " << masks.text();
    }
}

TEST(Within, RanksOfOneMaskShareItAsInAPlanOfTheirOwn)
{
    Dice dice(11);
    int failures = 0;
    for (int i = 0; i < (SANITIZED ? 100 : 400); i++) {
        Site site(made_up(dice, 32));
        if (dice.one_in(3))
            site.use_some(dice);
        for (int j = 0; j < 8; j++) {
            Masks masks;
            give(masks, site, dice);
            struct plan_request request = any_request(masks, dice);
            SCOPED_TRACE(testing::Message()
                         << site.words() << "\n  " << text_of(request) << ", " << masks.text());
            std::vector<std::string> expected = seats_expected(site, masks, request);
            Within within(site, masks, request);
            if (expected.empty()) { /* the masks' cores have less PUs than asked for by smt */
                ASSERT_TRUE(fails(within.status, within.err, ERR_INPUT, {"--smt"}));
                failures++;
                continue;
            }
            ASSERT_TRUE(works(within.status, within.err));
            ASSERT_EQ(within.seats, expected);
            ASSERT_TRUE(all_within(within.plan, masks));
        }
    }
    EXPECT_GT(failures, 0);
}

TEST(Within, NoneGivesTheMasks)
{
    Dice dice(12);
    for (int i = 0; i < 100; i++) {
        Site site(made_up(dice, 32));
        Masks masks;
        give(masks, site, dice);
        struct plan_request request = any_request(masks, dice);
        request.policy = PLACE_NONE;
        Within within(site, masks, request);
        ASSERT_TRUE(works(within.status, within.err));
        for (int worker = 0; worker < plan_workers(&within.plan); worker++)
            ASSERT_TRUE(hwloc_bitmap_isequal(within.plan.seats[worker],
                                             masks.sets[size_t(worker / request.threads)]))
                << site.words() << ", " << masks.text();
    }
}

TEST(Within, AMaskOfAnotherMachine)
{
    Site site("core:2 pu:2");
    Masks masks({"0-3", "8-9"});
    Within within(site, masks, {2, 1, PLACE_AUTO, 0});
    EXPECT_TRUE(fails(within.status, within.err, ERR_FAILED, {"no core"}));
    EXPECT_FALSE(says_it_fits(site, masks, {2, 1, PLACE_AUTO, 0}));
}

TEST(FitsWithin, Vectors)
{
    struct {
        const char *machine;
        std::initializer_list<const char *> masks;
        int threads, smt;
        bool fits;
    } const rows[] = {
        {"core:4 pu:2", {"0-7"}, 4, 0, true},
        {"core:4 pu:2", {"0-7"}, 5, 0, false},
        {"core:4 pu:2", {"0-7"}, 5, 2, true},
        {"core:4 pu:2", {"0-7"}, 8, 2, true},
        {"core:4 pu:2", {"0-7"}, 9, 2, false},
        {"core:4 pu:2", {"0-7", "0-7"}, 2, 0, true},
        {"core:4 pu:2", {"0-7", "0-7"}, 3, 0, false},
        {"core:4 pu:2", {"0-3", "4-7"}, 2, 0, true},
        {"core:4 pu:2", {"0-3", "4-5"}, 2, 0, false},
        {"core:4 pu:2", {"0-5", "4-7"}, 1, 0, false}, /* they overlap */
        {"core:4 pu:2", {"0-3", "0-5", "0-3"}, 1, 0, false},
        {"core:4 pu:2", {"0-3", "4-7", "0-3", "4-7"}, 1, 0, true},
        {"core:4 pu:2", {"0-3", "4-7", "0-3", "4-7"}, 2, 0, false},
        {"core:4 pu:2", {"0-3", "4-7", "0-3", "4-7"}, 2, 2, true},
    };
    for (const auto &row : rows) {
        Site site(row.machine);
        Masks masks(row.masks);
        struct plan_request request = {masks.ranks(), row.threads, PLACE_AUTO, row.smt};
        EXPECT_EQ(says_it_fits(site, masks, request), row.fits)
            << row.machine << ", " << text_of(request) << ", " << masks.text();
        EXPECT_EQ(fits(site, masks, request), row.fits) << "the test's own account";
    }
}

/* Two hardware threads of one core are not a core each. */
TEST(FitsWithin, PartsOfOneCore)
{
    Site site("core:4 pu:2");
    for (auto lists : {std::initializer_list<const char *>{"0", "1"}, {"0-2", "3-5"}}) {
        Masks masks(lists);
        EXPECT_FALSE(says_it_fits(site, masks, {2, 1, PLACE_AUTO, 0})) << masks.text();
    }
}

/* Room for two to a core is only on cores with two PUs. */
TEST(FitsWithin, UnequalCores)
{
    Site site("core:2 pu:2", "0-2");
    Masks masks({"0-2"});
    EXPECT_TRUE(says_it_fits(site, masks, {1, 3, PLACE_AUTO, 2}));
    EXPECT_FALSE(says_it_fits(site, masks, {1, 4, PLACE_AUTO, 2}));
}

TEST(FitsWithin, SaysWhatItsSentenceSays)
{
    Dice dice(13);
    int yes = 0, no = 0, wrong = 0;
    std::string example;
    for (int i = 0; i < (SANITIZED ? 100 : 400); i++) {
        Site site(made_up(dice, 32));
        for (int j = 0; j < 12; j++) {
            Masks masks;
            give(masks, site, dice);
            struct plan_request request = any_request(masks, dice);
            request.threads = 1 + dice.below(3);
            bool expected = fits(site, masks, request);
            (expected ? yes : no)++;
            if (says_it_fits(site, masks, request) == expected)
                continue;
            std::string text = site.words() + "\n  " + text_of(request) + ", " + masks.text() +
                               (expected ? ": it fits" : ": it does not fit");
            if (wrong++ == 0 || text.size() < example.size())
                example = text;
        }
    }
    EXPECT_EQ(wrong, 0) << "of " << yes << " that fit and " << no << " that do not, such as\n  "
                        << example;
    EXPECT_GT(yes, 100);
    EXPECT_GT(no, 100);
}
