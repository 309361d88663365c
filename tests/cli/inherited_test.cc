/* What a process inherits from the one that starts it: signals that are ignored or blocked, and
 * words that are no UTF-8. */
#include "cli/whole_program.h"

namespace
{

class Inherited : public Cli
{
  protected:
    /* Parses the JSON in file `name`, and prints the value of a Python expression of it, `j`. */
    std::string value(const std::string &name, const std::string &expression)
    {
        Outcome o = sh("python3 -c 'import json; j = json.loads(open(\"" + path(name) +
                       "\", \"rb\").read().decode(\"utf-8\")); print(ascii(" + expression + "))'");
        EXPECT_EQ(o.code, 0) << o.err;
        return o.out;
    }
};

} // namespace

/* By the shell's trap: "" ignores, and what is ignored is handed down. */
TEST_F(Inherited, IgnoredEndsOfChildren)
{
    for (const char *demo : {"pool", "isolation", "cost", "server:clients=2"}) {
        SCOPED_TRACE(demo);
        Outcome o = sh("trap '' CHLD; $SQ demo " + std::string(demo) + " --json $D/out.json", 200);
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(own_words(o.err), "");
    }
}

TEST_F(Inherited, BlockedSignals)
{
    Outcome o = sh("env --block-signal=TERM --block-signal=CHLD $SQ run --range 0:100000 --work "
                   "io:latency=1s & sleep 2; kill $!; wait $!");
    EXPECT_EQ(o.code, 143) << o.err;
    EXPECT_LT(o.seconds, 20);
}

TEST_F(Inherited, WordsThatAreNoUtf8)
{
    for (const char *command : {"run 1 2", "run 1 2 -o \"$D/$(printf 'b\\344r.txt')\"",
                                "compare --range 1:90 --repeat 1"}) {
        SCOPED_TRACE(command);
        sh("cp " + std::string("$SQ $D/sq; mkdir -p \"$D/$(printf 'f\\351\\\\x')\""));
        Outcome o =
            sh("$SQ " + std::string(command) +
               " --work \"file:dir=$D/$(printf 'f\\351\\\\x'),bytes=1\" --json $D/out.json");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_TRUE(
            has(value("out.json", "j[\"rows\"][0][\"work\"]"), "/f\\\\xE9\\\\\\\\x,bytes=1"));
        EXPECT_TRUE(has(value("out.json", "j[\"command\"]"), "f\\\\xE9\\\\\\\\x,bytes=1"));
    }
    Outcome good = sh("mkdir -p \"$D/g\303\244\" && $SQ run 1 --json $D/good.json --work "
                      "\"file:dir=$D/g\303\244,bytes=1\"");
    EXPECT_TRUE(has(value("good.json", "j[\"rows\"][0][\"work\"]"), "/g\\xe4")) << good.err;
}
