"""The words of an index as they are mostly written, and in how many passages each stands.

A vocabulary is two arrays. ``vocabulary`` has a column per word, ascending by the CRC-32 of the folded
word, so that a word is found by bisection; its rows are

    hash · letters (as bits) · first letter · length · language (as bytes) · passages · end in ``forms``

and ``forms`` holds the UTF-8 bytes of all words, one after the other. The bits say which of 32 kinds of
letters a word is made of. One edit changes two of them at most, which rules out almost every word before
any edit distance is computed.
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

# Letters of the shortest word that is kept. Chosen by hand: of shorter ones any is one edit from many.
HELD = 3
_ROWS = 7  # hash, letters, first letter, length, language, passages, end
_LANGUAGE_BYTES = 4  # of a language code: two or three letters, or "und"

# In how many passages a word stands, by its language and as it is written.
Counts = Counter[tuple[str, str]]


class Form(NamedTuple):
    """A word of a language as it is mostly written, and in how many passages it stands."""

    language: str
    written: str
    passages: int


class Vocabulary:
    """The words of an index, or of a language of the lexicon; see above."""

    def __init__(self, rows: NDArray[np.uint32], forms: NDArray[np.uint8]) -> None:
        """Take the two arrays: ``rows`` of shape (7, words), and the bytes of all words."""
        self._rows = rows
        self._forms = forms
        (
            self._hashes,
            self._letters,
            self._initials,
            self._lengths,
            self._languages,
            self._passages,
            self._ends,
        ) = rows

    @classmethod
    def of(cls, found: Sequence[Form]) -> Vocabulary:
        """Return the vocabulary of these words."""
        terms = _fold_all([form.written for form in found])
        rows = np.zeros((_ROWS, len(found)), np.uint32)
        rows[0] = [_hash_term(term) for term in terms]
        rows[1:4] = _describe_letters(terms)
        rows[4] = [_encode_language(form.language) for form in found]
        rows[5] = [form.passages for form in found]
        order = np.argsort(rows[0], kind="stable")
        rows = rows[:, order]
        written = [_encode(found[position].written) for position in order.tolist()]
        rows[6] = np.cumsum([len(word) for word in written])
        return cls(rows, np.frombuffer(b"".join(written), np.uint8))

    def save(self, folder: Path) -> None:
        """Write the two arrays into a folder."""
        np.save(folder / "vocabulary.npy", self._rows, allow_pickle=False)
        np.save(folder / "forms.npy", self._forms, allow_pickle=False)

    def forms(self, term: str) -> list[Form]:
        """Return how a folded word is written, in any language, the most frequent first."""
        # In the type of the hashes: a number of Python would make NumPy convert all of them.
        wanted = np.uint32(_hash_term(term))
        first = int(self._hashes.searchsorted(wanted, "left"))
        end = int(self._hashes.searchsorted(wanted, "right"))
        candidates = self._take(np.arange(first, end))
        # Two words may have the same hash.
        forms = [form for form in candidates if fold(form.written) == term]
        return sorted(forms, key=lambda form: -form.passages)

    def near(self, term: str, edits: int) -> list[Form]:
        """Return the words at most so many edits away from a folded word.

        The distance is Damerau and Levenshtein's, no letter touched twice (optimal string alignment). Of
        two edits none may change the first letter: people seldom miss it, and the search is faster.
        """
        from rapidfuzz.distance import OSA

        candidates = self._take(self._find_candidate_rows(term, edits))
        return [
            form
            for form in candidates
            if OSA.distance(term, fold(form.written), score_cutoff=edits) <= edits
        ]

    def _find_candidate_rows(self, term: str, edits: int) -> NDArray[np.int64]:
        """Return the rows of all words that so many edits could reach, by length and letters alone."""
        [letters], [initial], [length] = _describe_letters([term])
        shortest = max(length, edits) - edits  # unsigned numbers must not fall below 0
        likely = (self._lengths >= shortest) & (self._lengths <= length + edits)
        if edits > 1:
            likely &= self._initials == initial
        rows = np.flatnonzero(likely)
        differing = self._letters[rows] ^ letters
        # Each edit takes away one letter and adds another at most: two bits that differ.
        for _ in range(2 * edits):
            differing &= differing - (differing > 0)  # clears the lowest bit
        possible: NDArray[np.int64] = rows[differing == 0]
        return possible

    def _take(self, rows: NDArray[np.int64]) -> list[Form]:
        """Return the words of these rows."""
        if not len(rows):
            return []
        starts = np.where(rows > 0, self._ends[rows - 1], 0).tolist()
        ends = self._ends[rows].tolist()
        languages = self._languages[rows].tolist()
        passages = self._passages[rows].tolist()
        forms = []
        for start, end, language, count in zip(starts, ends, languages, passages, strict=True):
            written = self._forms[start:end].tobytes().decode("utf-8", "replace")
            forms.append(Form(_decode_language(language), written, count))
        return forms


def _fold_all(words: Sequence[str]) -> list[str]:
    """Return the words folded, in one call, which is much faster than one for each."""
    return fold("\n".join(words)).split("\n")[: len(words)]


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a lone surrogate has no bytes


def _hash_term(term: str) -> int:
    return zlib.crc32(_encode(term))


def _encode_language(language: str) -> int:
    return int.from_bytes(language.encode("ascii", "replace")[:_LANGUAGE_BYTES], "big")


@functools.cache
def _decode_language(code: int) -> str:
    return code.to_bytes(_LANGUAGE_BYTES, "big").lstrip(b"\0").decode("ascii")


def _describe_letters(terms: Sequence[str]) -> NDArray[np.uint32]:
    """Return of each term its letters as bits, its first letter and its length, shape (3, terms).

    A letter is one of 32 kinds by the last five bits of its code point: in most scripts, neighbours in
    the alphabet are of different kinds.
    """
    lines = "".join(f"{term}\n" for term in terms)
    codes = np.frombuffer(lines.encode("utf-32-le", "replace"), np.uint32)
    is_end = codes == ord("\n")
    ends = np.flatnonzero(is_end)
    starts = np.append(0, ends + 1)[:-1]
    bits = np.where(is_end, 0, np.uint32(1) << (codes & 31)).astype(np.uint32)
    # reduceat refuses to have no segment at all.
    letters = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
    return np.array([letters, codes[starts], ends - starts], np.uint32)


def list_surfaces(text: str, found: Iterable[Word]) -> Iterator[str]:
    """Yield the words of a text as they are written there; of "l'usine" the word without its elision."""
    for word in found:
        if len(word.term) < HELD:
            continue
        surface = text[word.start : word.end]
        yield surface if fold(surface) == word.term else word.form


def count_words(rows: Iterable[TermDoc], counts: Counts) -> Iterator[TermDoc]:
    """Yield the rows as they are; ``counts`` learns in how many of them each word of each language stands."""
    for row in rows:
        counts.update((row.language, surface) for surface in set(row.surfaces))
        yield row


def build_vocabulary(counts: Counts) -> Vocabulary:
    """Return the vocabulary: every word once, however it is capitalised, as it is written most often."""
    forms: dict[tuple[str, str], Form] = {}
    # The most frequent spelling comes first, and gives the word its form.
    by_frequency = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for (language, surface), passages in by_frequency:
        key = (language, surface.lower())
        known = forms.get(key, Form(language, surface, 0))
        forms[key] = known._replace(passages=known.passages + passages)
    return Vocabulary.of(list(forms.values()))
