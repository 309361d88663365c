/*
 * placing_json - documents of hosts, and what they come to as JSON and as a picture.
 */
#include "support/placings.h"

extern "C" {
#include "findings/findings.h"
#include "findings/launch.h"
#include "report/place_report.h"
}

namespace
{

struct placing_run run_of_job(int ranks, int threads)
{
    return {
        "squares place --json -", "Some MPI v1.2", "mpirun", nullptr, ranks, threads, false, false};
}

JsonTree tree_of(const json_t *documents, const struct placing_run &run)
{
    return JsonTree(placing_json(documents, &run));
}

JsonTree tree_of(std::initializer_list<const Told *> hosts, int ranks, int threads)
{
    return tree_of(documents_of(hosts).get(), run_of_job(ranks, threads));
}

std::set<std::string> keys_of(const json_t *object)
{
    std::set<std::string> keys;
    const char *key;
    json_t *value;
    json_object_foreach(const_cast<json_t *>(object), key, value) keys.insert(key);
    return keys;
}

const char *const TWO_BY_TWO = "pack:2 [numa] core:2 pu:2";

} // namespace

/* Keys are added, never renamed. */
TEST(PlacingJson, HasEveryKeyOfVersion1)
{
    Site site(TWO_BY_TWO);
    Told host(site, 2, 1, {"0-1", "2-3"});
    host.rows[1].widened = true;
    host.stays.resize(2);
    host.look(); /* cores are idle */
    put_text(host.add(FINDING_UNBOUND, "a text").measured, "half the speed");
    JsonTree json = tree_of({&host}, 2, 1);
    expect_common_keys(json);
    expect_keys(json, {{"environment/hosts/0/cpu", Kind::STRING},
                       {"environment/hosts/0/packages", Kind::INTEGER},
                       {"environment/hosts/0/numa", Kind::INTEGER},
                       {"environment/hosts/0/cores", Kind::INTEGER},
                       {"environment/hosts/0/pus", Kind::INTEGER},
                       {"environment/hosts/0/usable_cores", Kind::INTEGER},
                       {"environment/hosts/0/usable_pus", Kind::INTEGER},
                       {"environment/hosts/0/usable", Kind::STRING},
                       {"environment/hosts/0/evidence", Kind::STRING},
                       {"environment/hosts/0/kinds", Kind::ARRAY},
                       {"environment/hosts/0/ranks", Kind::STRING},
                       {"environment/bindings/0/rank", Kind::INTEGER},
                       {"environment/bindings/0/start_pus", Kind::STRING},
                       {"environment/bindings/0/set_by", Kind::STRING},
                       {"environment/bindings/0/pus", Kind::STRING},
                       {"environment/bindings/0/set_in_mpi", Kind::STRING},
                       {"environment/bindings/0/seated_pus", Kind::STRING},
                       {"environment/bindings/0/widened", Kind::BOOLEAN},
                       {"environment/bindings/0/evidence", Kind::EMPTY},
                       {"environment/bindings/0/note", Kind::STRING},
                       {"environment/bindings/1/evidence", Kind::STRING},
                       {"ranks", Kind::INTEGER},
                       {"threads", Kind::INTEGER},
                       {"workers", Kind::ARRAY},
                       {"workers/0/rank", Kind::INTEGER},
                       {"workers/0/thread", Kind::INTEGER},
                       {"workers/0/host", Kind::STRING},
                       {"workers/0/pus", Kind::ARRAY},
                       {"workers/0/pus/0", Kind::INTEGER},
                       {"workers/0/cores", Kind::ARRAY},
                       {"workers/0/cores/0", Kind::INTEGER},
                       {"workers/0/numa", Kind::ARRAY},
                       {"workers/0/numa/0", Kind::INTEGER},
                       {"workers/0/planned_pus", Kind::STRING},
                       {"workers/0/bound", Kind::BOOLEAN},
                       {"warnings/0/code", Kind::STRING},
                       {"warnings/0/stage", Kind::STRING},
                       {"warnings/0/host", Kind::STRING},
                       {"warnings/0/text", Kind::STRING},
                       {"warnings/0/remedy", Kind::STRING},
                       {"warnings/0/measured", Kind::EMPTY},
                       {"warnings/0/launch", Kind::OBJECT},
                       {"warnings/0/launch/mpirun4", Kind::STRING},
                       {"warnings/0/launch/mpirun5", Kind::STRING},
                       {"warnings/0/launch/srun", Kind::STRING},
                       {"warnings/1/launch", Kind::EMPTY},
                       {"warnings/1/measured", Kind::STRING},
                       {"launch", Kind::OBJECT},
                       {"launch/mpirun4", Kind::STRING},
                       {"launch/mpirun5", Kind::STRING},
                       {"launch/srun", Kind::STRING}});
}

