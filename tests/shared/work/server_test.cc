/*
 * server - by clients that do as they should, and by clients that do not. What a connection costs
 * the server is seen by the descriptors of this process.
 */
#include "support/huge_stacks.h"
#include "support/sockets.h"

#include <csignal>
#include <netinet/tcp.h>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "work/server.h"
}

namespace
{

const int64_t HOUR = 3600 * NS_PER_S;

} // namespace

TEST(Server, CutsOffClientsThatAskWrongly)
{
    const Server server;
    const int64_t handle = server.handle();
    struct server_request rows[] = {
        {0, 1, 0, 8},
        {handle ^ INT64_C(1) << 16, 1, 0, 8},
        {handle ^ INT64_C(1) << 62, 1, 0, 8},
        {-handle, 1, 0, 8},
        {handle & 0xffff, 1, 0, 8}, /* knows the port alone */
        {handle, 1, -1, 8},
        {handle, 1, INT64_MIN, 8},
        {handle, 1, HOUR + 1, 8},
        {handle, 1, INT64_MAX, 8},
        {handle, 1, 0, -1},
        {handle, 1, 0, INT64_MIN},
        {handle, 1, 0, (64 << 20) + 1},
        {handle, 1, 0, INT64_MAX},
    };
    const int before = open_files();
    for (const struct server_request &row : rows) {
        SCOPED_TRACE(testing::Message() << row.handle << " " << row.delay_ns << " " << row.bytes);
        Socket client;
        ASSERT_TRUE(client.reach(handle));
        ASSERT_TRUE(client.say(&row, sizeof(row)));
        EXPECT_EQ(client.hear(1), "");
    }
    expect_service(server); /* so it has seen all of them */
    EXPECT_TRUE(soon([=] { return open_files() == before; }));
}

/* Half a request, none, and far too much; left with and without a farewell. */
TEST(Server, OutlivesGarbage)
{
    const Server server;
    const int before = open_files();
    const std::string garbage(100000, 'x');
    for (size_t size : {0, 1, 8, 31, 33, 100000})
        for (bool reset : {false, true}) {
            SCOPED_TRACE(testing::Message() << size << (reset ? ", reset" : ""));
            Socket client;
            ASSERT_TRUE(client.reach(server.handle()));
            if (size > 0)
                (void)send(client.fd, garbage.data(), size, MSG_NOSIGNAL);
            if (reset)
                client.reset();
        }
    expect_service(server); /* so it has seen all of them */
    EXPECT_TRUE(soon([=] { return open_files() == before; }));
}

/* While they wait for an answer, and with it half taken. */
TEST(Server, ForgetsWhoLeaves)
{
    const Server server;
    const int before = open_files();
    for (int64_t bytes : {8, 32 << 20})
        for (int64_t delay : {int64_t(0), 5 * NS_PER_MS, HOUR})
            for (bool reset : {false, true}) {
                SCOPED_TRACE(testing::Message()
                             << bytes << " bytes, " << delay << " ns, " << reset);
                std::vector<Socket> clients(20);
                for (Socket &client : clients)
                    ASSERT_TRUE(client.ask(server.request(1, delay, bytes)));
                EXPECT_EQ(clients[7].hear(delay < HOUR ? 1 : 0).size(), delay < HOUR ? 1u : 0u);
                for (Socket &client : clients)
                    if (reset)
                        client.reset();
            }
    expect_service(server); /* so it has seen all of them */
    EXPECT_TRUE(soon([=] { return open_files() == before; }));
}

/* Descriptors of clients that have left are somebody else's when their answers would be due. */
TEST(Server, AnswersNoOtherClient)
{
    const Server server;
    const int before = open_files(), CLIENTS = 20;
    {
        std::vector<Socket> clients(CLIENTS);
        for (Socket &client : clients)
            ASSERT_TRUE(client.ask(server.request(1, 200 * NS_PER_MS, 100)));
        expect_service(server);
    }
    ASSERT_TRUE(soon([=] { return open_files() == before; }));
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const Socket one(pair[0]), other(pair[1]);
    std::vector<Socket> others;
    for (int i = 0; i < 3 * CLIENTS; i++)
        others.emplace_back(dup(one.fd));
    const int taken = open_files();
    clock_sleep_until(clock_now_ns() + 300 * NS_PER_MS);
    EXPECT_EQ(open_files(), taken);
    EXPECT_TRUE(other.silent());
}

TEST(Server, AnswersEverySize)
{
    const Server server;
    const int64_t PIECE = 65536;
    for (int64_t bytes : {int64_t(0), int64_t(1), int64_t(7), int64_t(8), int64_t(9), int64_t(1024),
                          PIECE - 9, PIECE - 8, PIECE - 7, PIECE, 3 * PIECE + 5, int64_t(5000001)})
        for (int64_t number : {INT64_MIN, INT64_C(0), INT64_C(12345)}) {
            SCOPED_TRACE(testing::Message() << number << ", " << bytes << " bytes");
            const struct server_request request = server.request(number, 0, bytes);
            const std::string expected = answer_to(request);
            Socket client;
            ASSERT_TRUE(client.ask(request));
            EXPECT_TRUE(client.hear(expected.size()) == expected);
            EXPECT_TRUE(client.silent()); /* nothing more, and the client is to close */
        }
}

