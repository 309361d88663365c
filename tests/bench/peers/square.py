"""256 MiB of int64 that this process (or rank 0) holds, squared as one would by a library.

    square.py WAY ROUNDS

A way yields the numbers and what squares them once, which returns the results in parts, in order;
starting its workers is not timed. Prints as tell.h does.
"""
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np

COUNT = (256 << 20) // 8
WORKERS = 2
MODULUS = 1000003


@contextmanager
def numpy():
    numbers = np.empty(COUNT, np.int64)
    yield numbers, lambda: [np.square(numbers, out=numbers)]


@contextmanager
def threads():
    """NumPy lets the interpreter's lock go while it computes."""
    numbers = np.empty(COUNT, np.int64)
    parts = np.array_split(numbers, WORKERS)
    with ThreadPoolExecutor(WORKERS) as pool:
        yield numbers, lambda: list(pool.map(lambda part: np.square(part, out=part), parts))


shared_numbers = None


def open_shared(name):
    """In a worker of `pool`: the memory stays open for as long as the worker lives."""
    from multiprocessing.shared_memory import SharedMemory
    global shared_numbers, memory
    memory = SharedMemory(name)
    shared_numbers = np.ndarray(COUNT, np.int64, memory.buf)


def square_shared(bounds):
    part = shared_numbers[slice(*bounds)]
    np.square(part, out=part)


@contextmanager
def pool():
    """Processes that share the numbers, and are sent only which of them to square."""
    from multiprocessing import Pool
    from multiprocessing.shared_memory import SharedMemory
    shared = SharedMemory(create=True, size=COUNT * 8)
    numbers = np.ndarray(COUNT, np.int64, shared.buf)
    piece = COUNT // (16 * WORKERS)
    bounds = [(begin, begin + piece) for begin in range(0, COUNT, piece)]

    def square():
        processes.map(square_shared, bounds)
        return [numbers]

    with Pool(WORKERS, open_shared, [shared.name]) as processes:
        yield numbers, square
    del numbers
    shared.unlink()


@contextmanager
def joblib():
    """Large arrays reach its processes by files in memory; results come back through pipes."""
    from joblib import Parallel, delayed
    numbers = np.empty(COUNT, np.int64)
    parts = np.array_split(numbers, WORKERS)
    with Parallel(n_jobs=WORKERS) as parallel:
        yield numbers, lambda: parallel(delayed(np.square)(part) for part in parts)


@contextmanager
def mpi4py():
    """Run by mpirun: the textbook's way, by buffers."""
    from mpi4py import MPI
    world = MPI.COMM_WORLD
    numbers, results = (np.empty(COUNT, np.int64) if world.rank == 0 else None for _ in range(2))
    part = np.empty(COUNT // world.size, np.int64)

    def square():
        world.Scatter(numbers, part)
        np.square(part, out=part)
        world.Gather(part, results)
        return [results]

    yield numbers, square


def check(results):
    begin = 0
    for part in results:
        at = np.arange(begin, begin + len(part), 997)
        if not np.array_equal(part[::997], np.square(at % MODULUS)):
            sys.exit("square.py: a result is wrong")
        begin += len(part)
    if begin != COUNT:
        sys.exit("square.py: results are missing")


def main():
    name, rounds = sys.argv[1], int(sys.argv[2])
    way = {way.__name__: way for way in (numpy, threads, pool, joblib, mpi4py)}[name]
    with way() as (numbers, square):
        for _ in range(rounds):
            if numbers is not None:
                numbers[:] = np.arange(COUNT) % MODULUS
            start = time.perf_counter()
            results = square()
            seconds = time.perf_counter() - start
            if numbers is not None:
                check(results)
                print(name, "ms", seconds * 1e3, sep="\t")
        del numbers, results, square  # before the memory they lie in goes


if __name__ == "__main__":
    main()
