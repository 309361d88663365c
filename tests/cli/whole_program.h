/*
 * cli - whole-program tests: a command line is run by the shell, as a user would, and its exit
 * code, stdout and stderr are looked at. Every command has a time limit, so a hang is a failure.
 */
#ifndef SQUARES_TESTS_CLI_WHOLE_PROGRAM_H
#define SQUARES_TESTS_CLI_WHOLE_PROGRAM_H

#include <gtest/gtest.h>

#include <string>

struct Outcome {
    int code;        /* exit code; 124: the time limit */
    std::string out; /* stdout */
    std::string err; /* stderr */
    double seconds;
};

/* Runs `command` by sh with a limit of `limit_s`. In it $SQ is the program and $MPI is mpirun with
 * what root and few cores need; standard input is empty. */
Outcome sh(const std::string &command, int limit_s = 150);

/* The lines of stderr that are squares' own, without what mpirun adds to a failure, and without the
 * warning that other programs took the cores: tests run on machines that have others, too. */
std::string own_words(const std::string &err);

bool has(const std::string &text, const std::string &part);
int lines_of(const std::string &text);

void write_file(const std::string &path, const std::string &bytes);
std::string read_file(const std::string &path);
bool exists(const std::string &path);

/* Removes a cgroup that a test made, once its last process is gone; "": none. A failure if it
 * stays. */
void remove_cgroup(const std::string &folder);

/* A folder of its own for each test, gone afterwards. */
class Cli : public ::testing::Test
{
  protected:
    void SetUp() override;
    void TearDown() override;
    std::string path(const std::string &name) const;
    int files_left() const; /* entries in the folder, hidden ones too */
    std::string dir;
};

#endif
