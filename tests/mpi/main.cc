/*
 * The MPI tests: every rank runs every test, in the same order; rank 0 prints, another rank only
 * what fails on it. One rank's failure fails the run.
 */
#define OMPI_SKIP_MPICXX 1
#include "comm/collective.h"

#include <gtest/gtest.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
/* Looks for leaks while Open MPI's plug-ins are still loaded: later theirs cannot be told by name.
 */
static int leaks()
{
    return __lsan_do_recoverable_leak_check();
}
#else
static int leaks()
{
    return 0;
}
#endif

/* On ranks other than 0: only failures. */
class FailuresOnly : public testing::EmptyTestEventListener
{
    void OnTestPartResult(const testing::TestPartResult &result) override
    {
        if (!result.failed())
            return;
        int rank;
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        (void)fprintf(stderr, "rank %d: %s:%d: %s\n", rank, result.file_name(),
                      result.line_number(), result.message());
    }
};

int main(int argc, char **argv)
{
    int provided, rank;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    testing::InitGoogleTest(&argc, argv);
    auto &listeners = testing::UnitTest::GetInstance()->listeners();
    if (rank != 0) {
        delete listeners.Release(listeners.default_result_printer());
        listeners.Append(new FailuresOnly);
    }
    int failed = RUN_ALL_TESTS();
    MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    failed |= leaks();
    MPI_Finalize();
    return failed;
}
