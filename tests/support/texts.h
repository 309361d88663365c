/* texts - a fixture for tests of numbers in text files. */
#ifndef SQUARES_TESTS_SUPPORT_TEXTS_H
#define SQUARES_TESTS_SUPPORT_TEXTS_H

#include "support/numbers.h"
#include "support/temp_dir.h"

extern "C" {
#include "base/err.h"
#include "number/source.h"
}

const size_t BUFFER = 64 * 1024; /* what a text is read in */

class Text : public testing::Test
{
  protected:
    TempDir dir;

    Source open(const std::string &bytes, struct err *err, enum number_type type = TYPE_AUTO)
    {
        return Source(source_open(dir.write("a.txt", bytes).c_str(), type, err));
    }
    std::string name() const
    {
        return "'" + dir.path("a.txt") + "'";
    }
};

#endif
