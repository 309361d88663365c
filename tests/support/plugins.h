/*
 * plugins - the plug-ins that tests are built with, by name, and one for as long as a test needs
 * it. They lie beside the test program.
 */
#ifndef SQUARES_TESTS_SUPPORT_PLUGINS_H
#define SQUARES_TESTS_SUPPORT_PLUGINS_H

#include "support/numbers.h"

#include <filesystem>
#include <string>

extern "C" {
#include "base/err.h"
#include "base/stop.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "work/work.h"
}

/* "FOLDER/plugins/NAME.so". */
inline std::string plugin_path(const std::string &name)
{
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    return (self.parent_path() / "plugins" / (name + ".so")).string();
}

/* A plug-in that is open. `shares`: as on a host where other ranks may have it open, too. */
class Opened
{
  public:
    explicit Opened(const std::string &name, const std::string &args = "", bool shares = false)
    {
        const std::string spec = plugin_path(name) + (args.empty() ? "" : ":" + args);
        Err err;
        EXPECT_TRUE(works(work_create(&work, spec.c_str(), 0, &err), err));
        if (shares) {
            EXPECT_TRUE(works(work_host_open(&work, &err), err));
            work_join(&work);
        }
        EXPECT_TRUE(works(work_open(&work, &err), err));
    }
    ~Opened()
    {
        close();
        work_release(&work);
    }
    Opened(const Opened &) = delete;
    Opened &operator=(const Opened &) = delete;

    void close()
    {
        work_close(&work);
        work_host_close(&work);
    }

    template <typename T> int run(std::vector<T> &cells, int64_t first, struct err *err)
    {
        struct stop stop = {};
        const struct safepoint at = {&stop, nullptr, nullptr};
        struct numbers numbers = run_of(cells, first);
        return work_run(&work, &numbers, &at, err);
    }

    struct work work;
};

#endif
