/*
 * plans - plans of many shapes on sites, and a judge that tries sentences on them.
 */
#ifndef SQUARES_TESTS_SUPPORT_PLANS_H
#define SQUARES_TESTS_SUPPORT_PLANS_H

#include "support/sites.h"

#include <utility>

extern "C" {
#include "place/plan.h"
}

/* Values from 1 to `most`: the small ones, those near the multiples and parts of `counts`, and some
 * between. */
inline std::vector<int> thinned(int most, const std::vector<int> &counts)
{
    std::set<int> values;
    for (int v = 1; v <= std::min(most, SANITIZED ? 4 : 6); v++)
        values.insert(v);
    for (int count : counts)
        for (int near : {count / 2, count - 1, count, count + 1, 2 * count})
            values.insert(near);
    for (int v = 7; v < most; v += v)
        values.insert(v);
    values.insert(most);
    values.erase(values.begin(), values.lower_bound(1));
    values.erase(values.upper_bound(most), values.end());
    return {values.begin(), values.end()};
}

/* Shapes R x T with R up to twice the PUs and T up to the PUs: all on a very small machine. Of
 * those with many times more workers than PUs few are taken. */
inline std::vector<std::pair<int, int>> shapes_for(const Site &site, int small = SANITIZED ? 3 : 6)
{
    std::vector<int> ranks, threads;
    if (site.pus <= small) {
        for (int v = 1; v <= 2 * site.pus; v++)
            ranks.push_back(v);
        threads.assign(ranks.begin(), ranks.begin() + site.pus);
    } else {
        int per_node = site.count() / site.nodes, per_cache = site.count() / site.caches;
        ranks = thinned(2 * site.pus, {site.nodes, site.caches, site.count(), site.pus});
        threads = thinned(site.pus, {per_cache, per_node, site.count()});
    }
    std::vector<std::pair<int, int>> shapes;
    for (int r : ranks)
        for (int t : threads) {
            bool many = r * t > 4 * site.pus, far_too_many = r * t > 32 * site.pus;
            bool last = r == 2 * site.pus && t == site.pus && site.pus <= 64;
            if (site.pus <= small || !many || (!far_too_many && (r + t) % 8 == 0) || last)
                shapes.emplace_back(r, t);
        }
    return shapes;
}

/* A plan, worker by worker. */
struct Planned {
    int ranks = 0, threads = 0;
    std::vector<int> core; /* an index into the site's line */
    std::vector<int> pu;   /* OS number, or -1 for a whole core of several */
    std::string odd;       /* what is no seat: neither a usable core nor one of its PUs */

    int first(int rank) const
    {
        return core[size_t(rank) * size_t(threads)];
    }
    int last(int rank) const
    {
        return core[size_t(rank + 1) * size_t(threads) - 1];
    }
};

inline void read_seat(Planned &planned, const Site &site, hwloc_const_bitmap_t seat)
{
    int pu = hwloc_bitmap_first(seat), weight = hwloc_bitmap_weight(seat);
    int core = pu >= 0 && pu < int(site.core_of.size()) ? site.core_of[size_t(pu)] : -1;
    bool sound = core >= 0;
    if (sound && weight != 1) {
        const std::vector<int> &pus = site.line[size_t(core)].pus;
        sound = weight == int(pus.size());
        for (size_t i = 0; sound && i < pus.size(); i++)
            sound = hwloc_bitmap_isset(seat, unsigned(pus[i]));
    }
    if (!sound && planned.odd.empty())
        planned.odd = "{" + text_of(seat) + "}";
    planned.core.push_back(std::max(core, 0));
    planned.pu.push_back(weight == 1 ? pu : -1);
}

inline Planned plan_on(const Site &site, const struct plan_request &request)
{
    Planned planned;
    struct plan plan = {};
    Err err;
    if (plan_build(&plan, &site.found, &request, &err) != 0) {
        planned.odd = err.text;
    } else {
        planned.ranks = request.ranks;
        planned.threads = request.threads;
        planned.core.reserve(size_t(plan_workers(&plan)));
        planned.pu.reserve(size_t(plan_workers(&plan)));
        for (int i = 0; i < plan_workers(&plan); i++)
            read_seat(planned, site, plan.seats[i]);
    }
    plan_release(&plan);
    return planned;
}