TEST(PlacingJson, Values)
{
    Site site(TWO_BY_TWO, "0-5");
    Told host(site, 1, 3, {"0-1", "2", "4-5"}, "node7", 6);
    put_text(host.rows[0].origin.note, "a note");
    host.rows[0].widened = true;
    host.stays.resize(3);
    put_text(host.stays[1].planned, "3");
    host.stays[2].bound = true;
    JsonTree json = tree_of({&host}, 8, 3);
    EXPECT_EQ(json.number("schema_version"), 1);
    EXPECT_EQ(json.text("tool/name"), "squares");
    EXPECT_EQ(json.text("environment/mpi"), "Some MPI v1.2");
    EXPECT_EQ(json.text("environment/launcher"), "mpirun");
    EXPECT_EQ(json.text("command"), "squares place --json -");
    EXPECT_EQ(json.number("ranks"), 8);
    EXPECT_EQ(json.number("threads"), 3);
    EXPECT_EQ(json.text("environment/hosts/0/name"), "node7");
    EXPECT_EQ(json.number("environment/hosts/0/packages"), 2);
    EXPECT_EQ(json.number("environment/hosts/0/numa"), 2);
    EXPECT_EQ(json.number("environment/hosts/0/cores"), 4);
    EXPECT_EQ(json.number("environment/hosts/0/pus"), 8);
    EXPECT_EQ(json.number("environment/hosts/0/usable_cores"), 3);
    EXPECT_EQ(json.number("environment/hosts/0/usable_pus"), 6);
    EXPECT_EQ(json.text("environment/hosts/0/usable"), "0-5");
    EXPECT_EQ(json.number("environment/bindings/0/rank"), 6);
    EXPECT_EQ(json.text("environment/bindings/0/start_pus"), "0-7");
    EXPECT_EQ(json.text("environment/bindings/0/set_by"), "not bound");
    EXPECT_EQ(json.text("environment/bindings/0/pus"), "0-1");
    EXPECT_EQ(json.text("environment/bindings/0/set_in_mpi"), "unchanged");
    EXPECT_EQ(json.text("environment/bindings/0/note"), "a note");
    EXPECT_TRUE(json_is_true(json.at("environment/bindings/0/widened")));
    EXPECT_EQ(json.text("environment/bindings/0/evidence"), "mpirun itself may use PUs 0-7");
    EXPECT_EQ(json.size("workers"), 3u);
    EXPECT_EQ(json.number("workers/2/rank"), 6);
    EXPECT_EQ(json.number("workers/2/thread"), 2);
    EXPECT_EQ(json.text("workers/2/host"), "node7");
    EXPECT_EQ(json.numbers("workers/2/pus"), (std::vector<int>{4, 5}));
    EXPECT_EQ(json.numbers("workers/2/cores"), std::vector<int>{2});
    EXPECT_EQ(json.numbers("workers/2/numa"), std::vector<int>{1});
    EXPECT_EQ(json.text("workers/1/planned_pus"), "3");
    EXPECT_TRUE(json_is_false(json.at("workers/1/bound")));
    EXPECT_TRUE(json_is_true(json.at("workers/2/bound")));
    EXPECT_NE(json.text("launch/mpirun4").find("./squares place --threads 3"), std::string::npos);
}

/* Numbers of cores are hwloc's, those of PUs and nodes the system's. */
TEST(PlacingJson, PlacesOfWorkers)
{
    Site site("pack:2 [numa(indexes=5,2)] core:3 pu:2(indexes=0,6,1,7,2,8,3,9,4,10,5,11)",
              "0-2,6-9");
    struct {
        const char *seat;
        std::vector<int> pus, cores, numa;
    } const rows[] = {
        {"0", {0}, {0}, {5}},
        {"0,6", {0, 6}, {0}, {5}},
        {"1-2,7-8", {1, 2, 7, 8}, {1, 2}, {5}},
        {"9", {9}, {3}, {2}},
        {"0,3,6", {0, 3, 6}, {0}, {2, 5}}, /* 3 is on a core, but may not be used */
        {"0-2,6-9", {0, 1, 2, 6, 7, 8, 9}, {0, 1, 2, 3}, {2, 5}},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.seat);
        Told host(site, 1, 1, {row.seat});
        JsonTree json = tree_of({&host}, 1, 1);
        EXPECT_EQ(json.numbers("workers/0/pus"), row.pus);
        EXPECT_EQ(json.numbers("workers/0/cores"), row.cores);
        EXPECT_EQ(json.numbers("workers/0/numa"), row.numa);
    }
}

