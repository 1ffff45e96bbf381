"""The text of a mail alone: without signature, earlier mails, and the foot of a letter to many.

What an earlier mail says is its own author's: quoted from here it would bear the wrong name. Where
nothing is written above it, the mail hands it on, and it is the text.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from rag.reading.formats.blocks import Block, read_element
from rag.reading.formats.surroundings import compile_phrases, load_phrases, remove_boxes
from rag.text import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r"\s{0,3}>")
_SIGNATURE = re.compile(r"-- ?\Z|__+\Z")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_RULES = re.compile(r"[\s*_>~=-]+")
_MAX_SIGNATURE = 20  # lines after "-- "
_MAX_LINE_ABOVE = 300  # characters of "On Monday, Ann Example <ann@example.org> wrote:"
_HEADER_LINE = re.compile(r"[*>\s]*[\w' \u00a0-]{2,20}\*?\s?:\*?\s.*")
_MAX_HEADER_LINES = 8  # above an earlier mail
_MIN_OWN_WORDS = 4  # above an earlier mail: with fewer the mail hands it on
_ANGLED_ADDRESS = re.compile(r"\s?[<(\[]\s?(?:https?://|mailto:)[^\s<>()\[\]]+\s?[>)\]]")
_NAMED_ADDRESS = re.compile(r"\[([^\[\]]{1,300})\]\(https?://[^\s()]+\)")
_ADDRESS = re.compile(r"https?://\S+")
_LONE_ADDRESS = re.compile(r"\s*(?:https?://|www\.)\S+\s*\Z")
_LINE_MARKS = " \t\n-*•|:>»[]()."
_MAX_UNSUBSCRIBE = 500  # characters of a paragraph at the foot
_FOOT_SHARE = 0.6  # of the text stands above its foot
_MAX_FOOT = 800  # characters after "unsubscribe" that go with it
_QUOTING_ELEMENTS = (
    ".//blockquote[@type='cite']",
    ".//*[@class='gmail_quote']",
    ".//*[@class='gmail_quote gmail_quote_container']",
    ".//*[@class='moz-cite-prefix']",
    ".//*[@class='yahoo_quoted']",
    ".//*[@class='protonmail_quote']",
)
_SIGNING_ELEMENTS = (
    ".//*[@class='gmail_signature']",
    ".//*[@class='moz-signature']",
    ".//*[@class='gmail_signature_prefix']",
)


def join_flowed(text: str, *, removes_space: bool) -> str:
    """Return text of "format=flowed" (RFC 3676) with each paragraph on one line."""
    paragraphs: list[str] = []
    is_open = False  # the last line goes on
    for raw in _LINE_BREAK.split(text):
        line = raw.removeprefix(" ")
        is_quoted = line.startswith(">")
        if is_open and not is_quoted:
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        # The line above a signature ends with a space and flows into nothing.
        is_open = line.endswith(" ") and line != "-- " and not is_quoted
        if is_open and removes_space:
            paragraphs[-1] = paragraphs[-1][:-1]
    return "\n".join(paragraphs)


def clean_mail_text(text: str) -> str:
    """Return plain text without what is not this mail's own."""
    lines = _LINE_BREAK.split(text)
    lines = _remove_earlier_mail(lines)
    lines = _remove_signature(lines)
    lines = _remove_quotations(lines)
    lines = list(map(_remove_addresses, lines))
    blocks = _gather_paragraphs(lines)
    cleaned = _remove_foot(blocks)
    return "\n\n".join(block.text for block in cleaned)


def _gather_paragraphs(lines: list[str]) -> list[Block]:
    """Return the paragraphs that empty lines part."""
    blocks = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line.rstrip())
        elif paragraph:
            text = "\n".join(paragraph)
            blocks.append(Block("paragraph", text))
            paragraph = []
    return blocks


def _remove_addresses(line: str) -> str:
    """Return a line without the addresses of what its words link to."""
    if _LONE_ADDRESS.match(line):
        return ""
    named = _NAMED_ADDRESS.sub(r"\1", line)
    return _ANGLED_ADDRESS.sub("", named)


def _remove_earlier_mail(lines: list[str]) -> list[str]:
    """Return lines up to "Original Message"; a mail that only hands one on keeps that one."""
    for number, line in enumerate(lines):
        if not _names_earlier_mail(line):
            continue
        above = lines[:number]
        below = lines[number + 1 :]
        if _count_words(above) >= _MIN_OWN_WORDS:
            return above
        return above + _skip_header_lines(below)
    return lines


