#include "demo/tries.h"

#include "base/clock.h"

#include <math.h>

struct tries {
    int64_t least_ns, all_ns;
    int count;
    bool failed;
};

static bool is_to_go_on(const struct tries *tries)
{
    int64_t most_ns = tries->count < 2 ? TRIES_LONG_NS : TRIES_ENOUGH_NS;
    return !tries->failed && tries->count < TRIES_MOST && tries->all_ns < most_ns;
}

static void note(struct tries *tries, int64_t took_ns)
{
    if (tries->count++ == 0 || took_ns < tries->least_ns)
        tries->least_ns = took_ns;
    tries->all_ns += took_ns;
}

int tries_run(tries_fn *fn, void *arg, int actions, double *seconds, struct err *err)
{
    struct tries tries[TRIES_ACTIONS_MOST] = {{.count = 0}};
    for (int round = 0; round < TRIES_MOST; round++)
        for (int i = 0; i < actions; i++) {
            if (!is_to_go_on(&tries[i]))
                continue;
            int64_t start = clock_now_ns();
            tries[i].failed = fn(arg, i, err) != 0;
            note(&tries[i], clock_now_ns() - start);
            if (err_is(err))
                return -1;
        }
    for (int i = 0; i < actions; i++)
        seconds[i] = tries[i].failed ? NAN : clock_seconds(tries[i].least_ns);
    return 0;
}
