#!/usr/bin/env python3
"""words.py - worn phrases in what people read: comments and strings of C and C++, all of Markdown
and of shell scripts, except what stands in backquotes. Prints file:line, the phrase and what to
write instead, and exits with 1 if it finds any.

A phrase may go on in the next line, of a comment or of a string. Identifiers are not looked at.
"""
import pathlib
import re
import sys

# A phrase, what to write instead, and what may stand before it, where it is not worn.
PHRASES = (
    ("but for", "except, or except for", None),
    ("whoever", "the actor: the thread that, the user who", None),
    ("nobody", "the actor: no thread, no rank, no user", None),
    ("behind", "after, or name the place",
     r"(?:hid\w*|left|leav\w+|lag\w*|fall\w*|fell)\W+(?:[\w']+\W+){0,4}"),
    ("is none", "there is no, or no", r"there,? "),
    ("as long as (?:one|you) likes?", "for any time, or without a limit", None),
    ("ever so many", "any number of", None),
    ("so many", "that many, as many, or the number itself", "ever "),
    ("(?:of|on) its own accord", "by itself", None),
    ("also where", "even if, or also if", None),
    ("all the same", "anyway", r"(?:are|were|is|be) "),
    ("be that", "whether, or a clause of its own", None),
    ("not said it is", "by default", None),
    ("if you do not say", "by default", None),
    ("who waits lets go", "a waiting thread releases it", None),
    ("in the midst of", "in the middle of, or during", None),
    ("not yours to (?:say|decide)", "left to chance, or what decides it", None),
)

SPLIT_C = re.compile(
    r"""(?P<text>/\*.*?\*/|//[^\n]*|R"(?P<end>\w*)\(.*?\)(?P=end)"|"(?:[^"\\\n]|\\.)*")"""
    r"""|'(?:[^'\\\n]|\\.)+'""", re.S)
QUOTED = re.compile(r"`[^`\n]*`")


def blank(text):
    """As long as the text, and on as many lines, but without words."""
    return re.sub(r"[^\n]", " ", text)


def words_of_c(source):
    """The source with all but its comments and strings blanked, and so their marks."""
    parts, at = [], 0
    for match in SPLIT_C.finditer(source):
        parts.append(blank(source[at:match.start()]))
        text = match.group("text") or blank(match.group())
        if text.startswith(("/*", "//")):
            text = re.sub(r"^/[*/]|\*/$|^[ \t]*\*", lambda mark: blank(mark.group()), text,
                          flags=re.M)
        else:
            text = re.sub(r'^"|"$|\\n', lambda mark: blank(mark.group()), text)
        parts.append(text)
        at = match.end()
    return "".join(parts) + blank(source[at:])


def words_of(path):
    source = path.read_text()
    if path.suffix in (".c", ".h", ".cc"):
        source = words_of_c(source)
    elif path.suffix == ".sh":
        source = re.sub(r"^[ \t]*#+", lambda mark: blank(mark.group()), source, flags=re.M)
    return QUOTED.sub(lambda span: blank(span.group()), source)


def found(words):
    """(position, phrase, replacement) of each worn phrase."""
    flat = re.sub(r"\s", " ", words)
    for phrase, instead, allowed in PHRASES:
        for match in re.finditer(r"\b" + phrase.replace(" ", " +") + r"\b", flat, re.I):
            before = flat[max(0, match.start() - 80):match.start()]
            before = re.sub(" +", " ", before)
            if allowed is None or not re.search(rf"\b{allowed}$", before, re.I):
                yield match.start(), " ".join(match.group().split()), instead


def files():
    for room in ("jobs", "mpi", "shared", "tests"):
        for suffix in (".c", ".h", ".cc", ".md", ".sh"):
            yield from sorted(pathlib.Path(room).rglob("*" + suffix))
    yield from sorted(pathlib.Path(".").glob("*.md"))


def main():
    bad = 0
    for path in files():
        words = words_of(path)
        for at, phrase, instead in sorted(found(words)):
            line = words.count("\n", 0, at) + 1
            print(f"{path}:{line}: '{phrase}': write {instead}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
