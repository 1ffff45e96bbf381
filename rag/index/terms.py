"""The terms of passages, ranked by BM25.

Texts come as terms already (see ``rag.text.words`` and the lexicon's units); ``term_table`` says
how they are kept. Of two searches of the same articles the scores are the same, whenever and in
however many steps they were indexed: document frequencies and mean lengths are those of the whole.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.checked_files import report_damage, require
from rag.index.mapped_arrays import MappedArrays
from rag.index.term_scores import FieldNorms, Posting, compute_idf, find_best
from rag.index.term_table import LENGTHS, hash_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.files import Digest
    from rag.index.mapped_arrays import MappedRows
    from rag.records import Filters

    # The rows that filters let through, None for all.
    FindRows = Callable[[Filters], "NDArray[np.int64] | None"]

FIELDS = ("title", "words", "stems")
TERMS = "terms"  # the folder of their files


class TermDoc(NamedTuple):
    """What is indexed of a passage: its row, terms by field, what filters look at, words.

    Rows follow each other from 0.
    """

    row: int
    title: Sequence[str]
    words: Sequence[str]
    stems: Sequence[str]
    language: str
    publisher: str | None
    day: int  # date.toordinal(), 0 when undated
    surfaces: Sequence[str] = ()  # words as written: not indexed, but counted for the vocabulary


class QueryTerm(NamedTuple):
    """A term to look for in a field, with the factor its BM25 score is multiplied by."""

    field: str
    term: str
    boost: float = 1.0


def join_boosts(query: Sequence[QueryTerm]) -> dict[tuple[str, str], float]:
    """Return the boost of each term of a field once, however often it is asked for."""
    boosts: dict[tuple[str, str], float] = {}
    for field, term, boost in query:
        boosts[field, term] = boosts.get((field, term), 0.0) + boost
    return boosts


_KEPT_HASHES = 1 << 17  # chosen by hand: the frequent terms of any index, in 20 MB
_KEPT_RANGES = 1 << 16  # chosen by hand: the terms of a long session, in 15 MB


class _Hashes(dict[str, int]):
    """The hash of each term, computed once as long as it is kept."""

    def __missing__(self, term: str) -> int:
        value = hash_term(term)
        if len(self) >= _KEPT_HASHES:
            self.clear()
        self[term] = value
        return value


class GatheredTerms(NamedTuple):
    """The hashes of the terms of a field, passage after passage, and how many each has."""

    hashes: array[int]
    lengths: list[int]


# Those of every field.
FieldTerms = dict[str, GatheredTerms]


class TermGatherer:
    """Gathers the terms of passages, and remembers hashes from one call to the next."""

    def __init__(self) -> None:
        self._hash_of = _Hashes()

    def gather(self, rows: Iterable[TermDoc]) -> FieldTerms:
        """Return the terms of passages by their field."""
        find_hash = self._hash_of.__getitem__
        fields = _make_fields()
        for row in rows:
            for field, gathered in fields.items():
                terms: Sequence[str] = getattr(row, field)
                gathered.hashes.extend(map(find_hash, terms))
                gathered.lengths.append(len(terms))
        return fields


def gather_terms(rows: Iterable[TermDoc]) -> FieldTerms:
    """Return the terms of passages by their field."""
    return TermGatherer().gather(rows)


def _make_fields() -> FieldTerms:
    return {field: GatheredTerms(array("Q"), []) for field in FIELDS}


class _Field(NamedTuple):
    """The arrays of a field: what is searched is read whole, postings as they are needed."""

    keys: NDArray[np.uint64]
    starts: MappedRows
    rows: MappedRows
    counts: MappedRows
    norms: FieldNorms


class Terms(MappedArrays):
    """The terms of a generation, for searching."""

    def __init__(
        self,
        folder: Path,
        digests: Mapping[str, Digest],
        *,
        passages: int,
        find_rows: FindRows,
    ) -> None:
        """Open nothing yet; the files lie in ``terms/``, one row for each of ``passages``."""
        super().__init__(folder, digests)
        self.size = passages
        self._find_rows = find_rows
        self._fields: dict[str, _Field] = {}
        # Where the postings of terms lie: a question asks for each several times.
        self._ranges: dict[tuple[str, str], tuple[int, int]] = {}

    def _open_field(self, field: str) -> _Field:
        if field in self._fields:
            return self._fields[field]
        prefix = f"{TERMS}/{field}"
        sizes = self.load(f"{prefix}_sizes", "uint8")
        [total] = self.load(f"{prefix}_total", "int64").tolist()
        require(len(sizes) == self.size, "terms of another number of passages")
        require(total >= 0, "a negative number of terms")
        mean = total / max(self.size, 1)
        opened = _Field(
            keys=self.load(f"{prefix}_keys", "uint64"),
            starts=self.load_rows(f"{prefix}_starts", "int64"),
            rows=self.load_rows(f"{prefix}_rows", "int32"),
            counts=self.load_rows(f"{prefix}_counts", "uint8"),
            norms=FieldNorms.of(sizes, LENGTHS, mean),
        )
        bounds = len(opened.starts.array)
        postings = len(opened.rows.array)
        counts = len(opened.counts.array)
        require(bounds == len(opened.keys) + 1, "terms without postings")
        require(postings == counts, "postings without counts")
        self._fields[field] = opened
        return opened

    def _find_range(self, field: str, term: str) -> tuple[int, int]:
        """Return where the postings of a term of a field begin and end."""
        place = self._ranges.get((field, term))
        if place is None:
            if len(self._ranges) >= _KEPT_RANGES:
                self._ranges.clear()
            place = self._look_up(self._open_field(field), term)
            self._ranges[field, term] = place
        return place

    def _look_up(self, field: _Field, term: str) -> tuple[int, int]:
        # In the type of the keys: a number of Python would make NumPy convert all of them.
        key = np.uint64(hash_term(term))
        place = int(field.keys.searchsorted(key))
        if place == len(field.keys) or field.keys[place] != key:
            return 0, 0
        self.touch(field.starts, place, place + 2)
        start, end = field.starts.array[place : place + 2].tolist()
        require(0 <= start <= end <= len(field.rows.array), "postings that are not there")
        return start, end

    @report_damage
    def doc_freq(self, field: str, term: str) -> int:
        """Return the document frequency of a term: in how many passages a field holds it."""
        start, end = self._find_range(field, term)
        return end - start

    def frequency(self, language: str, unit: str) -> int:
        """Return in how many passages of a language a unit stands; if in none, how many headers."""
        term = f"{language}:{unit}"
        in_texts = self.doc_freq("stems", term)
        if in_texts:
            return in_texts
        return self.doc_freq("title", term)

    @report_damage
    def search(
        self, query: Sequence[QueryTerm], k: int, filters: Filters | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k passages of greatest BM25 score that hold at least one of the terms.

        Undated passages are in no range of days; publishers are compared without case and accents.
        Filters change no score. Returns row numbers and scores, best first, rows in order where
        scores are equal.
        """
        postings = []
        for (field, term), boost in join_boosts(query).items():
            posting = self._read_posting(field, term, boost)
            if posting is not None:
                postings.append(posting)
        allowed = None if filters is None else self._find_rows(filters)
        rows, scores = find_best(postings, min(k, self.size), size=self.size, allowed=allowed)
        return rows, scores

    def read_postings(self, field: str, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return the passages whose field holds a term, ascending, and how often each does."""
        start, end = self._find_range(field, term)
        opened = self._open_field(field)
        if start < end:
            self.touch(opened.rows, start, end)
            self.touch(opened.counts, start, end)
        rows = opened.rows.array[start:end]
        counts = opened.counts.array[start:end]
        if start < end:
            # They are ascending: the first and the last one tell.
            require(rows[0] >= 0, "terms of no passage")
            require(rows[-1] < self.size, "terms of no passage")
        return rows, counts

    def read_sizes(self, field: str) -> NDArray[np.uint8]:
        """Return the code of the length of a field in each passage."""
        return self._open_field(field).norms.codes

    @report_damage
    def sum_lengths(self, field: str, rows: Sequence[int] | None = None) -> int:
        """Return how many terms a field has in these passages, or in all."""
        if rows is None:
            [total] = self.load(f"{TERMS}/{field}_total", "int64").tolist()
            return int(total)
        lengths = self.load(f"{TERMS}/{field}_lengths", "uint32")
        return int(lengths[rows].sum(dtype=np.int64))

    def _read_posting(self, field: str, term: str, boost: float) -> Posting | None:
        """Return what a term of the query adds to which passages; None when it is in none."""
        rows, counts = self.read_postings(field, term)
        if not len(rows):
            return None
        weight = boost * compute_idf(len(rows), self.size)
        return Posting(rows, counts, self._open_field(field).norms, weight)
