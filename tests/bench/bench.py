"""Squares against what one would use instead, in one page and as JSON.

    bench.py BUILD        measures with the programs below BUILD, and leaves BUILD/bench.json
    bench.py --read FILE  the page of such a file

From the environment: ROUNDS (7); NUMBERS of the files (10^9, which are 8 GB); ONLY, the groups to
measure, by how their names begin: ONLY=moving,peers. Ends with 1 if a program failed; a target that
was missed is no failure, as what was timed depends on the machine.
"""
import datetime
import json
import os
import platform
import re
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # the source tree stays as it is

import page
from groups import GROUPS
from lab import Failure, Lab


def first_line(path, pattern="(.*)"):
    """What the pattern's brackets hold in the first line that has it; None if there is none."""
    try:
        found = re.search(pattern, Path(path).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return found and found.group(1).strip()


def asked(name, default):
    """A count from the environment."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or int(text) == 0:
        sys.exit(f"bench: {name}={text} is no count")
    return int(text)


def load():
    return round(os.getloadavg()[0], 2)


def machine_of(lab):
    """What figures depend on."""
    mpi = re.search(r"\d+\.\d+\S*", lab.run(["mpirun", "--version"])[0])
    told = lab.run([lab.build / "squares", "--version"])[0].strip()
    version, _, built = told.partition(", built with ")
    machine = {
        "model": first_line("/proc/cpuinfo", r"model name\s*: (.*)") or platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "governor": first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "open_mpi": mpi and mpi.group(),
        "squares": version.removeprefix("squares "),
        "built_with": built,
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "load_before": load(),
    }
    return {name: value for name, value in machine.items() if value is not None}


def chosen_groups(only):
    """Those that ONLY names, in the order of the table; all of them if it is empty."""
    words = [word.strip() for word in only.split(",") if word.strip()]
    for word in words:
        if not any(group.name.startswith(word) for group in GROUPS):
            sys.exit(f"bench: no group '{word}': " + ", ".join(group.name for group in GROUPS))
    return [g for g in GROUPS if not words or any(g.name.startswith(word) for word in words)]


def show(lines):
    print("\n".join(lines), flush=True)


def measure(lab, groups):
    """Shows each group when it is done, as all of them take minutes."""
    machine = machine_of(lab)
    rows = []
    show(page.head_lines(lab.rounds, machine))
    for group in groups:
        of_group = group.measure(lab)
        show(page.group_lines(group.document(lab), of_group))
        rows += of_group
    machine["load_after"] = load()
    show(page.summary_lines(rows, lab.missing, lab.failed, machine))
    return page.document(lab.rounds, machine, [group.document(lab) for group in groups], rows,
                         lab.missing, lab.failed)


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--read":
        show(page.page_lines(json.loads(Path(arguments[1]).read_text(encoding="utf-8"))))
        return 0
    if len(arguments) != 1:
        sys.exit(__doc__)
    groups = chosen_groups(os.environ.get("ONLY", ""))
    build = Path(arguments[0]).resolve()
    with tempfile.TemporaryDirectory(prefix="squares-bench-") as folder:
        lab = Lab(build, Path(folder), asked("ROUNDS", 7), asked("NUMBERS", 10**9))
        told = measure(lab, groups)
    (build / "bench.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 1 if told["failed"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"bench: {failure}")
