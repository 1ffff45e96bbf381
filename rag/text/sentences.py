"""Paragraphs and sentences, as spans of a text. Linear time, whatever the text.

A sentence ends where a reader would end it: after its mark, not inside an abbreviation, a number or
a quotation; scripts with marks of their own included. The language of the text is not known here:
abbreviations and first words stand in the ``[words]`` sections of ``languages/``, joined over all.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from typing import NamedTuple

from rag.records import Span
from rag.text.languages import join_words, list_languages_with, load_section

_NEWLINE = r"(?:\r\n|\r(?!\n)|[\n\u2028\u2029])"
_BLANK_LINES = re.compile(rf"{_NEWLINE}[^\S\r\n\u2028\u2029]*{_NEWLINE}\s*")
_LINE = re.compile(r"\S(?:[^\r\n\u2028\u2029]*\S)?")
# Markdown and plain text: a rule across the page, an item of a list, "1." or "(1)", a heading.
_RULE = re.compile(r"(?:[-=*_~•]\s*){3,}\Z")
_ITEM = re.compile(r"(?:[-*+•‣▪◦·]\s|[–—]\s+[^\Wa-zà-ÿ]|#{1,6}\s|\|)")
_NUMBERED_ITEM = re.compile(r"\(?\d{1,3}[.)]\s")
_HEADING = re.compile(r"#{1,6}\s")
_VISIBLE = re.compile(r"\S+")

# What may stand between the final mark of a sentence and its end: quotation marks, brackets, [12].
_CLOSERS = r"(?:[ \u00a0\u202f][»\"](?=\s|\Z|[,;.)])|[\"”’'»«)\]}*]|\[\d{1,3}\])*"
# Group 1 is the mark of a script with spaces; without it the mark is one that always ends.
_FINAL_MARK = re.compile(
    rf"(?<![.!?…])([.!?…‥‼⁇⁈⁉]+){_CLOSERS}(?=\s|\Z)|[。！？｡।॥؟۔።][。！？｡।॥؟۔።」』”’）】》]*"
)
# The first two visible characters of what follows, after opening quotation marks and dashes.
_NEXT_CHARACTERS = re.compile(r"\s*(?:[-«»“„\"'‘’(\[¿¡*_–—]\s*)*(\S)(\S?)")
_WORD_BEFORE = re.compile(r"[^\s'’«»“”„\"(\[/–—]+\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_])*")

_CLOSING_SIGNS = "\"”’'»«)]}* \u00a0\u202f"
_FINAL_SIGNS = frozenset(".!?…:;。！？।؟")
_CONTINUING_SIGNS = frozenset(",-–—(/&")

# All chosen by hand, on newspaper articles pasted from the web and on mails.
_TAIL_LENGTH = 8  # characters at the end of a line in which its last sign is looked for
_WORD_LENGTH = 20  # characters beside a dot in which an abbreviation is looked for
_NEXT_WORD_LENGTH = 40  # characters of the next line's first word, at most
MIN_WRAP_WIDTH, MAX_WRAP_WIDTH = 50, 130  # the longest line of hard-wrapped prose
FULL_LINE_SHARE = 0.8  # of the longest line: a line as long as this is full
MIN_FIRST_LINE = 60  # of a paragraph of two lines, where one full line proves nothing
MAX_ORDINAL_DIGITS = 2  # "12. Dezember", but not "2025."


class _ClosedClasses(NamedTuple):
    """Words that decide whether a dot ends a sentence, of all languages together, without dots."""

    abbreviations: frozenset[str]  # that do not end a sentence
    final_abbreviations: frozenset[str]  # that end one before a first word
    sentence_starters: frozenset[str]  # first words of sentences
    starters: frozenset[str]  # those, and first words that also stand in names
    one_letter_words: frozenset[str]  # that are words and no initials


@functools.cache
def _load_closed_classes() -> _ClosedClasses:
    """Return the closed classes of all languages; case decides, so nothing is folded."""
    sentence_starters = _read_starters("sentence_starters")
    return _ClosedClasses(
        abbreviations=_read_abbreviations("abbreviations"),
        final_abbreviations=_read_abbreviations("final_abbreviations"),
        sentence_starters=sentence_starters,
        starters=sentence_starters | _read_starters("name_starters"),
        one_letter_words=frozenset(join_words("words", "one_letter_words")),
    )


def _read_abbreviations(key: str) -> frozenset[str]:
    """Return a list of abbreviations without their last dot."""
    return frozenset(word.removesuffix(".") for word in join_words("words", key))


def _read_starters(key: str) -> frozenset[str]:
    """Return the first run of letters of each word of a list: "Aujourd" of "Aujourd’hui"."""
    runs = (_LETTERS.match(word) for word in join_words("words", key))
    return frozenset(run[0] for run in runs if run is not None)


@functools.cache
def _load_abbreviations_before_numbers() -> frozenset[str]:
    """Return what does not end a sentence before a number, in lower case.

    Nº, art., short months.
    """
    key = "abbreviations_before_number"
    abbreviations = {word.lower().removesuffix(".") for word in join_words("words", key)}
    months: set[str] = set()
    for language in list_languages_with("words", key):
        short_months = _list_names(language, "months_short")
        abbreviations.update(month.lower().removesuffix(".") for month in short_months)
        months.update(month.lower() for month in _list_names(language, "months"))
    # "mai." is short for "maio", but "mai" is a month in French, and may end a sentence.
    return frozenset(abbreviations - months)


@functools.cache
def _load_ordinal_nouns() -> frozenset[str]:
    """Return the nouns that follow an ordinal written as a number with a dot, in lower case.

    Months are among them in the languages that write ordinals so ("12. Dezember").
    """
    key = "ordinal_nouns"
    nouns = set(join_words("words", key))
    for language in list_languages_with("words", key):
        nouns.update(_list_names(language, "months"))
    return frozenset(noun.lower() for noun in nouns)


def _list_names(language: str, key: str) -> list[str]:
    """Return the names of a kind in a language, those from CLDR first, then those added by hand."""
    names = load_section(language, "names")
    listed: list[str] = [*names.get(key, ())]
    for forms in names.get("by_hand", {}).get(key, {}).values():
        listed += forms
    return listed


def split_paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans between blank lines, without the white space around them."""
    stop = len(text) if end is None else min(end, len(text))
    paragraphs: list[Span] = []
    begin = start
    for blank in _BLANK_LINES.finditer(text, start, stop):
        paragraphs += _trim(text, begin, blank.start())
        begin = blank.end()
    paragraphs += _trim(text, begin, stop)
    return paragraphs


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans of sentences in order; white space apart they cover ``[start, end)``.

    None crosses a blank line, heading or list item. A single line break ends one after final
    punctuation or after a line that stands alone (title, figure), not inside hard-wrapped prose.
    """
    sentences: list[Span] = []
    for paragraph in split_paragraphs(text, start, end):
        for block in _split_at_line_breaks(text, paragraph):
            sentences += _split_at_marks(text, block)
    return sentences


def _trim(text: str, start: int, end: int) -> list[Span]:
    """Return the span without white space at its ends, in a list; empty when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [Span(start, end)] if start < end else []


