/*
 * placings - what is found about who sits where, and documents of hosts made of it.
 */
#ifndef SQUARES_TESTS_SUPPORT_PLACINGS_H
#define SQUARES_TESTS_SUPPORT_PLACINGS_H

#include "support/json_tree.h"
#include "support/reports.h"
#include "support/seat_maps.h"
#include "support/sites.h"

#include <cstring>
#include <memory>

extern "C" {
#include "findings/findings.h"
#include "findings/launch.h"
#include "place/seat_map.h"
#include "report/place_report.h"
}

using Strings = std::vector<std::string>;

/* --- findings --- */

struct Found : findings {
    Found() : findings()
    {
    }
    /* "unbound core-shared", in the order in which they were found. */
    std::string codes() const
    {
        std::string text;
        for (int i = 0; i < count; i++)
            text += (i > 0 ? " " : "") + std::string(finding_name(list[i].code));
        return text;
    }
    const struct finding *of(const std::string &code) const
    {
        for (int i = 0; i < count; i++)
            if (code == finding_name(list[i].code))
                return &list[i];
        return nullptr;
    }
};

/* As the leader of a host of that many ranks in all would look at them. */
inline struct findings_job job_of(const SeatMap &who, int hosts = 1)
{
    return {hosts, hosts * who.seat_map.ranks, who.seat_map.ranks};
}

inline Found found_in_masks(const Site &site, const SeatMap &masks, int threads, int hosts = 1)
{
    Found found;
    struct findings_job job = job_of(masks, hosts);
    findings_of_masks(&found, &masks.seat_map, &site.found, threads, &job);
    return found;
}

inline Found found_in_masks(const Site &site, const Strings &masks, int threads, int hosts = 1)
{
    return found_in_masks(site, SeatMap(site.machine, int(masks.size()), 1, masks), threads, hosts);
}

inline Found found_in_seats(const Site &site, const SeatMap &seats, int hosts = 1)
{
    Found found;
    struct findings_job job = job_of(seats, hosts);
    findings_of_seats(&found, &seats.seat_map, &site.found, &job);
    return found;
}

inline Found found_in_seats(const Site &site, int ranks, int threads, const Strings &seats)
{
    return found_in_seats(site, SeatMap(site.machine, ranks, threads, seats));
}

inline std::string text_of(const struct launch_shape &shape)
{
    return std::to_string(shape.ranks) + "x" + std::to_string(shape.threads);
}

/* Whether there are three lines that start it. */
inline bool launches(const struct launch_shape &shape)
{
    struct launch_lines lines;
    launch_again(&lines, &shape, "./squares run");
    return lines.mpirun4[0] != '\0' && lines.mpirun5[0] != '\0' && lines.srun[0] != '\0';
}

/* Whether words can stand in a message, and were not cut by the room there is. */
inline bool worded(const char *text, size_t room)
{
    return text[0] != '\0' && strlen(text) + 1 < room && well_worded(text);
}

/* Whether there is this finding, and it proposes `shape` ("2x3"; "": none) and lines that start
 * that. Its words are added to `all`. */
inline testing::AssertionResult tells(const Found &found, const std::string &code,
                                      const std::string &shape, std::string &all)
{
    const struct finding *f = found.of(code);
    if (f == nullptr)
        return testing::AssertionFailure() << "no " << code << " in: " << found.codes();
    all += code + ": " + f->text + "\n  " + f->remedy + "\n";
    if (!worded(f->text, sizeof(f->text)) || !worded(f->remedy, sizeof(f->remedy)))
        return testing::AssertionFailure() << "badly worded: " << f->text << ": " << f->remedy;
    std::string proposed = f->shape.threads > 0 ? text_of(f->shape) : "";
    if (proposed != shape)
        return testing::AssertionFailure() << code << " proposes " << proposed << ": " << f->text;
    if (!shape.empty() && !launches(f->shape))
        return testing::AssertionFailure() << "no lines launch " << shape;
    return testing::AssertionSuccess();
}

/* --- JSON --- */

/* --- a host, told --- */

/* Ranks on a site, each bound to the seats that are given; findings are added as they are. The
 * members may be changed before the document is made. */
class Told
{
  public:
    Told(const Site &the_site, int ranks, int threads, const Strings &seats,
         const std::string &the_name = "node7", int first_rank = 0)
        : site(the_site), name(the_name),
          seat_map(the_site.machine, ranks, threads, seats, numbers(ranks, first_rank), the_name)
    {
        for (int rank = 0; rank < ranks; rank++) {
            struct placing_rank told = {};
            put_text(told.start, "0-7");
            put_text(told.given, "0-1");
            put_text(told.seated, seats[size_t(rank * threads)]);
            put_text(told.origin.before_words, "not bound");
            put_text(told.origin.after_words, "unchanged");
            rows.push_back(told);
        }
    }
    Told(const Told &) = delete;
    Told &operator=(const Told &) = delete;

    /* What is wrong with the seats. */
    Told &look(int hosts = 1)
    {
        struct findings_job job = job_of(seat_map, hosts);
        findings_of_seats(&found, &seat_map.seat_map, &site.found, &job);
        return *this;
    }
    struct finding &add(enum finding_code code, const std::string &text, bool as_launched = false)
    {
        struct finding &f = found.list[found.count++];
        f = {};
        f.code = code;
        f.as_launched = as_launched;
        put_text(f.text, text);
        put_text(f.remedy, "do " + std::string(finding_name(code)));
        return f;
    }
    struct launch_shape shape(int hosts = 1) const
    {
        const struct seat_map &l = seat_map.seat_map;
        return launch_shape_of(&site.found, hosts, hosts * l.ranks, l.ranks, l.threads);
    }
    JsonOwner document(struct placing_pictures pictures = {}) const
    {
        struct placing_host host = {};
        host.machine = &site.machine.machine;
        host.cores = &site.found;
        host.seat_map = seat_map.seat_map;
        host.stays = stays.empty() ? nullptr : stays.data();
        host.ranks = rows.empty() ? nullptr : rows.data();
        host.findings = &found;
        host.shape = shape();
        host.evidence = "mpirun itself may use PUs 0-7";
        host.again = "./squares place";
        host.srun_mpi = srun_mpi;
        return JsonOwner(placing_document(&host, &pictures));
    }

    const Site &site;
    std::string name;
    SeatMap seat_map;
    std::vector<struct placing_rank> rows; /* empty: it is but a plan */
    std::vector<struct stay> stays;
    Found found;
    const char *srun_mpi = nullptr;

  private:
    static std::vector<int> numbers(int ranks, int first)
    {
        std::vector<int> all;
        for (int rank = 0; rank < ranks; rank++)
            all.push_back(first + rank);
        return all;
    }
};

/* The documents of hosts, in order. */
inline JsonOwner documents_of(std::initializer_list<const Told *> hosts,
                              struct placing_pictures pictures = {})
{
    JsonOwner all(json_array());
    for (const Told *host : hosts)
        EXPECT_EQ(json_array_append_new(all.get(), host->document(pictures).release()), 0);
    return all;
}

#endif
