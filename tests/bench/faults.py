"""How soon a job ends after a failure: what is promised is 5 s, whatever the exchange."""
import struct
import time

from group import Group, Line
from lab import mpirun
from page import at_most

PROMISED_S = 5
COUNTS = "=4q"  # as the plug-in `deadline` has them: ..., of the first task, of the one that failed

INPUT = {"message": ("-i", "bad.txt"), "window": ("-i", "bad.txt"), "file": ("-i", "cut.i64")}
FULL = ("--range", "0:4e6", "-o", "/dev/full")

# The first tasks are fast where something has to be done before the failure: the first block, or
# a piece by each rank.
BLOCK, PIECE = ",below=262144", ",fast=530000"
FAULTS = {
    "bad input": {name: (words, f"{PIECE},cut=cut.i64" if name == "file" else "")
                  for name, words in INPUT.items()},
    # Ranks that write their own parts have room for all of it before the first task.
    "full disk": {name: (FULL, BLOCK) for name in ("message", "window")},
    "task of rank 1": {name: (("--range", "0:1e6"), ",fail=9,rank=1")
                       for name in (*INPUT, "local")},
}


def make_inputs(lab):
    with open(lab.folder / "bad.txt", "w", encoding="ascii") as text:
        text.writelines(f"{i}\n" for i in range(400000))
        text.write("oops\n")
    (lab.folder / "cut.i64").write_bytes(bytes(4_000_000 * 8))


def seconds_to_end(lab, exchange, words, work):
    """From the failure, or where only squares knows of it from the first task, to mpirun's end."""
    counts = lab.folder / "count"
    counts.write_bytes(bytes(struct.calcsize(COUNTS)))
    plugin = lab.build / "tests" / "plugins" / "deadline.so"
    lab.run([*mpirun(2, "--wdir", lab.folder), lab.build / "squares", "run", "-q", "--threads", 2,
             "--exchange", exchange, *words, "--work", f"{plugin}:count={counts},ms=20{work}"],
            codes=(1, 2))
    end_ns = time.monotonic_ns()
    _, _, first_ns, fault_ns = struct.unpack(COUNTS, counts.read_bytes())
    return (end_ns - (fault_ns or first_ns)) / 1e9


def fail(lab, series):
    for _ in range(lab.rounds):
        for fault, exchanges in FAULTS.items():
            for exchange, (words, work) in exchanges.items():
                make_inputs(lab)
                series.add(f"{exchange}, {fault}", "s",
                           seconds_to_end(lab, exchange, words, work))
    for name in ("bad.txt", "cut.i64", "count"):
        (lab.folder / name).unlink()


FAILING = Group("failing", "a job of hours, from a failure to the end of mpirun; 2 ranks, 2 threads",
                [fail], [Line(f"{exchange}, {fault}", f"{exchange}, {fault}", None,
                              at_most(PROMISED_S))
                         for fault, exchanges in FAULTS.items() for exchange in exchanges])
