/*
 * contrast_property - whatever was measured, no sentence of the verdict says more than the rows do.
 *
 * Thousands of worlds are made up by seed: rows missing, tied, wide, drifting, with a single sample
 * or with rounds lost, without a word said by messages, faster than anything explains. The
 * sentences are read back and held against the samples; what the verdict was made from (relations,
 * costs, bounds) is worked out again here. A failure names the seed.
 */
#include "support/verdicts.h"

#include <cmath>
#include <regex>
#include <set>

extern "C" {
#include "base/random.h"
#include "measure/interval.h"
#include "measure/rounds.h"
#include "report/compare_report.h"
#include "report/spent.h"
}

namespace
{

#ifdef SQUARES_SANITIZED
const uint64_t SEEDS = 600;
#else
const uint64_t SEEDS = 6000;
#endif

/* Of one seed, one after the other. */
class Dice
{
  public:
    explicit Dice(uint64_t seed) : seed_(seed)
    {
    }
    double unit()
    {
        return random_unit(seed_, at_++);
    }
    int below(int count)
    {
        return static_cast<int>(random_bits(seed_, at_++) % static_cast<uint64_t>(count));
    }
    bool one_of(int count)
    {
        return below(count) == 0;
    }
    template <typename T> T pick(const std::vector<T> &from)
    {
        return from[static_cast<size_t>(below(static_cast<int>(from.size())))];
    }
    double gauss()
    {
        const double radius = std::sqrt(-2 * std::log(unit()));
        return radius * std::cos(2 * M_PI * unit());
    }

