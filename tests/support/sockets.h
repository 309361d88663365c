/*
 * sockets - both ends of connections on the loopback interface, as tests need them: a client that
 * can misbehave, limits of this process, and a network of a thread's own.
 */
#ifndef SQUARES_TESTS_SUPPORT_SOCKETS_H
#define SQUARES_TESTS_SUPPORT_SOCKETS_H

#include "support/err.h"
#include "support/open_files.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fstream>
#include <functional>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

extern "C" {
#include "base/clock.h"
#include "work/loopback.h"
#include "work/pattern.h"
#include "work/server.h"
}

/* A server for as long as a test needs it. */
class Server
{
  public:
    Server()
    {
        Err err;
        server_ = server_start(&err);
        EXPECT_TRUE(works(server_, err));
    }
    ~Server()
    {
        server_stop(server_);
    }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    int64_t handle() const
    {
        return server_handle(server_);
    }
    struct server_request request(int64_t number, int64_t delay_ns, int64_t bytes) const
    {
        return {handle(), number, delay_ns, bytes};
    }

  private:
    struct server *server_;
};

/* A socket, closed when it goes. */
class Socket
{
  public:
    explicit Socket(int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) : fd(fd)
    {
    }
    Socket(Socket &&other) noexcept : fd(std::exchange(other.fd, -1))
    {
    }
    ~Socket()
    {
        if (fd >= 0)
            close(fd);
    }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    bool reach(int64_t handle) const
    {
        struct sockaddr_in to = loopback_address(handle);
        return connect(fd, reinterpret_cast<struct sockaddr *>(&to), sizeof(to)) == 0;
    }
    bool say(const void *bytes, size_t size) const
    {
        return send(fd, bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
    }
    bool ask(const struct server_request &request) const
    {
        return reach(request.handle) && say(&request, sizeof(request));
    }
    /* Up to `size` bytes, fewer if the other side ends. */
    std::string hear(size_t size) const
    {
        std::string heard(size, '\0');
        size_t done = 0;
        for (ssize_t got = 1; done < size && got > 0;
             done += got > 0 ? static_cast<size_t>(got) : 0)
            got = recv(fd, &heard[done], size - done, 0);
        heard.resize(done);
        return heard;
    }
    /* Whether there is something to hear by now. */
    bool silent() const
    {
        char byte;
        return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
    }
    void reset()
    {
        const struct linger at_once = {1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(std::exchange(fd, -1));
    }

    int fd;
};

/* Listens, with room for `backlog` connections that wait; its handle goes to `handle`. */
inline Socket listener(int64_t *handle, int backlog = 100)
{
    Socket made;
    struct sockaddr_in at = loopback_address(0);
    socklen_t size = sizeof(at);
    auto *address = reinterpret_cast<struct sockaddr *>(&at);
    EXPECT_EQ(bind(made.fd, address, size), 0);
    EXPECT_EQ(listen(made.fd, backlog), 0);
    EXPECT_EQ(getsockname(made.fd, address, &size), 0);
    *handle = INT64_C(77) << 16 | ntohs(at.sin_port);
    return made;
}

/* What the server has to answer. */
inline std::string answer_to(const struct server_request &request)
{
    std::string answer(reinterpret_cast<const char *>(&request.number), sizeof(request.number));
    for (int64_t i = 0; i * 8 < request.bytes; i++) {
        uint64_t word = pattern_word(server_key(request.handle, request.number), i);
        answer.append(reinterpret_cast<const char *>(&word), sizeof(word));
    }
    return answer.substr(0, static_cast<size_t>(8 + request.bytes));
}

/* Whether `holds` does within some seconds. */
inline bool soon(const std::function<bool()> &holds)
{
    for (int64_t until = clock_now_ns() + 20 * NS_PER_S; clock_now_ns() < until;) {
        if (holds())
            return true;
        clock_sleep_until(clock_now_ns() + NS_PER_MS);
    }
    return holds();
}

/* Another soft limit of open files, for a while. */
class FileLimit
{
  public:
    explicit FileLimit(rlim_t soft)
    {
        getrlimit(RLIMIT_NOFILE, &before_);
        struct rlimit now = before_;
        now.rlim_cur = soft;
        EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &now), 0);
    }
    ~FileLimit()
    {
        setrlimit(RLIMIT_NOFILE, &before_);
    }
    FileLimit(const FileLimit &) = delete;
    FileLimit &operator=(const FileLimit &) = delete;

  private:
    struct rlimit before_;
};

/* The lowest descriptor that is free. */
inline int next_file()
{
    Socket made;
    return made.fd;
}

/* Runs `body` in a thread with a network of its own, whose loopback interface is up or not and
 * whose clients have the ports `ports` ("40000 40009"; "": the default). False: not permitted. */
inline bool in_own_network(bool up, const std::string &ports, const std::function<void()> &body)
{
    bool permitted = false;
    std::thread([&] {
        if (unshare(CLONE_NEWNET) != 0)
            return;
        if (up) {
            Socket any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            struct ifreq loopback = {};
            (void)snprintf(loopback.ifr_name, sizeof(loopback.ifr_name), "lo");
            loopback.ifr_flags = IFF_UP | IFF_RUNNING;
            if (ioctl(any.fd, SIOCSIFFLAGS, &loopback) != 0)
                return;
        }
        if (!ports.empty()) {
            std::ofstream range("/proc/sys/net/ipv4/ip_local_port_range");
            if (!(range << ports << std::flush))
                return;
        }
        permitted = true;
        body();
    }).join();
    return permitted;
}

/* What the kernel tells of the thread of a server in `file` below /proc; "": there is no such
 * thread.
 */
inline std::string of_server_thread(const std::string &file)
{
    std::string told;
    DIR *dir = opendir("/proc/self/task");
    for (struct dirent *entry; dir != nullptr && (entry = readdir(dir)) != nullptr;) {
        const std::string task = "/proc/self/task/" + std::string(entry->d_name) + "/";
        std::string name;
        std::getline(std::ifstream(task + "comm"), name);
        if (name == "squares-net")
            std::getline(std::ifstream(task + file), told, '\0');
    }
    if (dir != nullptr)
        closedir(dir);
    return told;
}

/* Whether the server still answers others. */
inline void expect_service(const Server &server)
{
    Socket client;
    const struct server_request request = server.request(4, 0, 100);
    ASSERT_TRUE(client.ask(request));
    EXPECT_EQ(client.hear(108), answer_to(request));
}

#define SKIP_WITHOUT_NETWORK()                                                                     \
    GTEST_SKIP() << "a network of its own (unshare -n) is not permitted here"

#endif
