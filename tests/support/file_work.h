/*
 * file_work - the workload `file`, open, as it is for the only rank of a host.
 */
#ifndef SQUARES_TESTS_SUPPORT_FILE_WORK_H
#define SQUARES_TESTS_SUPPORT_FILE_WORK_H

#include "support/disks.h"
#include "support/works.h"

#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "base/stop.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "work/work.h"
}

class FileWork
{
  public:
    explicit FileWork(const std::string &settings, uint64_t seed = 0)
    {
        Err err;
        EXPECT_TRUE(works(work_create(&work_, ("file:" + settings).c_str(), seed, &err), err));
        EXPECT_TRUE(works(work_host_open(&work_, &err), err));
        EXPECT_TRUE(works(work_open(&work_, &err), err));
    }
    ~FileWork()
    {
        work_close(&work_);
        work_host_close(&work_);
        work_release(&work_);
    }
    FileWork(const FileWork &) = delete;
    FileWork &operator=(const FileWork &) = delete;

    /* Descriptor of the file that tasks read from: the low bits of its handle. */
    int stock() const
    {
        return static_cast<int>(work_.common & 0xfffff);
    }
    void damage(int64_t byte) const
    {
        char was = 0;
        ASSERT_EQ(pread(stock(), &was, 1, byte), 1);
        was = static_cast<char>(was ^ 0x10);
        ASSERT_EQ(pwrite(stock(), &was, 1, byte), 1);
    }

    template <typename T>
    int run(std::vector<T> &cells, int64_t first, const struct safepoint &at, struct err *err) const
    {
        struct numbers run = run_of(cells, first);
        return work_run(&work_, &run, &at, err);
    }
    template <typename T> int run(std::vector<T> &cells, int64_t first, struct err *err) const
    {
        struct stop stop = {};
        return run(cells, first, {&stop, nullptr, nullptr}, err);
    }
    /* Runs `count` tasks from position `first`. */
    int run(int64_t count, int64_t first, struct err *err) const
    {
        std::vector<int64_t> cells(static_cast<size_t>(count), 7);
        return run(cells, first, err);
    }

  private:
    struct work work_;
};

const char *const OPS[] = {"read", "write", "both"};

inline std::string in(const std::string &path, const std::string &settings)
{
    return "dir=" + path + "," + settings;
}

#endif
