/* environment - variables of the test's own, where code asks for them by a function. */
#ifndef SQUARES_TESTS_SUPPORT_ENVIRONMENT_H
#define SQUARES_TESTS_SUPPORT_ENVIRONMENT_H

#include <map>
#include <string>

using Environment = std::map<std::string, std::string>;

/* As getenv, of the Environment that `arg` points to. */
inline const char *find_in(void *arg, const char *name)
{
    auto &environment = *static_cast<Environment *>(arg);
    auto found = environment.find(name);
    return found != environment.end() ? found->second.c_str() : nullptr;
}

#endif
