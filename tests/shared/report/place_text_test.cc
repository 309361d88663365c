/*
 * placing_text - what `squares place` prints for people.
 */
#include "support/golden.h"
#include "support/placings.h"
#include "support/streams.h"

#include <unistd.h>

extern "C" {
#include "findings/findings.h"
#include "place/mask_origin.h"
#include "report/place_report.h"
}

namespace
{

struct placing_run run_of_job(int ranks, int threads)
{
    return {"squares place", "Some MPI v1.2", "mpirun", nullptr, ranks, threads, false, false};
}

std::string text_of(const JsonOwner &documents, const struct placing_run &run)
{
    return printed([&](FILE *out) { EXPECT_EQ(placing_print(documents.get(), &run, out), 0); });
}

std::string text_of(std::initializer_list<const Told *> hosts, int ranks, int threads,
                    const char *srun_offers = nullptr)
{
    struct placing_run run = run_of_job(ranks, threads);
    run.srun_offers = srun_offers;
    return text_of(documents_of(hosts), run);
}

size_t often(const std::string &text, const std::string &part)
{
    size_t count = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
        count++;
    return count;
}

bool has(const std::string &text, const std::string &part)
{
    return often(text, part) > 0;
}

bool begins(const std::string &line, const std::string &with)
{
    return line.substr(0, with.size()) == with;
}

/* Lines that are to be copied whole stay whole. */
bool is_launch_line(const std::string &line)
{
    return begins(line, "  Open MPI") || begins(line, "  MPICH") || begins(line, "  Slurm  ");
}

/* Those that are too long; "": none. */
std::string wider_than_80(const std::string &text)
{
    std::string wide;
    for (const std::string &line : lines_of(text))
        if (line.size() > 80 && !is_launch_line(line))
            wide += "\n" + std::to_string(line.size()) + ": " + line;
    return wide;
}

/* As if lines had no end. */
std::string unwrapped(std::string text)
{
    for (size_t at = 0; (at = text.find("\n ", at)) != std::string::npos;)
        text.replace(at, text.find_first_not_of(' ', at + 1) - at, " ");
    return text;
}

/* The rows of the ranks: below "rank  PUs at start". */
Strings mask_rows(const std::string &text)
{
    Strings rows;
    bool inside = false;
    for (const std::string &line : lines_of(text)) {
        if (inside && !begins(line, " "))
            break;
        if (inside)
            rows.push_back(line);
        inside = inside || begins(line, "rank ");
    }
    return rows;
}

const char *const TWO_CORES = "pack:1 [numa] core:2 pu:1";

} // namespace

TEST(PlacingText, Whole)
{
    Site site(TWO_CORES);
    Told host(site, 1, 2, {"0", "0"});
    put_text(host.rows[0].given, "0");
    host.found = found_in_masks(site, Strings{"0"}, 2);
    host.look();
    EXPECT_TRUE(golden(text_of({&host}, 1, 2)));
}

TEST(PlacingText, LeftToTheKernel)
{
    Site site(TWO_CORES);
    Told host(site, 1, 1, {"0-1"});
    EXPECT_FALSE(has(text_of({&host}, 1, 1), "left to the kernel"));
    host.seat_map.seat_map.left = true;
    host.look();
    EXPECT_TRUE(golden(text_of({&host}, 1, 1)));
}

TEST(PlacingText, NothingFound)
{
    Site site(TWO_CORES);
    Told host(site, 2, 1, {"0", "1"});
    host.look();
    const std::string text = text_of({&host}, 2, 1);
    EXPECT_TRUE(golden(text));
    EXPECT_FALSE(has(text, "As the launcher") || has(text, "As the workers"));
}

TEST(PlacingText, Quiet)
{
    Site site(TWO_CORES);
    Told host(site, 2, 1, {"0", "1"});
    struct placing_run run = run_of_job(2, 1);
    run.findings_only = true;
    EXPECT_TRUE(golden(text_of(documents_of({&host}), run), "nothing found"));
    host.add(FINDING_MOVED, "a worker moved");
    EXPECT_TRUE(golden(text_of(documents_of({&host}), run), "a finding"));
}

TEST(PlacingText, StagesAreToldApart)
{
    Site site(TWO_CORES);
    Told host(site, 2, 1, {"0", "1"});
    host.add(FINDING_MOVED, "of the seats");
    EXPECT_FALSE(has(text_of({&host}, 2, 1), "As the launcher bound the ranks:"));
    host.add(FINDING_UNBOUND, "of the masks", true);
    host.add(FINDING_MOVED, "of the masks, too", true);
    EXPECT_TRUE(golden(text_of({&host}, 2, 1)));
}

