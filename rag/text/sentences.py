"""Paragraphs and sentences, as spans of a text. Linear time, whatever the text.

A sentence ends where a reader would end it: after its mark, not inside an abbreviation, a number or
a quotation; scripts with marks of their own included. The language of the text is not known here:
abbreviations and first words stand in the ``[words]`` sections of ``languages/``, joined over all.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.records import Span
from rag.text.languages import join_words, list_languages_with, load_section

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEWLINE = r"(?:\r\n|\r(?!\n)|[\n\u2028\u2029])"
_BLANK_LINES = re.compile(rf"{_NEWLINE}[^\S\r\n\u2028\u2029]*{_NEWLINE}\s*")
_LINE = re.compile(r"\S(?:[^\r\n\u2028\u2029]*\S)?")
# Markdown and plain text: a rule across the page, an item of a list, "1." or "(1)", a heading.
_RULE = re.compile(r"(?:[-=*_~•]\s*){3,}\Z")
_ITEM = re.compile(r"(?:[-*+•‣▪◦·]\s|[–—]\s+[^\Wa-zà-ÿ]|#{1,6}\s|\|)")
_NUMBERED_ITEM = re.compile(r"\(?\d{1,3}[.)]\s")
_HEADING = re.compile(r"#{1,6}\s")

# What may stand between the final mark of a sentence and its end: quotation marks, brackets, [12].
_CLOSERS = r"(?:[ \u00a0\u202f][»\"](?=\s|\Z|[,;.)])|[\"”’'»«)\]}*]|\[\d{1,3}\])*"
# Group 1 is the mark of a script with spaces; without it the mark is one that always ends. A run of
# marks is read from its first one alone, or else a long run would be read again from each of them.
_FINAL_MARK = re.compile(
    rf"(?<![.!?…‥‼⁇⁈⁉])([.!?…‥‼⁇⁈⁉]+){_CLOSERS}(?=\s|\Z)|[。！？｡।॥؟۔።][。！？｡।॥؟۔።」』”’）】》]*"
)
# The first two visible characters of what follows, after opening quotation marks and dashes.
_NEXT_CHARACTERS = re.compile(r"\s*(?:[-«»“„\"'‘’(\[¿¡*_–—]\s*)*(\S)(\S?)")
_WORD_BEFORE = re.compile(r"[^\s'’«»“”„\"(\[/–—]+\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
# "z." before "B.": a letter alone, or the last of several with dots.
_ENDS_WITH_INITIAL = re.compile(r"(?:\A.?|[\W_].)\.\s*\Z", re.DOTALL)
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
MIN_FULL_LINES = 2  # of hard-wrapped prose
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
    words = join_words("words", key)
    return frozenset(word.removesuffix(".") for word in words)


def _read_starters(key: str) -> frozenset[str]:
    """Return the first run of letters of each word of a list: "Aujourd" of "Aujourd’hui"."""
    words = join_words("words", key)
    return frozenset(_read_letters(word) for word in words)


@functools.cache
def _load_abbreviations_before_numbers() -> frozenset[str]:
    """Return what ends no sentence before a number, in lower case: nº, art., short months."""
    key = "abbreviations_before_number"
    words = _join_with_names(key, "months_short")
    # Dots apart, and whatever the case: "No." and "no." are the same.
    abbreviations = set()
    for word in words:
        abbreviation = word.removesuffix(".")
        abbreviations.add(abbreviation.lower())
    # "mai." is short for "maio", but "mai" is a month in French, and may end a sentence.
    for language in list_languages_with("words", key):
        for month in _list_names(language, "months"):
            abbreviations.discard(month.lower())
    return frozenset(abbreviations)


@functools.cache
def _load_ordinal_nouns() -> frozenset[str]:
    """Return the nouns that follow an ordinal written as a number with a dot, in lower case.

    Months are among them in the languages that write ordinals so ("12. Dezember").
    """
    nouns = _join_with_names("ordinal_nouns", "months")
    return frozenset(noun.lower() for noun in nouns)


def _join_with_names(key: str, kind: str) -> list[str]:
    """Return a list of all languages that have it, with the names of a kind in these languages."""
    words: list[str] = []
    for language in list_languages_with("words", key):
        words += load_section(language, "words")[key]
        words += _list_names(language, kind)
    return words


def _list_names(language: str, kind: str) -> list[str]:
    """Return the names of a kind in a language, those from CLDR first, then those added by hand."""
    section = load_section(language, "names")
    names: list[str] = []
    names += section.get(kind, ())
    # By the number of the month, each with several forms.
    by_hand = section.get("by_hand", {})
    forms_by_number = by_hand.get(kind, {})
    for forms in forms_by_number.values():
        names += forms
    return names


def split_paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans between blank lines, without the white space around them."""
    if end is None:
        end = len(text)
    end = min(end, len(text))
    paragraphs: list[Span] = []
    for blank in _BLANK_LINES.finditer(text, start, end):
        paragraphs += _trim(text, start, blank.start())
        start = blank.end()
    # The last one has no blank line after it.
    paragraphs += _trim(text, start, end)
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


