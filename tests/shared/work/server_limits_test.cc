/*
 * server - where descriptors are few, and where connections are many.
 */
#include "support/sockets.h"

#include <poll.h>
#include <sys/wait.h>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "work/loopback.h"
#include "work/server.h"
}

namespace
{

int64_t thread_cpu_ns()
{
    return atoll(of_server_thread("schedstat").c_str());
}

} // namespace

/* Descriptors for 3 connections: the other clients are served when these have gone. */
TEST(ServerLimits, ServesByTurnsWhenDescriptorsAreShort)
{
    const Server server;
    const struct server_request request = server.request(5, 2 * NS_PER_MS, 8);
    std::vector<Socket> clients(40);
    {
        const FileLimit limit(static_cast<rlim_t>(next_file() + 3));
        for (const Socket &client : clients)
            ASSERT_TRUE(client.ask(request));
        for (Socket &client : clients) {
            EXPECT_EQ(client.hear(16), answer_to(request));
            client.reset();
        }
    }
    expect_service(server);
}

/* It neither burns its core meanwhile nor needs a connection of its own to end to go on. */
TEST(ServerLimits, WaitsForDescriptorsPatiently)
{
    const Server server;
    const int before = open_files();
    expect_service(server);
    ASSERT_TRUE(soon([=] { return open_files() == before; }));
    const struct server_request request = server.request(5, 0, 8);
    Socket client;
    const int64_t cpu = thread_cpu_ns();
    {
        const FileLimit limit(static_cast<rlim_t>(next_file()));
        ASSERT_TRUE(client.ask(request));
        clock_sleep_until(clock_now_ns() + 300 * NS_PER_MS);
        EXPECT_TRUE(client.silent());
    }
    EXPECT_EQ(client.hear(16), answer_to(request));
    EXPECT_LT(thread_cpu_ns() - cpu, 100 * NS_PER_MS);
}

/* Its clients hold all of them and wait for it, so nothing would ever change. */
TEST(ServerLimits, GivesUpWithoutAnyDescriptor)
{
    const Server server;
    Socket client;
    const FileLimit limit(static_cast<rlim_t>(next_file()));
    ASSERT_TRUE(client.ask(server.request(5, 0, 8)));
    EXPECT_EQ(client.hear(1), "");
}

TEST(ServerLimits, NoDescriptors)
{
    struct rlimit before;
    getrlimit(RLIMIT_NOFILE, &before);
    const int files = open_files();
    for (int left = 0; left < 4; left++) {
        const pid_t child = fork(); /* the hard limit does not come back */
        if (child == 0) {
            const auto most = static_cast<rlim_t>(next_file() + left);
            const struct rlimit limit = {most, most};
            setrlimit(RLIMIT_NOFILE, &limit);
            const int next = next_file();
            Err err;
            const bool good = fails(server_start(&err), err, ERR_FAILED, {"'127.0.0.1'"}) &&
                              advises(err, "ulimit -n") && next_file() == next;
            _exit(good ? 0 : 1);
        }
        int status = -1;
        waitpid(child, &status, 0);
        EXPECT_EQ(status, 0) << left;
    }
    EXPECT_EQ(open_files(), files);
}

/* --- ten thousand at once, by a process of their own, as there are not descriptors enough for both
 * ends in one --- */

namespace
{

const int MANY = 10000;

/* Asks all, then takes all answers in the order in which they come. Returns how many were right. */
int ask_many(int64_t handle)
{
    int right = 0;
    std::vector<Socket> clients;
    std::vector<struct pollfd> polls;
    for (int i = 0; i < MANY; i++) {
        clients.emplace_back();
        if (!clients.back().ask({handle, i, 300 * NS_PER_MS, 100}))
            return -1;
        polls.push_back({clients.back().fd, POLLIN, 0});
    }
    for (int left = MANY; left > 0;) {
        if (poll(polls.data(), polls.size(), 30000) <= 0)
            return right;
        for (size_t i = 0; i < polls.size(); i++)
            if (polls[i].fd >= 0 && polls[i].revents != 0) {
                const struct server_request asked = {handle, static_cast<int64_t>(i), 0, 100};
                right += clients[i].hear(108) == answer_to(asked);
                clients[i].reset();
                polls[i].fd = -1;
                left--;
            }
    }
    return right;
}

} // namespace

TEST(ServerLimits, TenThousandAtOnce)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < MANY + 100)
        GTEST_SKIP() << "the hard limit of open files (ulimit -Hn) is below " << MANY + 100;
    int handles[2], counts[2];
    ASSERT_EQ(pipe(handles), 0);
    ASSERT_EQ(pipe(counts), 0);
    const pid_t child = fork(); /* before there is a thread */
    if (child == 0) {
        int64_t handle = 0;
        loopback_allow_files();
        (void)!read(handles[0], &handle, sizeof(handle));
        const int count = ask_many(handle);
        _exit(write(counts[1], &count, sizeof(count)) != sizeof(count));
    }
    const Server server;
    const int64_t handle = server.handle();
    const int before = open_files();
    int right = 0, status = 0;
    ASSERT_EQ(write(handles[1], &handle, sizeof(handle)), static_cast<ssize_t>(sizeof(handle)));
    ASSERT_EQ(read(counts[0], &right, sizeof(right)), static_cast<ssize_t>(sizeof(right)));
    EXPECT_EQ(right, MANY);
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(soon([=] { return open_files() == before; }));
    expect_service(server);
    for (int fd : {handles[0], handles[1], counts[0], counts[1]})
        close(fd);
}
