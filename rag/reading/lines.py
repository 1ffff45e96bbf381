"""Lines of a document and what they look like: rule, heading, list item, section, headline, prose.

Everything here is told from the shape of a line, in any language. The lengths are chosen by hand,
on newsletters and articles in seven languages (``tests/test_reading_stories.py``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.records import Span
from rag.text import split_sentences, to_one_line

_LINE = re.compile(r"\S(?:[^\r\n\u2028\u2029]*\S)?")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_CODE_FENCE = re.compile(r"(?:`{3,}|~{3,})[^`~]*\Z")
_RULE = re.compile(r"(?:[-=*_~•·#+]\s*){3,}\Z")
_HEADING = re.compile(r"(#{1,6})\s+\S")
_BULLET = re.compile(r"(?:[-*•–—▪◦‣·+]|\(?\d{1,2}[.)])\s+")
_NUMBER = re.compile(r"\(?\d{1,3}[.)]\s+")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:<)?([^()\s<>]{0,500})[^()]{0,200}\)")
_BARE_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
_EMPHASIS = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"  # a mark with a backslash before it stands for itself
    r"|\*\*|__|(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)"
)
_EMPHASIS_MARKS = "\\*_`"
_CLOSING_HASHES = re.compile(r"\s+#+\Z")

_CLOSING_MARKS = "\"”’'»)]}*_ \u00a0\u202f"  # may stand after the punctuation that ends a sentence
_BULLET_MARKS = "-*•–—▪◦‣·+"
_ENDS_OF_PROSE = ".!?…:;。！？।؟"
_ENDS_OF_NO_HEADLINE = ".:;,…。।"
_ENDS_OF_NO_SECTION = '.,;!?…»”"'

_MAX_TITLE_SOURCE = 1000  # characters of a title's line, link targets included
_MAX_HEADLINE = 150
_MIN_HEADLINE = 8
_MIN_HEADLINE_LETTERS = 6
_MAX_SECTION = 60
_MIN_SECTION = 4
_MIN_SECTION_CAPITALS = 4
_MAX_SHORT_LINE = 160  # a longer line is a paragraph, whatever it ends with
_MAX_TITLE = 90


class Line(NamedTuple):
    """A line that is not blank, without the white space around it."""

    start: int
    end: int
    text: str
    follows_blank: bool  # a blank line stands before it, or nothing at all
    is_code: bool  # inside a fenced block


def split_lines(text: str, start: int = 0) -> list[Line]:
    """Return the lines that are not blank, in order."""
    lines: list[Line] = []
    fence = ""  # what opened the block of code that a line stands in
    previous_end = start
    for match in _LINE.finditer(text, start):
        line = match[0]
        is_code = bool(fence)
        # Within a block only a fence of the same kind counts: it closes the block.
        may_be_fence = not fence or line.startswith(fence)
        if may_be_fence and _CODE_FENCE.match(line):
            fence = "" if fence else line[:3]
            is_code = True
        line_breaks = _LINE_BREAK.findall(text, previous_end, match.start())
        follows_blank = len(line_breaks) > 1 or not lines
        lines.append(
            Line(
                match.start(),
                match.end(),
                line,
                follows_blank,
                is_code,
            )
        )
        previous_end = match.end()
    return lines


def strip_markup(line: str) -> str:
    """Return the line as a reader hears it: no heading marks, emphasis or link targets."""
    heading = _HEADING.match(line)
    if heading:
        marks_end = heading.end(1)
        line = line[marks_end:].strip()
        # "C#" keeps its own.
        line = _CLOSING_HASHES.sub("", line)
    # Most lines have neither: to look for their marks takes less time.
    if "[" in line:
        line = _LINK.sub(r"\1", line)
    if any(mark in line for mark in _EMPHASIS_MARKS):
        line = _EMPHASIS.sub(_get_escaped, line)
    return to_one_line(line)


def _get_escaped(match: re.Match[str]) -> str:
    """Return the mark that was written with a backslash, or nothing for a mark of emphasis."""
    return match["escaped"] or ""


def strip_number(line: str) -> str:
    """Return a title without markup and without the number of a list item."""
    title = strip_markup(line)
    number = _NUMBER.match(title)
    return title[number.end() :] if number else title


def read_number(line: str) -> int | None:
    """Return the number that a title begins with: "1. A headline", "1. FC Aldenau"."""
    number = _NUMBER.match(strip_markup(line))
    if number is None:
        return None
    digits = re.sub(r"\D", "", number[0])
    return int(digits)


def find_link(line: str) -> str | None:
    """Return the target of the first Markdown link, or the first bare address of the line."""
    markdown_link = _LINK.search(line)
    if markdown_link and "://" in markdown_link[2]:
        return markdown_link[2]
    bare_address = _BARE_ADDRESS.search(line)
    if bare_address is None:
        return None
    return bare_address[0].rstrip(".,;")


def is_rule(line: Line) -> bool:
    """Return whether a line is ``---``, ``***``, ``===``, ``* * *`` and the like."""
    if line.is_code:
        return False
    return _RULE.match(line.text) is not None


def heading_level(line: Line) -> int:
    """Return 1 to 6 for a Markdown heading, else 0."""
    if line.is_code:
        return 0
    heading = _HEADING.match(line.text)
    return len(heading[1]) if heading else 0


def bullet_length(line: Line) -> int:
    """Return how many characters the marker of a list item takes; 0 for another line."""
    if line.is_code or is_rule(line):
        return 0
    bullet = _BULLET.match(line.text)
    return bullet.end() if bullet else 0


def is_section(line: Line) -> bool:
    """Return whether a line is a section's title in capitals: VITE DITS, ZAHL DER WOCHE."""
    if line.is_code or len(line.text) > _MAX_TITLE_SOURCE:
        return False
    if bullet_length(line):
        return False
    name = strip_markup(line.text).rstrip(" :")
    if not _MIN_SECTION <= len(name) <= _MAX_SECTION:
        return False
    if name[-1] in _ENDS_OF_NO_SECTION:
        return False
    # Scripts without capitals have no such titles.
    capitals = sum(map(str.isupper, name))
    if capitals < _MIN_SECTION_CAPITALS:
        return False
    if name.upper() != name:
        return False
    # A number of three digits is a figure or a year: the line says more than a section's name.
    return re.search(r"\d{3}", name) is None