  private:
    uint64_t seed_, at_ = 0;
};

/* --- worlds --- */

/* What hits all rows of a round alike. */
using Machine = std::vector<double>;

void measure(Dice &dice, struct compare_row &row, double time, double noise, const Machine &machine,
             bool all)
{
    const bool loses = !all && dice.one_of(5);
    const int least = !all && dice.one_of(6) ? 1 : static_cast<int>(machine.size());
    std::vector<double> samples;
    std::vector<int> rounds;
    for (int i = 0; i < static_cast<int>(machine.size()); i++) {
        if ((loses && dice.one_of(3)) || static_cast<int>(samples.size()) == least)
            continue;
        samples.push_back(time * machine[static_cast<size_t>(i)] * std::exp(noise * dice.gauss()));
        rounds.push_back(i);
    }
    Comparison::samples(row, time, static_cast<int>(samples.size()));
    std::copy(samples.begin(), samples.end(), row.samples_s);
    row.rounds = static_cast<int *>(calloc(rounds.size() + 1, sizeof(int)));
    std::copy(rounds.begin(), rounds.end(), row.rounds);
}

void share(Dice &dice, struct compare_row &row)
{
    const double talk = dice.one_of(3) ? 0 : 0.6 * dice.unit();
    const double wait = dice.one_of(3) ? 0 : 0.3 * dice.unit();
    Comparison::shares(row, row.exchange[0] == 'm' ? talk : 0, wait,
                       mechanism_has_gil(row.mechanism) ? 0.1 * dice.unit() : 0);
    /* What our clocks call talk and wait the kernel sees as moving, no core free or nothing. */
    const double moving = row.talk * dice.pick<double>({0, 0.5, 1});
    const double rest = row.talk - moving + row.wait,
                 no_core = rest * dice.pick<double>({0, 0.5, 1});
    row.spent = {{row.busy, moving, no_core, 0, 0, rest - no_core, row.lock}, 0, 0, false};
    row.spent.foreign_s = no_core * dice.pick<double>({0, 0, 0.5, 1});
    row.spent.crowding = row.ranks * row.threads;
    spent_settle(&row.spent, dice.pick<double>({0, 0, 4, NAN}) * no_core, row.ranks * row.threads);
    row.root_limits = row.exchange[0] == 'm' && dice.one_of(4);
    row.root_moving = 0.5 + 0.5 * dice.unit();
}

void add_row(Dice &dice, Comparison &world, enum mechanism mechanism, int ranks, int threads,
             double level, double noise, const Machine &machine)
{
    const double share_s = dice.pick<double>({1, 1, 1.01, 1.02, 1.06, 1.1, 1.3, 2, 5});
    struct compare_row &row = world.row(mechanism, ranks, threads, level * share_s, 1);
    row.exchange = mechanism == MECHANISM_WINDOW ? "window" : row.exchange;
    if (dice.one_of(8)) {
        Comparison::samples(row, 1, 0);
        if (dice.one_of(2))
            put_text(row.reason, "no core is free");
        return;
    }
    measure(dice, row, level * share_s, dice.one_of(4) ? 10 * noise : noise, machine, false);
    if (row.count == 0)
        return;
    share(dice, row);
}

void add_work(Dice &dice, Comparison &world)
{
    const int workers = world.compare_report.workers;
    const double cpu = dice.pick<double>({0, 0.01, 0.05, 0.3, 0.5, 0.8, 0.95, 1, 1});
    const double noise = dice.pick<double>({0.0003, 0.003, 0.01, 0.03, 0.1, 0.3});
    const int rounds = dice.pick<int>({1, 3, 5, 6, 7, 9, 10, 11, 14, 30});
    const double drift = dice.one_of(3) ? 0.8 * dice.unit() : 0;
    Machine machine;
    for (int i = 0; i < rounds; i++)
        machine.push_back(1 + drift * i / rounds);
    struct compare_work &work =
        world.work(dice.pick<std::string>({"squares", "io", "net"}), 1000, 1.0, cpu, 1);
    work.ended = dice.pick<enum rounds_end>({ROUNDS_FIXED, ROUNDS_TIGHT, ROUNDS_BUDGET});
    work.other_load = dice.pick<double>({0, 0.01, 0.5, 1, 3, NAN});
    work.stolen = dice.pick<double>({0, 0, 0.01, 0.2, 0.5});
    measure(dice, work.rows[0], 1.0, noise, machine, dice.below(20) != 0);
    if (work.rows[0].count > 0)
        work.rows[0].cpu_s = cpu * *std::min_element(work.rows[0].samples_s,
                                                     work.rows[0].samples_s + work.rows[0].count);
    /* What the best row takes: around what can be explained, or far from it. */
    const double level = dice.pick<double>({0.05, 0.126, 0.25, 0.5, 0.51, 0.8, 0.9, 1, 1, 1.3, 4});
    const struct {
        enum mechanism mechanism;
        int ranks, threads;
    } all[] = {{MECHANISM_PROCESSES, workers, 1},    {MECHANISM_WINDOW, workers, 1},
               {MECHANISM_HYBRID, workers / 2, 2},   {MECHANISM_HYBRID, workers / 4, 4},
               {MECHANISM_THREADS, 1, workers},      {MECHANISM_THREADS_GIL, 1, workers},
               {MECHANISM_PROCESSES_GIL, workers, 1}};
    for (const auto &row : all)
        if (!dice.one_of(6))
            add_row(dice, world, row.mechanism, row.ranks, row.threads, level, noise, machine);
}

/* --- what the rows say, worked out once more --- */

std::vector<double> time_ratios(const struct compare_row &first, const struct compare_row &second)
{
    std::vector<double> found;
    for (int i = 0; i < first.count; i++)
        for (int k = 0; k < second.count; k++)
            if (first.rounds[i] == second.rounds[k])
                found.push_back(first.samples_s[i] / second.samples_s[k]);
    return found;
}

struct interval ratio_interval(const struct compare_row &first, const struct compare_row &second)
{
    const std::vector<double> all = time_ratios(first, second);
    if (all.empty())
        return {0, 0, 0, 0, false};
    return interval_of_ratios(all.data(), static_cast<int>(all.size()), 0.95);
}

bool is_tight(const struct compare_row &row)
{
    const struct interval time = interval_of(row.samples_s, row.count, 0.95);
    return time.found && time.high <= 1.1 * time.median && time.low >= 0.9 * time.median;
}

/* As good as each other: known, and both known well. */
bool are_equal(const struct compare_row &first, const struct compare_row &second)
{
    if (first.count == 0 || second.count == 0 || !is_tight(first) || !is_tight(second))
        return false;
    const struct interval ratio = ratio_interval(first, second);
    return ratio.found && ratio.low >= 1 / 1.1001 && ratio.high <= 1.1001 &&
           ratio.median < 1.0501 && ratio.median > 1 / 1.0501;
}

bool costs_nothing(const struct compare_row &row, const struct compare_row &plain)
{
    const struct interval cost = ratio_interval(row, plain);
    return cost.found && cost.low >= 1 / 1.0501 && cost.high <= 1.0501;
}

/* --- reading --- */

/* Where a pattern is found: the whole, then its groups. */
std::vector<std::vector<std::string>> all_of(const std::string &text, const std::string &pattern)
{
    static std::map<std::string, std::regex> compiled; /* which takes longer than to match */
    const std::regex &expression = compiled.try_emplace(pattern, pattern).first->second;
    std::vector<std::vector<std::string>> found;
    for (std::sregex_iterator i(text.begin(), text.end(), expression), end; i != end; ++i)
        found.emplace_back(i->begin(), i->end());
    return found;
}

const char TEAM[] = "[0-9]+ processes with a window|[0-9]+ process(es)?|[0-9]+ threads|the hybrid "
                    "[0-9]+x[0-9]+";

/* The fastest measured row of what a sentence calls a team. */
const struct compare_row *team_of(const struct compare_work &work, const std::string &team)
{
    enum mechanism mechanism = MECHANISM_THREADS;
    if (has(team, "window"))
        mechanism = MECHANISM_WINDOW;
    else if (has(team, "process"))
        mechanism = MECHANISM_PROCESSES;
    else if (has(team, "hybrid"))
        mechanism = MECHANISM_HYBRID;
    const struct compare_row *found = nullptr;
    for (int i = 0; i < work.rows_count; i++)
        if (work.rows[i].mechanism == mechanism && work.rows[i].count > 0 &&
            (found == nullptr || work.rows[i].time.median < found->time.median))
            found = &work.rows[i];
    return found;
}

const struct compare_row *row_by_shape(const struct compare_work &work, const std::string &name,
                                       const std::string &shape)
{
    for (int i = 0; i < work.rows_count; i++) {
        const struct compare_row &row = work.rows[i];
        if (name == mechanism_name(row.mechanism) &&
            shape == std::to_string(row.ranks) + "x" + std::to_string(row.threads))
            return &row;
    }
    return nullptr;
}

const struct compare_row *plain_of(const struct compare_work &work, enum mechanism mechanism)
{
    for (int i = 0; i < work.rows_count; i++)
        if (work.rows[i].mechanism == mechanism)
            return &work.rows[i];
    return nullptr;
}

/* --- properties --- */

/* All rows without a gil were measured and are equal to the best. */
void check_any_kind(const struct compare_work &work, const std::string &text)
{
    if (!has(text, "any kind") && !has(text, "does not matter"))
        return;
    std::set<enum mechanism> kinds;
    for (int i = 1; i < work.rows_count; i++) {
        const struct compare_row &row = work.rows[i];
        if (mechanism_has_gil(row.mechanism))
            continue;
        kinds.insert(row.mechanism);
        EXPECT_GT(row.count, 0) << "not measured: row " << i;
        EXPECT_TRUE(&row == &work.rows[work.best] || are_equal(work.rows[work.best], row)) << i;
    }
    EXPECT_GE(kinds.size(), 2u);
}

/* "A and B both reach", "A, B and C all get". */
void check_equals(const struct compare_work &work, const std::string &text)
{
    for (const auto &clause : all_of(text, "(: |^)([^:;]*) (both|all) (reach|get)"))
        for (const auto &team : all_of(clause[2], TEAM)) {
            const struct compare_row *row = team_of(work, team[0]);
            ASSERT_NE(row, nullptr) << team[0];
            EXPECT_TRUE(row == &work.rows[work.best] || are_equal(work.rows[work.best], *row))
                << team[0];
        }
    if (has(text, "with one worker alone")) {
        EXPECT_TRUE(are_equal(work.rows[0], work.rows[work.best]));
    }
    if (has(text, "they tie with processes")) {
        EXPECT_TRUE(are_equal(*team_of(work, "threads"), *team_of(work, "processes")));
    }
}

/* "1.9 of 2 cores", "2.6 of at most 1.4", "0.50 of 2 cores", "1.4 of 1.9". */
void check_figures(const std::string &text)
{
    for (const auto &pair : all_of(text, "([0-9.]+) of (at most )?([0-9]+(\\.[0-9]+)?)"))
        EXPECT_LE(std::stod(pair[1]), std::stod(pair[3])) << pair[0];
    for (const auto &pair : all_of(text, "([0-9.]+) .above the estimate of ([0-9]+(\\.[0-9]+)?)"))
        EXPECT_GT(std::stod(pair[1]), std::stod(pair[2])) << pair[0];
    for (const auto &longer : all_of(text, "take(s?) (-?[0-9.]+) % longer"))
        EXPECT_GE(std::stod(longer[2]), 5) << longer[0];
    for (const auto &times : all_of(text, "take(s?) ([0-9.]+) times as long"))
        EXPECT_GE(std::stod(times[2]), 2) << times[0];
    const std::string outcome = text.substr(0, text.find('\n'));
    if (has(outcome, "count, not") || has(outcome, "is the limit")) {
        EXPECT_FALSE(has(outcome, "above the estimate")) << "of what?";
    }
}

/* Blamed only if they took time, and for no more than they took. */
void check_messages(const struct compare_work &work, const std::string &text)
{
    const struct compare_row *row = team_of(work, "processes");
    if (has(text, "Scattering")) {
        ASSERT_NE(row, nullptr);
        const double moving = row->spent.s[SPENT_MOVING];
        EXPECT_GE(moving, 0.1);
        EXPECT_LE(work.message_s * 1000, moving * row->time.median * row->ranks * 1.0001);
    }
}

/* How many workers share a core. */
double sharers(const Comparison &world, const struct compare_work &work,
               const struct compare_row &row)
{
    const double each = static_cast<double>(row.ranks * row.threads) / world.compare_report.cores;
    return work.cpu_share >= 0.9 ? std::max(each, 1.0) : 1;
}

/* A cause is told of a row that has so much of it. */
void check_causes(const Comparison &world, const struct compare_work &work, const std::string &text)
{
    using Row = const struct compare_row &;
    const std::pair<const char *, double (*)(Row, double)> causes[] = {
        {"moving numbers takes ([0-9]+) % of their",
         [](Row row, double) { return row.spent.s[SPENT_MOVING]; }},
        {"moving numbers takes ([0-9]+) % of the cores'",
         [](Row row, double each) { return std::min(each * row.spent.s[SPENT_MOVING], 1.0); }},
        {"no core is free for ([0-9]+) % of their",
         [](Row row, double) { return row.spent.s[SPENT_NO_CORE] - row.spent.foreign_s; }},
        {"have the cores for ([0-9]+) %", [](Row row, double) { return row.spent.foreign_s; }},
        {"something else keeps them from running for ([0-9]+) %",
         [](Row row, double) { return row.spent.s[SPENT_HELD]; }},
        {"something unknown keeps them from running for ([0-9]+) %",
         [](Row row, double) { return row.spent.s[SPENT_UNKNOWN]; }},
        {"they have nothing to do for ([0-9]+) %",
         [](Row row, double) { return row.spent.s[SPENT_NOTHING]; }},
        {"leave the cores unused for ([0-9]+) %",
         [](Row row, double each) {
             const double *s = row.spent.s;
             return std::min(each * s[SPENT_NOTHING],
                             1 - each * (s[SPENT_TASKS] + s[SPENT_MOVING]) - row.spent.foreign_s -
                                 s[SPENT_HELD] - s[SPENT_UNKNOWN]);
         }},
        {"it moves numbers for ([0-9]+) %",
         [](Row row, double) { return row.root_limits ? row.root_moving : -1; }},
    };
    for (const auto &[words, share] : causes)
        for (const auto &cause : all_of(text, words)) {
            bool one = false;
            for (int i = 0; i < work.rows_count; i++)
                one |= work.rows[i].count > 0 &&
                       std::fabs(100 * share(work.rows[i], sharers(world, work, work.rows[i])) -
                                 std::stod(cause[1])) <= 0.5001;
            EXPECT_TRUE(one) << cause[0];
            EXPECT_GE(std::stod(cause[1]), 10);
        }
}

void check_gil(const struct compare_work &work, const std::string &text)
{
    const struct compare_row *threads = plain_of(work, MECHANISM_THREADS),
                             *threads_gil = plain_of(work, MECHANISM_THREADS_GIL),
                             *processes = plain_of(work, MECHANISM_PROCESSES),
                             *processes_gil = plain_of(work, MECHANISM_PROCESSES_GIL);
    if (has(text, "it costs nothing here")) {
        EXPECT_TRUE(costs_nothing(*threads_gil, *threads));
    }
    if (has(text, "each process costs nothing")) {
        EXPECT_TRUE(costs_nothing(*processes_gil, *processes));
    }
    for (const auto &cost : all_of(text, "(it|process) costs less than ([0-9]+) %")) {
        const bool it = cost[1] == "it";
        const struct interval longer = it ? ratio_interval(*threads_gil, *threads)
                                          : ratio_interval(*processes_gil, *processes);
        EXPECT_LE(longer.high, 1 + std::stod(cost[2]) / 100) << cost[0];
    }
}

std::set<const struct compare_row *> named_after(const struct compare_work &work,
                                                 const std::string &words)
{
    std::set<const struct compare_row *> rows;
    const std::string pick = work.pick;
    const size_t from = words.empty() ? 0 : pick.find(words);
    if (from == std::string::npos)
        return rows;
    const std::string part = pick.substr(from + words.size());
    for (const auto &shape :
         all_of(part.substr(0, part.find(';')), "([a-z]+) \\(([0-9]+x[0-9]+)\\)"))
        rows.insert(row_by_shape(work, shape[1], shape[2]));
    return rows;
}

/* Said and picked alike. */
void check_pick(const struct compare_work &work, const std::string &text)
{
    const std::string pick = work.pick;
    if (has(text, "no winner") || has(text, "too few") || has(text, "nothing to compare")) {
        EXPECT_EQ(pick, "");
    } else if (has(text, "Nothing pays") || has(text, "Nothing is gained"))
        EXPECT_EQ(pick, "one process of one thread");
    else
        EXPECT_EQ(named_after(work, "").count(&work.rows[work.best]), 1u) << pick;
    for (const struct compare_row *row : named_after(work, "; as good: "))
        EXPECT_TRUE(are_equal(*row, work.rows[work.best])) << pick;
    const std::string outcome = text.substr(0, text.find('\n'));
    const size_t open = outcome.find("cannot be told from that at");
    for (const struct compare_row *row : named_after(work, "; perhaps as good: ")) {
        EXPECT_NE(open, std::string::npos) << pick;
        EXPECT_FALSE(named_after(work, "; as good: ").count(row)) << pick;
    }
    for (const auto &slow : all_of(outcome, std::string("; (") + TEAM + ") take"))
        EXPECT_FALSE(named_after(work, "").count(team_of(work, slow[1]))) << pick;
}

void check_speedups(const struct compare_work &work)
{
    for (int i = 0; i < work.rows_count; i++) {
        const struct interval &speedup = work.rows[i].speedup;
        EXPECT_LE(speedup.low, speedup.median) << i;
        EXPECT_LE(speedup.median, speedup.high) << i;
    }
}

void check_load(const Comparison &world, const std::string &text)
{
    double programs = 0, stolen = 0;
    for (int i = 0; i < world.compare_report.works_count; i++) {
        const double load = world.compare_report.works[i].other_load;
        programs = std::fmax(programs, std::isnan(load) ? 0 : load);
        stolen = std::fmax(stolen, world.compare_report.works[i].stolen);
    }
    for (const auto &used : all_of(text, "programs used ([0-9.]+) of"))
        EXPECT_LE(std::stod(used[1]), programs * 1.06);
    for (const auto &took : all_of(text, "took ([0-9]+) % of the processors"))
        EXPECT_LE(std::stod(took[1]), 100 * stolen + 0.5001);
    check_figures(text);
}

void check_work(const Comparison &world, int index)
{
    const struct compare_work &work = world.compare_report.works[index];
    const std::string text = world.sentences(index);
    SCOPED_TRACE(text + "pick: " + work.pick);
    check_any_kind(work, text);
    check_equals(work, text);
    check_figures(text);
    check_messages(work, text);
    check_causes(world, work, text);
    check_gil(work, text);
    check_pick(work, text);
    check_speedups(work);
    EXPECT_EQ(text.find("nan"), std::string::npos);
    EXPECT_EQ(text.find("inf"), std::string::npos);
}

} // namespace

