/* What a launcher does to squares, and what squares leaves of it: one that is killed, and none. */
#include "cli/whole_program.h"

#include <unistd.h>

/* The processes below $job, except $job itself; to $D/ranks once there are $1 of squares. */
static const char *const FIND_RANKS = R"sh(
below() ( # in a shell of its own, as a function of sh has no variables of its own
    for child in $(cat /proc/$1/task/*/children 2>/dev/null); do
        below $child
        echo $child
    done
)
find_ranks() {
    tries=0
    while [ $((tries += 1)) -lt 100 ]; do
        for p in $(below $job); do
            [ "$(cat /proc/$p/comm)" = squares ] && echo $p
        done >$D/ranks 2>/dev/null
        [ $(wc -l <$D/ranks) -ge $1 ] && break
        sleep 0.1
    done
    sleep 2
}
left() {
    for p in $(cat $D/ranks); do
        grep -q '^State:.[^ZX]' /proc/$p/status 2>/dev/null && echo $p
    done
}
kill_launcher() {
    kill -9 $job
    tries=0
    while [ -n "$(left)" ] && [ $((tries += 1)) -lt 150 ]; do sleep 0.1; done
    echo ranks $(wc -l <$D/ranks) left $(left)
    for p in $(left); do kill -9 $p; done
    true
}
)sh";

/* Open MPI 4 ends them itself; 5 and 6 leave them. */
TEST_F(Cli, RanksEndAfterAKilledMpirun)
{
    for (const char *job : {"$SQ run --range 0:1e7 --work io:latency=10ms -o $D/out",
                            "$SQ run --range 0:1e7 --work squares:repeat=100000",
                            "sh -c '$SQ run --range 0:1e7 --work io:latency=10ms; true'"}) {
        SCOPED_TRACE(job);
        Outcome o = sh(FIND_RANKS + std::string("$MPI -np 2 ") + job +
                           " >$D/said 2>&1 & job=$!; find_ranks 2; kill_launcher",
                       45);
        EXPECT_EQ(o.out, "ranks 2 left\n") << o.err << read_file(path("said"));
        EXPECT_FALSE(exists(path("out")));
    }
}

/* A process alone needs no shared memory: Open MPI 5.0 leaves 16 MiB of it at each start. Where a
 * user names the transports that counts. */
TEST_F(Cli, AProcessAloneLeavesNothingInShm)
{
    if (geteuid() != 0)
        GTEST_SKIP() << "NO /dev/shm OF ITS OWN: only root can mount one";
    Outcome o = sh("unset OMPI_MCA_btl; unshare -m sh -c 'mount -t tmpfs none /dev/shm && { for i "
                   "in 1 2 3; do "
                   "$SQ run -q 1 2 3 --json $D/o; done; ls /dev/shm; }'");
    EXPECT_EQ(o.out, "1 4 9\n1 4 9\n1 4 9\n") << o.err;
}
