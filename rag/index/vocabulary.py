"""The words of an index as they are mostly written, and in how many passages each stands.

A vocabulary is two arrays, ``vocabulary`` and ``forms``: a row per word, ascending by the CRC-32 of the folded word, with
the letters it is made of as bits; and the bytes of all words. One edit changes two of these bits at most, which rules out
almost every word before any distance is computed.
"""

from __future__ import annotations

import functools
import zlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.index.terms import TermDoc
    from rag.text.words import Word

HELD = 3  # letters of a word that the vocabulary holds
_COLUMNS = 7  # hash, letters, first letter, length, language, passages, end of the bytes

Counts = Counter[
    tuple[str, str]
]  # in how many passages a word stands, by language and as it is written


class Form(NamedTuple):
    """A word of a language as it is mostly written, and in how many passages it stands."""

    language: str
    written: str
    passages: int


class Vocabulary:
    """The words of an index, or of a language of the lexicon; see above."""

    def __init__(self, rows: NDArray[np.uint32], forms: NDArray[np.uint8]) -> None:
        (
            self._hashes,
            self._letters,
            self._initials,
            self._lengths,
            self._languages,
            self._passages,
            self._ends,
        ) = rows
        self._rows, self._forms = rows, forms

    @classmethod
    def of(cls, found: Sequence[Form]) -> Vocabulary:
        """The vocabulary of these words."""
        terms = fold("\n".join(form.written for form in found)).split("\n")[: len(found)]
        rows = np.zeros((_COLUMNS, len(found)), np.uint32)
        rows[0] = [zlib.crc32(_bytes(term)) for term in terms]
        rows[1:4] = _letters(terms)
        rows[4] = [_code(form.language) for form in found]
        rows[5] = [form.passages for form in found]
        order = np.argsort(rows[0], kind="stable")
        written = [_bytes(found[place].written) for place in order.tolist()]
        rows = rows[:, order]
        rows[6] = np.cumsum(list(map(len, written)))
        return cls(rows, np.frombuffer(b"".join(written), np.uint8))

    def save(self, folder: Path) -> None:
        """Write the two arrays into a folder."""
        np.save(folder / "vocabulary.npy", self._rows, allow_pickle=False)
        np.save(folder / "forms.npy", self._forms, allow_pickle=False)

    def forms(self, term: str) -> list[Form]:
        """How a folded word is written, in any language, the most frequent first."""
        wanted = np.uint32(zlib.crc32(_bytes(term)))
        first, last = (int(self._hashes.searchsorted(wanted, side)) for side in ("left", "right"))
        found = [form for form in self._take(np.arange(first, last)) if fold(form.written) == term]
        return sorted(found, key=lambda form: -form.passages)

    def near(self, term: str, edits: int) -> list[Form]:
        """The words that are so many edits or fewer away from a folded word; two edits leave the first letter alone."""
        from rapidfuzz.distance import OSA

        ((letters,), (initial,), (length,)) = _letters([term])
        likely = (self._lengths >= max(length, edits) - edits) & (self._lengths <= length + edits)
        if edits > 1:
            likely &= self._initials == initial
        rows = np.flatnonzero(likely)
        differing = self._letters[rows] ^ letters
        for _ in range(2 * edits):
            differing &= differing - (differing > 0)  # without its lowest bit
        found = self._take(rows[differing == 0])
        return [
            form
            for form in found
            if OSA.distance(term, fold(form.written), score_cutoff=edits) <= edits
        ]

    def _take(self, rows: NDArray[np.int64]) -> list[Form]:
        starts = np.where(rows > 0, self._ends[rows - 1], 0).tolist() if len(rows) else []
        columns = (
            starts,
            *(column[rows].tolist() for column in (self._ends, self._languages, self._passages)),
        )
        return [
            Form(
                _language(code),
                self._forms[start:end].tobytes().decode("utf-8", "replace"),
                passages,
            )
            for start, end, code, passages in zip(*columns, strict=True)
        ]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a lone surrogate has no bytes


def _code(language: str) -> int:
    return int.from_bytes(language.encode("ascii", "replace")[:4], "big")


@functools.cache
def _language(code: int) -> str:
    return code.to_bytes(4, "big").lstrip(b"\0").decode("ascii")


def _letters(terms: Sequence[str]) -> NDArray[np.uint32]:
    """Of each term which of 32 kinds of letters it holds, as bits, its first letter, and how many it has."""
    codes = np.frombuffer(
        "".join(f"{term}\n" for term in terms).encode("utf-32-le", "replace"), np.uint32
    )
    ends = np.flatnonzero(codes == ord("\n"))
    starts = np.append(0, ends + 1)[:-1]
    bits = np.where(codes == ord("\n"), 0, np.uint32(1) << (codes & 31)).astype(np.uint32)
    held = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
    return np.array([held, codes[starts], ends - starts], np.uint32)


def list_surfaces(text: str, found: Iterable[Word]) -> Iterator[str]:
    """The words found in a text, as they are written there."""
    for word in found:
        surface = text[word.start : word.end]
        if len(word.term) >= HELD:
            yield surface if fold(surface) == word.term else word.form


def count_words(rows: Iterable[TermDoc], counts: Counts) -> Iterator[TermDoc]:
    """The rows, as they are; meanwhile ``counts`` learns in how many of them each word of each language stands."""
    for row in rows:
        counts.update((row.language, surface) for surface in set(row.surfaces))
        yield row


def build_vocabulary(counts: Counts) -> Vocabulary:
    """Every word once, however it is capitalised, as it is written most often."""
    best: dict[tuple[str, str], Form] = {}
    for (language, surface), passages in sorted(
        counts.items(), key=lambda item: (-item[1], item[0])
    ):
        key = (language, surface.lower())
        before = best.get(key, Form(language, surface, 0))
        best[key] = before._replace(passages=before.passages + passages)
    return Vocabulary.of(list(best.values()))
