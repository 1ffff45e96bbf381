"""Enumerations in a sentence: "the mill, the dairy and the cider house" as three items.

An item is a stretch of the sentence. Where it begins or ends is told by the other items: by their
articles, their capitals, their lengths. Where that does not tell, there is no enumeration: a wrong
item is worse than a whole sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.question.item_pieces import WITHOUT_SPACES, ItemText, Piece, split_pieces
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# All chosen by hand.
MIN_ITEMS = 3  # two things joined by "and" are often one answer
PAIR = 2  # what a caller may take for items who knows that both answer
MAX_ITEM_WORDS = 9
MAX_SENTENCE = 1500  # characters that are read; what is longer is no sentence
_ROUND_BRACKETS = re.compile(r"\([^()]*\)")
_INTRODUCTIONS = re.compile(r"[:：](?=\s|$)|：|\s[–—]\s")
COLONS = (":", "：")
_CLAUSE_ENDS = re.compile(r"[!?;:](?=\s|$|[»”\"])|\s[–—]\s|[。！？：]")


def find_enumerations(sentence: str, language: str) -> Iterator[list[Span]]:
    """Yield the items of each enumeration of a sentence, those in its brackets last."""
    if len(sentence) > MAX_SENTENCE:
        return
    whole = ItemText(
        sentence,
        language,
        is_introduced=False,
    )
    yield from _find_in_text(whole)
    for bracket in _ROUND_BRACKETS.finditer(sentence):
        offset = bracket.start() + 1
        inside = ItemText(
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


def find_pairs(sentence: str, language: str) -> Iterator[list[Span]]:
    """Yield each two things of a sentence that a conjunction alone joins: "the mill and the dairy".

    Clauses with a verb of their own are none. Whether both are items is for the caller to tell.
    """
    if len(sentence) > MAX_SENTENCE:
        return
    text = ItemText(
        sentence,
        language,
        is_introduced=False,
    )
    pieces = split_pieces(text)
    for place, last in enumerate(pieces):
        if not last.joined:
            continue
        for opening in _list_openings(text, pieces[:place], last):
            items = _trim_series(
                text,
                [opening, last],
            )
            if len(items) == PAIR and not _has_verb(text, items):
                yield items
                break


def _list_openings(
    text: ItemText,
    before: Sequence[Piece],
    last: Piece,
) -> Iterator[Piece]:
    """Yield the piece before the last one, then that before an insertion with a figure.

    "A show of jars, from 4 April to 27 September, and a late evening."
    """
    yield before[-1]
    inserted = text.cut(before[-1])
    is_joined = any(piece.joined for piece in before)
    has_figure = any(character.isdigit() for character in inserted)
    if len(before) > 1 and has_figure and not is_joined:
        yield before[-2]


def _has_verb(text: ItemText, items: Sequence[Span]) -> bool:
    """Return whether one of several items is a clause: it has a verb that a subject ends before."""
    verbs = load_verbs(text.language)
    for start, end in items:
        tokens = list_tokens(
            text.text,
            start,
            end,
        )
        if any(token.folded in verbs for token in tokens[1:]):
            return True
    return False


def _find_in_text(text: ItemText) -> Iterator[list[Span]]:
    """Yield the items of each enumeration of a text."""
    pieces = split_pieces(text)
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


def _find_series(text: ItemText, pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
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


def _may_be_inside(text: ItemText, piece: Piece) -> bool:
    """Return whether a piece may be an item with others on both sides."""
    written = text.cut(piece)
    if _CLAUSE_ENDS.search(written) or _INTRODUCTIONS.search(written):
        return False
    words = written.split()
    return 0 < len(words) <= MAX_ITEM_WORDS


def _trim_series(text: ItemText, pieces: Sequence[Piece]) -> list[Span]:
    """Return the items of a series; none where its first or its last cannot be told."""
    opening, *middle, last = pieces
    # Two things alone are each the other's model.
    models = [list_tokens(text.text, piece.start, piece.end) for piece in middle or [last]]
    if not all(models):
        return []
    start = _find_first_start(
        text,
        opening,
        models,
    )
    if start is None:
        return []
    if not middle:
        models = [list_tokens(text.text, start, opening.end)]
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


def _are_alike(text: ItemText, items: Sequence[Span]) -> bool:
    """Return whether items may be of one list: all have the same preposition, or none has.

    Behind a colon they may have one each: "in three places: by the mill, at the dairy".
    """
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
    if len(leading) == 1 or leading.isdisjoint(prepositions):
        return True
    opening = text.text[: items[0].start].rstrip()
    return opening.endswith(COLONS) and len(leading & prepositions) > 1


def _find_first_start(
    text: ItemText,
    opening: Piece,
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
    if not tokens or WITHOUT_SPACES.search(text.cut(opening)):
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
    if example.is_capitalised:
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
    text: ItemText,
    last: Piece,
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
