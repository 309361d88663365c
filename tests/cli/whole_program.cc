#include "cli/whole_program.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;

static std::string program()
{
    const char *given = getenv("SQUARES");
    return fs::absolute(given != nullptr ? given : "build/squares").string();
}

Outcome sh(const std::string &command, int limit_s)
{
    char base[] = "/tmp/squares-cli-XXXXXX";
    if (mkdtemp(base) == nullptr)
        return {-1, "", "no temporary folder", 0};
    const std::string dir = base;
    write_file(dir + "/script", command);
    setenv("SQ", program().c_str(), 1);
    setenv("MPI", "mpirun --allow-run-as-root --oversubscribe", 1);
    setenv("HWLOC_HIDE_ERRORS", "2", 0); /* what hwloc says of files is its own */
    const std::string line = "timeout -k 3 " + std::to_string(limit_s) + " sh " + dir +
                             "/script >" + dir + "/out 2>" + dir + "/err </dev/null";
    auto start = std::chrono::steady_clock::now();
    int status = std::system(line.c_str());
    std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    Outcome outcome = {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(dir + "/out"),
                       read_file(dir + "/err"), passed.count()};
    /* Open MPI 5 ends its own messages with one, in front of ours. */
    outcome.err.erase(std::remove(outcome.err.begin(), outcome.err.end(), '\0'), outcome.err.end());
    fs::remove_all(dir);
    return outcome;
}

std::string own_words(const std::string &err)
{
    std::istringstream in(err);
    std::string line, own;
    bool remedy = false;
    while (std::getline(in, line)) {
        bool ours = line.rfind("squares: ", 0) == 0 && line.find("(seat-taken)") == line.npos;
        remedy = ours || (remedy && line.rfind("  ", 0) == 0);
        if (remedy)
            own += line + "\n";
    }
    return own;
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

int lines_of(const std::string &text)
{
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

void write_file(const std::string &path, const std::string &bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool exists(const std::string &path)
{
    return fs::exists(path);
}

void remove_cgroup(const std::string &folder)
{
    const int TENTHS = 200; /* a process under a quota may take its time to end */
    for (int tries = 0; !folder.empty() && rmdir(folder.c_str()) != 0; tries++) {
        if (tries == TENTHS) {
            ADD_FAILURE() << folder << " stays: " << strerror(errno);
            return;
        }
        usleep(100000);
    }
}

void Cli::SetUp()
{
    char base[] = "/tmp/squares-test-XXXXXX";
    ASSERT_NE(mkdtemp(base), nullptr);
    dir = base;
    setenv("D", base, 1);
}

void Cli::TearDown()
{
    fs::remove_all(dir);
}

std::string Cli::path(const std::string &name) const
{
    return dir + "/" + name;
}

int Cli::files_left() const
{
    int count = 0;
    for (const auto &entry : fs::directory_iterator(dir)) {
        (void)entry;
        count++;
    }
    return count;
}