TEST(PlacingText, CostsThatWereMeasured)
{
    Site site(TWO_CORES);
    Told host(site, 2, 1, {"0", "1"});
    put_text(host.add(FINDING_MOVED, "a worker moved").measured, "half the speed");
    EXPECT_TRUE(golden(text_of({&host}, 2, 1)));
}

/* Lines that mend several findings are printed below the last of them. */
TEST(PlacingText, EqualLinesArePrintedOnce)
{
    Site site("core:4 pu:1");
    Told host(site, 2, 1, {"0", "1"});
    for (enum finding_code code : {FINDING_MOVED, FINDING_UNBOUND, FINDING_CORE_SHARED})
        host.add(code, "text").shape = host.shape();
    host.found.list[1].shape.threads = 2;
    const std::string text = text_of({&host}, 2, 1);
    EXPECT_EQ(often(text, "  Open MPI     mpirun -np 2 --map-by slot --bind-to core"), 1u);
    EXPECT_EQ(often(text, "  Open MPI     mpirun -np 2 --map-by slot:PE=2 --bind-to core"), 1u);
    EXPECT_LT(text.find("slot:PE=2"), text.find("core-shared"));
    EXPECT_LT(text.find("core-shared"), text.find("--map-by slot --bind-to"));
}

/* --- several hosts --- */

TEST(PlacingText, EqualHostsAreDrawnOnce)
{
    Site site(TWO_CORES);
    Told a(site, 2, 1, {"0", "1"}, "host-a", 0), b(site, 2, 1, {"0", "1"}, "host-b", 2),
        c(site, 2, 1, {"1", "0"}, "host-c", 4), d(site, 2, 1, {"0", "1"}, "host-d", 6);
    const std::string text = text_of({&a, &b, &c, &d}, 8, 1);
    EXPECT_EQ(often(text, "Package L#0"), 2u);
    EXPECT_EQ(often(text, "alike: "), 1u);
    EXPECT_TRUE(golden(text));
}

/* Those that are not named are counted. */
TEST(PlacingText, ManyEqualHosts)
{
    Site site(TWO_CORES);
    for (int count : {2, 9, 40, 200}) {
        std::vector<std::unique_ptr<Told>> hosts;
        JsonOwner documents(json_array());
        for (int i = 0; i < count; i++) {
            hosts.push_back(std::make_unique<Told>(site, 2, 1, Strings{"0", "1"},
                                                   "node" + std::to_string(100 + i), 2 * i));
            json_array_append_new(documents.get(), hosts.back()->document().release());
        }
        const std::string text = text_of(documents, run_of_job(2 * count, 1));
        EXPECT_EQ(wider_than_80(text), "");
        EXPECT_TRUE(has(text, "node101 (ranks 2-3)"));
        std::string alike = unwrapped(text);
        alike = alike.substr(alike.find("alike: "));
        alike = alike.substr(0, alike.find('\n'));
        size_t more = alike.find(", and ");
        int left = more != std::string::npos ? std::stoi(alike.substr(more + 6)) : 0;
        EXPECT_EQ(int(often(alike, " (ranks ")) + left, count - 1) << alike;
        EXPECT_EQ(left > 0, count > 20);
    }
}

TEST(PlacingText, EqualHostsOfOneRank)
{
    Site site(TWO_CORES);
    Told a(site, 1, 1, {"0"}, "host-a", 0), b(site, 1, 1, {"0"}, "host-b", 1);
    EXPECT_TRUE(has(text_of({&a, &b}, 2, 1), "\nalike: host-b (rank 1)\n"));
}

TEST(PlacingText, OneFindingOfSeveralHostsIsToldOnce)
{
    Site site("core:4 pu:1");
    Told a(site, 1, 1, {"0"}, "host-a"), b(site, 1, 1, {"1"}, "host-b", 1),
        c(site, 1, 1, {"2"}, "host-c", 2);
    a.look(3);
    b.look(3);
    std::string text = text_of({&a, &b}, 2, 1);
    EXPECT_EQ(often(text, "cores-idle "), 1u);
    EXPECT_TRUE(golden(text, "two hosts"));
    EXPECT_FALSE(has(text, "'host-b'"));
    text = text_of({&a, &b, &c.look(3)}, 3, 1);
    EXPECT_TRUE(golden(text, "three hosts"));
    EXPECT_EQ(often(text, "  Slurm  "), 1u);
}

