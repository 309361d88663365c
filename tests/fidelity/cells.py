"""What CPython's threads and processes do: the measurements of probe.c, with the same arguments.

    cells.py rate                                           loop steps a second
    cells.py tasks threads|processes N PER CPU TASK RATE INTERVAL   seconds
    cells.py slices N INTERVAL DURATION                     each slice, ns
    cells.py sleeper OTHERS INTERVAL SLEEP DURATION         how late each sleep ended, ns

CPU is in millionths, times are in nanoseconds.
"""
import multiprocessing
import sys
import threading
import time

NS = 1_000_000_000


def compute(steps):
    """A counted loop: each turn passes the check of whether somebody wants the lock."""
    x = 3
    for _ in range(steps):
        x = x * x & 0xFFFF


def rate():
    """The best of some short runs, as everything that disturbs makes it slower."""
    steps = 100_000
    best = NS
    for _ in range(30):
        start = time.monotonic_ns()
        compute(steps)
        best = min(best, time.monotonic_ns() - start)
    return steps * NS // best


def share(gate, tasks, steps, wait_s, stamps, worker):
    """One worker's tasks, one after the other, from when all are there."""
    gate.wait()
    begin = time.monotonic_ns()
    for _ in range(tasks):
        if steps > 0:
            compute(steps)
        if wait_s > 0:
            time.sleep(wait_s)
    stamps[2 * worker] = begin
    stamps[2 * worker + 1] = time.monotonic_ns()


def tasks(mechanism, workers, per, cpu, task_ns, loop_rate):
    compute_ns = task_ns * cpu // 1_000_000
    steps, wait_s = compute_ns * loop_rate // NS, (task_ns - compute_ns) / NS
    if mechanism == "threads":
        gate, stamps, make = threading.Barrier(workers), [0] * (2 * workers), threading.Thread
    else:
        gate, make = multiprocessing.Barrier(workers), multiprocessing.Process
        stamps = multiprocessing.RawArray("q", 2 * workers)
    team = [make(target=share, args=(gate, per, steps, wait_s, stamps, i)) for i in range(workers)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    return (max(stamps) - min(stamps)) / NS


def slices(threads, duration):
    """Whoever sees that another was seen last writes down when: it has just got the lock."""
    gate, log, seen, stop = threading.Barrier(threads), [], [None], []

    def run(me):
        gate.wait()
        end = time.monotonic_ns() + duration
        x = 3
        while not stop:
            x = x * x & 0xFFFF
            if seen[0] != me:
                seen[0] = me
                now = time.monotonic_ns()
                log.append(now)
                if now > end:
                    stop.append(True)

    team = [threading.Thread(target=run, args=(i,)) for i in range(threads)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join()
    return [b - a for a, b in zip(log, log[1:])]


def sleeper(others, sleep, duration):
    gate, late, stop = threading.Barrier(others + 1), [], []

    def run():
        gate.wait()
        x = 3
        while not stop:
            x = x * x & 0xFFFF

    def doze():
        gate.wait()
        start = time.monotonic_ns()
        end = start + duration
        while start < end:
            time.sleep(sleep / NS)
            now = time.monotonic_ns()
            late.append(now - start - sleep)
            start = now
        stop.append(True)

    team = [threading.Thread(target=run) for _ in range(others)] + [threading.Thread(target=doze)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join()
    return late


def main():
    what, *args = sys.argv[1:]
    if what == "rate":
        print(rate())
    elif what == "tasks":
        sys.setswitchinterval(int(args[6]) / NS)
        print(tasks(args[0], *map(int, args[1:6])))
    else:
        numbers = list(map(int, args))
        sys.setswitchinterval(numbers.pop(1) / NS)
        print(*(slices if what == "slices" else sleeper)(*numbers), sep="\n")


if __name__ == "__main__":
    main()