inline std::string text_of(const Planned &planned)
{
    std::string text;
    for (size_t i = 0; i < planned.core.size() && i < 64; i++) {
        text += i == 0 ? "" : i % size_t(planned.threads) == 0 ? " | " : " ";
        text += "c" + std::to_string(planned.core[i]);
        text += planned.pu[i] >= 0 ? ":" + std::to_string(planned.pu[i]) : "";
    }
    return text;
}

inline std::string text_of(const struct plan_request &request)
{
    return std::to_string(request.ranks) + "x" + std::to_string(request.threads) + " " +
           PLACE_POLICIES[request.policy] + " smt " + std::to_string(request.smt);
}

inline bool same_kind(const Site::Core &a, const Site::Core &b)
{
    return a.kind == b.kind;
}

inline bool same_node(const Site::Core &a, const Site::Core &b)
{
    return same_kind(a, b) && a.node == b.node;
}

inline bool same_cache(const Site::Core &a, const Site::Core &b)
{
    return same_node(a, b) && a.cache == b.cache;
}

using Same = bool (*)(const Site::Core &, const Site::Core &);

/* How many blocks of `size` neighbours a line has room for, none of them across a border. */
inline int room_for(const std::vector<Site::Core> &line, int size, Same same)
{
    int blocks = 0;
    for (size_t begin = 0, end; begin < line.size(); begin = end) {
        for (end = begin + 1; end < line.size() && same(line[begin], line[end]);)
            end++;
        blocks += int(end - begin) / size;
    }
    return blocks;
}

/* A plan and what it was made for. */
struct Case {
    Case(const Site &the_site, const struct plan_request &asked)
        : site(the_site), request(asked), plan(plan_on(the_site, asked)),
          workers(asked.ranks * asked.threads), level(asked.smt > 0 ? asked.smt : 1),
          size((asked.threads + level - 1) / level), position(site.line.size(), -1)
    {
        for (const Site::Core &core : site.line) {
            int threads = int(core.pus.size());
            pus += asked.smt > 0 ? std::min(threads, asked.smt) : threads;
            if (threads >= level)
                everywhere.push_back(core);
        }
        line = of_kinds(kinds_needed());
        enough = int(line.size()) >= asked.ranks * size;
        for (size_t i = 0, next = 0; i < site.line.size() && next < line.size(); i++)
            if (int(site.line[i].pus.size()) >= level)
                position[i] = int(next++);
    }

    std::vector<Site::Core> of_kinds(int most_kind) const
    {
        std::vector<Site::Core> some;
        for (const Site::Core &core : everywhere)
            if (core.kind <= most_kind)
                some.push_back(core);
        return some;
    }
    /* The slowest kind that is needed: so that each rank, by `auto`, can have one kind; else so
     * that there are cores enough. */
    int kinds_needed() const
    {
        bool whole = automatic() && room_for(everywhere, size, same_kind) >= request.ranks;
        for (int kind = 0; kind < site.kinds; kind++) {
            std::vector<Site::Core> some = of_kinds(kind);
            if (whole ? room_for(some, size, same_kind) >= request.ranks
                      : int(some.size()) >= request.ranks * size)
                return kind;
        }
        return site.kinds;
    }
    bool automatic() const
    {
        return request.policy == PLACE_AUTO;
    }
    int place(int worker) const
    {
        return position[size_t(plan.core[size_t(worker)])];
    }

    const Site &site;
    const struct plan_request request;
    const Planned plan;
    const int workers;
    const int level; /* workers to a core while there are cores enough */
    const int size;  /* cores of a rank then */
    int pus = 0;     /* that may be used */
    bool enough;
    std::vector<Site::Core> everywhere; /* the cores that have PUs for `level` workers */
    std::vector<Site::Core> line;       /* of them, the kinds that are needed, fastest first */
    std::vector<int> position;          /* of the site's cores in `line`, or -1 */
};

