#include "support/sockets.h"

extern "C" {
#include "base/err.h"
#include "work/loopback.h"
}

TEST(Loopback, AllowsAsManyFilesAsItMay)
{
    struct rlimit limit;
    const FileLimit low(static_cast<rlim_t>(next_file() + 10));
    loopback_allow_files();
    getrlimit(RLIMIT_NOFILE, &limit);
    EXPECT_EQ(limit.rlim_cur, std::min(limit.rlim_max, rlim_t(131072)));
    loopback_allow_files(); /* does not lower it */
    const rlim_t before = limit.rlim_cur;
    getrlimit(RLIMIT_NOFILE, &limit);
    EXPECT_EQ(limit.rlim_cur, before);
}

TEST(Loopback, FailuresNamePortAndRemedy)
{
    struct {
        int cause;
        const char *remedy;
    } const rows[] = {
        {EADDRNOTAVAIL, "net.ipv4.ip_local_port_range"},
        {EADDRINUSE, "net.ipv4.ip_local_port_range"},
        {ENETUNREACH, "ip link set lo up"},
        {EMFILE, "ulimit -n"},
        {ENFILE, "fs.file-max"},
        {ECONNREFUSED, "network namespace"},
        {ETIMEDOUT, "network namespace"},
        {ECONNRESET, "ulimit -n"},
        {EIO, ""},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(strerror(row.cause));
        for (int64_t port : {0, 1, 40000, 65535}) {
            Err err;
            errno = row.cause;
            const int status = loopback_fail(&err, "cannot see", (INT64_C(5) << 16) + port);
            const std::string name = port == 0 ? "" : ":" + std::to_string(port);
            EXPECT_TRUE(fails(status, err, ERR_FAILED,
                              {"cannot see '127.0.0.1" + name + "'", strerror(row.cause)}));
            EXPECT_TRUE(advises(err, row.remedy));
        }
    }
}

/* What the other end has met first says more. */
TEST(Loopback, ResetsAreEchoes)
{
    const struct {
        int cause;
        bool echo;
    } rows[] = {{ECONNRESET, true}, {EPIPE, true},   {ECONNREFUSED, true},  {EMFILE, false},
                {ENFILE, false},    {ENOMEM, false}, {EADDRNOTAVAIL, false}};
    for (const auto &row : rows) {
        Err err, earlier;
        errno = row.cause;
        loopback_fail(&err, "cannot see", 9);
        EXPECT_EQ(err.echo, row.echo) << strerror(row.cause);
        err_set(&earlier, ERR_FAILED, "earlier");
        errno = row.cause;
        loopback_fail(&earlier, "cannot see", 9);
        EXPECT_STREQ(earlier.text, "earlier");
        EXPECT_FALSE(earlier.echo);
    }
}

TEST(Loopback, AddressIsThatOfThePort)
{
    for (int64_t port : {0, 1, 255, 256, 65535}) {
        const struct sockaddr_in address = loopback_address((INT64_C(1) << 40) + port);
        EXPECT_EQ(address.sin_family, AF_INET);
        EXPECT_EQ(ntohs(address.sin_port), port);
        EXPECT_EQ(ntohl(address.sin_addr.s_addr), 0x7f000001u);
    }
}
