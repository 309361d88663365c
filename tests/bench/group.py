"""A group of the page: where its values come from, and which of them and of their ratios it has."""
from dataclasses import dataclass
from typing import Optional

from lab import Series
from page import Row


@dataclass
class Line:
    name: str
    of: str
    over: Optional[str] = None  # the row is the ratio of the two
    wanted: Optional[dict] = None


@dataclass
class Group:
    name: str
    note: str  # {numbers} in it: the lab's
    sources: list  # functions of the lab and of the series that they add to
    lines: list

    def measure(self, lab):
        """The rows; those whose source failed or is missing are not among them."""
        series = Series()
        for source in self.sources:
            lab.attempt(source, lab, series)
        return [Row(self.name, line.name, "x" if line.over else series[line.of][0],
                    series.values(line.of, line.over), line.wanted)
                for line in self.lines if {line.of, line.over or line.of} <= series.keys()]

    def document(self, lab):
        return {"name": self.name, "note": self.note.format(numbers=lab.numbers)}
