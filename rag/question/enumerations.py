"""Enumerations in a sentence: "the mill, the dairy and the cider house" as three items.

An item is a stretch of the sentence. Where it begins or ends is told by the other items: by their
articles, their capitals, their lengths. Where that does not tell, there is no enumeration: a wrong
item is worse than a whole sentence.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.question.noun_phrases import (
    MARKS,
    Token,
    find_name_end,
    find_name_start,
    list_tokens,
    load_determiners,
    load_prepositions,
    load_verbs,
)
from rag.records import Span
from rag.text import UNSPACED, load_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Match, Pattern

# All chosen by hand.
MIN_ITEMS = 3  # two things joined by "and" are often one answer
MAX_ITEM_WORDS = 9
MAX_SENTENCE = 1500  # characters that are read; what is longer is no sentence
COMMA = r"\s*[,;](?=\s)\s*|\s*[、،，؛]\s*"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|\"[^\"]*\"")
_ROUND_BRACKETS = re.compile(r"\([^()]*\)")
_MASK = "\0"  # in place of a separator inside brackets
_INTRODUCTIONS = re.compile(r"[:：](?=\s|$)|：|\s[–—]\s")
_CLAUSE_ENDS = re.compile(r"[!?;:](?=\s|$|[»”\"])|\s[–—]\s|[。！？：]")
_WITHOUT_SPACES = re.compile(f"[{UNSPACED}]")
_SEPARATING = re.compile(r"[\s,;、，]")


class _Piece(NamedTuple):
    """What stands between two separators."""

    start: int
    end: int
    joined: bool  # what stands before it is a conjunction, perhaps with a comma


class _Text(NamedTuple):
    """A sentence, or what stands in its brackets."""

    text: str
    language: str
    is_introduced: bool  # as by a colon: it begins with an item

    def cut(self, piece: _Piece) -> str:
        """Return a piece as it is written."""
        return self.text[piece.start : piece.end]


def find_enumerations(sentence: str, language: str) -> Iterator[list[Span]]:
    """Yield the items of each enumeration of a sentence, those in its brackets last."""
    if len(sentence) > MAX_SENTENCE:
        return
    whole = _Text(
        sentence,
        language,
        is_introduced=False,
    )
    yield from _find_in_text(whole)
    for bracket in _ROUND_BRACKETS.finditer(sentence):
        offset = bracket.start() + 1
        inside = _Text(
            bracket[0][1:-1],
            language,
            is_introduced=True,
        )
        for items in _find_in_text(inside):
            moved = []
            for start, end in items:
                span = Span(
                    offset + start,
                    offset + end,
                )
                moved.append(span)
            yield moved


def _find_in_text(text: _Text) -> Iterator[list[Span]]:
    """Yield the items of each enumeration of a text."""
    pieces = _split(text)
    for first, last in _find_series(text, pieces):
        series = pieces[first : last + 1]
        # Only the first series is what the bracket introduces.
        own = text if first == 0 else text._replace(is_introduced=False)
        items = _trim_series(
            own,
            series,
        )
        if len(items) >= MIN_ITEMS:
            yield items


def _split(text: _Text) -> list[_Piece]:
    """Return a text cut at its commas and conjunctions, those in brackets apart."""
    masked = _BRACKETS.sub(
        _mask_separators,
        text.text,
    )
    separators = load_separators(text.language)
    pieces = []
    start = 0
    joined = False
    for separator in separators.finditer(masked):
        piece = _Piece(
            start,
            separator.start(),
            joined,
        )
        pieces.append(piece)
        start = separator.end()
        joined = separator["join"] is not None
    last = _Piece(
        start,
        len(masked),
        joined,
    )
    return [*pieces, last]


def _mask_separators(match: Match[str]) -> str:
    """Return what stands in brackets, as long as it is, without anything that separates."""
    return _SEPARATING.sub(
        _MASK,
        match[0],
    )


@functools.cache
def load_separators(language: str) -> Pattern[str]:
    """Return the pattern of what stands between items: a comma, or a conjunction (``join``)."""
    section = load_section(
        language,
        "forms",
    )
    spaced: list[str] = []
    unspaced: list[str] = []
    for join in section.get("joins", ()):
        side = unspaced if _WITHOUT_SPACES.search(join) else spaced
        escaped = re.escape(join)
        side.append(escaped)
    words = "|".join([*spaced, "&"])
    signs = "|".join(unspaced) or "(?!)"
    join = rf"(?:\s*,)?\s+(?:{words})\s+|\s*(?:{signs})\s*"
    return re.compile(
        rf"(?P<join>{join})|{COMMA}",
        re.IGNORECASE,
    )


def _find_series(text: _Text, pieces: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last piece of each series: commas, then a conjunction.

    After a colon and in brackets commas are enough.
    """
    first = 0
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        if not piece.joined and place < last:
            # What stands between two commas and is long, or ends a clause, begins a new series.
            if place > first and not _may_be_inside(text, piece):
                first = place
            continue
        opening = text.cut(pieces[first])
        has_colon = _INTRODUCTIONS.search(opening) is not None
        is_list = piece.joined or has_colon or text.is_introduced
        if is_list and place > first:
            yield first, place
        first = place


