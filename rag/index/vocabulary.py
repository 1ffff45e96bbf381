"""The words of an index as they are mostly written, and in how many passages each stands.

A vocabulary is two arrays. ``vocabulary`` has a column per word, ascending by the CRC-32 of the
folded word, so that a word is found by bisection; its rows are

    hash · letters (as bits) · first letter · length · language (as bytes) · passages · end in
    ``forms``

and ``forms`` holds the UTF-8 bytes of all words, one after the other. The bits say which of 32
kinds of letters a word is made of. One edit changes two of them at most, which rules out almost
every word before any edit distance is computed.
"""

from __future__ import annotations

import functools
import operator
import zlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.mapped_arrays import save_array
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.index.terms import TermDoc
    from rag.text import Word

# Letters of the shortest word that is kept. Chosen by hand: of shorter ones any is one edit from
# many.
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


class _Columns(NamedTuple):
    """Words as columns, a word in the same place of each."""

    languages: list[str]
    written: list[str]
    passages: list[int]


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
    def of(cls, forms: Sequence[Form]) -> Vocabulary:
        """Return the vocabulary of these words."""
        columns = _Columns([], [], [])
        for language, written, passages in forms:
            columns.languages.append(language)
            columns.written.append(written)
            columns.passages.append(passages)
        return cls.of_columns(columns)

    @classmethod
    def of_columns(cls, columns: _Columns) -> Vocabulary:
        """Return the vocabulary of words that are given as columns."""
        terms = _fold_all(columns.written)
        # A lone surrogate has no bytes.
        encoded_terms = [term.encode("utf-8", "replace") for term in terms]
        hashes_of_terms = list(map(zlib.crc32, encoded_terms))
        hashes = np.array(hashes_of_terms, np.uint32)
        # Stable, so that words with the same hash keep their order, and every build gives the same
        # bytes.
        order = np.argsort(hashes, kind="stable")
        encoded = [written.encode("utf-8", "replace") for written in columns.written]
        in_order = [encoded[position] for position in order.tolist()]
        codes = list(map(_encode_language, columns.languages))
        languages = np.array(codes, np.uint32)
        passages = np.array(columns.passages, np.uint32)
        lengths = list(map(len, in_order))
        # See the module for what each row is.
        letters = _describe_letters(terms)
        rows = np.zeros((_ROWS, len(terms)), np.uint32)
        rows[0] = hashes[order]
        rows[1:4] = letters[:, order]
        rows[4] = languages[order]
        rows[5] = passages[order]
        rows[6] = np.cumsum(lengths)
        all_bytes = b"".join(in_order)
        forms = np.frombuffer(all_bytes, np.uint8)
        return cls(rows, forms)

    def save(self, folder: Path) -> None:
        """Write the two arrays into a folder."""
        rows_path = folder / "vocabulary.npy"
        forms_path = folder / "forms.npy"
        save_array(rows_path, self._rows)
        save_array(forms_path, self._forms)

    def forms(self, term: str) -> list[Form]:
        """Return how a folded word is written, in any language, the most frequent first."""
        # In the type of the hashes: a number of Python would make NumPy convert all of them.
        wanted = np.uint32(_hash_term(term))
        first = int(self._hashes.searchsorted(wanted, "left"))
        end = int(self._hashes.searchsorted(wanted, "right"))
        forms = []
        for form in self._take(np.arange(first, end)):
            # Two words may have the same hash.
            if fold(form.written) == term:
                forms.append(form)
        forms.sort(key=lambda form: -form.passages)
        return forms

    def near(self, term: str, edits: int) -> list[Form]:
        """Return the words at most so many edits away from a folded word.

        The distance is Damerau and Levenshtein's, no letter touched twice (optimal string
        alignment). Of two edits none may change the first letter: people seldom miss it, and the
        search is faster.
        """
        from rapidfuzz.distance import OSA

        candidates = self._take(self._find_candidate_rows(term, edits))
        forms = []
        for form in candidates:
            folded = fold(form.written)
            distance = OSA.distance(term, folded, score_cutoff=edits)
            if distance <= edits:
                forms.append(form)
        return forms

    def _find_candidate_rows(self, term: str, edits: int) -> NDArray[np.int64]:
        """Return the rows of all words that so many edits could reach, by length and letters."""
        [letters], [initial], [length] = _describe_letters([term])
        # An edit makes a word longer or shorter by one letter at most.
        longest = length + edits
        shortest = max(length, edits) - edits  # unsigned numbers must not fall below 0
        is_candidate = self._lengths >= shortest
        is_candidate &= self._lengths <= longest
        if edits > 1:
            is_candidate &= self._initials == initial
        rows = np.flatnonzero(is_candidate)
        # It also takes away one letter and adds another at most: two bits that differ. That many
        # bits are cleared, the lowest first; what has none left may be near enough.
        differing = self._letters[rows] ^ letters
        for _ in range(2 * edits):
            # Less one, the lowest bit and those below it change; 0 must stay 0.
            less_one = differing - (differing > 0)
            differing &= less_one
        possible: NDArray[np.int64] = rows[differing == 0]
        return possible

    def _take(self, rows: NDArray[np.int64]) -> list[Form]:
        """Return the words of these rows."""
        if not len(rows):
            return []
        # A word's bytes start where those of the word before end.
        starts = np.where(rows > 0, self._ends[rows - 1], 0)
        columns = (
            starts,
            self._ends[rows],
            self._languages[rows],
            self._passages[rows],
        )
        # Numbers of Python, as those of NumPy are slow one by one.
        as_lists = [column.tolist() for column in columns]
        forms = []
        for start, end, language, passages in zip(*as_lists, strict=True):
            encoded = self._forms[start:end].tobytes()
            written = encoded.decode("utf-8", "replace")
            forms.append(Form(_decode_language(language), written, passages))
        return forms


