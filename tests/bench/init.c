/* init - a program that starts and ends MPI and does nothing else: what any MPI program costs. */
#include <mpi.h>

int main(void)
{
    MPI_Init(NULL, NULL);
    MPI_Finalize();
    return 0;
}
