#include "demo/kit/gang_fork.h"

#include "base/clock.h"
#include "base/patience.h"
#include "place/seat.h"
#include "program/child.h"

/* In memory that all children share: all wait at the gate until the last one has come. */
struct gate {
    int waiting, children;
    bool away; /* they must not run */
};

struct member {
    gang_fork_fn *fn;
    void *arg;
    struct gate *gate;
    hwloc_const_bitmap_t seat;
    int number;
    bool crowded; /* some children share a core */
};

/* Ends: all children are started and come here, or they are told not to run. */
static bool pass_gate(struct gate *gate, bool crowded)
{
    struct patience patience = patience_start(crowded);
    __atomic_fetch_add(&gate->waiting, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&gate->waiting, __ATOMIC_ACQUIRE) < gate->children) {
        if (__atomic_load_n(&gate->away, __ATOMIC_ACQUIRE))
            return false;
        if (crowded)
            patience_wait(&patience);
    }
    return true;
}

static int member_main(void *arg)
{
    const struct member *member = arg;
    (void)seat_take(member->seat);
    if (pass_gate(member->gate, member->crowded))
        member->fn(member->arg, member->number);
    return 0;
}

static int run_all(struct member *member, const struct plan *plan, struct err *err)
{
    const int64_t LIMIT_NS = 4 * NS_PER_S;
    struct gate *gate = member->gate;
    pid_t children[GANG_FORK_MOST];
    int started = 0, killed = 0;
    for (; started < gate->children; started++) {
        member->number = started;
        member->seat = plan->seats[started];
        children[started] = child_start(member_main, member, err);
        if (children[started] < 0)
            break;
    }
    if (started < gate->children)
        __atomic_store_n(&gate->away, true, __ATOMIC_RELEASE);
    int64_t until_ns = clock_now_ns() + LIMIT_NS; /* for all together */
    for (int i = 0; i < started; i++)
        killed += child_await(children[i], until_ns - clock_now_ns()) != 0;
    if (started < gate->children)
        return -1;
    if (killed == 0)
        return 0;
    err_set(err, ERR_FAILED, "%d of %d children were killed, or took longer than %.0f s", killed,
            started, clock_seconds(LIMIT_NS));
    return err_remedy(err, "ask for fewer with --threads, or wait until the machine is idle");
}

int gang_fork_run(const struct scene *scene, int children, gang_fork_fn *fn, void *arg,
                  struct err *err)
{
    struct plan plan = {0};
    struct gate *gate = child_share(sizeof(*gate), err);
    if (gate == NULL)
        return -1;
    gate->children = children;
    struct member member = {
        .fn = fn, .arg = arg, .gate = gate, .crowded = children > scene->cores->count};
    int status = scene_plan(scene, children, &plan, err);
    if (status == 0)
        status = run_all(&member, &plan, err);
    plan_release(&plan);
    child_unshare(gate, sizeof(*gate));
    return status;
}
