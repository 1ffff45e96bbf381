"""The terms of segments, ranked as one: every statistic is that of all passages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.index.checked_files import report_damage
from rag.index.term_scores import FieldNorms, Posting, compute_idf, find_best
from rag.index.term_table import LENGTHS
from rag.index.terms import join_boosts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rag.index.segments import Segment
    from rag.index.terms import QueryTerm
    from rag.records import Filters

    FindRows = Callable[[Filters], NDArray[np.int64] | None]


class SegmentedTerms:
    """The terms of all segments, for searching; rows are those of the index."""

    def __init__(self, segments: Sequence[Segment], size: int, find_rows: FindRows) -> None:
        """``size``: passages that are not removed."""
        self._segments = segments
        self._size = size
        self._find_rows = find_rows
        self._norms: dict[str, FieldNorms] = {}

    def doc_freq(self, field: str, term: str) -> int:
        """Return the document frequency of a term: in how many passages a field holds it."""
        count = 0
        for segment in self._segments:
            terms = segment.generation.terms
            if segment.is_live is None:
                count += terms.doc_freq(field, term)
            else:
                rows, _ = terms.read_postings(field, term)
                count += int(segment.is_live[rows].sum())
        return count

    def frequency(self, language: str, unit: str) -> int:
        """Return in how many passages of a language a unit stands; if in none, how many headers."""
        term = f"{language}:{unit}"
        return self.doc_freq("stems", term) or self.doc_freq("title", term)

    @report_damage
    def search(
        self, query: Sequence[QueryTerm], k: int, filters: Filters | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k passages of greatest BM25 score, as ``Terms.search`` does."""
        postings = []
        for (field, term), boost in join_boosts(query).items():
            posting = self._read_posting(
                field,
                term,
                boost,
            )
            if posting is not None:
                postings.append(posting)
        allowed = None if filters is None else self._find_rows(filters)
        return find_best(
            postings,
            min(k, self._size),
            size=self._end,
            allowed=allowed,
        )

    @cached_property
    def _end(self) -> int:
        return self._segments[-1].end.passages

    def _read_posting(self, field: str, term: str, boost: float) -> Posting | None:
        """Return what a term of the query adds to which passages; None when it is in none."""
        all_rows = []
        all_counts = []
        for segment in self._segments:
            rows, counts = segment.generation.terms.read_postings(field, term)
            if not len(rows):
                continue
            if segment.is_live is not None:
                is_live = segment.is_live[rows]
                rows, counts = rows[is_live], counts[is_live]
            all_rows.append(rows + np.int32(segment.first.passages))
            all_counts.append(counts)
        frequency = sum(map(len, all_rows))
        if not frequency:
            return None
        weight = boost * compute_idf(frequency, self._size)
        rows, counts = np.concatenate(all_rows), np.concatenate(all_counts)
        return Posting(
            rows,
            counts,
            self._find_norms(field),
            weight,
        )

    def _find_norms(self, field: str) -> FieldNorms:
        """Return the norms of a field, by its mean length in all passages that are there."""
        if field not in self._norms:
            total = 0
            codes = []
            for segment in self._segments:
                terms = segment.generation.terms
                codes.append(terms.read_sizes(field))
                total += terms.sum_lengths(field)
                if segment.removal.passages:
                    total -= terms.sum_lengths(field, segment.removal.passages)
            mean = total / max(self._size, 1)
            self._norms[field] = FieldNorms.of(
                np.concatenate(codes),
                LENGTHS,
                mean,
            )
        return self._norms[field]
