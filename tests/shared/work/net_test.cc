/*
 * net - the client's side: by the server it comes with, and by servers that lie, die or do not
 * answer.
 */
#include "support/net_works.h"

#include <atomic>
#include <cmath>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/stop.h"
#include "crew/gil.h"
#include "crew/safepoint.h"
#include "number/range.h"
#include "work/server.h"
#include "work/work.h"
}

TEST(Net, Refused)
{
    expect_refused({
        {"net:delay=5", "unit", "1.5ms"},
        {"net:delay=-1ms", "'delay=-1ms'", "1.5ms"},
        {"net:delay=61min", "out of range", "3600 s"},
        {"net:bytes=-1", "'bytes=-1'", "64M"},
        {"net:bytes=65M", "out of range", "64M"},
        {"net:bytes=1X", "'bytes=1X'", "64K"},
        {"net:latency=1ms", "'latency'", "delay=1ms,bytes=1K"},
    });
}

TEST(Net, ServerThatIsGone)
{
    NetWork work("delay=0");
    int64_t handle;
    {
        const Socket closed = listener(&handle);
    }
    work.turn_to(handle);
    Err err;
    EXPECT_TRUE(
        fails(work.run(&err, 12), err, ERR_FAILED, {"cannot connect", port_of(handle), "refused"}));
    EXPECT_TRUE(advises(err, "network namespace"));
    EXPECT_EQ(err.at, 12);
}

TEST(Net, ServerThatDoesNotKnowUs)
{
    NetWork work("delay=0");
    work.turn_to(work.handle() ^ INT64_C(1) << 40);
    Err err;
    EXPECT_TRUE(fails(work.run(&err, 3), err, ERR_FAILED, {"job's server"}));
    EXPECT_NE(std::string(err.remedy), "");
    EXPECT_EQ(err.at, 3);
}

/* Answers that are cut off, or wrong in one place. */
TEST(Net, ServerThatLies)
{
    const int64_t BYTES = 100000, TOTAL = 8 + BYTES;
    NetWork work("delay=0,bytes=" + std::to_string(BYTES));
    struct {
        int64_t size;  /* of the answer that is given */
        int64_t wrong; /* the byte at fault; -1: none */
        bool reset;
        const char *words;
    } const rows[] = {
        {0, -1, false, "after 0 of 100008 bytes"},
        {0, -1, true, "lost the connection"},
        {5, -1, false, "after 5 of 100008 bytes"},
        {8, -1, false, "after 8 of 100008 bytes"},
        {70000, -1, false, "after 70000 of 100008 bytes"},
        {TOTAL - 1, -1, false, "after 100007 of 100008 bytes"},
        {TOTAL, 0, false, "wrong at byte 0"},
        {TOTAL, 7, false, "wrong at byte 0"},
        {TOTAL, 8, false, "wrong at byte 8"},
        {TOTAL, 65535, false, "wrong at byte 65535"},
        {TOTAL, 65536, false, "wrong at byte 65536"},
        {TOTAL, TOTAL - 1, false, "wrong at byte 100007"},
    };
    int64_t handle;
    const Socket at = listener(&handle);
    work.turn_to(handle);
    for (const auto &row : rows) {
        SCOPED_TRACE(row.words);
        std::thread lying([&] {
            Socket client(accept(at.fd, nullptr, nullptr));
            struct server_request request;
            const std::string asked = client.hear(sizeof(request));
            ASSERT_EQ(asked.size(), sizeof(request));
            memcpy(&request, asked.data(), sizeof(request));
            std::string answer = answer_to(request);
            if (row.wrong >= 0)
                answer[static_cast<size_t>(row.wrong)] ^= 4;
            client.say(answer.data(), static_cast<size_t>(row.size));
            if (row.reset)
                client.reset();
        });
        Err err;
        EXPECT_TRUE(fails(work.run(&err, 40), err, ERR_FAILED,
                          {row.reset ? "" : "to task 40 ", row.words}));
        EXPECT_NE(std::string(err.remedy), "");
        EXPECT_EQ(err.at, 40);
        lying.join();
    }
}

/* The first is cut off; others would be answered. */
TEST(Net, FirstFailureEndsTheRun)
{
    NetWork work("delay=0,bytes=0");
    int64_t handle;
    const Socket at = listener(&handle);
    work.turn_to(handle);
    std::atomic<int> asked{0};
    std::thread serving([&] {
        for (;;) {
            const Socket client(accept(at.fd, nullptr, nullptr));
            if (client.fd < 0)
                return;
            const std::string request = client.hear(sizeof(struct server_request));
            if (asked++ > 0)
                client.say(&request[offsetof(struct server_request, number)], 8);
        }
    });
    Err err;
    EXPECT_TRUE(fails(work.run(&err, 5, 10), err, ERR_FAILED, {"after 0 of 8 bytes"}));
    EXPECT_EQ(err.at, 5);
    shutdown(at.fd, SHUT_RDWR);
    serving.join();
    EXPECT_EQ(asked, 1);
}

TEST(Net, NoDescriptors)
{
    const NetWork work("delay=0");
    Err err;
    const FileLimit limit(3);
    EXPECT_TRUE(fails(work.run(&err, 2), err, ERR_FAILED, {"cannot connect", "open files"}));
    EXPECT_TRUE(advises(err, "ulimit -n"));
    EXPECT_EQ(err.at, 2);
}

/* The client has the last descriptor, and the server none for its connection: after a while it
 * gives up and the client is cut off. What is told is why. */
