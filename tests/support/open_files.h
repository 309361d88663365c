/*
 * open_files - how many files this process has open.
 */
#ifndef SQUARES_TESTS_SUPPORT_OPEN_FILES_H
#define SQUARES_TESTS_SUPPORT_OPEN_FILES_H

#include <filesystem>

/* And one that is there only while it looks. */
inline int open_files()
{
    return static_cast<int>(
        std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

#endif