TEST(Server, ServersHaveHandlesOfTheirOwn)
{
    const Server one, other;
    EXPECT_GT(one.handle(), 0);
    EXPECT_NE(one.handle() & 0xffff, other.handle() & 0xffff);
    EXPECT_NE(one.handle() >> 16, other.handle() >> 16);
    EXPECT_GE(one.handle() >> 16, 1 << 20); /* one of 2^27 times only is it less */
    expect_service(one);
    expect_service(other);
}

TEST(Server, RequestMayComeInParts)
{
    const Server server;
    const struct server_request request = server.request(-9, NS_PER_MS, 20);
    const auto *bytes = reinterpret_cast<const char *>(&request);
    Socket client;
    ASSERT_TRUE(client.reach(server.handle()));
    for (size_t i = 0; i < sizeof(request); i++) {
        clock_sleep_until(clock_now_ns() + NS_PER_MS / 2);
        ASSERT_TRUE(client.say(bytes + i, 1));
    }
    EXPECT_EQ(client.hear(28), answer_to(request));
}

TEST(Server, WaitsAsLongAsAsked)
{
    const Server server;
    for (int64_t delay : {100 * NS_PER_US, 3 * NS_PER_MS, 70 * NS_PER_MS}) {
        const struct server_request request = server.request(1, delay, 8);
        Socket client;
        int64_t start = clock_now_ns();
        ASSERT_TRUE(client.ask(request));
        EXPECT_EQ(client.hear(16), answer_to(request));
        EXPECT_GE(clock_now_ns() - start, delay);
    }
}

/* The timer has to go off earlier than it was set to, and later again. */
TEST(Server, ShorterWaitsEndFirst)
{
    const Server server;
    Socket hour, middle;
    ASSERT_TRUE(hour.ask(server.request(1, HOUR, 0)));
    expect_service(server); /* so it has seen the long one */
    const struct server_request request = server.request(2, 300 * NS_PER_MS, 0);
    ASSERT_TRUE(middle.ask(request));
    for (int i = 0; i < 20; i++)
        expect_service(server);
    EXPECT_EQ(middle.hear(8), answer_to(request));
    EXPECT_TRUE(hour.silent());
}

TEST(Server, AClientThatDoesNotReadKeepsNoOtherWaiting)
{
    const Server server;
    std::vector<Socket> lazy(30);
    for (Socket &client : lazy)
        ASSERT_TRUE(client.ask(server.request(1, 0, 64 << 20)));
    for (int i = 0; i < 20; i++)
        expect_service(server);
}

/* The kernel's buffers are full again and again, at any byte. */
TEST(Server, SlowReaderGetsAll)
{
    const Server server;
    const struct server_request request = server.request(77, 0, 3000003);
    const std::string expected = answer_to(request);
    const int SMALL = 4096, ODD = 1001;
    Socket client;
    setsockopt(client.fd, IPPROTO_TCP, TCP_MAXSEG, &ODD, sizeof(ODD));
    setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &SMALL, sizeof(SMALL));
    ASSERT_TRUE(client.ask(request));
    std::string heard;
    for (size_t size = 1; heard.size() < expected.size(); size = size % 50021 + 997) {
        const std::string part = client.hear(std::min(size, expected.size() - heard.size()));
        ASSERT_FALSE(part.empty());
        heard += part;
    }
    EXPECT_TRUE(heard == expected);
}

TEST(Server, EndsWithRequestsOpen)
{
    const int before = open_files();
    std::vector<Socket> clients(100);
    {
        const Server server;
        for (size_t i = 0; i < clients.size(); i++)
            ASSERT_TRUE(clients[i].ask(server.request(1, i % 2 == 0 ? HOUR : 0, 64 << 20)));
        EXPECT_EQ(clients[1].hear(100).size(), 100u);
    }
    for (const Socket &client : clients)
        while (!client.hear(1 << 20).empty())
            ;
    EXPECT_EQ(open_files(), before + 100);
}

TEST(Server, ThreadThatCannotStart)
{
#ifdef SQUARES_SANITIZED
    GTEST_SKIP() << "sanitizers need the address space";
#endif
    const int before = open_files();
    Err err;
    struct server *server = nullptr;
    {
        const HugeStacks stacks;
        server = server_start(&err);
    }
    if (server != nullptr) {
        server_stop(server);
        GTEST_SKIP() << "MEMORY WITHOUT END: this machine promises any (vm.overcommit_memory)";
    }
    EXPECT_TRUE(fails(server, err, ERR_FAILED, {"cannot start the thread", "stack"}));
    EXPECT_TRUE(advises(err, "ulimit -s"));
    EXPECT_EQ(open_files(), before);
}

TEST(Server, EndsAtOnce)
{
    const int before = open_files();
    for (int i = 0; i < 100; i++)
        const Server server;
    server_stop(nullptr);
    EXPECT_EQ(open_files(), before);
}

TEST(Server, ThreadTakesNoSignals)
{
    const Server server;
    expect_service(server); /* a thread that has yet to begin takes none either */
    const std::string status = of_server_thread("status"), BLOCKED = "SigBlk:\t";
    ASSERT_NE(status.find(BLOCKED), std::string::npos) << status;
    const unsigned long long mask =
        strtoull(status.c_str() + status.find(BLOCKED) + BLOCKED.size(), nullptr, 16);
    for (int signal : {SIGINT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGCHLD})
        EXPECT_TRUE(mask >> (signal - 1) & 1) << signal;
    sigset_t mine;
    pthread_sigmask(SIG_SETMASK, nullptr, &mine);
    EXPECT_FALSE(sigismember(&mine, SIGTERM)); /* its maker's are as they were */
}
