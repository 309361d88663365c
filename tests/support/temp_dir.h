/*
 * temp_dir - a folder of a test's own, which is gone with all that is in it when the test is over.
 */
#ifndef SQUARES_TESTS_SUPPORT_TEMP_DIR_H
#define SQUARES_TESTS_SUPPORT_TEMP_DIR_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

class TempDir
{
  public:
    TempDir()
    {
        std::string name = (std::filesystem::temp_directory_path() / "squares-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot make a temporary folder");
        root_ = name;
    }
    ~TempDir()
    {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    TempDir(const TempDir &) = delete;
    TempDir &operator=(const TempDir &) = delete;

    std::string path(const std::string &name = "") const
    {
        return name.empty() ? root_ : root_ + "/" + name;
    }

    /* Makes a file of these bytes; returns its path. */
    std::string write(const std::string &name, const std::string &bytes) const
    {
        std::ofstream file(path(name), std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!file.flush())
            throw std::runtime_error("cannot write " + path(name));
        return path(name);
    }

    std::string read(const std::string &name) const
    {
        std::ifstream file(path(name), std::ios::binary);
        if (!file)
            throw std::runtime_error("cannot read " + path(name));
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    /* The names in it. */
    std::set<std::string> list() const
    {
        std::set<std::string> names;
        for (const auto &entry : std::filesystem::directory_iterator(root_))
            names.insert(entry.path().filename().string());
        return names;
    }

  private:
    std::string root_;
};

#endif