def is_prose(line: Line) -> bool:
    """Return whether a line is running text: long, or closed by final punctuation."""
    if heading_level(line):
        return False
    if len(line.text) > _MAX_SHORT_LINE:
        return True
    # Twelve characters are enough for a note and closing quotation marks.
    tail = line.text[-12:]
    last_mark = tail.rstrip(_CLOSING_MARKS)[-1:]
    return last_mark != "" and last_mark in _ENDS_OF_PROSE


def is_headline(line: Line) -> bool:
    """Return whether a line may be a title.

    A title is short, has words, is not closed by a full stop, and is no list item, rule or block of
    quotation. A Markdown heading is one whatever it looks like.
    """
    if line.is_code:
        return False
    is_heading = heading_level(line) > 0
    # A quotation or a row of a table.
    if line.text[0] in ">|":
        return False
    if is_rule(line) or len(line.text) > _MAX_TITLE_SOURCE:
        return is_heading
    name = strip_markup(line.text)
    if not _MIN_HEADLINE <= len(name) <= _MAX_HEADLINE:
        return is_heading
    # "1. A headline" may be one, "- an item" may not.
    if line.text[0] in _BULLET_MARKS and bullet_length(line):
        return False
    letters = sum(map(str.isalpha, name))
    if letters < _MIN_HEADLINE_LETTERS:
        return False
    last_mark = name.rstrip(_CLOSING_MARKS)[-1:]
    if last_mark == "":
        return True
    return last_mark not in _ENDS_OF_NO_HEADLINE


def shorten(text: str, longest: int = _MAX_TITLE) -> str:
    """Return one line of at most ``longest`` characters, cut at a word and closed with "…"."""
    # White space that becomes one space is dropped: eight times the length is enough to look at.
    line = to_one_line(text[: longest * 8])
    if len(line) <= longest:
        return line
    # At the last space of the second half; a longer word is cut.
    middle = longest // 2
    end = line.rfind(" ", middle, longest)
    if end == -1:
        end = longest - 1
    start = line[:end].rstrip(" ,;:–—-")
    return start + "…"


def make_title(text: str, start: int, end: int) -> str:
    """Return the first sentence of a stretch as a title of at most 90 characters."""
    # Further on there is nothing that a title has room for.
    stretch_end = min(end, start + _MAX_TITLE_SOURCE)
    sentences = split_sentences(text, start, stretch_end)
    first = next(iter(sentences), Span(start, end))
    sentence = text[first.start : first.end]
    title = strip_markup(sentence)
    title = _BULLET.sub("", title, count=1)
    # A title has no full stop, but it may have an ellipsis.
    if title.endswith(".."):
        return shorten(title)
    if title.endswith((".", ";")):
        title = title[:-1]
    return shorten(title)