/* A code of the masks and of the seats are two findings, each with its hosts. */
TEST(PlacingText, HostsAreCountedByStage)
{
    Site site(TWO_CORES);
    Told a(site, 1, 1, {"0"}, "host-a"), b(site, 1, 1, {"1"}, "host-b", 1);
    a.add(FINDING_UNBOUND, "masks of a", true);
    a.add(FINDING_UNBOUND, "seats of a");
    b.add(FINDING_UNBOUND, "masks of b", true);
    EXPECT_TRUE(golden(text_of({&a, &b}, 2, 1)));
}

TEST(PlacingText, TwoFindingsOfOneHostAreBothTold)
{
    Site site(TWO_CORES);
    Told host(site, 1, 1, {"0"});
    host.add(FINDING_UNBOUND, "one of them");
    host.add(FINDING_UNBOUND, "the other");
    const std::string text = text_of({&host}, 1, 1);
    EXPECT_TRUE(has(text, "one of them") && has(text, "the other")) << text;
    EXPECT_FALSE(has(text, "more host")) << text;
}

/* --- masks --- */

TEST(PlacingText, RowsOfRanks)
{
    Site site("core:40 pu:1");
    std::string folded;
    for (int ranks : {1, 20, 21, 40}) {
        Strings seats;
        for (int rank = 0; rank < ranks; rank++)
            seats.push_back(std::to_string(rank));
        Told host(site, ranks, 1, seats);
        Strings rows = mask_rows(text_of({&host}, ranks, 1));
        struct placing_run run = run_of_job(ranks, 1);
        run.whole = true;
        Strings whole = mask_rows(text_of(documents_of({&host}), run));
        ASSERT_EQ(whole.size(), size_t(ranks));
        EXPECT_EQ(whole.back().substr(0, 6),
                  (ranks > 10 ? "  " : "   ") + std::to_string(ranks - 1) + "  ");
        if (ranks <= 20) {
            EXPECT_EQ(rows, whole);
            continue;
        }
        ASSERT_EQ(rows.size(), 17u);
        folded += std::to_string(ranks) + ":" + rows[12] + "\n";
        EXPECT_EQ(rows[11], whole[11]);
        for (size_t i = 0; i < 4; i++)
            EXPECT_EQ(rows[13 + i], whole[size_t(ranks) - 4 + i]);
    }
    EXPECT_TRUE(golden(folded));
}

TEST(PlacingText, WidenedRanks)
{
    Site site(TWO_CORES);
    Told host(site, 2, 1, {"0", "0-1"});
    host.rows[1].widened = true;
    EXPECT_TRUE(golden(text_of({&host}, 2, 1)));
}

TEST(PlacingText, WhatRanksHaveInCommonIsToldOnce)
{
    Site site("core:4 pu:1");
    Told a(site, 2, 1, {"0", "1"}, "host-a"), b(site, 2, 1, {"0", "1"}, "host-b", 2);
    put_text(a.rows[1].origin.before_words, "mpirun bound it");
    put_text(b.rows[1].origin.before_words, "mpirun bound it");
    put_text(b.rows[0].origin.before_words, "taskset did");
    put_text(b.rows[0].origin.note, "a note");
    EXPECT_TRUE(golden(text_of({&a, &b}, 4, 1)));
}

TEST(PlacingText, PlansHaveNoRows)
{
    Site site(TWO_CORES);
    Told host(site, 2, 1, {"0", "1"});
    host.rows.clear();
    const std::string text = text_of({&host}, 2, 1);
    EXPECT_FALSE(has(text, "PUs at start")) << text;
    EXPECT_TRUE(has(text, "idle\n\nNo finding") || has(text, "rank.thread\n\nNo finding")) << text;
}

/* A list that is cut must not read as another one. */
TEST(PlacingText, LongListsAreWholeOrSaidToBeCut)
{
    Site site("core:2 pu:1");
    Told host(site, 1, 1, {"0"});
    const std::string list = "0,16,32,48,64,80";
    put_text(host.rows[0].start, list);
    put_text(host.rows[0].given, list);
    put_text(host.rows[0].seated, list);
    const std::string row = mask_rows(text_of({&host}, 1, 1)).at(0);
    EXPECT_TRUE(often(row, list) + often(row, "...") == 3u) << row;
}