class _Layout(NamedTuple):
    """How the lines of a paragraph are set: the longest line, and whether they are hard-wrapped."""

    width: int
    wrapped: bool


def _read_layout(lines: list[Span]) -> _Layout:
    """Return the layout of a paragraph of several lines."""
    lengths = [line.end - line.start for line in lines]
    width = max(lengths)
    full_lines = sum(length >= FULL_LINE_SHARE * width for length in lengths)
    has_full_lines = full_lines >= 2 or (len(lines) == 2 and lengths[0] >= MIN_FIRST_LINE)
    return _Layout(width, MIN_WRAP_WIDTH <= width <= MAX_WRAP_WIDTH and has_full_lines)


def _split_at_line_breaks(text: str, paragraph: Span) -> list[Span]:
    """Return the paragraph cut at the line breaks that separate sentences."""
    lines = [Span(*line.span()) for line in _LINE.finditer(text, paragraph.start, paragraph.end)]
    if len(lines) == 1:
        return lines
    layout = _read_layout(lines)
    blocks: list[Span] = []
    begin = lines[0].start
    for above, below in pairwise(lines):
        if _is_sentence_break(text, above, below, layout):
            blocks.append(Span(begin, above.end))
            begin = below.start
    blocks.append(Span(begin, lines[-1].end))
    return blocks


