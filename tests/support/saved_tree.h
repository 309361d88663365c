/*
 * saved_tree - a copy of the few files of /proc and /sys that say what a process may use, from
 * another machine or made up. One text file each:
 *
 *     # where it is from, and why the expected answer is right
 *     expect: workers 2, cpus 1.5, by quota, quota
 *     env: SLURM_CPUS_ON_NODE=2
 *     --- /proc/self/cgroup
 *     the file's text, up to the next such line
 *
 * "by" names the source that limits the workers, and the one that limits the CPUs.
 */
#ifndef SQUARES_TESTS_SUPPORT_SAVED_TREE_H
#define SQUARES_TESTS_SUPPORT_SAVED_TREE_H

#include "support/environment.h"
#include "support/temp_dir.h"

#include <algorithm>
#include <sstream>
#include <vector>

class SavedTree
{
  public:
    /* Unpacks the text into a folder of its own. */
    explicit SavedTree(const std::string &text)
    {
        std::istringstream lines(text);
        std::string name, file;
        for (std::string line; std::getline(lines, line);) {
            if (begins(line, "--- /")) {
                put(name, file);
                name = line.substr(5);
                file.clear();
            } else if (!name.empty()) {
                file += line + "\n";
            } else if (begins(line, "env: ")) {
                size_t equals = line.find('=');
                environment[line.substr(5, equals - 5)] = line.substr(equals + 1);
            } else if (begins(line, "expect: ")) {
                expected = line.substr(8);
            }
        }
        put(name, file);
    }

    /* Adds a file, or another text of one. */
    void put(const std::string &name, const std::string &text) const
    {
        if (name.empty())
            return;
        std::filesystem::create_directories(std::filesystem::path(dir_.path(name)).parent_path());
        dir_.write(name, text);
    }

    std::string root() const
    {
        return dir_.path();
    }

    Environment environment;
    std::string expected;

    /* Those in tests/trees, sorted. */
    static std::vector<std::string> names()
    {
        std::vector<std::string> found;
        std::error_code ignored;
        for (const auto &entry : std::filesystem::directory_iterator("tests/trees", ignored))
            if (entry.path().extension() == ".tree")
                found.push_back(entry.path().stem().string());
        std::sort(found.begin(), found.end());
        return found;
    }

    static std::string read(const std::string &name)
    {
        std::ifstream file("tests/trees/" + name + ".tree", std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

  private:
    TempDir dir_;

    static bool begins(const std::string &line, const std::string &with)
    {
        return line.compare(0, with.size(), with) == 0;
    }
};

#endif
