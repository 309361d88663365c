#include "support/scenes.h"

#include <csignal>
#include <sys/wait.h>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "demo/kit/gang_fork.h"
#include "program/child.h"
}

using DemoIsolation = Scene;

TEST_F(DemoIsolation, OnlyWhatIsSharedIsSeen)
{
    for (int threads : {2, 5}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("isolation", threads));
        for (const char *view : {"a thread, its sibling", "a child, its parent: mapped"}) {
            EXPECT_EQ(number("views", view, "read"), 42) << view;
            EXPECT_EQ(number("views", view, "seen_runs"), 5) << view;
        }
        for (const char *view : {"a child, its parent", "a parent, its child"}) {
            EXPECT_EQ(number("views", view, "read"), 1) << view;
            EXPECT_EQ(number("views", view, "seen_runs"), 0) << view;
        }
        EXPECT_EQ(number("counts", "memory of their own", "lost_share"), 1);
        EXPECT_GE(number("counts", "mapped, plain", "lost"), 0);
        EXPECT_LT(number("counts", "mapped, plain", "lost_share"), 1);
        EXPECT_EQ(number("counts", "mapped, atomic", "lossy_runs"), 0);
        EXPECT_NE(sentences().find("lost nothing"), std::string::npos) << sentences();
        EXPECT_LE(widest_line(printed()), 80U) << printed();
        EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
        scene_close(&scene);
    }
}

TEST_F(DemoIsolation, OneThreadDoesNotRace)
{
    ASSERT_TRUE(plays("isolation", 1));
    EXPECT_EQ(number("counts", "memory of their own", "lost_share"), 1);
    EXPECT_EQ(number("counts", "mapped, plain", "lossy_runs"), 0);
    EXPECT_NE(sentences().find("only one added to it"), std::string::npos) << sentences();
}

TEST_F(DemoIsolation, HasALimitOfProcesses)
{
    ASSERT_TRUE(plays("isolation", 200));
    EXPECT_EQ(number("counts", "mapped, atomic", "made"), 2000000 / 64 * 64);
    EXPECT_NE(sentences().find("64 processes are the most"), std::string::npos) << sentences();
}

/* Each member once, and all at the same time: each waits for all others. */
TEST_F(DemoIsolation, ABroodIsTogether)
{
    enum { CHILDREN = 5 };
    struct {
        int came, met, members[CHILDREN];
    } * room;
    Err err;
    room = static_cast<decltype(room)>(child_share(sizeof(*room), &err));
    ASSERT_NE(room, nullptr);
    ASSERT_EQ(scene_open(&scene, &err), 0) << err.text;
    auto meet = [](void *arg, int member) {
        auto *shared = static_cast<decltype(room)>(arg);
        int64_t until = clock_now_ns() + NS_PER_S;
        __atomic_fetch_add(&shared->members[member], 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&shared->came, 1, __ATOMIC_RELAXED);
        while (__atomic_load_n(&shared->came, __ATOMIC_RELAXED) < CHILDREN)
            if (clock_now_ns() > until)
                return;
        __atomic_fetch_add(&shared->met, 1, __ATOMIC_RELAXED);
    };
    EXPECT_TRUE(works(gang_fork_run(&scene, CHILDREN, meet, room, &err), err));
    EXPECT_EQ(room->met, CHILDREN);
    for (int times : room->members)
        EXPECT_EQ(times, 1);
    child_unshare(room, sizeof(*room));
}

TEST_F(DemoIsolation, ABroodSaysWhoWasKilled)
{
    Err err;
    ASSERT_EQ(scene_open(&scene, &err), 0) << err.text;
    auto die = [](void *, int member) {
        if (member == 1)
            raise(SIGKILL);
    };
    EXPECT_TRUE(
        fails(gang_fork_run(&scene, 3, die, nullptr, &err), err, ERR_FAILED, {"1 of 3 children"}));
}
