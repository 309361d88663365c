"""What one would use instead of squares: the peers, how they are started, and what they need."""
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from group import Group, Line
from lab import Failure, mpirun
from page import at_least

HERE = Path(__file__).parent
PACKAGES = {"numpy": "python3-numpy", "mpi4py": "python3-mpi4py", "joblib": "python3-joblib"}
TWO_RANKS = tuple(mpirun(2))
BOUND = tuple(mpirun(2, "--bind-to", "core"))
SPAWNED = 300  # tasks of GNU parallel in a round, which starts a process for each


@lru_cache(maxsize=None)
def python_with(modules):
    """The first python3 that has them: the distribution's own, then those on the path. Or None."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    for python in ["/usr/bin/python3", *(os.path.join(folder, "python3") for folder in folders)]:
        if os.access(python, os.X_OK) and subprocess.run(
                [python, "-c", "".join(f"import {module}\n" for module in modules)],
                capture_output=True, check=False).returncode == 0:
            return python
    return None


def lacking(modules):
    """The packages of those modules that no python3 has; of all if none has them together."""
    alone = [module for module in modules if python_with((module,)) is None]
    return " ".join(PACKAGES[module] for module in alone or modules)


@dataclass
class Script:
    """A way of one of the scripts beside this file."""
    name: str
    script: str
    way: str
    modules: tuple = ()
    launch: tuple = ()
    options: tuple = ()

    def package(self, _lab):
        """What is missing for it; "" if nothing is."""
        return "" if python_with(self.modules) else lacking(self.modules)

    def measure(self, lab, series):
        python = python_with(self.modules)
        command = [*self.launch, python, *self.options, HERE / self.script, self.way]
        lab.listen(series, self.script, command, 1)

    @property
    def told(self):
        return f"{self.script}.{self.way}"


@dataclass
class OpenMP:
    name: str
    job: str
    told = "openmp.openmp"

    def package(self, lab):
        return "" if lab.bench("openmp").exists() else "gcc"

    def measure(self, lab, series):
        lab.listen(series, "openmp", [lab.bench("openmp"), self.job], 1)


@dataclass
class GnuParallel:
    """There is another program of that name."""
    name: str
    told = "parallel"

    def package(self, lab):
        try:
            found = shutil.which("parallel") and "GNU" in lab.run(["parallel", "--version"])[0]
        except Failure:
            found = False
        return "" if found else "parallel"

    def measure(self, lab, series):
        command = f"seq {SPAWNED} | parallel --will-cite -j2 true"
        series.add(self.told, "ns", lab.run(["sh", "-c", command])[1] * 1e9 / SPAWNED)


def peers_of(peers, own):
    """A source: in each round what squares does, then each peer."""

    def measure(lab, series):
        present = []
        for peer in peers:
            package = peer.package(lab)
            if package:
                lab.missing.append({"name": peer.name, "package": package})
            else:
                present.append(peer)
        for _ in range(lab.rounds):
            for program, launch in own:
                lab.listen(series, program, [*launch, lab.bench(program)], 1)
            # One that fails is not tried again.
            present = [peer for peer in present if lab.attempt(peer.measure, lab, series)]

    return measure


def lines_of(peers, base, wanted):
    """What each takes, then how many times as fast squares is by a window."""
    return [Line(peer.name, peer.told) for peer in peers] + [
        Line(f"window: speed of {peer.name}", peer.told, base, wanted.get(peer.name))
        for peer in peers]


SQUARING = [
    Script("NumPy", "square.py", "numpy", ("numpy",)),
    Script("NumPy and threads", "square.py", "threads", ("numpy",)),
    Script("NumPy and Pool", "square.py", "pool", ("numpy",)),
    Script("joblib", "square.py", "joblib", ("joblib", "numpy")),
    Script("mpi4py buffers", "square.py", "mpi4py", ("mpi4py", "numpy"), TWO_RANKS),
    OpenMP("OpenMP", "square"),
]
HANDING = [
    OpenMP("OpenMP dynamic", "tasks"),
    Script("ThreadPoolExecutor", "tasks.py", "threads"),
    Script("Pool.map", "tasks.py", "pool"),
    Script("ProcessPoolExecutor", "tasks.py", "processes"),
    Script("mpi4py.futures", "tasks.py", "mpi4py", ("mpi4py",), TWO_RANKS,
           ("-m", "mpi4py.futures")),
    Script("joblib", "tasks.py", "joblib", ("joblib",)),
    GnuParallel("GNU parallel"),
]

PEERS = [
    Group("peers squaring", "256 MiB of int64 that one process holds, by 2 workers",
          [peers_of(SQUARING, [("stream", TWO_RANKS)])],
          [Line("squares, window", "stream.window"), Line("squares, message", "stream.message"),
           Line("MPI_Scatter, square, MPI_Gather", "stream.scatter"),
           Line("window: speed of MPI_Scatter", "stream.scatter", "stream.window"),
           *lines_of(SQUARING, "stream.window", {})]),
    Group("peers handing out", "empty tasks one at a time to 2 workers; time for one",
          [peers_of(HANDING, [("claims", ()), ("host_crew", BOUND), ("manager", BOUND)])],
          [Line("squares, threads", "claims.dynamic"), Line("squares, window", "host_crew.window"),
           Line("squares, message", "manager.squares"),
           *lines_of(HANDING, "host_crew.window",
                     {"mpi4py.futures": at_least(10000), "Pool.map": at_least(500)})]),
]
