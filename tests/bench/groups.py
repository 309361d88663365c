"""The table of all that is measured, in the order of the page."""
import os
import shutil
from array import array

from faults import FAILING
from group import Group, Line
from lab import NO_SINGLE_COPY, Failure, mpirun, program
from page import at_least, at_most
from peers.table import PEERS

BOUND = ("--bind-to", "core")
LIMITS = Group("raw limits", "what two cores and MPI give", [
    program("limits"),
    program("pingpong", 2, BOUND),
    program("pingpong", 2, BOUND, "pingpong-copy", NO_SINGLE_COPY),
], [
    Line("memory, 2 threads reading and writing", "limits.memory"),
    Line("message of 8 bytes, half a round trip", "pingpong.8 bytes"),
    Line("messages of 4 MiB", "pingpong.4 MiB"),
    Line("messages of 4 MiB, without CMA", "pingpong-copy.4 MiB"),
    Line("atomic addition, 1 thread", "limits.atomic 1"),
    Line("atomic addition, 2 threads", "limits.atomic 2"),
])


def moving_lines(told, suffix):
    """By one of the ways in which messages travel."""
    threads, window, message, scatter, alone = (
        f"{told}.{way}" for way in ("threads", "window", "message", "scatter", "alone"))
    return [
        Line(f"two bound threads, in place{suffix}", threads),
        Line(f"squares, window{suffix}", window),
        Line(f"squares, message{suffix}", message),
        Line(f"MPI_Scatter, square, MPI_Gather{suffix}", scatter),
        Line(f"messages alone, best packets{suffix}", alone),
        Line(f"window: speed of two threads{suffix}", threads, window, at_least(0.9)),
        Line(f"window: speed of MPI_Scatter{suffix}", scatter, window, at_least(4)),
        Line(f"message: speed of MPI_Scatter{suffix}", scatter, message, at_least(2.5)),
        Line(f"message: time of messages alone{suffix}", message, alone, at_most(1)),
    ]


# Both ways for messages within a host that Open MPI 4 has: one process reads the other's memory
# (CMA), or all is copied by way of memory that they share.
MOVING = Group("moving numbers", "256 MiB of int64 on rank 0, squared by 2 ranks", [
    program("stream", 2),
    program("stream", 2, prefix="stream-copy", env=NO_SINGLE_COPY),
], moving_lines("stream", "") + moving_lines("stream-copy", ", no CMA"))

BALANCED = "dynamic"  # what is meant to be the best on tasks that differ
SCHEDULES = ("static", "cyclic", "guided", "factoring", "trapezoid", "adaptive", "steal")
HANDING = Group("handing out tasks", "empty, one at a time, to 2 threads or ranks; time for one", [
    program("claims"),
    program("host_crew", 2, BOUND),
    program("manager", 2, BOUND),
], [
    Line("bare atomic, threads", "claims.atomic"),
    Line("threads, dynamic", "claims.dynamic"),
    Line("threads, dynamic: of a bare atomic", "claims.dynamic", "claims.atomic", at_most(1.3)),
    *(Line(f"threads, {s}: of a bare atomic", f"claims.{s}", "claims.atomic") for s in SCHEDULES),
    Line("bare atomic in a window", "host_crew.atomic"),
    Line("window", "host_crew.window"),
    Line("window: of a bare atomic there", "host_crew.window", "host_crew.atomic", at_most(1.5)),
    Line("messages by hand, from any source", "manager.by hand"),
    Line("message", "manager.squares"),
    Line("message: of messages by hand", "manager.squares", "manager.by hand", at_most(1.2)),
    Line("window: task for 50 % efficiency (METG)", "host_crew.metg"),
    Line("METG: of a bare atomic there", "host_crew.metg", "host_crew.atomic", at_most(5)),
])


UNEVEN_JOB = ("--range", "0:100000", "--work", "squares:repeat=2000")


