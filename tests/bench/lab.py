"""Running what is measured, and keeping the values of its rounds."""
import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

LIMIT_S = 900  # for one command: a hang is a failure, not a wait
NO_SINGLE_COPY = {"OMPI_MCA_btl_vader_single_copy_mechanism": "none"}


class Failure(Exception):
    """A command that failed, and its last words."""


class Series(dict):
    """By name: a unit, and a value of each round."""

    def add(self, name, unit, value):
        self.setdefault(name, (unit, []))[1].append(value)

    def values(self, name, over=None):
        """Of one, or the ratios of two; rounds pair up by their order."""
        if over is None:
            return self[name][1]
        return [a / b for a, b in zip(self[name][1], self[over][1])]


@dataclass
class Lab:
    build: Path
    folder: Path  # for files that do not outlive this run
    rounds: int
    numbers: int  # of the files
    missing: list = field(default_factory=list)  # {"name", "package"}
    failed: list = field(default_factory=list)

    def run(self, command, env=None, codes=(0,)):
        """What a command prints, and the seconds from its start to its end; exits that are right."""
        command = [str(word) for word in command]
        start = time.monotonic()
        try:
            done = subprocess.run(command, env={**os.environ, **(env or {})}, text=True,
                                  timeout=LIMIT_S, stdin=subprocess.DEVNULL, capture_output=True,
                                  check=False)
        except OSError as error:
            raise Failure(f"{command[0]}: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{' '.join(command)}: not done after {LIMIT_S} s") from error
        if done.returncode not in codes:
            words = f"{' '.join(command)}: exit code {done.returncode}"
            raise Failure(f"{words}\n{done.stderr[-1000:]}")
        return done.stdout, time.monotonic() - start

    def listen(self, series, prefix, command, rounds, env=None):
        """Adds the rounds that a program tells, as tell.h has it. The first one warms up."""
        told = Series()
        for line in self.run([*command, rounds + 1], env)[0].splitlines():
            name, unit, value = line.split("\t")
            told.add(name, unit, float(value))
        for name, (unit, values) in told.items():
            for value in values[1:]:
                series.add(f"{prefix}.{name}", unit, value)

    def bench(self, name):
        return self.build / "bench" / name

    def squares(self, ranks, *arguments):
        """What a job has to tell as JSON, and the seconds from its start to its end."""
        told = self.folder / "run.json"
        command = [*mpirun(ranks), self.build / "squares", *arguments, "-q", "--json", told]
        seconds = self.run(command)[1]
        return json.loads(told.read_text(encoding="utf-8")), seconds

    def attempt(self, measure, *arguments):
        """Whether it went well; if not, the rest of the bench goes on."""
        try:
            measure(*arguments)
            return True
        except Failure as failure:
            self.failed.append(str(failure))
            return False


def mpirun(ranks, *options):
    return ["mpirun", "-np", ranks, *options]


def program(name, ranks=0, options=(), prefix=None, env=None):
    """A source of a group's values: a program of the bench that has its rounds in itself."""

    def measure(lab, series):
        launch = mpirun(ranks, *options) if ranks else []
        lab.listen(series, prefix or name, [*launch, lab.bench(name)], lab.rounds, env)

    return measure
