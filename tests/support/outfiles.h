/* outfiles - a fixture for tests of outfile: a folder, an output in it, and the usual mask of new
 * files. */
#ifndef SQUARES_TESTS_SUPPORT_OUTFILES_H
#define SQUARES_TESTS_SUPPORT_OUTFILES_H

#include "support/err.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

extern "C" {
#include "base/outfile.h"
}

class Outfiles : public testing::Test
{
  protected:
    TempDir dir;
    struct outfile out = OUTFILE_CLOSED;
    Err err;
    mode_t mask = umask(022);

    ~Outfiles() override
    {
        outfile_discard(&out);
        umask(mask);
    }
};

#endif