def _names_earlier_mail(line: str) -> bool:
    """Return whether a line is "-----Original Message-----" in one of the languages."""
    if len(line) > _MAX_LINE_ABOVE or not line.strip():
        return False
    folded = fold(line)
    words = _RULES.sub(" ", folded)
    label = words.strip(" :")
    return label in load_phrases("forwarded")


def _skip_header_lines(lines: list[str]) -> list[str]:
    """Return lines without the sender, day and subject of a mail at their head."""
    head = lines[:_MAX_HEADER_LINES]
    number = 0
    for line in head:
        is_text = line.strip() and not _HEADER_LINE.fullmatch(line)
        if is_text:
            break
        number += 1
    return lines[number:]


def _remove_signature(lines: list[str]) -> list[str]:
    """Return lines without the signature below "-- "; that of a list has a long stroke."""
    first = max(1, len(lines) - _MAX_SIGNATURE)
    for number in range(first, len(lines)):
        line = lines[number]
        if _SIGNATURE.match(line):
            return lines[:number]
    return lines


def _remove_quotations(lines: list[str]) -> list[str]:
    """Return lines without those of earlier mails, and "Ann wrote:" above them."""
    own = [line for line in lines if not _QUOTED.match(line)]
    if len(own) == len(lines) or _count_words(own) < _MIN_OWN_WORDS:
        return lines
    kept: list[str] = []
    for line in lines:
        if not _QUOTED.match(line):
            kept.append(line)
            continue
        _remove_line_above(kept)
    return kept


def _remove_line_above(lines: list[str]) -> None:
    """Remove "On Monday, Ann wrote:" at the end of lines; it may be broken over two."""
    while lines and not lines[-1].strip():
        lines.pop()
    joined = " ".join(lines[-2:])
    last = lines[-1] if lines else ""
    if _introduces_quotation(last):
        # The day stands on the first of two lines.
        is_whole = _DIGIT.search(last) is not None
        del lines[-1:]
        if not is_whole and _DIGIT.search(joined):
            del lines[-1:]
    elif _introduces_quotation(joined):
        del lines[-2:]
    lines.append("")


def _introduces_quotation(line: str) -> bool:
    """Return whether a line says who wrote what follows."""
    text = fold(line).strip()
    if not text.endswith(":") or len(text) > _MAX_LINE_ABOVE:
        return False
    words = set(_WORD.findall(text))
    return any(words.issuperset(phrase.split()) for phrase in load_phrases("wrote"))


def _count_words(lines: list[str]) -> int:
    number = 0
    for line in lines:
        words = line.split()
        number += len(words)
    return number


def clean_mail_blocks(blocks: list[Block]) -> list[Block]:
    """Return the blocks of an HTML mail without boxes, foot and what an earlier mail says."""
    words = 0
    own = []
    for block in blocks:
        first, _, _ = block.text.partition("\n")
        if words >= _MIN_OWN_WORDS and _names_earlier_mail(first):
            break
        own.append(block)
        words += _count_words([block.text])
    without_boxes = remove_boxes(own)
    return _remove_foot(without_boxes)


def _remove_foot(blocks: list[Block]) -> list[Block]:
    """Return blocks without "view in your browser" above, "unsubscribe" and address below."""
    length = sum(len(block.text) for block in blocks)
    kept = []
    position = 0
    for block in blocks:
        position += len(block.text)
        if not _speaks_of_subscription(block):
            kept.append(block)
            continue
        rest = length - position
        if position > _FOOT_SHARE * length and rest <= _MAX_FOOT:
            break
    return kept


def _speaks_of_subscription(block: Block) -> bool:
    """Return whether a block is about the letter and not of it."""
    if len(block.text) > _MAX_UNSUBSCRIBE:
        return False
    text = _ADDRESS.sub("", fold(block.text))
    phrases = load_phrases("unsubscribe")
    # "© The Ledger ⏎ 12 Quay Street ⏎ Unsubscribe"
    if any(line.strip(_LINE_MARKS) in phrases for line in text.splitlines()):
        return True
    return compile_phrases("unsubscribe").search(text) is not None


def remove_quoted_elements(tree: _Element) -> _Element:
    """Return a tree without the earlier mails and signatures that mail programs mark in HTML."""
    _remove_all(tree, _SIGNING_ELEMENTS)
    own = copy.copy(tree)
    _remove_all(own, _QUOTING_ELEMENTS)
    text = read_element(own)
    if _count_words([text]) < _MIN_OWN_WORDS:
        return tree
    return own


def _remove_all(tree: _Element, paths: tuple[str, ...]) -> None:
    """Remove the elements of paths, and keep the text after them."""
    for path in paths:
        elements = list(tree.iterfind(path))
        for element in elements:
            element.clear(keep_tail=True)
