/*
 * net - in a network of the test's own, which has few ports, or no loopback interface.
 */
#include "support/net_works.h"

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "work/work.h"
}

TEST(NetPorts, NoLoopback)
{
    if (!in_own_network(false, "", [] {
            struct work work;
            Err err;
            ASSERT_TRUE(works(work_create(&work, "net", 0, &err), err));
            if (work_host_open(&work, &err) == 0)
                (void)work_open(&work, &err);
            EXPECT_TRUE(fails(-1, err, ERR_FAILED, {"server", "127.0.0.1"}));
            EXPECT_TRUE(advises(err, "ip link set lo up"));
            work_close(&work);
            work_host_close(&work);
            work_release(&work);
        }))
        SKIP_WITHOUT_NETWORK();
}

namespace
{

/* Takes every port there is. */
std::vector<Socket> take_ports(int64_t handle)
{
    std::vector<Socket> taken(1);
    while (taken.back().reach(handle))
        taken.emplace_back();
    EXPECT_EQ(errno, EADDRNOTAVAIL);
    return taken;
}

const char *const PORTS = "40000 40009";

} // namespace

TEST(NetPorts, PortsThatStayTaken)
{
    if (!in_own_network(true, PORTS, [] {
            const NetWork work("delay=0");
            const std::vector<Socket> taken = take_ports(work.handle());
            Err err;
            EXPECT_TRUE(fails(work.run(&err, 8), err, ERR_FAILED,
                              {"cannot connect", port_of(work.handle())}));
            EXPECT_TRUE(advises(err, "fewer workers"));
            EXPECT_TRUE(advises(err, "net.ipv4.ip_local_port_range"));
            EXPECT_EQ(err.at, 8);
        }))
        SKIP_WITHOUT_NETWORK();
}

TEST(NetPorts, PortsThatAreGivenBack)
{
    if (!in_own_network(true, PORTS, [] {
            const NetWork work("delay=0");
            std::vector<Socket> taken = take_ports(work.handle());
            std::thread giving([&taken] {
                clock_sleep_until(clock_now_ns() + 50 * NS_PER_MS);
                for (Socket &socket : taken)
                    socket.reset();
            });
            Err err;
            EXPECT_TRUE(works(work.run(&err), err));
            giving.join();
        }))
        SKIP_WITHOUT_NETWORK();
}

TEST(NetPorts, EndsWhenAskedWithoutPorts)
{
    if (!in_own_network(true, PORTS, [] {
            const NetWork work("delay=0");
            const std::vector<Socket> taken = take_ports(work.handle());
            expect_to_end_when_asked(work);
        }))
        SKIP_WITHOUT_NETWORK();
}

/* A hundred times as many requests as ports: none is kept when its request is done. */
TEST(NetPorts, RequestsUseNoPortsUp)
{
    if (!in_own_network(true, PORTS, [] {
            const NetWork work("delay=0");
            Err err;
            EXPECT_TRUE(works(work.run(&err, 0, 1000), err));
            std::string line, told;
            std::ifstream sockets("/proc/thread-self/net/sockstat");
            while (std::getline(sockets, line))
                told += line.rfind("TCP:", 0) == 0 ? line : "";
            EXPECT_NE(told.find(" tw 0 "), std::string::npos) << told;
        }))
        SKIP_WITHOUT_NETWORK();
}