def balance(lab, series):
    """What the report says of tasks of which some cost more."""
    for _ in range(lab.rounds):
        for cost in ("linear", "last"):
            for schedule in (BALANCED, *SCHEDULES):
                told = lab.squares(2, "run", *UNEVEN_JOB, "--cost", cost, "--schedule", schedule)[0]
                series.add(f"{cost} {schedule}", "", told["rows"][0]["efficiency"])


UNEVEN = Group("uneven tasks", "share of the best possible, of 2 ranks that share memory", [
    balance,
], [
    Line(f"--cost {cost}, {schedule}", f"{cost} {schedule}", None,
         at_least(0.97) if schedule == BALANCED else None)
    for cost in ("linear", "last") for schedule in (BALANCED, *SCHEDULES)
])


def seconds_of(lab, ranks, *arguments):
    """Of a job itself, without its start."""
    return lab.squares(ranks, "run", *arguments)[0]["rows"][0]["median_s"]


def efficiency(ideal_s, ranks, *arguments):
    """Of a job that could be done in `ideal_s`: the share of its time that this is."""
    return lambda lab: ideal_s / seconds_of(lab, ranks, *arguments)


WAITS = {
    "8x1": efficiency(1, 8, "--range", "0:1600", "--work", "io:latency=5ms"),
    "8x16": efficiency(1, 8, "--range", "0:25600", "--work", "io:latency=5ms", "--threads", "16"),
    "8x128": efficiency(1, 8, "--range", "0:102400", "--work", "io:latency=10ms", "--threads",
                        "128"),
}


def wait(lab, series):
    for _ in range(lab.rounds):
        for shape, measure in WAITS.items():
            series.add(shape, "", measure(lab))


WAITING = Group("waiting", "share of the ideal, 1 s", [wait], [
    Line("8 ranks, 1,600 tasks of 5 ms", "8x1", None, at_least(0.95)),
    Line("8 x 16 threads, 25,600 tasks of 5 ms", "8x16", None, at_least(0.9)),
    Line("8 x 128 threads, 102,400 tasks of 10 ms", "8x128", None, at_least(0.9)),
])


def start(lab, series):
    for warm in range(-1, lab.rounds):
        told, squares = lab.squares(8, "run", "--range", "0:1")
        bare = lab.run([*mpirun(8), lab.bench("init")])[1]
        place = told["rows"][0]["place_s"]
        if warm >= 0:
            series.add("squares", "s", squares)
            series.add("bare", "s", bare)
            series.add("place", "s", place)
            series.add("share", "%", 100 * place / (squares - place))


STARTING = Group("starting", "an empty job on 8 ranks, from mpirun's start to its end", [start], [
    Line("squares", "squares"),
    Line("MPI_Init and MPI_Finalize", "bare"),
    Line("squares: of MPI alone", "squares", "bare", at_most(1.3)),
    Line("placing the workers, in it", "place"),
    Line("what placing adds", "share", None, at_most(10)),
])

GIL = Group("gil and crew", "by themselves", [program("gil")], [
    Line("taking and releasing a free gil", "gil.gil"),
    Line("the same of a mutex", "gil.mutex"),
    Line("gil: of a mutex", "gil.gil", "gil.mutex", at_most(3)),
    Line("an empty job on 2 threads", "gil.job"),
    Line("a word to another core and back", "gil.word"),
    Line("empty job: of such round trips", "gil.job", "gil.word", at_most(10)),
])


def compare(lab, series):
    """What compare adds to its rows, and whether a row in it is as fast as the same job alone."""
    job = ("--work", "squares:repeat=10000", "--range", "0:4000")
    for _ in range(lab.rounds):
        told = lab.squares(8, "compare", *job, "--repeat", "9")[0]
        rows = told["rows"]
        # each row was run once more, to warm up
        needed = sum(row["median_s"] * (len(row["samples_s"]) + 1) for row in rows)
        series.add("overhead", "%", 100 * (told["measured"]["elapsed_s"] / needed - 1))
        for mechanism, ranks, threads in (("processes", 8, 1), ("threads", 1, 8)):
            within = next(row["median_s"] for row in rows if row["mechanism"] == mechanism)
            alone = seconds_of(lab, ranks, *job, "--threads", threads)
            series.add(mechanism, "x", within / alone)