TEST(VerdictProperties, NoSentenceSaysMoreThanTheRows)
{
    std::set<std::string> seen; /* that the worlds are of many kinds */
    for (uint64_t seed = 1; seed <= SEEDS && !testing::Test::HasFailure(); seed++) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Comparison world(8, 1, dice.pick<int>({1, 2, 2, 4, 8, 64}));
        world.compare_report.memory_bandwidth = dice.one_of(3) ? 16e3 * (1 + 2 * dice.unit()) : 0;
        for (int works = 1 + dice.below(2); works > 0; works--)
            add_work(dice, world);
        world.judge();
        for (int i = 0; i < world.compare_report.works_count; i++)
            check_work(world, i);
        check_load(world, world.sentences(-1));
        const std::string all = world.sentences(0) + world.sentences(-1);
        for (const char *words : {"any kind",
                                  " both ",
                                  " all ",
                                  "cannot be told",
                                  "Nothing is gained",
                                  "Nothing pays",
                                  "no winner",
                                  "too few",
                                  "nothing to compare",
                                  "Scattering",
                                  "above the estimate",
                                  "costs nothing",
                                  "costs less",
                                  "gil is what",
                                  "gil slows",
                                  "moving numbers takes",
                                  "no core is free",
                                  "something else keeps",
                                  "something unknown keeps",
                                  "other programs have the cores",
                                  "others have the cores",
                                  "they have nothing to do",
                                  "they leave the cores unused",
                                  "rank 0 is what",
                                  "Memory, not",
                                  "cores count",
                                  "workers count",
                                  "Other programs",
                                  "Other machines"})
            if (has(all, words))
                seen.insert(words);
    }
#ifndef SQUARES_SANITIZED /* there are fewer worlds then */
    EXPECT_EQ(seen.size(), 29u) << testing::PrintToString(seen);
#endif
}
