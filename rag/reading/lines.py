"""Lines of a document and what they look like: rule, heading, list item, section in capitals, headline, prose."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.records import Span
from rag.text.sentences import split_sentences
from rag.text.words import to_one_line

_LINE = re.compile(r"\S(?:[^\r\n\u2028\u2029]*\S)?")
_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_FENCE = re.compile(r"(?:`{3,}|~{3,})[^`~]*\Z")
_RULE = re.compile(r"(?:[-=*_~•·#+]\s*){3,}\Z")
_HEADING = re.compile(r"(#{1,6})\s+\S")
_BULLET = re.compile(r"(?:[-*•–—▪◦‣·+]|\(?\d{1,2}[.)])\s+")
NUMBER = re.compile(r"\(?\d{1,3}[.)]\s+")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:<)?([^()\s<>]{0,500})[^()]{0,200}\)")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)")
_CLOSERS = "\"”’'»)]}*_ \u00a0\u202f"
_WIDEST = 1000  # characters of a title line, link targets included
_LONG = 160  # characters: a longer line is a paragraph, whatever it ends with
LONGEST_HEADLINE = 150
LONGEST_SECTION = 60


class Line(NamedTuple):
    """A line that is not blank, without the white space around it."""

    start: int
    end: int
    text: str
    apart: bool  # a blank line stands before it
    literal: bool  # inside a fenced block of code


def split_lines(text: str, start: int = 0) -> list[Line]:
    """The lines that are not blank, in order."""
    found: list[Line] = []
    fence = ""
    position = start
    for match in _LINE.finditer(text, start):
        line = match[0]
        fenced = bool(fence)
        if _FENCE.match(line) and (not fence or line.startswith(fence)):
            fence = "" if fence else line[:3]
            fenced = True
        breaks = len(_BREAK.findall(text, position, match.start()))
        found.append(Line(match.start(), match.end(), line, breaks > 1 or not found, fenced))
        position = match.end()
    return found


def plain(line: str) -> str:
    """The line as a reader hears it: no heading marks, emphasis, link targets or list marker."""
    heading = _HEADING.match(line)
    if heading:
        line = line[heading.end(1) :].strip().rstrip("#").rstrip()
    return to_one_line(_EMPHASIS.sub("", _LINK.sub(r"\1", line)))


def link(line: str) -> str | None:
    """The target of the first Markdown link or the first bare address of the line."""
    found = _LINK.search(line)
    if found and "://" in found[2]:
        return found[2]
    bare = re.search(r"https?://[^\s<>\"')\]]+", line)
    return bare[0].rstrip(".,;") if bare else None


def is_rule(line: Line) -> bool:
    """``---``, ``***``, ``===``, ``* * *`` and the like."""
    return not line.literal and _RULE.match(line.text) is not None


def level(line: Line) -> int:
    """1 to 6 for a Markdown heading, else 0."""
    heading = None if line.literal else _HEADING.match(line.text)
    return len(heading[1]) if heading else 0


def bullet(line: Line) -> int:
    """How many characters the marker of a list item takes; 0 for another line."""
    found = None if line.literal or is_rule(line) else _BULLET.match(line.text)
    return found.end() if found else 0


def is_section(line: Line) -> bool:
    """A section title in capitals: VITE DITS, ZAHL DER WOCHE, NEWS IN BRIEF."""
    name = plain(line.text[:_WIDEST]).rstrip(" :")
    if (
        line.literal
        or len(line.text) > _WIDEST
        or bullet(line)
        or not 4 <= len(name) <= LONGEST_SECTION
        or name[-1] in '.,;!?…»”"'
    ):
        return False
    capitals = sum(map(str.isupper, name))
    return capitals >= 4 and name.upper() == name and not re.search(r"\d{3}", name)


def is_prose(line: Line) -> bool:
    """Running text: long, or closed by final punctuation."""
    tail = line.text[-12:].rstrip(_CLOSERS)[-1:]
    return not level(line) and (len(line.text) > _LONG or (tail != "" and tail in ".!?…:;。！？।؟"))


def is_headline(line: Line) -> bool:
    """A line that may be a title: short, with words, not closed by a full stop, no list item, rule or quotation block."""
    name = plain(line.text[:_WIDEST])
    if (
        line.literal
        or is_rule(line)
        or line.text[0] in ">|"
        or len(line.text) > _WIDEST
        or not 8 <= len(name) <= LONGEST_HEADLINE
    ):
        return level(line) > 0 and not line.literal
    if line.text[0] in "-*•–—▪◦‣·+" and bullet(line):
        return False
    tail = name.rstrip(_CLOSERS)[-1:]
    return sum(map(str.isalpha, name)) >= 6 and (tail == "" or tail not in ".:;,…。।")


def stands_alone(text: str, rows: list[Line], i: int, stop: int) -> bool:
    """Whether line ``i`` is a unit of its own among those up to ``stop``, not the first line of hard-wrapped prose."""
    if i + 1 >= stop or rows[i + 1].apart or level(rows[i]):
        return True
    last = i + 1
    while last + 1 < stop and last < i + 4 and not rows[last + 1].apart:
        last += 1
    return any(
        span.end == rows[i].end for span in split_sentences(text, rows[i].start, rows[last].end)
    )


def shorten(text: str, longest: int = 90) -> str:
    """One line of at most ``longest`` characters, cut at a word."""
    line = to_one_line(text[: longest * 8])
    if len(line) <= longest:
        return line
    return (
        line[
            : line.rfind(" ", longest // 2, longest)
            if " " in line[longest // 2 : longest]
            else longest - 1
        ].rstrip(" ,;:–—-")
        + "…"
    )


def opening(text: str, start: int, end: int) -> str:
    """The first sentence of a stretch as a title of at most 90 characters."""
    first = next(iter(split_sentences(text, start, min(end, start + 1000))), Span(start, end))
    title = _BULLET.sub("", plain(text[first.start : first.end]), count=1)
    return shorten(title[:-1] if title.endswith((".", ";")) and not title.endswith("..") else title)
