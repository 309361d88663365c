#include "support/golden.h"
#include "support/scenes.h"
#include "support/sockets.h"

#include <cmath>
#include <csignal>
#include <filesystem>
#include <memory>
#include <sys/wait.h>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "demo/server/load_test.h"
#include "demo/server/server_models.h"
#include "demo/server/slow_disk.h"
#include "work/loopback.h"
}

namespace
{

int tasks()
{
    return static_cast<int>(
        std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

/* Children of any thread of this process. */
std::vector<pid_t> children()
{
    std::vector<pid_t> all;
    for (const auto &task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream list(task.path() / "children");
        for (pid_t child; list >> child;)
            all.push_back(child);
    }
    return all;
}

/* A model at work in a thread of this process, where all that it leaves behind can be seen. */
class Serving
{
  public:
    explicit Serving(int model, int64_t wait_ns = NS_PER_MS)
    {
        Err err;
        server_process.workers = 3;
        server_process.wait_ns = wait_ns;
        server_process.steps = 100;
        EXPECT_TRUE(works(server_process_open(&server_process, &err), err));
        thread_ =
            std::thread([this, model] { status_ = SERVER_MODELS[model].serve(&server_process); });
    }
    ~Serving()
    {
        end();
    }
    Serving(const Serving &) = delete;
    Serving &operator=(const Serving &) = delete;

    /* What it has served. */
    long end()
    {
        if (!thread_.joinable())
            return served_;
        server_process_tell_stop(&server_process);
        thread_.join();
        EXPECT_EQ(status_, 0);
        served_ = server_process.tally->served;
        server_process_close(&server_process);
        return served_;
    }
    int64_t handle() const
    {
        return ntohs(server_process.address.sin_port);
    }
    /* Whether a request gets its answer, and then the end of the connection. */
    bool answers(int64_t number) const
    {
        Socket client;
        const bool asked = client.reach(handle()) && client.say(&number, sizeof(number));
        return asked && heard(client, number);
    }
    bool heard(Socket &client, int64_t number) const
    {
        int64_t answer = server_process_answer(&server_process, number);
        std::string expected(reinterpret_cast<const char *>(&answer), sizeof(answer));
        bool right = client.hear(sizeof(answer) + 1) == expected;
        client.reset();
        return right;
    }

    struct server_process server_process = {};

  private:
    std::thread thread_;
    int status_ = -1;
    long served_ = 0;
};

class DemoServerModel : public testing::TestWithParam<int>
{
};

std::string name_of(const testing::TestParamInfo<int> &info)
{
    static const char *const NAMES[] = {"Serial", "Threads", "Processes", "Pool", "Events"};
    return NAMES[info.param];
}

INSTANTIATE_TEST_SUITE_P(All, DemoServerModel, testing::Range<int>(0, LOAD_TEST_MODELS), name_of);

} // namespace

/* A client that leaves, at once or during a request or an answer, or sends too little or too much,
 * costs the others nothing. */
TEST_P(DemoServerModel, BadClients)
{
    Serving server_process(GetParam());
    const int64_t number = 5;
    for (int round = 0; round < 3; round++) {
        Socket silent, closing, half, asking;
        ASSERT_TRUE(silent.reach(server_process.handle()));
        silent.reset();
        ASSERT_TRUE(closing.reach(server_process.handle()));
        ASSERT_EQ(shutdown(closing.fd, SHUT_WR), 0);
        ASSERT_TRUE(half.reach(server_process.handle()) && half.say(&number, 3));
        half.reset();
        ASSERT_TRUE(asking.reach(server_process.handle()) && asking.say(&number, sizeof(number)));
        asking.reset();
        EXPECT_EQ(closing.hear(1), "");
        EXPECT_TRUE(server_process.answers(number));
    }
    Socket much;
    const int64_t numbers[] = {number, 6, 7};
    ASSERT_TRUE(much.reach(server_process.handle()) && much.say(numbers, sizeof(numbers)));
    (void)much.hear(sizeof(number));
    EXPECT_TRUE(server_process.answers(number));
}

TEST_P(DemoServerModel, RequestsInTwoPieces)
{
    Serving server_process(GetParam());
    const int64_t number = INT64_C(0x123456789abcdef);
    const char *bytes = reinterpret_cast<const char *>(&number);
    Socket client;
    ASSERT_TRUE(client.reach(server_process.handle()) && client.say(bytes, 3));
    EXPECT_TRUE(client.silent());
    ASSERT_TRUE(client.say(bytes + 3, 5));
    EXPECT_TRUE(server_process.heard(client, number));
    EXPECT_EQ(server_process.end(), 1);
}

/* And nothing is left: no descriptor, no thread, no child. */
TEST_P(DemoServerModel, AnswersEveryRequest)
{
    enum { EACH = 5 };
    for (int count : {1, 20}) {
        SCOPED_TRACE(count);
        const int files = open_files(), before = tasks();
        std::vector<std::thread> clients;
        std::vector<int> right(static_cast<size_t>(count));
        Serving server_process(GetParam());
        for (int c = 0; c < count; c++)
            clients.emplace_back([&, c] {
                for (int i = 0; i < EACH; i++)
                    right[static_cast<size_t>(c)] += server_process.answers(100 * c + i + 2);
            });
        for (std::thread &client : clients)
            client.join();
        for (int answered : right)
            EXPECT_EQ(answered, EACH);
        EXPECT_EQ(server_process.end(), count * EACH);
        EXPECT_EQ(open_files(), files);
        EXPECT_TRUE(soon([&] { return tasks() == before; })) << tasks() << ", not " << before;
        EXPECT_TRUE(children().empty());
    }
}

/* While a connection is being served; the others are served, or cut off. */
TEST_P(DemoServerModel, IsStoppedWithWorkAtHand)
{
    const int files = open_files();
    {
        Serving server_process(GetParam(), 50 * NS_PER_MS);
        std::vector<Socket> clients(5);
        const int64_t number = 9;
        ASSERT_TRUE(server_process.answers(number)); /* it has opened all it needs */
        const int idle = open_files();
        const size_t ended = children().size(); /* to be reaped before the next */
        for (const Socket &client : clients)
            ASSERT_TRUE(client.reach(server_process.handle()) &&
                        client.say(&number, sizeof(number)));
        ASSERT_TRUE(soon([&] { return open_files() > idle || children().size() > ended; }));
        const long served = server_process.end();
        EXPECT_GE(served, 2) << "one was at hand";
        EXPECT_LE(served, 6);
        for (const Socket &client : clients)
            EXPECT_LE(client.hear(9).size(), 8U);
    }
    EXPECT_EQ(open_files(), files);
    EXPECT_TRUE(children().empty());
}

TEST(DemoServer, AKilledChildIsReaped)
{
    const int64_t number = 7;
    Serving server_process(LOAD_TEST_PROCESSES, 20 * NS_PER_S);
    Socket client;
    ASSERT_TRUE(client.reach(server_process.handle()) && client.say(&number, sizeof(number)));
    ASSERT_TRUE(soon([] { return children().size() == 1; }));
    ASSERT_EQ(kill(children()[0], SIGKILL), 0);
    EXPECT_EQ(client.hear(8), "");
    EXPECT_EQ(server_process.end(), 0);
    EXPECT_TRUE(children().empty());
}

/* Then its clients wait in vain, but not for ever. */
TEST(DemoServer, AKilledServerIsNoticed)
{
    Err err;
    struct server_process server_process = {};
    struct clients_seen seen;
    const int64_t answers[CLIENTS_NUMBERS] = {};
    server_process.steps = 1;
    ASSERT_TRUE(works(server_process_open(&server_process, &err), err));
    ASSERT_TRUE(works(
        server_process_start(&server_process, SERVER_MODELS[LOAD_TEST_SERIAL].serve, &err), err));
    ASSERT_EQ(kill(server_process.process, SIGKILL), 0);
    ASSERT_TRUE(soon([&] {
        siginfo_t info = {};
        return waitid(P_PID, static_cast<id_t>(server_process.process), &info,
                      WEXITED | WNOHANG | WNOWAIT) == 0 &&
               info.si_pid == server_process.process;
    }));
    const struct clients_load load = {3, server_process.address, 5 * NS_PER_MS, 5 * NS_PER_MS,
                                      answers};
    EXPECT_TRUE(works(clients_run(&load, &seen, &err), err));
    EXPECT_EQ(seen.answered, 0);
    EXPECT_FALSE(seen.warm);
    EXPECT_TRUE(std::isnan(seen.half_s));
    EXPECT_TRUE(
        fails(server_process_stop(&server_process, &err), err, ERR_FAILED, {"server", "killed"}));
    server_process_close(&server_process);
}

static int serve_nobody(struct server_process *)
{
    return -1;
}

TEST(DemoServer, AServerThatFailsIsNoticed)
{
    Err err;
    struct server_process server_process = {};
    ASSERT_TRUE(works(server_process_open(&server_process, &err), err));
    ASSERT_TRUE(works(server_process_start(&server_process, serve_nobody, &err), err));
    EXPECT_TRUE(
        fails(server_process_stop(&server_process, &err), err, ERR_FAILED, {"server", "threads"}));
    server_process_close(&server_process);
}

/* --- clients --- */

/* If no server listens they all leave, long before their time is up. */
TEST(DemoClients, NoServerListens)
{
    Err err;
    int64_t handle;
    struct sockaddr_in nowhere;
    {
        Socket closed = listener(&handle);
        nowhere = loopback_address(handle);
    }
    struct clients_seen seen;
    const int64_t answers[CLIENTS_NUMBERS] = {}, began_ns = clock_now_ns();
    const struct clients_load load = {20, nowhere, 60 * NS_PER_S, 60 * NS_PER_S, answers};
    EXPECT_TRUE(works(clients_run(&load, &seen, &err), err));
    EXPECT_EQ(seen.failed, 20);
    EXPECT_EQ(seen.cause, ECONNREFUSED);
    EXPECT_EQ(seen.answered, 0);
    EXPECT_LT(clock_now_ns() - began_ns, 60 * NS_PER_S);
}

/* All that was asked is accounted for, wrong answers are noticed, and Little's law holds. */
TEST(DemoClients, CountsAndChecks)
{
    const int files = open_files();
    for (int count : {1, 20})
        for (int wrong : {0, 1}) {
            Err err;
            Serving server_process(LOAD_TEST_EVENTS);
            struct clients_seen seen;
            int64_t answers[CLIENTS_NUMBERS];
            for (int i = 0; i < CLIENTS_NUMBERS; i++)
                answers[i] =
                    server_process_answer(&server_process.server_process, CLIENTS_FIRST + i) +
                    wrong;
            const struct clients_load load = {count, server_process.server_process.address,
                                              20 * NS_PER_S, 60 * NS_PER_MS, answers};
            ASSERT_TRUE(works(clients_run(&load, &seen, &err), err));
            EXPECT_TRUE(seen.warm);
            EXPECT_EQ(seen.failed, 0);
            EXPECT_EQ(seen.asked, seen.answered + count);
            EXPECT_GE(seen.answered, count);
            EXPECT_EQ(seen.wrong, wrong * seen.answered);
            const long served = server_process.end();
            EXPECT_GE(served, seen.answered);
            EXPECT_LE(served, seen.asked);
            if (std::isnan(seen.half_s))
                continue; /* no answer in 60 ms: a busy machine */
            EXPECT_GE(seen.half_s, 1e-3);
            EXPECT_GE(seen.most_s, seen.half_s);
            EXPECT_GE(seen.worst_s, seen.most_s);
            EXPECT_GT(seen.little, count / 4.0);
            EXPECT_LT(seen.little, count * 4.0);
        }
    EXPECT_EQ(open_files(), files);
}

TEST(DemoClients, AsManyAsTheLimitsAllow)
{
    const char *limit;
    EXPECT_EQ(clients_allowed(1, &limit), 1);
    EXPECT_EQ(limit, nullptr);
    EXPECT_LT(clients_allowed(100000000, &limit), 100000000);
    EXPECT_NE(limit, nullptr);
    EXPECT_TRUE(in_own_network(true, "40000 40009", [&] {
        EXPECT_EQ(clients_allowed(1000, &limit), 10);
        EXPECT_NE(std::string(limit).find("ports"), std::string::npos) << limit;
    })) << "a network of its own (unshare -n) is not permitted here";
}

/* --- disk --- */

TEST(DemoDisk, AnswersInOrderAndNotBefore)
{
    auto disk = std::make_unique<struct slow_disk>();
    int connection;
    int64_t number;
    ASSERT_TRUE(disk_open(disk.get(), NS_PER_MS));
    EXPECT_FALSE(disk_done(disk.get(), &connection, &number));
    int64_t asked_ns = clock_now_ns();
    for (int i = 0; i < DISK_MOST; i++)
        ASSERT_TRUE(disk_ask(disk.get(), i, 10 * i));
    EXPECT_FALSE(disk_ask(disk.get(), 0, 0));
    for (int i = 0; i < DISK_MOST; i++) {
        ASSERT_TRUE(soon([&] { return disk_done(disk.get(), &connection, &number); }));
        EXPECT_EQ(connection, i);
        EXPECT_EQ(number, 10 * i);
    }
    EXPECT_GE(clock_now_ns() - asked_ns, NS_PER_MS);
    EXPECT_TRUE(disk_ask(disk.get(), 1, 1));
    disk_close(disk.get());
}

/* --- all of it --- */

class DemoServerScene : public Scene
{
};

TEST_F(DemoServerScene, BadSettings)
{
    for (const char *word : {"server:clients=0", "server:clients=1001", "server:clients=many"}) {
        Err err;
        EXPECT_TRUE(fails(demo_find(word, settings, &err), err, ERR_INPUT, {"clients"})) << word;
    }
}

TEST_F(DemoServerScene, EveryModelUnderEveryLoad)
{
    const int files = open_files();
    ASSERT_TRUE(plays("server:clients=4", 2));
    for (const char *table : {"clients_1", "clients_4"}) {
        ASSERT_EQ(json_array_size(rows(table)), static_cast<size_t>(LOAD_TEST_MODELS)) << table;
        for (const struct load_test_model &model : SERVER_MODELS)
            if (json_is_number(value(table, model.name, "half_s"))) {
                EXPECT_GT(number(table, model.name, "rate"), 0);
                EXPECT_GE(number(table, model.name, "half_s"), 1e-3);
                EXPECT_GE(number(table, model.name, "worst_s"),
                          number(table, model.name, "most_s"));
            }
    }
    EXPECT_EQ(number("bounds", "serial", "at_once"), 1);
    EXPECT_EQ(number("bounds", "pool", "at_once"), 2);
    EXPECT_EQ(number("bounds", "epoll", "at_once"), 4);
    EXPECT_NE(sentences().find(" 0 were wrong; 0 clients"), std::string::npos) << sentences();
    EXPECT_NE(sentences().find("The pool of 2"), std::string::npos) << sentences();
    EXPECT_LE(widest_line(printed()), 80U) << printed();
    EXPECT_EQ(open_files(), files);
    EXPECT_TRUE(children().empty());
}

/* One client waits for no other, and nothing is said of many. */
TEST_F(DemoServerScene, OneClient)
{
    ASSERT_TRUE(plays("server:clients=1", 1));
    EXPECT_EQ(items("table").size(), 2U);
    EXPECT_EQ(sentences().find("With 1 "), std::string::npos) << sentences();
    EXPECT_LE(widest_line(printed()), 80U) << printed();
}

/* --- what is said --- */

namespace
{

/* Of a load test of two loads that was not made, where an answer takes the server thread_us by a
 * thread and process_us by a process. */
std::string told(const double thread_us[2], const double process_us[2])
{
    struct load_test load_test = {};
    struct showing showing;
    load_test.models = SERVER_MODELS;
    load_test.cores = 2;
    load_test.workers = 8;
    load_test.last = 1;
    load_test.loads[0] = 1;
    load_test.loads[1] = 10;
    load_test.compute_s = 2e-5;
    load_test.sleep_s = 1.1e-3;
    load_test.least_s = 1.02e-3;
    load_test.others = NAN;
    for (int m = 0; m < LOAD_TEST_MODELS; m++)
        for (int i = 0; i < 2; i++) {
            struct load_test_cell &cell = load_test.cells[m][i];
            cell.measured = true;
            cell.seen.warm = true;
            cell.seen.rate = 500;
            cell.seen.half_s = 1e-3;
            cell.seen.cpu_s = 1e-5;
            cell.tally.workers = 8;
            cell.cpu_s = 1e-6 * (m == LOAD_TEST_THREADS     ? thread_us[i]
                                 : m == LOAD_TEST_PROCESSES ? process_us[i]
                                                            : 30);
        }
    showing_open(&showing);
    load_test_tell(&load_test, &showing);
    std::string all = Shown(showing).sentences();
    showing_release(&showing);
    return all;
}

} // namespace

/* A difference that may be chance is no cost. */
TEST(DemoServerTold, ForkCostsMoreOnlyIfItShows)
{
    struct {
        double thread_us[2], process_us[2];
        bool shows;
    } const rows[] = {
        {{50, 50}, {150, 150}, true}, {{50, 50}, {51, 51}, false}, /* 2 % */
        {{50, 50}, {57, 57}, false},  {{50, 50}, {40, 40}, false},
        {{50, 50}, {49, 300}, false}, /* not at each load */
    };
    for (const auto &row : rows) {
        const std::string all = told(row.thread_us, row.process_us);
        EXPECT_EQ(all.find("did not show clearly") == std::string::npos, row.shows) << all;
        EXPECT_EQ(all.find("So fork costs") != std::string::npos, row.shows) << all;
    }
    EXPECT_TRUE(golden(told(rows[0].thread_us, rows[0].process_us)));
}
