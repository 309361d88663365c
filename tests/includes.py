#!/usr/bin/env python3
"""includes.py - whether the map of the house is true: the tables in mpi/README.md and
shared/README.md list every room with the rooms that it includes, no more and no less; no room
includes itself in a circle; nothing under shared/ includes what is under mpi/, or mpi.h; and no
header has the same path in both trees, as one would hide the other.

A map is the table whose first column is called room; the third and those after it list rooms, of
the tree that their title names ("of shared/"), or of the map's own.
"""
import collections
import pathlib
import re
import sys

TREES = ("mpi", "shared")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def room_of(path):
    """mpi/comm/team.c is in mpi/comm; mpi/main.c is a room itself."""
    return "/".join(path.parts[:2])


def sources():
    for tree in TREES:
        for path in sorted(pathlib.Path(tree).rglob("*.[ch]")):
            if "examples" not in path.parts:
                yield path


def includes():
    """What each room includes, with a file that does: {room: {room: path}}; and complaints."""
    homes, graph, wrong = {}, collections.defaultdict(dict), []
    for path in sources():
        graph[room_of(path)]
        if path.suffix == ".h":
            name = str(path.relative_to(path.parts[0]))
            if name in homes:
                wrong.append(f"{path}: {homes[name]} has the same path below its tree")
            homes[name] = path
    for path in sources():
        for kind, name in INCLUDE.findall(path.read_text()):
            home = homes.get(name)
            if path.parts[0] == "shared" and (name == "mpi.h" or home and home.parts[0] == "mpi"):
                wrong.append(f"{path}: includes {name}, but shared/ is without MPI")
            if home and room_of(home) != room_of(path):
                graph[room_of(path)].setdefault(room_of(home), path)
    return graph, wrong


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def mapped():
    """What the maps say: {room: set of rooms}."""
    rooms = {}
    for tree in TREES:
        lines = iter(pathlib.Path(tree, "README.md").read_text().splitlines())
        head = cells(next((line for line in lines if line.startswith("| room |")), ""))
        next(lines, None)
        for line in lines:
            if not line.startswith("|"):
                break
            room, _, *columns = cells(line)
            below = rooms.setdefault(f"{tree}/{room.strip('`').rstrip('/')}", set())
            for title, column in zip(head[2:], columns):
                other = "shared" if "of shared/" in title else tree
                below |= {f"{other}/{name}" for name in re.findall(r"[\w.]+", column)}
    return rooms


def circle(graph):
    """A room that includes itself by way of others, or None. Ends: each room is left once."""
    state = {}

    def visit(room, way):
        state[room] = "open"
        for other in graph.get(room, ()):
            if state.get(other) == "open":
                return way + [other]
            if other not in state and (found := visit(other, way + [other])):
                return found
        state[room] = "left"
        return None

    for room in list(graph):
        if room not in state and (found := visit(room, [room])):
            return " -> ".join(found)
    return None


def main():
    graph, wrong = includes()
    rooms = mapped()
    for room in sorted(set(graph) | set(rooms)):
        tree = room.split("/")[0]
        if room not in graph:
            wrong.append(f"{tree}/README.md: there is no {room}")
        elif room not in rooms:
            wrong.append(f"{tree}/README.md: the map lacks {room}")
        else:
            for other in sorted(set(graph[room]) - rooms[room]):
                wrong.append(f"{graph[room][other]}: includes {other}, which the map does not say")
            for other in sorted(rooms[room] - set(graph[room])):
                wrong.append(f"{tree}/README.md: {room} does not include {other}")
    if found := circle(graph):
        wrong.append(f"a circle: {found}")
    for line in wrong:
        print(line, file=sys.stderr)
    if "--print" in sys.argv:
        for room in sorted(graph):
            print(f"{room}: {', '.join(sorted(graph[room]))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