/* --- the width --- */

TEST(PlacingText, Kinds)
{
    Site site("core:14 pu:1");
    site.rank_cores({1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    Told host(site, 1, 1, {"0"});
    const std::string text = text_of({&host}, 1, 1);
    EXPECT_TRUE(golden(text));
    EXPECT_EQ(wider_than_80(text), "");
    Site same("core:2 pu:1");
    EXPECT_FALSE(
        has(text_of({std::make_unique<Told>(same, 1, 1, Strings{"0"}).get()}, 1, 1), "kinds"));
}

TEST(PlacingText, WhyNotAllIsUsable)
{
    Site all("core:8 pu:1"), some("core:8 pu:1", "0-3");
    EXPECT_FALSE(
        has(text_of({std::make_unique<Told>(all, 1, 1, Strings{"0"}).get()}, 1, 1), "usable: "));
    EXPECT_TRUE(golden(text_of({std::make_unique<Told>(some, 1, 1, Strings{"0"}).get()}, 1, 1)));
}

TEST(PlacingText, LinesAreFilled)
{
    Site site(TWO_CORES);
    for (const char *first : {"a", "aa"}) {
        Told host(site, 2, 1, {"0", "1"});
        std::string words = first;
        for (int i = 0; i < 100; i++)
            words += " a";
        host.add(FINDING_MOVED, words);
        const std::string text = text_of({&host}, 2, 1);
        size_t widest = 0;
        for (const std::string &line : lines_of(text))
            widest = std::max(widest, line.size());
        EXPECT_TRUE(widest == 80 || widest == 79) << widest;
        EXPECT_TRUE(has(unwrapped(text), words));
    }
}

TEST(PlacingText, LinesOfAllElseFitToo)
{
    Site site("pack:2 [numa] l3:2 core:4 pu:2");
    for (const char *name : {"n", "a-host-with-quite-a-long-name.cluster.example.org"}) {
        Told host(site, 2, 8, cores_dealt(site.machine, 16), name);
        host.found = found_in_masks(site, SeatMap(site.machine, 2, 1, {"0", "0"}, {}, name), 8);
        host.look();
        for (int code = 0; code < FINDING_CODES; code++) {
            std::string words;
            while (words.size() < 240)
                words += finding_meaning(static_cast<enum finding_code>(code)) + std::string(" ");
            struct finding &f =
                host.add(static_cast<enum finding_code>(code), words + ".", code % 2 == 0);
            put_text(f.measured, "0.50 of rank 1000's speed on the seats that squares gives it");
            if (host.found.count == FINDINGS_MOST)
                break;
        }
        for (struct placing_rank &row : host.rows) {
            put_text(row.start, std::string(60, '1'));
            put_text(row.given, std::string(60, '2'));
            put_text(row.seated, std::string(60, '3'));
            std::string words;
            while (words.size() < ORIGIN_WORDS - 16)
                words += "words that go on ";
            put_text(row.origin.before_words, words);
            put_text(row.origin.after_words, words + "?");
            put_text(row.origin.note, words + "!");
        }
        host.rows[0].widened = true;
        EXPECT_EQ(wider_than_80(text_of({&host}, 2, 8)), "");
    }
}

TEST(PlacingText, WritingThatFailsIsTold)
{
    if (access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    Site site(TWO_CORES);
    Told host(site, 1, 1, {"0"});
    JsonOwner documents = documents_of({&host});
    const struct placing_run run = run_of_job(1, 1);
    FILE *full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    setvbuf(full, nullptr, _IONBF, 0);
    EXPECT_EQ(placing_print(documents.get(), &run, full), -1);
    (void)fclose(full);
}

TEST(PlacingText, WhatSrunLacks)
{
    Site site(TWO_CORES);
    Told host(site, 2, 1, {"0", "1"});
    host.look();
    host.srun_mpi = "";
    EXPECT_FALSE(has(text_of({&host}, 2, 1), "Slurm")) << "srun tells nothing";
    EXPECT_TRUE(golden(text_of({&host}, 2, 1, "none pmi2")));
    host.srun_mpi = "pmi2";
    EXPECT_TRUE(has(text_of({&host}, 2, 1, "none pmi2"), "  Slurm        srun --mpi=pmi2 -N 1"));
}