COMPARE = Group("compare", "8 workers", [program("bell", 8), program("alike"), compare], [
    Line("7 ranks that sleep out: of a core, most", "bell.asleep", None, at_most(1)),
    Line("what compare adds to its rows", "overhead", None, at_most(10)),
    Line("the same as two rows: has a winner", "alike.winners", None, at_most(5)),
    Line("8 processes: of the time alone", "processes"),
    Line("8 threads: of the time alone", "threads"),
])

NET = Group("net", "the server and its clients in one process, without delay", [program("net")], [
    Line("a byte there and back, bare", "net.bare"),
    Line("a request after the other", "net.request"),
    Line("request: of a bare round trip", "net.request", "net.bare", at_most(3)),
    Line("64 threads: time for a request", "net.each"),
    Line("64 threads: of a bare round trip", "net.each", "net.bare", at_most(3)),
    Line("the server's time for a request", "net.server"),
    Line("server's time: of a bare round trip", "net.server", "net.bare", at_most(1.5)),
])

SHAPES = ("384x1", "24x16", "12x16", "40x4", "192x1")
PLACING = Group("placing", "on 384 PUs that are not here, and where a worker is", [
    program("place"),
], [
    Line("loading the machine", "place.load"),
    *(Line(f"plan of {shape}", f"place.{shape}") for shape in SHAPES),
    *(Line(f"plan of {shape}: of loading", f"place.{shape}", "place.load", at_most(1))
      for shape in SHAPES),
    Line("one look", "place.look"),
    Line("10,000 looks a second: of the time", "place.looks", None, at_most(0.1)),
])


def make_input(lab):
    """As many numbers as asked for, a million at a time; they stay in the page cache."""
    size = lab.numbers * 8
    free = shutil.disk_usage(lab.folder).free
    if 2 * size > free:
        raise Failure(f"files: wants 2 x {size} bytes of the {free} free in {lab.folder}; "
                      "set NUMBERS or TMPDIR")
    million = array("q", range(10**6)).tobytes()
    path = lab.folder / "in.i64"
    with open(path, "wb") as file:
        for begin in range(0, size, len(million)):
            file.write(million[:size - begin])
    return path


def copy_files(lab, series):
    """From file to file in turn by squares and by what copies files: each into a new one."""
    given, made = make_input(lab), lab.folder / "out.i64"
    copiers = {"cat": ["sh", "-c", 'cat "$1" >"$2"', "sh", given, made], "cp": ["cp", given, made]}
    jobs = {"squares": (), "file": ("--exchange", "file")}
    for _ in range(lab.rounds):
        for name, options in jobs.items():
            made.unlink(missing_ok=True)
            told, seconds = lab.squares(2, "run", "-i", given, "-o", made, *options)
            peak = max(rank["peak_bytes"] for rank in told["rows"][0]["rank_rows"])
            series.add(name, "s", seconds)
            series.add(f"{name} peak", "MiB", peak / 2**20)
        for name, command in copiers.items():
            made.unlink(missing_ok=True)
            series.add(name, "s", lab.run(command)[1])
    os.unlink(given)
    made.unlink(missing_ok=True)


FILES = Group("files", "{numbers:,} int64 from .i64 to .i64 in the page cache, 2 ranks", [copy_files], [
    Line("squares", "squares"),
    Line("cat", "cat"),
    Line("cp", "cp"),
    Line("squares: of cat's time", "squares", "cat"),
    Line("squares, each rank its part of the files", "file"),
    Line("squares, file: speed of cp", "cp", "file", at_least(0.8)),
    Line("squares: peak memory of a rank", "squares peak", None, at_most(200)),
])

GROUPS = [LIMITS, MOVING, HANDING, UNEVEN, WAITING, STARTING, GIL, COMPARE, NET, PLACING, FILES,
          FAILING, *PEERS]
