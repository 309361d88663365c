#include "demo/kit/tries.h"

#include "base/clock.h"

#include <math.h>

struct tries {
    int64_t least_ns, all_ns;
    int count;
    bool failed;
};

static bool is_to_go_on(const struct tries *tries)
{
    return !tries->failed && tries->all_ns < (tries->count < 2 ? TRIES_LONG_NS : TRIES_ENOUGH_NS);
}

static void note(struct tries *tries, int64_t took_ns)
{
    if (tries->count++ == 0 || took_ns < tries->least_ns)
        tries->least_ns = took_ns;
    tries->all_ns += took_ns;
}

/* Whether the action was tried. */
static bool try_once(struct tries *tries, tries_fn *fn, void *arg, int action, struct err *err)
{
    if (!is_to_go_on(tries))
        return false;
    int64_t start = clock_now_ns();
    tries->failed = fn(arg, action, err) != 0;
    note(tries, clock_now_ns() - start);
    return true;
}

/* Ends: each try takes time, and each action has only a limited amount. */
int tries_run(tries_fn *fn, void *arg, int actions, double *seconds, struct err *err)
{
    struct tries tries[TRIES_ACTIONS_MOST] = {{.count = 0}};
    bool tried = true;
    while (tried) {
        tried = false;
        for (int i = 0; i < actions; i++) {
            tried |= try_once(&tries[i], fn, arg, i, err);
            if (err_is(err))
                return -1;
        }
    }
    for (int i = 0; i < actions; i++)
        seconds[i] = tries[i].failed ? NAN : clock_seconds(tries[i].least_ns);
    return 0;
}
