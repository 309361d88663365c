/*
 * pingpong - what a message costs between two ranks: half a round trip of 8 bytes, and the
 * bandwidth of 4 MiB. Run it under mpirun -np 2 --bind-to core.
 */
#include "base/clock.h"
#include "tell.h"

#include <mpi.h>

enum { SMALL = 8, LARGE = 4 << 20 };

static char buffer[LARGE];

/* Seconds for each of `trips` messages there and as many back. */
static double half_trip_s(int rank, int bytes, int trips)
{
    MPI_Barrier(MPI_COMM_WORLD);
    int64_t start = clock_now_ns();
    for (int i = 0; i < 2 * trips; i++)
        if (i % 2 == rank)
            MPI_Send(buffer, bytes, MPI_CHAR, 1 - rank, 0, MPI_COMM_WORLD);
        else
            MPI_Recv(buffer, bytes, MPI_CHAR, 1 - rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return clock_seconds(clock_now_ns() - start) / (2 * trips);
}

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void)half_trip_s(rank, LARGE, 10);
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        double small = half_trip_s(rank, SMALL, 20000), large = half_trip_s(rank, LARGE, 50);
        if (rank == 0) {
            tell("8 bytes", "us", small * 1e6);
            tell("4 MiB", "GB/s", 1e-9 * LARGE / large);
        }
    }
    MPI_Finalize();
    return 0;
}