enum Verdict { SILENT, HOLDS, BROKEN }; /* SILENT: says nothing about this case */

inline Verdict verdict(bool holds)
{
    return holds ? HOLDS : BROKEN;
}

inline bool no_rank_crosses(const Case &c, Same same)
{
    for (int rank = 0; rank < c.plan.ranks; rank++)
        if (!same(c.site.line[size_t(c.plan.first(rank))], c.site.line[size_t(c.plan.last(rank))]))
            return false;
    return true;
}

inline std::vector<int> workers_per_core(const Case &c)
{
    std::vector<int> loads(c.site.line.size(), 0);
    for (int core : c.plan.core)
        loads[size_t(core)]++;
    return loads;
}

/* How many workers may run on each usable PU, in the order of the cores. */
inline std::vector<int> workers_per_pu(const Case &c)
{
    std::vector<int> loads(c.site.core_of.size(), 0), usable;
    for (size_t i = 0; i < c.plan.core.size(); i++)
        if (c.plan.pu[i] >= 0)
            loads[size_t(c.plan.pu[i])]++;
        else
            for (int pu : c.site.line[size_t(c.plan.core[i])].pus)
                loads[size_t(pu)]++;
    for (const Site::Core &core : c.site.line)
        for (int pu : core.pus)
            usable.push_back(loads[size_t(pu)]);
    return usable;
}

inline int most(const std::vector<int> &values)
{
    return *std::max_element(values.begin(), values.end());
}

struct Property {
    const char *sentence;
    Verdict (*on)(const Case &);
};

/* Judges plans and keeps, of each property that is broken, the smallest example. */
class Judge
{
  public:
    explicit Judge(const std::vector<Property> &the_properties)
        : properties(the_properties), records(the_properties.size())
    {
    }
    Judge(const Judge &) = delete;
    Judge &operator=(const Judge &) = delete;

    void plan(const Site &site, const struct plan_request &request)
    {
        Case c(site, request);
        seats.spoke++;
        if (!c.plan.odd.empty()) {
            seats.note(c);
            return;
        }
        for (size_t i = 0; i < properties.size(); i++) {
            Verdict verdict = properties[i].on(c);
            records[i].spoke += verdict != SILENT;
            if (verdict == BROKEN)
                records[i].note(c);
        }
    }

    /* All shapes by the automatic policy, and each also in one of the other ways. */
    void shapes(const Site &site)
    {
        for (const auto &[ranks, threads] : shapes_for(site)) {
            plan(site, {ranks, threads, PLACE_AUTO, 0});
            auto policy = static_cast<enum place_policy>(dice.below(3));
            plan(site, {ranks, threads, policy, dice.below(site.smt + 1)});
        }
    }

    ~Judge()
    {
        seats.tell("each seat is a usable core or one of its PUs");
        for (size_t i = 0; i < properties.size(); i++)
            records[i].tell(properties[i].sentence);
    }

    /* The properties that said nothing about any plan; "": none. */
    std::string silent() const
    {
        std::string text;
        for (size_t i = 0; i < properties.size(); i++)
            text += records[i].spoke > 0 ? "" : std::string(properties[i].sentence) + "; ";
        return text;
    }

  private:
    struct Record {
        void note(const Case &c)
        {
            int size = c.workers + c.site.pus;
            if (broken++ > 0 && size >= smallest)
                return;
            smallest = size;
            example = c.site.words() + "\n  " + text_of(c.request) + ": " + c.plan.odd + " " +
                      text_of(c.plan);
        }
        void tell(const char *sentence) const
        {
            if (broken > 0)
                ADD_FAILURE() << sentence << ": broken by " << broken << " of " << spoke
                              << " plans, such as\n  " << example;
        }

        int spoke = 0, broken = 0, smallest = 0;
        std::string example;
    };

    const std::vector<Property> properties;
    std::vector<Record> records;
    Record seats;
    Dice dice{1};
};

#endif