TEST(Net, ServerWithoutDescriptors)
{
    NetWork work("delay=0");
    Err err, cause;
    {
        const FileLimit limit(static_cast<rlim_t>(next_file() + 1));
        work.run(&err, 0);
        EXPECT_TRUE(err_is(&err));
        EXPECT_TRUE(err.echo) << err.text;
        EXPECT_TRUE(fails(work.settle(&err), err, ERR_FAILED,
                          {"job's server", port_of(work.handle()), "Too many open files"}));
    }
    EXPECT_TRUE(advises(err, "ulimit -n"));
    EXPECT_FALSE(err.echo);
    EXPECT_TRUE(fails(work.settle(&cause), cause, ERR_FAILED, {"Too many open files"}));
}

/* As long as it has taken all, there is nothing to tell. */
TEST(Net, ServerWithoutTrouble)
{
    NetWork work("delay=0");
    Err err;
    EXPECT_TRUE(works(work.run(&err, 0, 20), err));
    EXPECT_TRUE(works(work.settle(&err), err));
    work.turn_to(work.handle() ^ INT64_C(1) << 40); /* a client that asks wrongly is cut off */
    EXPECT_EQ(work.run(&err, 3), -1);
    Err none;
    EXPECT_TRUE(works(work.settle(&none), none));
}

TEST(Net, GivesNumbersBack)
{
    for (const char *settings :
         {"delay=0,bytes=0", "delay=10us", "delay=0,bytes=1", "delay=0,bytes=65527",
          "delay=0,bytes=65528", "delay=0,bytes=65529", "delay=1us,bytes=3M"}) {
        SCOPED_TRACE(settings);
        const NetWork work(settings);
        std::vector<int64_t> whole = {INT64_MIN, -1, 0, INT64_MAX};
        std::vector<double> floats = {0.5, -0.0, INFINITY, NAN};
        const std::vector<int64_t> whole_before = whole, floats_before = bits_of(floats);
        Err err;
        EXPECT_TRUE(works(work.run(whole, 0, &err), err));
        EXPECT_TRUE(works(work.run(floats, 0, &err), err));
        EXPECT_EQ(whole, whole_before);
        EXPECT_EQ(bits_of(floats), floats_before);
    }
}

TEST(Net, WaitsForEachTask)
{
    const NetWork work("delay=2ms");
    Err err;
    int64_t start = clock_now_ns();
    EXPECT_TRUE(works(work.run(&err, 0, 5), err));
    EXPECT_GE(clock_now_ns() - start, 10 * NS_PER_MS);
}

TEST(Net, SaysWhatItIs)
{
    const NetWork work("delay=1ms");
    EXPECT_TRUE(WORKLOAD_NET.waits);
    EXPECT_EQ(WORKLOAD_NET.grain(nullptr), 1);
    const struct range range = {-7, 3, 101};
    int128 expected = 0, sum = -1;
    for (int64_t i = 0; i < 101; i++)
        expected += range_at(&range, i);
    ASSERT_TRUE(WORKLOAD_NET.range_sum(nullptr, &range, &sum));
    EXPECT_EQ(text_of(sum), text_of(expected));
}

TEST(Net, LeavesNoDescriptorOpen)
{
    const int before = open_files();
    {
        const NetWork work("delay=100us");
        Err err;
        EXPECT_TRUE(works(work.run(&err, 0, 50), err));
    }
    EXPECT_EQ(open_files(), before);
}

TEST(Net, ManyThreads)
{
    const NetWork work("delay=5ms,bytes=5000");
    std::vector<std::thread> threads;
    std::atomic<int> failures{0};
    for (int t = 0; t < 64; t++)
        threads.emplace_back([&work, &failures, t] {
            Err err;
            failures += work.run(&err, 100 * t, 10) != 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(failures, 0);
}

TEST(Net, EndsWhenAsked)
{
    expect_to_end_when_asked(NetWork("delay=60min"));
    expect_to_end_when_asked(NetWork("delay=60min,bytes=64M"));
}

/* Of connecting: the queue of those that wait to be accepted is full. */
TEST(Net, EndsWhenAskedWhileConnecting)
{
    NetWork work("delay=0");
    int64_t handle;
    const Socket full = listener(&handle, 0);
    std::vector<Socket> queue;
    for (int i = 0; i < 4; i++) {
        queue.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        queue.back().reach(handle);
    }
    work.turn_to(handle);
    expect_to_end_when_asked(work);
}

/* In the middle of an answer. */
TEST(Net, EndsWhenAskedWhileReceiving)
{
    NetWork work("delay=0");
    int64_t handle;
    const Socket at = listener(&handle);
    work.turn_to(handle);
    std::thread stalling([&] {
        const Socket client(accept(at.fd, nullptr, nullptr));
        client.say("12345", 5);
        while (!client.hear(1000).empty())
            ;
    });
    expect_to_end_when_asked(work);
    stalling.join();
}

/* Somebody else gets the gil while a task waits for an hour. */
TEST(Net, WaitsWithoutTheGil)
{
    const NetWork work("delay=60min");
    struct gil gil;
    gil_init(&gil, GIL_INTERVAL_NS);
    struct stop stop = {};
    std::atomic<bool> held{false};
    std::thread waiting([&] {
        int64_t locked_ns = 0;
        const struct safepoint at = {&stop, &gil, &locked_ns};
        std::vector<int64_t> cells(1);
        Err err;
        safepoint_enter(&at);
        held = true;
        EXPECT_TRUE(works(work.run(cells, 0, at, &err), err));
        safepoint_leave(&at);
    });
    while (!held)
        clock_sleep_until(clock_now_ns() + NS_PER_MS);
    (void)gil_acquire(&gil, &held);
    (void)gil_release(&gil, &held);
    stop_ask(&stop);
    waiting.join();
    gil_destroy(&gil);
}
