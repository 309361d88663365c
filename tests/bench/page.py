"""The page and the JSON: rows, what is wanted of them, and how they are written."""
import statistics
from dataclasses import dataclass
from typing import Optional

WIDTH = 100
LARGER = {"ns": "us", "us": "ms", "ms": "s"}
WORDS = {"at_least": "at least", "at_most": "at most"}

HEAD = """\
squares bench: squares against what one would use instead.
Ratios count: they are formed within rounds whose parts ran in turn. Absolute figures are those of
this machine at this hour. Medians (lowest to highest) of {rounds}; "speed of": times as fast."""


def at_least(value):
    return {"at_least": value}


def at_most(value):
    return {"at_most": value}


@dataclass
class Row:
    group: str
    name: str
    unit: str
    values: list
    wanted: Optional[dict] = None  # at_least or at_most a value

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def met(self):
        """None: nothing was wanted."""
        if not self.wanted:
            return None
        least = self.wanted.get("at_least", self.median)
        return least <= self.median <= self.wanted.get("at_most", self.median)

    def document(self):
        return {"group": self.group, "name": self.name, "unit": self.unit, "values": self.values,
                "median": self.median, "low": min(self.values), "high": max(self.values),
                "wanted": self.wanted, "met": self.met}


def figure(value):
    """Three digits that count, all digits of a large one."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:.3g}M"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def wish(wanted):
    return ", ".join(f"{WORDS[how]} {value:,g}" for how, value in (wanted or {}).items())


def row_line(row):
    unit, factor = row.unit, 1.0
    while unit in LARGER and row.median * factor >= 10000:
        unit, factor = LARGER[unit], factor / 1000
    median, low, high = (figure(v * factor) for v in (row.median, min(row.values), max(row.values)))
    verdict = {None: "", True: "met", False: "MISSED"}[row.met]
    return (f"  {row.name:<39} {median:>8} {unit:<5} {f'({low} to {high})':<20} "
            f"{wish(row.wanted):<15} {verdict}").rstrip()


def head_lines(rounds, machine):
    lines = HEAD.format(rounds=count(rounds, "round")).splitlines() + ["", "machine"]
    lines += [f"  {name:<12} {value}"[:WIDTH] for name, value in machine.items()
              if name != "load_after"]
    if machine["load_before"] > machine["processors"] / 4:
        lines.append("  others compute here as well: figures scatter, mostly to the slow side")
    return lines


def group_lines(group, rows):
    return ["", f"{group['name']}: {group['note']}"] + [row_line(row) for row in rows]


def count(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def summary_lines(rows, missing, failed, machine):
    missed = [row for row in rows if row.met is False]
    met = sum(row.met is True for row in rows)
    lines = ["", f"{count(met, 'target')} met, {len(missed)} missed{':' if missed else ''}"]
    lines += [f"  {row.group}: {row.name}: {figure(row.median)}, wanted {wish(row.wanted)}"
              for row in missed]
    lines.append(f"{count(len(missing), 'peer')} missing{':' if missing else ''}")
    lines += [f"  {peer['name']}: missing {peer['package']} (apt-get install {peer['package']})"
              for peer in missing]
    if failed:
        lines.append(f"{count(len(failed), 'program')} failed:")
        lines += [f"  {line}" for text in failed for line in text.splitlines()]
    lines.append(f"load {machine['load_before']} before, {machine['load_after']} after")
    return lines


def document(rounds, machine, groups, rows, missing, failed):
    return {"schema": "squares-bench/1", "rounds": rounds, "machine": machine, "groups": groups,
            "rows": [row.document() for row in rows], "missing": missing, "failed": failed}


def page_lines(told):
    """The whole page of a document: rows are judged anew, by their values."""
    rows = [Row(r["group"], r["name"], r["unit"], r["values"], r["wanted"]) for r in told["rows"]]
    lines = head_lines(told["rounds"], told["machine"])
    for group in told["groups"]:
        lines += group_lines(group, [row for row in rows if row.group == group["name"]])
    return lines + summary_lines(rows, told["missing"], told["failed"], told["machine"])
