/* What the compiler and the linker were asked to guard, looked up in the program itself. */
#include "cli/whole_program.h"

namespace
{

class Hardening : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        if (sh("readelf --version").code != 0)
            GTEST_SKIP() << "NO READELF HERE (binutils)";
        if (sh("readelf --dyn-syms -W $SQ | grep -qE '__(asan|tsan|ubsan)_'").code == 0)
            GTEST_SKIP() << "A SANITIZER GUARDS THIS PROGRAM";
    }
};

} // namespace

/* Its addresses differ from run to run. */
TEST_F(Hardening, ItCanBeLoadedAnywhere)
{
    Outcome o = sh("readelf -hdW $SQ");
    EXPECT_TRUE(has(o.out, "DYN (")) << o.out;
    EXPECT_TRUE(has(o.out, "PIE")) << o.out;
}

/* What the loader fills in is read-only before main begins. */
TEST_F(Hardening, TablesAreReadOnly)
{
    EXPECT_TRUE(has(sh("readelf -lW $SQ").out, "GNU_RELRO"));
    Outcome o = sh("readelf -dW $SQ | grep FLAGS");
    EXPECT_TRUE(has(o.out, "BIND_NOW")) << o.out;
    EXPECT_TRUE(has(o.out, " NOW")) << o.out;
}

TEST_F(Hardening, TheStackRunsNoCode)
{
    Outcome o = sh("readelf -lW $SQ | grep GNU_STACK");
    EXPECT_TRUE(has(o.out, "RW ")) << o.out;
    EXPECT_FALSE(has(o.out, "RWE")) << o.out;
}

TEST_F(Hardening, StacksAndCallsAreChecked)
{
    Outcome o = sh("readelf --dyn-syms -W $SQ");
    EXPECT_TRUE(has(o.out, "__stack_chk_fail")) << o.out;
    for (const char *call : {"__fprintf_chk", "__snprintf_chk", "__vsnprintf_chk"})
        EXPECT_TRUE(has(o.out, call)) << o.out;
}

/* What a user adds comes last. */
TEST_F(Hardening, CFLAGSAndLDFLAGSAreHonoured)
{
    if (!exists("Makefile"))
        GTEST_SKIP() << "NO MAKEFILE HERE";
    Outcome o =
        sh("make -n BUILD=$D/b CFLAGS=-fno-stack-protector LDFLAGS=-Wl,-z,lazy $D/b/squares");
    EXPECT_TRUE(has(o.out, "-fno-stack-protector")) << o.out << o.err;
    EXPECT_LT(o.out.find("-fstack-protector-strong"), o.out.find("-fno-stack-protector"));
    EXPECT_LT(o.out.find("-z,now"), o.out.find("-z,lazy"));
    o = sh("make -n BUILD=$D/b CFLAGS=-O0 $D/b/squares");
    EXPECT_FALSE(has(o.out, "-D_FORTIFY_SOURCE")) << "without optimization it only warns";
}
