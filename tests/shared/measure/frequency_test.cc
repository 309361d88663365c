#include "support/temp_dir.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

extern "C" {
#include "measure/frequency.h"
}

namespace
{

class Cpus : public TempDir
{
  public:
    void add(int pu, const std::string &now, const std::string &most = "",
             const std::string &governor = "") const
    {
        const std::string folder = "cpu" + std::to_string(pu) + "/cpufreq";
        std::filesystem::create_directories(path(folder));
        if (!now.empty())
            write(folder + "/scaling_cur_freq", now);
        if (!most.empty())
            write(folder + "/cpuinfo_max_freq", most);
        if (!governor.empty())
            write(folder + "/scaling_governor", governor);
    }
    struct frequency read(int pus) const
    {
        struct frequency frequency = {77, 77, 77, 77, "before"};
        frequency_read(&frequency, path().c_str(), pus);
        return frequency;
    }
};

void expect_none(const struct frequency &frequency)
{
    EXPECT_EQ(frequency.pus, 0);
    EXPECT_EQ(frequency.low_hz, 0);
    EXPECT_EQ(frequency.high_hz, 0);
    EXPECT_EQ(frequency.limit_hz, 0);
    EXPECT_STREQ(frequency.governor, "");
}

} // namespace

TEST(Frequency, NoneTells)
{
    const Cpus cpus;
    expect_none(cpus.read(4));
    cpus.add(0, "", "3000000\n", "performance\n");
    cpus.add(1, "<unknown>\n");
    cpus.add(2, "0\n");
    cpus.add(3, "-5\n");
    expect_none(cpus.read(4));
    expect_none(cpus.read(0));
    struct frequency frequency;
    frequency_read(&frequency, cpus.path(std::string(3000, 'x')).c_str(), 2);
    expect_none(frequency);
}

TEST(Frequency, SlowestAndFastest)
{
    const Cpus cpus;
    cpus.add(0, "2000000\n", "3500000\n", "powersave\n");
    cpus.add(1, "1200000\n", "3500000\n", "powersave\n");
    cpus.add(2, "3100000\n", "4800000\n", "powersave\n");
    cpus.add(4, "9900000\n", "9900000\n", "other\n"); /* beyond those asked for */
    const struct frequency frequency = cpus.read(4);  /* cpu3 is offline */
    EXPECT_EQ(frequency.pus, 3);
    EXPECT_EQ(frequency.low_hz, 1.2e9);
    EXPECT_EQ(frequency.high_hz, 3.1e9);
    EXPECT_EQ(frequency.limit_hz, 4.8e9);
    EXPECT_STREQ(frequency.governor, "powersave");
}

TEST(Frequency, MixedGovernors)
{
    const Cpus cpus;
    cpus.add(0, "2000000\n", "", "performance\n");
    cpus.add(1, "2000000\n");
    EXPECT_STREQ(cpus.read(2).governor, "performance");
    EXPECT_EQ(cpus.read(2).limit_hz, 0);
    cpus.add(2, "2000000\n", "", "powersave\n");
    cpus.add(3, "2000000\n", "", "powersave\n");
    EXPECT_STREQ(cpus.read(4).governor, "mixed");
}

TEST(Frequency, LongGovernorIsCut)
{
    const Cpus cpus;
    cpus.add(0, "2000000", "", std::string(100, 'g'));
    EXPECT_EQ(std::string(cpus.read(1).governor), std::string(31, 'g'));
}

/* Whatever there is, it makes sense. */
TEST(Frequency, ThisMachine)
{
    struct frequency frequency;
    frequency_read(&frequency, FREQUENCY_FOLDER, 4);
    EXPECT_LE(frequency.low_hz, frequency.high_hz);
    EXPECT_LE(frequency.pus, 4);
}
