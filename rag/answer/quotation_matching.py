"""A quotation of a draft beside an article: in the same words, nearly, or not there.

Looking for the same words is a search of strings, whatever the length of the article. Nearly the
same words are looked for where most of them stand on one diagonal (as in alignments of sequences,
Wilbur and Lipman 1983), and only that window is compared word by word.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.quoted_words import WordRow, split_quoted_words
from rag.reading.shown_text import ShownText
from rag.records import Change, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.draft_quotations import DraftQuotation, Piece
    from rag.records import Article

# All of these were chosen by hand on quotations that were changed on purpose.
MAX_INSERTED = 8  # words that "[the mayor]" may stand for
MIN_SHARE = 0.6  # of a quotation's words that stand in an article, from where it is near
MIN_SHARED = 3  # of them, at least
MAX_POSITIONS = 60  # of a word in an article; what is more frequent tells no place
MIN_SLACK = 4  # words around a piece that are compared, too, at least
MAX_ALIGNED = 800  # words of a piece that are compared one by one
_GAP = Change("gap", "[…]")
MAX_STRETCH = 1500  # characters from the first piece to the last that are cited as a whole


class ComparedArticle:
    """An article as quotations are looked for in it."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.shown = ShownText(
            article.document,
            article.start,
            article.end,
        )
        text = self.shown.text
        words = split_quoted_words(
            text,
            self.shown.start,
            self.shown.end,
        )
        self.row = WordRow(text, words)
        self._positions: dict[str, list[int]] | None = None

    def get_positions(self, key: str) -> list[int]:
        """Return where a word stands in the article."""
        if self._positions is None:
            self._positions = {}
            for place, lower in enumerate(self.row.lower):
                positions = self._positions.setdefault(lower, [])
                positions.append(place)
        return self._positions.get(key, [])

    def locate(self, first: int, stop: int) -> Span:
        """Return the part of the document where the words from ``first`` up to ``stop`` stand."""
        start = self.row.words[first].start
        end = self.row.words[stop - 1].end
        return self.shown.locate(Span(start, end))


class Match(NamedTuple):
    """Where a quotation stands in an article, and how much of it."""

    article: Article
    span: Span  # of its document
    share: float  # of its words that stand there; 1 where all do, as they are
    changes: tuple[Change, ...] = ()


class _Stretch(NamedTuple):
    """Words of an article that a piece is, or is near: from ``first`` up to ``stop``."""

    first: int
    stop: int
    shared: int = 0


def match_exactly(quotation: DraftQuotation, compared: ComparedArticle) -> Match | None:
    """Return where all pieces of a quotation stand in an article, in order and as they are."""
    stretches = _place_pieces(quotation.pieces, compared.row)
    if not stretches:
        return None
    span = _choose_span(stretches, compared)
    return Match(
        compared.article,
        span,
        1.0,
    )


def _place_pieces(pieces: Sequence[Piece], row: WordRow) -> list[_Stretch]:
    """Return where the pieces stand one behind the other; nothing where one does not.

    A place of the first piece is tried after the other: behind an insertion the next one must be
    near.
    """
    first_keys = [word.key for word in pieces[0].words]
    for first in row.find(first_keys):
        stop = first + len(first_keys)
        stretches = [_Stretch(first, stop)]
        for piece in pieces[1:]:
            following = _find_following(piece, stop, row)
            if following is None:
                break
            stretches.append(following)
            stop = following.stop
        if len(stretches) == len(pieces):
            return stretches
    return []


def _find_following(piece: Piece, stop: int, row: WordRow) -> _Stretch | None:
    """Return the next place of a piece behind another one, if it is near enough for its gap."""
    keys = [word.key for word in piece.words]
    places = row.find(keys, stop)
    first = next(places, None)
    if first is None:
        return None
    is_far = first - stop > MAX_INSERTED
    if piece.gap == "insertion" and is_far:
        return None
    return _Stretch(first, first + len(keys))


def _choose_span(stretches: Sequence[_Stretch], compared: ComparedArticle) -> Span:
    """Return what is cited: from the first piece to the last, or the first where that is long."""
    first, last = stretches[0], stretches[-1]
    whole = compared.locate(first.first, last.stop)
    length = whole.end - whole.start
    if length <= MAX_STRETCH:
        return whole
    return compared.locate(first.first, first.stop)