TEST(PlacingJson, Kinds)
{
    Site site("core:4 pu:2");
    site.rank_cores({0, 1, 1, 0});
    JsonTree json = tree_of({std::make_unique<Told>(site, 1, 1, Strings{"2-3"}).get()}, 1, 1);
    EXPECT_EQ(json.size("environment/hosts/0/kinds"), 2u);
    EXPECT_EQ(json.text("environment/hosts/0/kinds/0"), "1-2");
    EXPECT_EQ(json.text("environment/hosts/0/kinds/1"), "0,3");
}

TEST(PlacingJson, Warnings)
{
    Site site(TWO_BY_TWO);
    Told host(site, 1, 4, {"0-1", "2-3", "4-5", "6-7"});
    host.add(FINDING_BOUND_TOO_TIGHT, "of the \"masks\"", true);
    host.look();
    JsonTree json = tree_of({&host}, 1, 4);
    EXPECT_EQ(json.size("warnings"), 2u);
    EXPECT_EQ(json.text("warnings/0/code"), "bound-too-tight");
    EXPECT_EQ(json.text("warnings/0/stage"), "launch");
    EXPECT_EQ(json.text("warnings/0/host"), "node7");
    EXPECT_EQ(json.text("warnings/0/text"), "of the \"masks\"");
    EXPECT_EQ(json.text("warnings/0/remedy"), "do bound-too-tight");
    EXPECT_TRUE(json_is_null(json.at("warnings/0/launch"))) << "nothing to launch";
    EXPECT_EQ(json.text("warnings/1/code"), "numa-straddle");
    EXPECT_EQ(json.text("warnings/1/stage"), "seats");
    EXPECT_EQ(json.text("warnings/1/text"), host.found.list[1].text);
    EXPECT_EQ(json.text("warnings/1/launch/mpirun4"),
              "mpirun -np 2 --map-by ppr:1:numa:PE=2 --bind-to core ./squares place --threads 2");
}

/* Lines that would be too long are null, not cut. */
TEST(PlacingJson, LinesThatCannotBe)
{
    Site site("core:2 pu:1");
    Told host(site, 2, 1, {"0", "1"});
    struct findings none = {};
    const std::string again(LAUNCH_TEXT - 30, 'x');
    struct placing_host told = {};
    told.machine = &site.machine.machine;
    told.cores = &site.found;
    told.seat_map = host.seat_map.seat_map;
    told.findings = &none;
    told.shape = host.shape();
    told.evidence = "";
    told.again = again.c_str();
    const struct placing_pictures pictures = {};
    JsonOwner documents(json_array());
    json_array_append_new(documents.get(), placing_document(&told, &pictures));
    JsonTree json = tree_of(documents.get(), run_of_job(2, 1));
    for (const char *line : {"launch/mpirun4", "launch/mpirun5", "launch/srun"})
        EXPECT_TRUE(json_is_null(json.at(line))) << line;
}

TEST(PlacingJson, PlansHaveNoBindings)
{
    Site site(TWO_BY_TWO);
    Told host(site, 2, 1, {"0-1", "2-3"});
    host.rows.clear();
    struct placing_run run = run_of_job(2, 1);
    run.mpi = run.launcher = nullptr;
    JsonTree json = tree_of(documents_of({&host}).get(), run);
    EXPECT_EQ(json.size("environment/bindings"), 0u);
    EXPECT_TRUE(json_is_null(json.at("environment/mpi")));
    EXPECT_TRUE(json_is_null(json.at("environment/launcher")));
    EXPECT_EQ(json.number("workers/1/rank"), 1);
    EXPECT_EQ(keys_of(json.at("workers/1")),
              (std::set<std::string>{"rank", "thread", "host", "pus", "cores", "numa"}));
}

