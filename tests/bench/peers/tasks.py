"""Empty tasks handed out one at a time to two workers, as one would by a library.

    tasks.py WAY ROUNDS

A way yields what runs so many tasks; starting its workers is not timed. Prints as tell.h does. The
way `mpi4py` is run by mpirun -np 2 python3 -m mpi4py.futures: one rank hands out, one works.
"""
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import Pool

WORKERS = 2


def nothing(number):
    return number


@contextmanager
def executor(pool):
    """All that follow concurrent.futures."""
    with pool:
        yield lambda tasks: list(pool.map(nothing, range(tasks), chunksize=1))


def processes():
    return executor(ProcessPoolExecutor(WORKERS))


def threads():
    return executor(ThreadPoolExecutor(WORKERS))


def mpi4py():
    from mpi4py.futures import MPIPoolExecutor
    return executor(MPIPoolExecutor())


@contextmanager
def pool():
    with Pool(WORKERS) as processes_of_pool:
        yield lambda tasks: processes_of_pool.map(nothing, range(tasks), chunksize=1)


@contextmanager
def joblib():
    from joblib import Parallel, delayed
    with Parallel(n_jobs=WORKERS, batch_size=1) as parallel:
        yield lambda tasks: parallel(delayed(nothing)(number) for number in range(tasks))


# Tasks of a round: some tenths of a second.
WAYS = {"mpi4py": (mpi4py, 2000), "pool": (pool, 5000), "processes": (processes, 2000),
        "threads": (threads, 10000), "joblib": (joblib, 500)}


def main():
    name, rounds = sys.argv[1], int(sys.argv[2])
    way, tasks = WAYS[name]
    with way() as run:
        for _ in range(rounds):
            start = time.perf_counter()
            if len(run(tasks)) != tasks:
                sys.exit("tasks.py: results are missing")
            print(name, "ns", (time.perf_counter() - start) * 1e9 / tasks, sep="\t")


if __name__ == "__main__":
    main()
