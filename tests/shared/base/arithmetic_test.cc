/* Numbers are read and written alike whatever the locale of the process and the mode of the thread.
 */
#include "support/german.h"
#include "support/temp_dir.h"
#include "support/works.h"

#include <cmath>

#include <jansson.h>

extern "C" {
#include "base/arithmetic.h"
#include "base/units.h"
#include "number/numbers.h"
#include "number/parse.h"
#include "number/tally.h"
}

namespace
{

class Arithmetic : public testing::Test
{
  protected:
    void TearDown() override
    {
        (void)fesetenv(FE_DFL_ENV);
        (void)uselocale(LC_GLOBAL_LOCALE);
        (void)setlocale(LC_ALL, "C");
        unsetenv("LOCPATH");
    }
    TempDir dir;
};

double read(const char *word)
{
    int64_t cell = 0;
    double value = 0;
    Err err;
    EXPECT_TRUE(works(parse_number(word, NUMBER_FLOAT64, "here", &cell, &err), err)) << word;
    memcpy(&value, &cell, sizeof(value));
    return value;
}

std::string written(double value)
{
    int64_t cell;
    char text[TALLY_TEXT];
    memcpy(&cell, &value, sizeof(cell));
    (void)number_text(NUMBER_FLOAT64, cell, text, sizeof(text));
    return text;
}

/* What is read and written, in every place where a fraction is. */
void expect_right()
{
    int64_t ns = 0;
    EXPECT_EQ(read("1.5"), 1.5);
    EXPECT_EQ(read("0.1"), 0.1);
    EXPECT_EQ(read("-0.1"), -0.1);
    EXPECT_EQ(read("5e-324"), std::ldexp(1.0, -1074));
    EXPECT_EQ(written(4.5), "4.5");
    EXPECT_EQ(written(0.1), "0.1");
    EXPECT_EQ(written(-0.3), "-0.3");
    EXPECT_EQ(written(4), "4.0");
    EXPECT_EQ(unit_parse_duration("1.5ms", &ns), UNIT_OK);
    EXPECT_EQ(ns, 1500000);
    const Work mixed("mixed:cpu=0.3,task=2.5ms");
}

} // namespace

TEST_F(Arithmetic, InALocaleWithAComma)
{
    SKIP_WITHOUT_GERMAN(dir.path());
    ASSERT_NE(setlocale(LC_ALL, "de_DE.UTF-8"), nullptr);
    char text[16];
    (void)snprintf(text, sizeof(text), "%.1f", 4.5);
    ASSERT_STREQ(text, "4,5") << "the locale is what it is to be";
    expect_right();
}

TEST_F(Arithmetic, InEveryMode)
{
    for (int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
        ASSERT_EQ(fesetround(mode), 0);
        expect_right();
        EXPECT_EQ(fegetround(), mode) << "as it was";
    }
}

TEST_F(Arithmetic, ThreadsThatBeginWithItAreNotReached)
{
    SKIP_WITHOUT_GERMAN(dir.path());
    arithmetic_begin();
    ASSERT_NE(setlocale(LC_ALL, "de_DE.UTF-8"), nullptr);
    char text[UNIT_TEXT];
    EXPECT_STREQ(unit_duration(1.5e-3, text), "1.50 ms");
    EXPECT_STREQ(unit_si(1234, text), "1.23 k");
    json_t *real = json_real(4.5);
    char *json = json_dumps(real, JSON_ENCODE_ANY);
    EXPECT_STREQ(json, "4.5");
    free(json);
    json_decref(real);
}

TEST_F(Arithmetic, SeesEachMode)
{
    EXPECT_TRUE(arithmetic_sound());
    for (int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
        ASSERT_EQ(fesetround(mode), 0);
        EXPECT_FALSE(arithmetic_sound());
        arithmetic_mend();
        EXPECT_TRUE(arithmetic_sound());
        EXPECT_EQ(fegetround(), FE_TONEAREST);
    }
    ASSERT_NE(feenableexcept(FE_DIVBYZERO), -1);
    EXPECT_FALSE(arithmetic_sound());
    arithmetic_mend();
    EXPECT_TRUE(arithmetic_sound());
#ifdef __SSE2__
    for (unsigned bit : {0x8000u, 0x0040u}) { /* results, and operands, near 0 are 0 */
        __builtin_ia32_ldmxcsr(0x1f80 | bit);
        EXPECT_FALSE(arithmetic_sound());
        arithmetic_mend();
        EXPECT_TRUE(arithmetic_sound());
    }
#endif
    volatile double third = 1.0 / std::atof("3");
    EXPECT_GT(third, 0) << "an exception that happened is no mode";
    EXPECT_TRUE(arithmetic_sound());
}

TEST_F(Arithmetic, LeavesWhatItEntered)
{
    struct arithmetic before;
    ASSERT_EQ(fesetround(FE_UPWARD), 0);
    locale_t own = newlocale(LC_ALL_MASK, "C", static_cast<locale_t>(nullptr));
    (void)uselocale(own);
    arithmetic_enter(&before);
    EXPECT_TRUE(arithmetic_sound());
    arithmetic_leave(&before);
    EXPECT_EQ(fegetround(), FE_UPWARD);
    EXPECT_EQ(uselocale(static_cast<locale_t>(nullptr)), own);
    (void)uselocale(LC_GLOBAL_LOCALE);
    freelocale(own);
}