TEST(PlacingJson, SeveralHostsInOrder)
{
    Site site(TWO_BY_TWO), other("core:8 pu:1");
    Told one(site, 2, 1, {"0-1", "4-5"}, "a", 0), two(other, 1, 2, {"0", "1"}, "b", 2),
        three(site, 2, 1, {"0", "2"}, "c", 3);
    one.look();
    two.look();
    two.add(FINDING_MOVED, "moved");
    three.add(FINDING_MOVED, "moved, too");
    JsonOwner documents = documents_of({&one, &two, &three});
    JsonTree json = tree_of(documents.get(), run_of_job(5, 2));
    EXPECT_EQ(json.size("environment/hosts"), 3u);
    EXPECT_EQ(json.text("environment/hosts/1/name"), "b");
    EXPECT_EQ(json.text("environment/hosts/1/ranks"), "2");
    EXPECT_EQ(json.text("environment/hosts/2/ranks"), "3-4");
    EXPECT_EQ(json.number("environment/hosts/1/cores"), 8);
    EXPECT_EQ(json.size("environment/bindings"), 5u);
    EXPECT_EQ(json.size("workers"), 6u);
    const std::string hosts[] = {"a", "a", "b", "b", "c", "c"};
    const int ranks[] = {0, 1, 2, 2, 3, 4};
    for (size_t i = 0; i < 6; i++) {
        const std::string worker = "workers/" + std::to_string(i);
        EXPECT_EQ(json.text(worker + "/host"), hosts[i]);
        EXPECT_EQ(json.number(worker + "/rank"), ranks[i]);
    }
    EXPECT_EQ(json.number("environment/bindings/4/rank"), 4);
    EXPECT_EQ(json.size("warnings"), 4u);
    const std::string warned[] = {"a", "b", "b", "c"};
    for (size_t i = 0; i < 4; i++)
        EXPECT_EQ(json.text("warnings/" + std::to_string(i) + "/host"), warned[i]);
    EXPECT_EQ(json.text("warnings/3/text"), "moved, too");
    EXPECT_EQ(placing_found(documents.get()), 4);
    EXPECT_NE(json.text("launch/mpirun4").find("-np 2"), std::string::npos) << "the first host's";
}

TEST(PlacingJson, PicturesAreNotInIt)
{
    Site site(TWO_BY_TWO);
    Told host(site, 2, 1, {"0-1", "4-5"});
    struct placing_pictures pictures = {0, true};
    JsonOwner documents = documents_of({&host}, pictures);
    const json_t *document = json_array_get(documents.get(), 0);
    for (const char *key : {"picture", "same", "svg"})
        EXPECT_TRUE(json_is_string(json_object_get(document, key))) << key;
    JsonTree json = tree_of(documents.get(), run_of_job(2, 1));
    EXPECT_EQ(keys_of(json.at("environment/hosts/0")),
              (std::set<std::string>{"name", "cpu", "packages", "numa", "cores", "pus",
                                     "usable_cores", "usable_pus", "usable", "evidence", "kinds",
                                     "ranks", "left_to_kernel"}));
    for (const char *word : {"picture", "svg", "\"same\"", "width", "Package"})
        EXPECT_EQ(json.all.find(word), std::string::npos) << word;
}

TEST(PlacingJson, NothingFound)
{
    Site site("core:2 pu:1");
    Told host(site, 2, 1, {"0", "1"});
    host.look();
    JsonOwner documents = documents_of({&host, &host});
    EXPECT_EQ(placing_found(documents.get()), 0);
    JsonTree json = tree_of(documents.get(), run_of_job(4, 1));
    EXPECT_TRUE(json_is_array(json.at("warnings")));
    EXPECT_EQ(json.size("warnings"), 0u);
}

TEST(PlacingJson, NamesThatAreNoUtf8)
{
    Site site("core:2 pu:1");
    Told host(site, 1, 1, {"0"},
              "no\xff"
              "de");
    host.look();
    put_text(host.rows[0].origin.note, "caf\xe9");
    struct placing_pictures pictures = {0, true};
    JsonOwner documents = documents_of({&host}, pictures);
    struct placing_run run = run_of_job(1, 1);
    run.command = "squares place --json \xfe.json";
    JsonTree json = tree_of(documents.get(), run);
    EXPECT_EQ(json.text("environment/hosts/0/name"), "no\\xFFde");
    EXPECT_EQ(json.text("workers/0/host"), "no\\xFFde");
    EXPECT_EQ(json.text("warnings/0/host"), "no\\xFFde");
    EXPECT_EQ(json.text("command"), "squares place --json \\xFE.json");
    EXPECT_EQ(json.text("environment/bindings/0/note"), "caf\\xE9");
    EXPECT_EQ(json.text("environment/bindings/0/set_by"), "not bound");
    for (const char *key : {"picture", "same", "svg"}) {
        const json_t *picture = json_object_get(json_array_get(documents.get(), 0), key);
        EXPECT_NE(std::string(json_string_value(picture)).find("0.0"), std::string::npos) << key;
    }
}

