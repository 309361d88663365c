/*
 * The fault walk: one call of the program fails, on one rank, and what becomes of it is looked at.
 * preload.c fails it; here is which: each place in the program's own code that calls
 * pthread_create, malloc, write and the like, on each of three ranks, through run, compare and
 * place.
 *
 *     faults --record FILE        finds the places, by a run of each scenario
 *     faults --walk FILE          a test for each; FAULTS=all, or a spread choice of them
 *
 * Whatever fails, the job ends, with the right exit code, one message that names what failed and on
 * which rank, and nothing left but results that are whole and named in the message. Exit code 0 is
 * right as well if all that was asked for is there: the program did without.
 */
#include "cli/whole_program.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <jansson.h>
#include <map>
#include <signal.h>
#include <sstream>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;

namespace
{

const int RANKS = 3;
const int LIMIT_S = 120; /* a run takes a second; this is there to find hangs */

struct Scenario {
    const char *name;
    const char *words;                 /* after $SQ; $D is a folder of its own */
    std::vector<const char *> whole;   /* files there afterwards, the same in each run */
    std::vector<const char *> reports; /* JSON and pictures there afterwards */
};

const std::vector<Scenario> SCENARIOS = {
    {"Message",
     "run -q --range 1:20001 -t 2 --exchange message -o $D/out.npy --json $D/out.json",
     {"out.npy"},
     {"out.json"}},
    {"Feeds",
     "run -q -i $D/in.txt -t 2 --exchange message --root feeds --schedule guided --progress lines "
     "-o $D/out.txt",
     {"out.txt"},
     {}},
    {"Window",
     "run -i $D/in.txt -t 2 --exchange window -o $D/out.npy --json $D/out.json",
     {"out.npy"},
     {"out.json"}},
    {"Steal",
     "run -q -i $D/in.i64 -t 2 --exchange window --schedule steal --cost linear --gil "
     "--work squares:repeat=50 -o $D/out.i64",
     {"out.i64"},
     {}},
    {"File",
     "run -q -i $D/in.i64 -t 2 --exchange file -o $D/out.npy --json $D/out.json",
     {"out.npy"},
     {"out.json"}},
    {"Local",
     "run --range 1:20001 -t 2 --exchange local --work mixed:task=1us --json $D/out.json",
     {},
     {"out.json"}},
    {"Disk",
     "run -q --range 1:101 -t 2 --work file:dir=$D,bytes=4K,op=write -o $D/out.txt",
     {"out.txt"},
     {}},
    {"Net",
     "run -q --range 1:101 -t 2 --work net:delay=10us -o $D/out.txt --json $D/out.json",
     {"out.txt"},
     {"out.json"}},
    {"Plugin", "run -q --range 1:2001 -t 2 --work $PLAIN -o $D/out.txt", {"out.txt"}, {}},
    {"Compare",
     "compare -q --range 1:201 --repeat 2 -t 2 --work squares --work io:latency=50us "
     "--json $D/out.json --csv $D/out.csv",
     {},
     {"out.json", "out.csv"}},
    {"CompareWindow",
     "compare -q --range 1:201 --repeat 2 --work squares --json $D/out.json",
     {},
     {"out.json"}},
    {"CompareDisk",
     "compare -v --range 1:101 --repeat 2 -t 2 --gil --work file:dir=$D,bytes=4K,op=write "
     "--work net:delay=10us --json $D/out.json",
     {},
     {"out.json"}},
    {"Place", "place -t 2 --json $D/out.json --svg $D/out.svg", {}, {"out.json", "out.svg"}},
};

const std::vector<std::string> INPUTS = {"in.txt", "in.i64", "shm", "tmp"};

/* One call: the how-manieth at one place, on one rank of one scenario. */
struct Point {
    const Scenario *scenario;
    int rank;
    std::string function, offset;
    int time;
    std::string where; /* in the source */
};

/* --- running --- */

void make_folder(const std::string &dir)
{
    for (const char *part : {"shm", "tmp"})
        fs::create_directories(dir + "/" + part);
    std::ofstream text(dir + "/in.txt"), binary(dir + "/in.i64", std::ios::binary);
    for (int64_t i = 1; i <= 3000; i++) {
        text << i << "\n";
        binary.write(reinterpret_cast<const char *>(&i), sizeof(i));
    }
}

/* Open MPI's own shared memory goes into the folder, too, so that what is left shows. */
Outcome run(const Scenario &scenario, const std::string &dir, const std::string &variables)
{
    const std::string tests = fs::path(getenv("SQUARES")).parent_path().string() + "/tests";
    setenv("D", dir.c_str(), 1);
    setenv("PLAIN", fs::absolute(tests + "/plugins/plain.so").c_str(), 1);
    return sh("export OMPI_MCA_btl_vader_backing_directory=$D/shm "
              "OMPI_MCA_osc_sm_backing_directory=$D/shm TMPDIR=$D/tmp FAULT_FOLDER=$D\n"
              "$MPI -np " +
                  std::to_string(RANKS) + " env LD_PRELOAD=" + fs::absolute(tests).string() +
                  "/preload.so " + variables + " $SQ " + scenario.words,
              LIMIT_S);
}

std::string new_folder()
{
    char base[] = "/tmp/squares-fault-XXXXXX";
    return mkdtemp(base) != nullptr ? base : "";
}

/* --- recording --- */

int record(const char *path)
{
    std::ofstream out(path);
    for (const Scenario &scenario : SCENARIOS) {
        const std::string dir = new_folder();
        make_folder(dir);
        const Outcome outcome = run(scenario, dir, "FAULT_RECORD=" + dir + "/tmp/sites");
        if (outcome.code != 0) {
            fprintf(stderr, "%s: exit code %d\n%s", scenario.name, outcome.code,
                    outcome.err.c_str());
            return 1;
        }
        for (int rank = 0; rank < RANKS; rank++) {
            std::ifstream sites(dir + "/tmp/sites." + std::to_string(rank));
            std::string line;
            while (std::getline(sites, line))
                out << scenario.name << " " << rank << " " << line << "\n";
        }
        fs::remove_all(dir);
    }
    out.close();
    return out ? 0 : 1;
}

/* --- choosing --- */

const Scenario *scenario_of(const std::string &name)
{
    for (const Scenario &scenario : SCENARIOS)
        if (name == scenario.name)
            return &scenario;
    return nullptr;
}

/* Names the offsets' lines in the source, where addr2line can. */
void locate(std::vector<Point> &points)
{
    std::string offsets;
    for (const Point &point : points) { /* the call is before where it returns to */
        std::ostringstream call;
        call << " 0x" << std::hex << std::stoul(point.offset, nullptr, 16) - 1;
        offsets += call.str();
    }
    std::istringstream lines(sh("addr2line -pife $SQ" + offsets + " | grep -v '^ (inl'").out);
    for (Point &point : points)
        std::getline(lines, point.where);
}

std::vector<Point> read_points(const char *path, bool all)
{
    std::vector<Point> points;
    std::ifstream in(path);
    std::string scenario, function, offset;
    int rank, times;
    while (in >> scenario >> rank >> function >> offset >> times) {
        Point point = {scenario_of(scenario), rank, function, offset, 1, ""};
        points.push_back(point);
        if (!all || times == 1)
            continue;
        point.time = times;
        points.push_back(point);
    }
    return points;
}

/* `wanted` of them, of each function and from all over, the same in each run of one program. */
std::vector<Point> spread(std::vector<Point> points, size_t wanted)
{
    std::map<std::string, std::vector<Point>> by_function;
    for (const Point &point : points)
        by_function[point.function].push_back(point);
    std::vector<Point> chosen;
    for (const auto &entry : by_function) {
        const std::vector<Point> &some = entry.second;
        const size_t share = wanted * some.size() / points.size() + 2;
        const size_t count = std::min(some.size(), share);
        for (size_t i = 0; i < count; i++)
            chosen.push_back(some[i * some.size() / count]);
    }
    return chosen;
}

/* --- what must be --- */

/* Words of which a message has one, by what failed. */
bool names_the_thing(const std::string &function, const std::string &message)
{
    static const std::map<std::string, std::vector<std::string>> WORDS = {
        {"pthread_create", {"thread"}},     {"write", {"write", "No space"}},
        {"pwrite", {"write", "No space"}},  {"ftruncate", {"No space", "out.", "file"}},
        {"fsync", {"Input/output error"}},  {"fdatasync", {"Input/output error"}},
        {"rename", {"Input/output error"}}, {"renameat", {"Input/output error"}},
        {"linkat", {"Input/output error"}},
    };
    const auto found = WORDS.find(function);
    if (found == WORDS.end())
        return has(message, "memory");
    for (const std::string &word : found->second)
        if (has(message, word))
            return true;
    return false;
}

/* The failures among squares' lines: they are no warnings. */
std::vector<std::string> failures(const std::string &err)
{
    std::vector<std::string> found;
    std::istringstream in(err);
    std::string line;
    while (std::getline(in, line))
        if (line.rfind("squares: ", 0) == 0 && line.rfind("squares: warning", 0) != 0 &&
            line.rfind("squares: note", 0) != 0)
            found.push_back(line);
    return found;
}

/* Processes that were started for the folder and still run; they are ended. */
int processes_left(const std::string &dir)
{
    int left = 0;
    for (int tries = 0; tries < 50; tries++) {
        left = 0;
        for (const auto &entry : fs::directory_iterator("/proc")) {
            const int pid = atoi(entry.path().filename().c_str());
            if (pid <= 0 ||
                !has(read_file(entry.path().string() + "/environ"), "FAULT_FOLDER=" + dir))
                continue;
            left++;
            if (tries == 49)
                kill(pid, SIGKILL);
        }
        if (left == 0)
            return 0;
        usleep(100000);
    }
    return left;
}

std::vector<std::string> names_in(const std::string &dir)
{
    std::vector<std::string> names;
    for (const auto &entry : fs::directory_iterator(dir))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

class Fault : public testing::Test
{
  public:
    explicit Fault(const Point &given) : point(given)
    {
    }
    void SetUp() override
    {
        dir = new_folder();
        ASSERT_NE(dir, "");
        make_folder(dir);
    }
    void TearDown() override
    {
        fs::remove_all(dir);
    }
    void TestBody() override
    {
        std::ostringstream variables;
        variables << "FAULT_RANK=" << point.rank << " FAULT_SITE=" << point.offset
                  << " FAULT_TIME=" << point.time << " FAULT_DONE=" << dir << "/tmp/done";
        const Outcome outcome = run(*point.scenario, dir, variables.str());
        SCOPED_TRACE(point.where + "\nsquares " + point.scenario->words + "\n" + outcome.err);
        ASSERT_NE(outcome.code, 124) << "does not end";
        EXPECT_EQ(processes_left(dir), 0);
        EXPECT_EQ(names_in(dir + "/shm").size(), 0U) << names_in(dir + "/shm")[0];
        if (outcome.code == 0)
            did_without(outcome);
        else
            failed(outcome);
    }

  private:
    /* All is there that was asked for. */
    void did_without(const Outcome &outcome)
    {
        for (const std::string &line : failures(outcome.err))
            ADD_FAILURE() << "exit code 0, but: " << line;
        for (const char *name : point.scenario->whole)
            EXPECT_EQ(read_file(dir + "/" + name), reference(name)) << name << " is not whole";
        for (const char *name : point.scenario->reports)
            EXPECT_TRUE(is_report(name)) << name << " is not whole";
        std::vector<std::string> outputs(point.scenario->whole.begin(),
                                         point.scenario->whole.end());
        outputs.insert(outputs.end(), point.scenario->reports.begin(),
                       point.scenario->reports.end());
        nothing_else_is_left(outputs);
    }

    bool is_report(const std::string &name) const
    {
        const std::string end = "</svg>\n", text = read_file(dir + "/" + name);
        if (has(name, ".csv"))
            return lines_of(text) > 1 && text.back() == '\n';
        if (has(name, ".svg"))
            return text.size() > end.size() && text.rfind(end) == text.size() - end.size();
        json_t *json = json_load_file((dir + "/" + name).c_str(), 0, nullptr);
        const bool is = json_object_get(json, "schema_version") != nullptr;
        json_decref(json);
        return is;
    }

    /* Whether the message says that it is complete anyway. */
    bool is_named_whole(const Outcome &outcome, const std::string &name) const
    {
        const std::string words = own_words(outcome.err), path = "'" + dir + "/" + name;
        return has(words, "complete in " + path) || has(words, path + "' is in place");
    }

    void failed(const Outcome &outcome)
    {
        EXPECT_TRUE(exists(dir + "/tmp/done")) << "nothing was failed";
        EXPECT_EQ(outcome.code, 1);
        const std::vector<std::string> lines = failures(outcome.err);
        ASSERT_EQ(lines.size(), 1U) << testing::PrintToString(lines);
        if (point.rank != 0) {
            EXPECT_TRUE(has(lines[0], "rank " + std::to_string(point.rank) + ": ")) << lines[0];
        }
        EXPECT_TRUE(names_the_thing(point.function, own_words(outcome.err))) << lines[0];
        std::vector<std::string> kept;
        for (const char *name : point.scenario->whole)
            if (is_named_whole(outcome, name) && read_file(dir + "/" + name) == reference(name))
                kept.push_back(name);
        for (const char *name : point.scenario->reports)
            if (is_named_whole(outcome, name) && is_report(name))
                kept.push_back(name);
        nothing_else_is_left(kept);
    }

    void nothing_else_is_left(const std::vector<std::string> &outputs)
    {
        std::vector<std::string> wanted = INPUTS;
        wanted.insert(wanted.end(), outputs.begin(), outputs.end());
        std::sort(wanted.begin(), wanted.end());
        EXPECT_EQ(names_in(dir), wanted);
        for (const std::string &name : names_in(dir + "/tmp"))
            EXPECT_TRUE(name == "done" || has(name, "ompi") || has(name, "prte")) << name;
    }

    /* What the scenario writes when nothing fails. */
    std::string reference(const std::string &name)
    {
        static std::map<std::string, std::string> known;
        const std::string key = std::string(point.scenario->name) + "/" + name;
        if (known.count(key) == 0) {
            const std::string other = new_folder();
            make_folder(other);
            (void)run(*point.scenario, other, "FAULT_RANK=-1");
            for (const char *file : point.scenario->whole)
                known[std::string(point.scenario->name) + "/" + file] =
                    read_file(other + "/" + file);
            fs::remove_all(other);
        }
        return known[key];
    }

    const Point point;
    std::string dir;
};

void register_points(const char *path)
{
    const char *how = getenv("FAULTS");
    const bool all = how != nullptr && std::string(how) == "all";
    const size_t SOME = 70;
    std::vector<Point> points = read_points(path, all);
    if (!all && points.size() > SOME)
        points = spread(points, SOME);
    locate(points);
    for (const Point &point : points) {
        std::ostringstream name;
        name << point.function << "_" << point.offset << "_" << point.time << "_of_rank"
             << point.rank;
        testing::RegisterTest((std::string("Faults") + point.scenario->name).c_str(),
                              name.str().c_str(), nullptr, nullptr, __FILE__, __LINE__,
                              [=]() -> Fault * { return new Fault(point); });
    }
}

} // namespace

int main(int argc, char **argv)
{
    setenv("SQUARES", "build/squares", 0);
    testing::InitGoogleTest(&argc, argv);
    const std::string how = argc == 3 ? argv[1] : "";
    if (how == "--record")
        return record(argv[2]);
    if (how != "--walk") {
        fprintf(stderr, "usage: faults --record FILE | --walk FILE\n");
        return 2;
    }
    register_points(argv[2]);
    return RUN_ALL_TESTS();
}