def _trim(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the span without white space at its ends; nothing when nothing is left."""
    untrimmed = text[start:end]
    trimmed = untrimmed.strip()
    if not trimmed:
        return
    # What is missing at the front moves the start.
    without_lead = untrimmed.lstrip()
    start += len(untrimmed) - len(without_lead)
    end = start + len(trimmed)
    yield Span(start, end)


class _Layout(NamedTuple):
    """How the lines of a paragraph are set: the longest line, and whether they are hard-wrapped."""

    width: int
    wrapped: bool


def _read_layout(lengths: list[int]) -> _Layout:
    """Return the layout of a paragraph, by the lengths of its lines."""
    width = max(lengths)
    # Headlines and figures are shorter, paragraphs without breaks are longer.
    if not MIN_WRAP_WIDTH <= width <= MAX_WRAP_WIDTH:
        return _Layout(width, wrapped=False)
    # The last line of a paragraph is seldom full: of two, the first decides.
    if len(lengths) == 2:
        first, _ = lengths
        if first >= MIN_FIRST_LINE:
            return _Layout(width, wrapped=True)
    full_length = FULL_LINE_SHARE * width
    full_lines = [length for length in lengths if length >= full_length]
    wrapped = len(full_lines) >= MIN_FULL_LINES
    return _Layout(width, wrapped)


def _split_at_line_breaks(text: str, paragraph: Span) -> Iterator[Span]:
    """Yield the parts of a paragraph between the line breaks that separate sentences."""
    lines = list(_LINE.finditer(text, *paragraph))
    # Most paragraphs of an article are one line.
    if len(lines) == 1:
        yield paragraph
        return
    lengths = [len(line[0]) for line in lines]
    layout = _read_layout(lengths)
    begin = paragraph.start
    for above, below in pairwise(lines):
        if _is_sentence_break(above[0], below[0], layout):
            end = above.end()
            yield Span(begin, end)
            begin = below.start()
    # The last part has no line break after it.
    yield Span(begin, paragraph.end)


def _is_sentence_break(above: str, below: str, layout: _Layout) -> bool:
    """Return whether the line break between two lines of a paragraph separates sentences."""
    # What is set apart by its layout goes on in no other line.
    if _ITEM.match(below) or _HEADING.match(above):
        return True
    if _RULE.match(above) or _RULE.match(below):
        return True
    # In a line that was full the break says nothing; in another it says that something ended.
    last_sign = _read_last_sign(above)
    is_final = last_sign in _FINAL_SIGNS
    is_full = False
    if layout.wrapped:
        is_full = not _fits(above, below, layout.width)
    if _NUMBERED_ITEM.match(below):
        return is_final or not is_full
    if is_full or last_sign in _CONTINUING_SIGNS:
        return False
    following = _NEXT_CHARACTERS.match(below)
    if following is None:
        return True
    first = following[1]
    if not first.islower():
        return True
    if not is_final:
        return False
    # Lower case goes on with the sentence, but in a list of phrases, or in lines as long as
    # paragraphs.
    return last_sign in ":;" or layout.width > MAX_WRAP_WIDTH


def _read_last_sign(line: str) -> str:
    """Return the last character of a line before closing quotation marks; empty without one."""
    tail = line[-_TAIL_LENGTH:]
    tail = tail.rstrip(_CLOSING_SIGNS)
    return tail[-1:]


def _fits(above: str, below: str, width: int) -> bool:
    """Return whether the first word of the line below would have had room in the line above."""
    beginning = below[:_NEXT_WORD_LENGTH]
    first_word = beginning.split()[0]
    joined = f"{above} {first_word}"
    return len(joined) <= width


def _split_at_marks(text: str, block: Span) -> Iterator[Span]:
    """Yield the sentences of a block, in which no line break separates any."""
    begin = block.start
    for mark in _FINAL_MARK.finditer(text, *block):
        end = mark.end()
        # What stands last in a block needs no judgement.
        if end == block.end:
            break
        if _is_sentence_end(text, begin, mark, block.end):
            yield Span(begin, end)
            begin = _skip_space(text, end)
    yield Span(begin, block.end)


def _skip_space(text: str, start: int) -> int:
    """Return the offset of the first visible character; there is one."""
    while text[start].isspace():
        start += 1
    return start


def _is_sentence_end(text: str, begin: int, mark: re.Match[str], stop: int) -> bool:
    """Return whether final punctuation ends the sentence that starts at ``begin``."""
    # Full-width and other marks that are no sign of anything else.
    if mark[1] is None:
        return True
    following = _NEXT_CHARACTERS.match(text, mark.end(), stop)
    if following is None:
        return False
    first, second = following.groups()
    if first.islower():
        # A name may begin so: iPhone, eBay.
        return second.isupper() and mark[1] == "."
    if first in ",;:)]»”":
        return False
    # Only a lone dot has other uses.
    if mark[0] != ".":
        return True
    dot = mark.start()
    start = following.start(1)
    return _is_full_stop(text, begin, dot, start, stop)


def _is_full_stop(text: str, begin: int, dot: int, following: int, stop: int) -> bool:
    """Return whether a lone dot is a full stop, not part of an abbreviation or an ordinal.

    At ``following`` stands a capital, a digit or a letter without case.
    """
    before = text[max(begin, dot - _WORD_LENGTH) : dot]
    match = _WORD_BEFORE.search(before)
    if match is None:
        return True
    word = match[0]
    after = text[following : min(stop, following + _WORD_LENGTH)]
    if word.isdigit():
        # "1. Headline"
        if dot - len(word) <= begin:
            return False
        return not _is_ordinal(word, after)
    classes = _load_closed_classes()
    if word in classes.abbreviations:
        return False
    if after[0].isdigit():
        abbreviations = _load_abbreviations_before_numbers()
        if word.lower() in abbreviations:
            return False
    first_word = _read_letters(after)
    if _INITIALS.fullmatch(word):
        return _is_end_after_initials(before.removesuffix(word), word, first_word)
    if word in classes.final_abbreviations:
        return first_word in classes.starters
    return True


def _is_ordinal(number: str, after: str) -> bool:
    """Return whether a number and its dot are an ordinal before a noun, or before the year."""
    if len(number) > MAX_ORDINAL_DIGITS:
        return False
    if after[0].isdigit():
        return True
    noun = _read_letters(after)
    return noun.lower() in _load_ordinal_nouns()


def _read_letters(text: str) -> str:
    """Return the letters that a text begins with."""
    match = _LETTERS.match(text)
    return match[0] if match else ""


def _is_end_after_initials(before: str, word: str, first_word: str) -> bool:
    """Return whether "J.", "U.S." or "B." of "z. B." ends a sentence before ``first_word``."""
    classes = _load_closed_classes()
    if len(word) > 1:
        return first_word in classes.starters
    if _ENDS_WITH_INITIAL.search(before):
        return False
    if word in classes.one_letter_words:
        return True
    return first_word in classes.sentence_starters
