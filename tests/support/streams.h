/*
 * streams - what a function prints into a FILE, as a string.
 */
#ifndef SQUARES_TESTS_SUPPORT_STREAMS_H
#define SQUARES_TESTS_SUPPORT_STREAMS_H

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

template <typename Print> std::string printed(Print print)
{
    char *text = nullptr;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    print(out);
    (void)fclose(out);
    std::string all(text, size);
    free(text);
    return all;
}

inline std::vector<std::string> lines_of(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

#endif