def _is_sentence_break(text: str, above: Span, below: Span, layout: _Layout) -> bool:
    """Return whether the line break between two lines of a paragraph separates sentences."""
    if _ITEM.match(text, *below) or _HEADING.match(text, *above):
        return True
    if _RULE.match(text, *above) or _RULE.match(text, *below):
        return True
    last_sign = _read_last_sign(text, above)
    is_final = last_sign in _FINAL_SIGNS
    is_full = layout.wrapped and not _fits(text, above, below, layout.width)
    if _NUMBERED_ITEM.match(text, *below):
        return is_final or not is_full
    if is_full or last_sign in _CONTINUING_SIGNS:
        return False
    following = _NEXT_CHARACTERS.match(text, *below)
    if following is None or not following[1].islower():
        return True
    # In lower case goes on what was begun, but for a list of phrases or lines as long as
    # paragraphs.
    return is_final and (layout.width > MAX_WRAP_WIDTH or last_sign in ":;")


def _read_last_sign(text: str, line: Span) -> str:
    """Return the last character of a line before closing quotation marks.

    Empty when there is none.
    """
    tail = text[max(line.start, line.end - _TAIL_LENGTH) : line.end]
    return tail.rstrip(_CLOSING_SIGNS)[-1:]


def _fits(text: str, above: Span, below: Span, width: int) -> bool:
    """Return whether the first word of the line below would have had room in the line above."""
    stop = min(below.end, below.start + _NEXT_WORD_LENGTH)
    word = _VISIBLE.search(text, below.start, stop)
    if word is None:
        return True
    return above.end - above.start + 1 + len(word[0]) <= width


def _split_at_marks(text: str, block: Span) -> list[Span]:
    """Return the sentences of a block, in which no line break separates any."""
    sentences: list[Span] = []
    begin = block.start
    for mark in _FINAL_MARK.finditer(text, block.start, block.end):
        if mark.end() < block.end and _is_sentence_end(text, begin, mark, block.end):
            sentences.append(Span(begin, mark.end()))
            begin = mark.end()
            while text[begin].isspace():
                begin += 1
    sentences.append(Span(begin, block.end))
    return sentences


def _is_sentence_end(text: str, begin: int, mark: re.Match[str], stop: int) -> bool:
    """Return whether final punctuation ends the sentence that starts at ``begin``."""
    if mark[1] is None:  # full-width and other unambiguous marks
        return True
    following = _NEXT_CHARACTERS.match(text, mark.end(), stop)
    if following is None:
        return False
    if following[1].islower():
        return following[2].isupper() and mark[1] == "."  # "iPhone", "eBay"
    if following[1] in ",;:)]»”":
        return False
    if mark[0] != ".":
        return True
    return _is_full_stop(text, begin, mark.start(), following.start(1), stop)


def _is_full_stop(text: str, begin: int, dot: int, following: int, stop: int) -> bool:
    """Return whether a lone dot is a full stop, not part of an abbreviation or an ordinal.

    At ``following`` stands a capital, a digit or a letter without case.
    """
    before = text[max(begin, dot - _WORD_LENGTH) : dot]
    match = _WORD_BEFORE.search(before)
    if match is None:
        return True
    word = match[0]
    follower = _LETTERS.match(text, following, min(stop, following + _WORD_LENGTH))
    first_word = follower[0] if follower else ""
    before_number = text[following].isdigit()
    if word.isdigit():
        is_item = dot - len(word) <= begin  # "1. Headline"
        names_ordinal = before_number or first_word.lower() in _load_ordinal_nouns()
        return not is_item and not (len(word) <= MAX_ORDINAL_DIGITS and names_ordinal)
    classes = _load_closed_classes()
    if word in classes.abbreviations:
        return False
    if before_number and word.lower() in _load_abbreviations_before_numbers():
        return False
    if _INITIALS.fullmatch(word):
        return _is_end_after_initials(before.removesuffix(word), word, first_word)
    return word not in classes.final_abbreviations or first_word in classes.starters


def _is_end_after_initials(before: str, word: str, first_word: str) -> bool:
    """Return whether "J.", "U.S." or "B." of "z. B." ends a sentence before ``first_word``."""
    classes = _load_closed_classes()
    if len(word) > 1:
        return first_word in classes.starters
    before = before.rstrip()
    if before.endswith(".") and (len(before) < 3 or not before[-3].isalnum()):  # a second initial
        return False
    return word in classes.one_letter_words or first_word in classes.sentence_starters