def _may_be_inside(text: _Text, piece: _Piece) -> bool:
    """Return whether a piece may be an item with others on both sides."""
    written = text.cut(piece)
    if _CLAUSE_ENDS.search(written) or _INTRODUCTIONS.search(written):
        return False
    words = written.split()
    return 0 < len(words) <= MAX_ITEM_WORDS


def _trim_series(text: _Text, pieces: Sequence[_Piece]) -> list[Span]:
    """Return the items of a series; none where its first or its last cannot be told."""
    opening, *middle, last = pieces
    models = [list_tokens(text.text, piece.start, piece.end) for piece in middle]
    if not models or not all(models):
        return []
    start = _find_first_start(
        text,
        opening,
        models,
    )
    if start is None:
        return []
    end = _find_last_end(
        text,
        last,
        models,
        first_start=start,
    )
    if end is None:
        return []
    spans = [Span(start, opening.end)]
    for piece in middle:
        span = Span(
            piece.start,
            piece.end,
        )
        spans.append(span)
    spans.append(Span(last.start, end))
    items = []
    for span in spans:
        item = _strip(
            text.text,
            span,
        )
        items.append(item)
    return items if _are_alike(text, items) else []


def _are_alike(text: _Text, items: Sequence[Span]) -> bool:
    """Return whether items may be of one list: all have the same preposition, or none has."""
    prepositions = load_prepositions(text.language)
    leading = set()
    for start, end in items:
        tokens = list_tokens(
            text.text,
            start,
            end,
        )
        if not tokens:
            return False
        # An elided word may be an article or a preposition.
        if not tokens[0].is_elided:
            leading.add(tokens[0].folded)
    return len(leading) == 1 or leading.isdisjoint(prepositions)


def _find_first_start(
    text: _Text,
    opening: _Piece,
    models: Sequence[Sequence[Token]],
) -> int | None:
    """Return where the first item begins in what stands before the first comma."""
    if text.is_introduced:
        return opening.start
    colons = list(_INTRODUCTIONS.finditer(text.text, opening.start, opening.end))
    if colons:
        return colons[-1].end()
    tokens = list_tokens(
        text.text,
        opening.start,
        opening.end,
    )
    # Without spaces between words nothing tells where an item begins.
    if not tokens or _WITHOUT_SPACES.search(text.cut(opening)):
        return None
    last = tokens[-1]
    example = models[0][0]
    determiners = load_determiners(text.language)
    has_determiner = example.folded in determiners or example.is_elided
    if has_determiner or (last.is_elided and example.text.islower()):
        return _find_last_determiner(
            tokens,
            determiners,
        )
    if example.text[0].isupper():
        return find_name_start(
            tokens,
            text.language,
        )
    if example.text[0].isdigit():
        return _find_last_number(tokens)
    # Items of one word each: the last word before the comma is one, too.
    if all(len(model) == 1 for model in models):
        return last.start
    shared = [token for token in tokens if token.folded == example.folded]
    return shared[-1].start if shared else None


def _find_last_determiner(tokens: Sequence[Token], determiners: frozenset[str]) -> int | None:
    """Return where the last article begins; an elided one is part of its word."""
    *before, last = tokens
    if last.is_elided:
        return last.start
    for token in reversed(before):
        if token.folded in determiners:
            return token.start
    return None


def _find_last_number(tokens: Sequence[Token]) -> int | None:
    """Return where the last number begins."""
    for token in reversed(tokens):
        if token.text[0].isdigit():
            return token.start
    return None


def _find_last_end(
    text: _Text,
    last: _Piece,
    models: Sequence[Sequence[Token]],
    *,
    first_start: int,
) -> int | None:
    """Return where the last item ends; None where what follows it cannot be told from it."""
    clause_end = _CLAUSE_ENDS.search(
        text.text,
        last.start,
        last.end,
    )
    end = clause_end.start() if clause_end else last.end
    tokens = list_tokens(
        text.text,
        last.start,
        end,
    )
    if not tokens:
        return None
    # Capitals end a name, wherever the sentence goes on.
    names = [_skip_leading(item, text.language) for item in [*models, tokens]]
    if all(name[0].is_capitalised for name in names):
        return find_name_end(
            names[-1],
            text.language,
        )
    before = text.text[:first_start]
    if text.is_introduced or before.strip(MARKS):
        return end if len(tokens) <= MAX_ITEM_WORDS else None
    # The items open the sentence: its verb is still to come.
    verbs = load_verbs(text.language)
    for token, following in pairwise(tokens):
        if following.folded in verbs:
            return token.end
    return None


def _skip_leading(tokens: Sequence[Token], language: str) -> Sequence[Token]:
    """Return the words of an item without a preposition or an article before others."""
    leading = load_prepositions(language) | load_determiners(language)
    first = tokens[0]
    is_leading = first.folded in leading and first.text.islower()
    return tokens[1:] if is_leading and len(tokens) > 1 else tokens


def _strip(text: str, span: Span) -> Span:
    """Return a span without the marks and white space at its ends."""
    start, end = span
    while start < end and text[start] in MARKS:
        start += 1
    while start < end and text[end - 1] in MARKS:
        # A bracket that opens in the item closes in it.
        item = text[start:end]
        if item.endswith(")") and "(" in item:
            break
        end -= 1
    return Span(
        start,
        end,
    )