def _fold_all(words: Sequence[str]) -> list[str]:
    """Return the words folded, in one call, which is much faster than one for each."""
    lines = "\n".join(words)
    folded = fold(lines).split("\n")
    return folded[: len(words)]  # of no words, splitting makes one empty line


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a lone surrogate has no bytes


def _hash_term(term: str) -> int:
    return zlib.crc32(_encode(term))


@functools.cache
def _encode_language(language: str) -> int:
    code = language.encode("ascii", "replace")
    return int.from_bytes(code[:_LANGUAGE_BYTES], "big")


@functools.cache
def _decode_language(code: int) -> str:
    padded = code.to_bytes(_LANGUAGE_BYTES, "big")
    return padded.lstrip(b"\0").decode("ascii")


def _describe_letters(terms: Sequence[str]) -> NDArray[np.uint32]:
    """Return of each term its letters as bits, its first letter and its length.

    A letter is one of 32 kinds by the last five bits of its code point: in most scripts,
    neighbours in the alphabet are of different kinds. Shape (3, terms).
    """
    # All terms as one array of code points, each followed by a line end: no loop over letters.
    lines = "".join(f"{term}\n" for term in terms)
    encoded = lines.encode("utf-32-le", "replace")
    codes = np.frombuffer(encoded, np.uint32)
    is_end = codes == ord("\n")
    ends = np.flatnonzero(is_end)
    # A term starts behind the line end of the one before.
    starts = np.append(0, ends + 1)[:-1]
    lengths = ends - starts
    initials = codes[starts]
    # A line end is no letter, and sets no bit.
    kinds = codes & 31
    bits = np.uint32(1) << kinds
    bits[is_end] = 0
    if len(starts):  # reduceat refuses to have no segment at all
        bits = np.bitwise_or.reduceat(bits, starts)
    return np.array([bits, initials, lengths], np.uint32)


class DescribedWord(NamedTuple):
    """What a word is looked up by: its letters as bits, its first letter, its length."""

    letters: int
    initial: int
    length: int


def describe_word(term: str) -> DescribedWord:
    """Return what a folded word is looked up by."""
    [letters], [initial], [length] = _describe_letters([term]).tolist()
    return DescribedWord(letters, initial, length)


def list_surfaces(text: str, words: Iterable[Word]) -> Iterator[str]:
    """Yield the words of a text as they are written there; of "14 000", the form "14000"."""
    for word in words:
        if len(word.term) < HELD:
            continue
        surface = text[word.start : word.end]
        is_whole = fold(surface) == word.term
        yield surface if is_whole else word.form


def count_surfaces(rows: Iterable[TermDoc]) -> Counts:
    """Return in how many of the rows each word of each language stands."""
    counts = Counts()
    for _ in count_words(rows, counts):
        pass
    return counts


def count_words(rows: Iterable[TermDoc], counts: Counts) -> Iterator[TermDoc]:
    """Yield the rows as they are.

    ``counts`` learns behind the last one how many hold each word of each language.
    """
    # Counted by language first: a pair for each word of each passage would take most of the time.
    by_language: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        surfaces = set(row.surfaces)  # once, however often it stands in the passage
        by_language[row.language].update(surfaces)
        yield row
    for language, counted in by_language.items():
        for surface, passages in counted.items():
            counts[language, surface] += passages


def build_vocabulary(counts: Counts) -> Vocabulary:
    """Return every word once, however it is capitalised, as it is written most often."""
    # The most frequent spelling comes first, and gives the word its form; of those that are as
    # frequent, the first in the order of the alphabet: a stable sort keeps it.
    by_frequency = sorted(counts.items())
    by_frequency.sort(key=operator.itemgetter(1), reverse=True)
    columns = _Columns([], [], [])
    places: dict[tuple[str, str], int] = {}
    for (language, surface), passages in by_frequency:
        word = (language, surface.lower())
        next_place = len(places)
        place = places.setdefault(word, next_place)
        if place < next_place:
            columns.passages[place] += passages
            continue
        columns.languages.append(language)
        columns.written.append(surface)
        columns.passages.append(passages)
    return Vocabulary.of_columns(columns)