/* The name is but a part of what is told. */
TEST(PlacingJson, FindingsOfHostsWhoseNamesAreNoUtf8AreTold)
{
    Site site("core:2 pu:1");
    Told host(site, 1, 1, {"0"},
              "no\xff"
              "de");
    EXPECT_NE(tree_of({&host.look()}, 1, 1).text("warnings/0/text").find("1 of 2 usable cores"),
              std::string::npos);
    const std::string name = std::string(39, 'x') + "\xc3\xa9" + std::string(18, 'y') + "\xc3\xa9";
    Told cut(site, 2, 1, {"0", "0"}, name); /* within a letter */
    cut.look();
    JsonTree json = tree_of({&cut}, 2, 1);
    EXPECT_NE(json.text("warnings/0/text").find("rank 0 and rank 1"), std::string::npos);
    EXPECT_NE(json.text("warnings/1/text").find("1 of 2 usable cores"), std::string::npos);
}

/* --- as one picture --- */

TEST(PlacingSvg, HostsAreStacked)
{
    Site site(TWO_BY_TWO), wide("core:12 pu:1");
    Told one(site, 1, 1, {"0-1"}, "first"), two(wide, 1, 1, {"3"}, "second"),
        three(site, 1, 1, {"4"}, "third");
    JsonOwner documents = documents_of({&one, &two, &three}, {0, true});
    char *svg = placing_svg(documents.get());
    ASSERT_NE(svg, nullptr);
    const std::string text = svg;
    free(svg);
    EXPECT_EQ(text.substr(0, 5), "<?xml");
    size_t before = 0;
    json_int_t height = 0, width = 0;
    for (size_t i = 0; i < 3; i++) {
        const json_t *document = json_array_get(documents.get(), i);
        const std::string group = json_string_value(json_object_get(document, "svg"));
        size_t at = text.find(group);
        ASSERT_NE(at, std::string::npos) << i;
        EXPECT_GT(at, before) << i;
        before = at;
        height += json_integer_value(json_object_get(document, "height"));
        width = std::max(width, json_integer_value(json_object_get(document, "width")));
        EXPECT_GT(json_integer_value(json_object_get(document, "height")), 0);
    }
    int shown_width = 0, shown_height = 0;
    size_t box = text.find("viewBox=\"0 0 ");
    ASSERT_NE(box, std::string::npos);
    ASSERT_EQ(sscanf(text.c_str() + box, "viewBox=\"0 0 %d %d\"", &shown_width, &shown_height), 2);
    EXPECT_GE(shown_height, height);
    EXPECT_GE(shown_width, width);
    EXPECT_LE(shown_width, width + 100);
}

TEST(PlacingSvg, EqualHostsAreDrawnOnce)
{
    Site site(TWO_BY_TWO);
    Told one(site, 1, 1, {"0-1"}, "first", 0), two(site, 1, 1, {"0-1"}, "second", 1),
        three(site, 1, 1, {"2-3"}, "third", 2);
    JsonOwner documents = documents_of({&one, &two, &three}, {0, true});
    EXPECT_FALSE(placing_drawn_before(documents.get(), 0));
    EXPECT_TRUE(placing_drawn_before(documents.get(), 1));
    EXPECT_FALSE(placing_drawn_before(documents.get(), 2));
    char *svg = placing_svg(documents.get());
    const std::string text = svg != nullptr ? svg : "";
    free(svg);
    EXPECT_NE(text.find(">first<"), std::string::npos);
    EXPECT_EQ(text.find(">second<"), std::string::npos);
    EXPECT_NE(text.find(">third<"), std::string::npos);
}

TEST(PlacingSvg, WhereNoneWasAskedForThereIsNone)
{
    Site site("core:2 pu:1");
    Told host(site, 1, 1, {"0"});
    JsonOwner document = host.document();
    for (const char *key : {"svg", "width", "height"})
        EXPECT_EQ(json_object_get(document.get(), key), nullptr) << key;
}
