/*
 * german - a locale whose decimal point is a comma, made in a folder of the test's own.
 */
#ifndef SQUARES_TESTS_SUPPORT_GERMAN_H
#define SQUARES_TESTS_SUPPORT_GERMAN_H

#include <cstdlib>
#include <string>

/* Makes de_DE.UTF-8 in `folder`, and has this process and its children find it there. false: it
 * cannot be made, as Debian's package `locales` is missing. */
inline bool make_german(const std::string &folder)
{
    const std::string command = "localedef -i de_DE -f UTF-8 '" + folder +
                                "/de_DE.UTF-8' >/dev/null 2>&1 && test -d '" + folder +
                                "/de_DE.UTF-8'";
    if (system(command.c_str()) != 0)
        return false;
    return setenv("LOCPATH", folder.c_str(), 1) == 0;
}

#define SKIP_WITHOUT_GERMAN(folder)                                                                \
    if (!make_german(folder))                                                                      \
    GTEST_SKIP() << "no locale with a decimal comma: apt-get install locales"

#endif
