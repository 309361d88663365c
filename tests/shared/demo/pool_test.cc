#include "support/scenes.h"

#include <cerrno>
#include <cmath>
#include <sys/socket.h>
#include <sys/wait.h>

extern "C" {
#include "base/err.h"
#include "demo/kit/pool_task.h"
#include "demo/kit/process_pool.h"
#include "program/child.h"
}

using DemoPool = Scene;

namespace
{

double pays(const std::vector<double> &lengths, const std::vector<double> &faster)
{
    return pool_task_pays(lengths.data(), faster.data(), (int)lengths.size());
}

bool no_child_is_left()
{
    return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

/* Gives back what it is sent, and its number. */
void echo(int socket, int number)
{
    int word;
    while (recv(socket, &word, sizeof(word), 0) == sizeof(word)) {
        word = 100 * number + word;
        (void)send(socket, &word, sizeof(word), MSG_NOSIGNAL);
    }
}

int fails_always(void * /*arg*/, const struct pool_task * /*errands*/, struct pool_task * /*done*/,
                 int /*count*/)
{
    return -1;
}

} // namespace

TEST(DemoErrand, PaysFromWhereItStaysFaster)
{
    EXPECT_TRUE(std::isnan(pays({1, 4, 16}, {0.1, 0.5, 0.9})));  /* never */
    EXPECT_TRUE(std::isnan(pays({1, 4, 16}, {0.1, 1.5, 0.9})));  /* not at the longest */
    EXPECT_TRUE(std::isnan(pays({1, 4, 16}, {0.1, 0.5, 1.05}))); /* not surely */
    EXPECT_EQ(pays({1, 4, 16}, {1.2, 1.5, 1.9}), 1);             /* always */
    EXPECT_DOUBLE_EQ(pays({1, 4, 16}, {0.25, 0.5, 2}), 8);       /* half way, by logarithms */
    EXPECT_DOUBLE_EQ(pays({1, 4, 16}, {0.5, 2, 2}), 2);
    EXPECT_DOUBLE_EQ(pays({1, 4, 16}, {0.5, 1, 2}), 4);        /* 1 is not faster, but nearly */
    EXPECT_DOUBLE_EQ(pays({1, 4, 16, 64}, {2, 0.5, 2, 2}), 8); /* noise before it */
}

TEST(DemoErrand, FailuresAreTold)
{
    Err err;
    double each = 7;
    EXPECT_TRUE(fails(pool_task_time(fails_always, nullptr, nullptr, nullptr, 1, &each, &err), err,
                      ERR_FAILED, {"a worker process", "did not"}));
    EXPECT_EQ(each, 7);
}

TEST(DemoErrand, AllWaysSquare)
{
    Err err;
    auto *done = (struct pool_task *)child_share(3 * sizeof(struct pool_task), &err);
    ASSERT_TRUE(works(done, err));
    const struct pool_task pool_tasks[] = {{-3, 1, 2, 0}, {4, 1, 0, 0}, {2, 3, 1, 0}};
    for (pool_task_way *way : {pool_task_alone, pool_task_fork}) {
        double each = -1;
        for (int i = 0; i < 3; i++)
            done[i] = {};
        EXPECT_TRUE(works(pool_task_time(way, nullptr, pool_tasks, done, 3, &each, &err), err));
        EXPECT_EQ(done[2].number, 9);
        EXPECT_EQ(done[0].number, 16);
        EXPECT_EQ(done[1].number, 256); /* ((2^2)^2)^2 */
        EXPECT_GT(each, 0);
    }
    child_unshare(done, 3 * sizeof(struct pool_task));
    EXPECT_TRUE(no_child_is_left());
}

TEST_F(DemoPool, StaffAnswersAndLeaves)
{
    Err err;
    ASSERT_TRUE(works(scene_open(&scene, &err), err));
    for (int size : {1, 5}) {
        struct process_pool process_pool = {};
        EXPECT_TRUE(works(process_pool_hire(&process_pool, &scene, size, echo, &err), err));
        for (int i = 0; i < size; i++) {
            int word = 7;
            EXPECT_EQ(send(process_pool.ours[i].fd, &word, sizeof(word), 0), (ssize_t)sizeof(word));
            EXPECT_EQ(recv(process_pool.ours[i].fd, &word, sizeof(word), 0), (ssize_t)sizeof(word));
            EXPECT_EQ(word, 100 * (i + 1) + 7);
        }
        process_pool_dismiss(&process_pool);
        EXPECT_TRUE(no_child_is_left());
    }
}

TEST_F(DemoPool, TakesNoSettings)
{
    Err err;
    EXPECT_TRUE(fails(demo_find("pool:size=3", settings, &err), err, ERR_INPUT, {"pool", "size"}));
}

TEST_F(DemoPool, SquaresInOrderWhicheverProcessDoesIt)
{
    for (int threads : {1, 3}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("pool", threads));
        ASSERT_EQ(json_array_size(rows("numbers")), 5U);
        for (int i = 1; i <= 5; i++) {
            EXPECT_EQ(number("numbers", std::to_string(i), "square"), i * i);
            EXPECT_GE(number("numbers", std::to_string(i), "worker"), 1);
            EXPECT_LE(number("numbers", std::to_string(i), "worker"), threads);
        }
        EXPECT_EQ(json_array_size(rows("calls")), 5U);
        EXPECT_EQ(number("calls", "the function itself", "calls"), 1);
        EXPECT_GT(number("calls", "a new process for each", "each_s"), 0);
        EXPECT_EQ(json_is_null(value("calls", "pool, one by one, on another core", "each_s")),
                  threads == 1 || scene.cores->count == 1 || scene.placement.undecided > 0);
        EXPECT_EQ(json_array_size(rows("lengths")), 6U);
        EXPECT_NE(sentences().find("The pool of " + std::to_string(threads) + " pays from") ==
                      std::string::npos,
                  sentences().find("the pool of " + std::to_string(threads) + " pay.") ==
                      std::string::npos)
            << sentences();
        EXPECT_LE(widest_line(printed()), 80U) << printed();
        EXPECT_TRUE(no_child_is_left());
        scene_close(&scene);
    }
}
