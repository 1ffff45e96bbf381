"""The sentences of passages in a store: where they stand, and their token ids.

They are read with their passage, for all passages at once that were announced.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, NamedTuple

from rag.records import Span
from rag.store.damaged_rows import explain_rows
from rag.store.packing import unpack_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.store.snapshot import Snapshot


class _Sentences(NamedTuple):
    """The sentences of a passage: the row of the first, spans and tokens of all."""

    first: int
    spans: list[Span]
    tokens: list[NDArray[np.uint16]]


@explain_rows
class StoredSentences:
    """The sentences of a snapshot. Those once read are kept."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read nothing yet."""
        self._snapshot = snapshot
        self._announced: set[int] = set()
        self._by_passage: dict[int, _Sentences] = {}
        self._by_first: dict[int, _Sentences] = {}
        self._firsts: list[int] = []  # in order

    def announce(self, rows: Iterable[int]) -> None:
        """Note passages whose sentences will be asked for: the first of them brings all."""
        self._announced.update(int(row) for row in rows)

    def sentence_rows(self, passage_row: int) -> range:
        """Return the rows of a passage's sentences."""
        if passage_row not in self._by_passage:
            self._read({passage_row, *self._announced})
        sentences = self._by_passage[passage_row]
        return range(sentences.first, sentences.first + len(sentences.spans))

    def spans(self, sentence_rows: Sequence[int]) -> list[Span]:
        """Return where these sentences stand in their documents."""
        places = [self._find(row) for row in sentence_rows]
        return [sentences.spans[place] for sentences, place in places]

    def tokens(self, sentence_rows: Sequence[int]) -> list[NDArray[np.uint16]]:
        """Return the token ids of each of these sentences."""
        places = [self._find(row) for row in sentence_rows]
        return [sentences.tokens[place] for sentences, place in places]

    def _find(self, row: int) -> tuple[_Sentences, int]:
        """Return the sentences of the passage that a sentence belongs to, and its place there."""
        place = bisect_right(self._firsts, row) - 1
        if place >= 0:
            sentences = self._by_first[self._firsts[place]]
            if row - sentences.first < len(sentences.spans):
                return sentences, row - sentences.first
        [(passage,)] = self._snapshot.select(
            "SELECT passage FROM sentences WHERE row = %(row)s", {"row": int(row)}
        )
        self._read({passage})
        sentences = self._by_passage[passage]
        return sentences, row - sentences.first

    def _read(self, passage_rows: set[int]) -> None:
        """Read the sentences of passages."""
        with self._snapshot.lock:
            missing = [row for row in passage_rows if row not in self._by_passage]
            self._announced.clear()
            selected = self._snapshot.select(
                "SELECT row, first_sentence, spans, tokens, token_ends FROM passages"
                " WHERE row = ANY (%(rows)s)",
                {"rows": missing},
            )
            for row, first, spans, tokens, token_ends in selected:
                sentences = _unpack(first, spans, tokens, token_ends)
                self._by_passage[row] = sentences
                if sentences.spans:
                    self._by_first[first] = sentences
                    insort(self._firsts, first)


def _unpack(first: int, spans: bytes, tokens: bytes, token_ends: bytes) -> _Sentences:
    """Return the sentences of a row."""
    bounds = unpack_numbers(spans, "<i4").reshape(-1, 2).tolist()
    ids = unpack_numbers(tokens, "<u2")
    sentences = []
    start = 0
    for end in unpack_numbers(token_ends, "<i4").tolist():
        sentences.append(ids[start:end])
        start = end
    return _Sentences(first, [Span(*bound) for bound in bounds], sentences)
