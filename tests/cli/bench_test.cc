/* The page of `make bench`, from recorded values: nothing is timed here. */
#include "cli/whole_program.h"

static const char RECORDED[] = R"({"schema": "squares-bench/1", "rounds": 3,
"machine": {"processors": 2, "load_before": 0.1, "load_after": 0.2},
"groups": [{"name": "moving", "note": "numbers"}],
"rows": [
 {"group": "moving", "name": "window", "unit": "x", "values": [5, 3, 4.5], "wanted": {"at_least": 4}},
 {"group": "moving", "name": "message", "unit": "x", "values": [9, 1, 2], "wanted": {"at_least": 2.5}},
 {"group": "moving", "name": "claim", "unit": "ns", "values": [7, 7, 7], "wanted": {"at_most": 6}},
 {"group": "moving", "name": "start", "unit": "ns", "values": [25e6, 24e6, 26e6], "wanted": null}],
"missing": [{"name": "joblib", "package": "python3-joblib"}], "failed": []})";

TEST_F(Cli, bench_judges_the_median_and_names_what_is_missing)
{
    write_file(path("bench.json"), RECORDED);
    Outcome o = sh("/usr/bin/python3 tests/bench/bench.py --read " + path("bench.json"));
    ASSERT_EQ(0, o.code) << o.err;
    EXPECT_TRUE(has(o.out, "4.5 x     (3 to 5)             at least 4      met\n")) << o.out;
    EXPECT_TRUE(has(o.out, "2 x     (1 to 9)             at least 2.5    MISSED\n")) << o.out;
    EXPECT_TRUE(has(o.out, "25 ms    (24 to 26)\n")) << o.out;
    EXPECT_TRUE(has(o.out, "1 target met, 2 missed:\n  moving: message: 2, wanted at least 2.5\n"
                           "  moving: claim: 7, wanted at most 6\n"))
        << o.out;
    EXPECT_TRUE(has(o.out, "joblib: missing python3-joblib")) << o.out;
}

TEST_F(Cli, bench_names_the_groups_to_choose_from)
{
    Outcome o = sh("ONLY=raw,sofa /usr/bin/python3 tests/bench/bench.py .");
    EXPECT_NE(0, o.code);
    EXPECT_TRUE(has(o.err, "no group 'sofa': raw limits, moving numbers")) << o.err;
}