def match_nearly(
    text: str, quotation: DraftQuotation, compared: ComparedArticle, *, at_least: float
) -> Match | None:
    """Return where most words of a quotation stand in an article, with what is different.

    ``text`` is the draft's. None where fewer than a share of ``at_least`` stand there.
    """
    stretches: list[_Stretch] = []
    stop = 0
    for piece in quotation.pieces:
        stretch = _align_piece(piece, compared, stop)
        if stretch is None:
            stretch = _Stretch(stop, stop)
        stretches.append(stretch)
        stop = stretch.stop
    shared = sum(stretch.shared for stretch in stretches)
    share = shared / quotation.word_count
    least_share = max(MIN_SHARE, at_least)
    least_shared = min(MIN_SHARED, quotation.word_count)
    if share < least_share or shared < least_shared:
        return None
    changes: list[Change] = []
    for piece, stretch in zip(quotation.pieces, stretches, strict=True):
        if changes:
            changes.append(_GAP)
        changes += _list_changes(
            text,
            piece,
            stretch,
            compared.row,
        )
    present = [stretch for stretch in stretches if stretch.shared]
    return Match(
        compared.article,
        _choose_span(present, compared),
        share,
        tuple(changes),
    )


def _align_piece(piece: Piece, compared: ComparedArticle, start: int) -> _Stretch | None:
    """Return the words of an article, from one on, that most words of a piece stand among."""
    keys = [word.key.lower() for word in piece.words[:MAX_ALIGNED]]
    diagonal = _find_diagonal(keys, compared, start)
    if diagonal is None:
        return None
    slack = max(MIN_SLACK, len(keys) // 2)
    window_start = max(start, diagonal - slack)
    window_stop = diagonal + len(keys) + slack
    window = compared.row.lower[window_start:window_stop]
    blocks = _match_blocks(window, keys)
    if not blocks:
        return None
    shared = sum(block.size for block in blocks)
    first, last = blocks[0], blocks[-1]
    # What the quotation begins and ends with otherwise was said otherwise there, too.
    before = first.a - first.b
    missing = len(keys) - last.b - last.size
    behind = last.a + last.size + missing
    return _Stretch(
        window_start + max(0, before),
        window_start + min(len(window), behind),
        shared,
    )


def _match_blocks(window: Sequence[str], keys: Sequence[str]) -> list[difflib.Match]:
    """Return the words that stand in both in the same order, in blocks, without strays."""
    matcher = difflib.SequenceMatcher(
        None,
        window,
        keys,
        autojunk=False,
    )
    blocks = matcher.get_matching_blocks()
    filled = [block for block in blocks if block.size]
    return _drop_strays(filled)


def _find_diagonal(keys: Sequence[str], compared: ComparedArticle, start: int) -> int | None:
    """Return where the piece would begin if its words stood as most of them do.

    A rare word tells more than a frequent one.
    """
    width = max(3, len(keys) // 8)
    votes: defaultdict[int, float] = defaultdict(float)
    for place, key in enumerate(keys):
        positions = compared.get_positions(key)
        if len(positions) > MAX_POSITIONS:
            continue
        for position in positions:
            if position < start:
                continue
            bucket = (position - place) // width
            weight = 1 / len(positions)
            # Words that were added or left out move the others to the next diagonal.
            votes[bucket - 1] += weight
            votes[bucket] += 2 * weight
            votes[bucket + 1] += weight
    if not votes:
        return None
    most = max(votes.values())
    first_best = min(bucket for bucket in votes if votes[bucket] == most)
    return max(start, first_best * width)


def _drop_strays(blocks: list[difflib.Match]) -> list[difflib.Match]:
    """Return the blocks without single words far before the first or behind the last others."""
    kept = list(blocks)
    while len(kept) > 1:
        first, second = kept[:2]
        if not _is_far(first, second, first.size):
            break
        del kept[0]
    while len(kept) > 1:
        second_last, last = kept[-2:]
        if not _is_far(second_last, last, last.size):
            break
        del kept[-1]
    return kept


def _is_far(one: difflib.Match, other: difflib.Match, size: int) -> bool:
    """Return whether a small block stands much further away in the article than in the draft."""
    distance = other.a - one.a - one.size
    quoted_distance = other.b - one.b - one.size
    return distance - quoted_distance > 2 * size + 1


def _list_changes(text: str, piece: Piece, stretch: _Stretch, row: WordRow) -> list[Change]:
    """Return a piece with what was changed in it: the article's words, then the draft's."""
    draft = WordRow(text, piece.words)
    keys = list(draft.keys)
    source = row.keys[stretch.first : stretch.stop]
    # The first word may have another capital: it may have opened a sentence.
    if source and draft.lower[0] == source[0].lower():
        keys[0] = source[0]
    matcher = difflib.SequenceMatcher(
        None,
        source,
        keys,
        autojunk=False,
    )
    changes = []
    for kind, source_start, source_end, start, end in matcher.get_opcodes():
        written = draft.slice_text(start, end)
        if kind == "equal":
            change = Change("same", written)
            changes.append(change)
            continue
        first = stretch.first + source_start
        stop = stretch.first + source_end
        removed = row.slice_text(first, stop)
        if removed:
            change = Change("removed", removed)
            changes.append(change)
        if written:
            change = Change("added", written)
            changes.append(change)
    return changes
