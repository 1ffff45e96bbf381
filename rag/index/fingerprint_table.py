"""The fingerprints of the articles of a generation, which an update compares new ones with.

fingerprints        uint64 (fingerprints,)  of all articles, one after the other
fingerprint_starts  int64  (articles + 1,)  where those of each begin; then the end of the last
article_tokens      int64  (articles,)      how many tokens each has
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.checked_files import report_damage, require
from rag.index.fingerprints import compute_fingerprints, list_ranges
from rag.index.mapped_arrays import ArrayWriter, save_array
from rag.index.near_duplicates import DescribedArticle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from rag.index.catalog_rows import ArticleRow
    from rag.index.held_generation import Generation
    from rag.records import Article

_FILES = {"values": "fingerprints", "starts": "fingerprint_starts", "tokens": "article_tokens"}


class Fingerprints(NamedTuple):
    """The fingerprints of articles, and how many tokens each has; see the module."""

    values: NDArray[np.uint64]
    starts: NDArray[np.int64]
    tokens: NDArray[np.int64]

    @classmethod
    def of(cls, tokens: Iterable[NDArray[np.uint16]]) -> Fingerprints:
        """Return the fingerprints of articles, given as token ids."""
        own = []
        lengths = []
        for ids in tokens:
            own.append(compute_fingerprints(ids))
            lengths.append(len(ids))
        ends = np.cumsum(list(map(len, own)), dtype=np.int64)
        return cls(
            np.concatenate([np.empty(0, np.uint64), *own]),
            np.append(np.int64(0), ends),
            np.array(lengths, np.int64),
        )

    def take(self, article: int) -> NDArray[np.uint64]:
        """Return the fingerprints of an article."""
        return self.values[self.starts[article] : self.starts[article + 1]]

    def describe(self, row: int, article: Article | ArticleRow) -> DescribedArticle:
        """Return what tells whether the article of a row has to be read to be compared."""
        own = self.take(row)
        return DescribedArticle(
            article.id, article.date, article.publisher, own, int(self.tokens[row])
        )


class FingerprintsWriter:
    """The fingerprints of the articles of a folder, written as they come."""

    def __init__(self, folder: Path) -> None:
        """Begin new files."""
        self._path = folder / f"{_FILES['values']}.npy"
        self._folder = folder
        self._values = ArrayWriter(self._path, "uint64")
        self._lengths: list[NDArray[np.int64]] = []  # of fingerprints
        self._tokens: list[NDArray[np.int64]] = []

    def add(self, fingerprints: Fingerprints) -> None:
        """Write those of articles behind those before."""
        self._values.add(fingerprints.values)
        self._lengths.append(np.diff(fingerprints.starts))
        self._tokens.append(fingerprints.tokens)

    def finish(self) -> Fingerprints:
        """Return those of all articles, when they are on the disk."""
        self._values.finish()
        nothing = np.empty(0, np.int64)
        zero = np.zeros(1, np.int64)
        lengths = np.concatenate([zero, *self._lengths])
        starts = np.cumsum(lengths)
        tokens = np.concatenate([nothing, *self._tokens])
        save_array(self._folder / f"{_FILES['starts']}.npy", starts)
        save_array(self._folder / f"{_FILES['tokens']}.npy", tokens)
        values = np.load(self._path, mmap_mode="r") if starts[-1] else np.empty(0, np.uint64)
        return Fingerprints(values, starts, tokens)

    def __enter__(self) -> FingerprintsWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._values.close()


@report_damage
def read_fingerprints(generation: Generation) -> Fingerprints | None:
    """Return those of a generation; None where it was written before they were kept."""
    if any(f"{name}.npy" not in generation.manifest["files"] for name in _FILES.values()):
        return None
    values = generation.load(_FILES["values"], "uint64")
    starts = generation.load(_FILES["starts"], "int64")
    tokens = generation.load(_FILES["tokens"], "int64")
    articles = generation.own_counts["articles"]
    require(len(starts) == articles + 1 and len(tokens) == articles, "other articles")
    require(starts[0] == 0 and starts[-1] == len(values), "fingerprints of no article")
    require((np.diff(starts) >= 0).all(), "fingerprints of no article")
    return Fingerprints(
        values,
        starts,
        tokens,
    )


class FingerprintParts:
    """The fingerprints of generations that follow each other; they stay in their files."""

    def __init__(self, parts: Sequence[Fingerprints]) -> None:
        """Take over the fingerprints of each generation, in order."""
        self._parts = parts
        counts = [len(part.tokens) for part in parts]
        ends = np.cumsum([0, *counts])
        self._firsts: list[int] = ends[:-1].tolist()
        self.articles = int(ends[-1])

    def _find(self, row: int) -> tuple[Fingerprints, int]:
        """Return the part of an article, and its row there."""
        place = bisect.bisect_right(self._firsts, row) - 1
        return self._parts[place], row - self._firsts[place]

    def take(self, row: int) -> NDArray[np.uint64]:
        """Return the fingerprints of an article."""
        part, own_row = self._find(row)
        return part.take(own_row)

    def describe(self, row: int, article: Article | ArticleRow) -> DescribedArticle:
        """Return what tells whether the article of a row has to be read to be compared."""
        part, own_row = self._find(row)
        return part.describe(own_row, article)

    def find_repeated(self) -> NDArray[np.uint64]:
        """Return the fingerprints that several articles have, ascending.

        They are looked through in ranges: all of them may not fit into memory.
        """
        total = sum(len(part.values) for part in self._parts)
        step = total // _SAMPLED + 1
        sample = [np.empty(0, np.uint64)]
        for part in self._parts:
            sample.append(part.values[::step])
        repeated = [np.empty(0, np.uint64)]
        for first, end in list_ranges(np.concatenate(sample), total):
            last = np.uint64(end - 1)
            taken = [np.empty(0, np.uint64)]
            for _, _, block in self._read_blocks():
                is_inside = (np.uint64(first) <= block) & (block <= last)
                taken.append(block[is_inside])
            values = np.sort(np.concatenate(taken))
            is_repeated = values[1:] == values[:-1]
            repeated.append(np.unique(values[1:][is_repeated]))
        return np.concatenate(repeated)

    def locate(self, wanted: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return of each occurrence of these fingerprints its article, and its place among them.

        They are ascending.
        """
        owners = [np.empty(0, np.int32)]
        places = [np.empty(0, np.int32)]
        # A table of the last digits first: of millions of others hardly one is looked up.
        may_be_wanted = np.zeros(_TABLE, np.bool_)
        may_be_wanted[_cut(wanted)] = True
        for part, (first_row, first), block in self._read_blocks():
            rows = np.flatnonzero(may_be_wanted[_cut(block)])
            found = block[rows]
            nearest = wanted.searchsorted(found)
            nearest[nearest == len(wanted)] = 0
            is_wanted = wanted[nearest] == found
            own = rows[is_wanted] + first
            articles = part.starts.searchsorted(own, side="right") - 1
            owners.append((articles + first_row).astype(np.int32))
            places.append(nearest[is_wanted].astype(np.int32))
        return np.concatenate(owners), np.concatenate(places)

    def _read_blocks(self) -> Iterator[tuple[Fingerprints, tuple[int, int], NDArray[np.uint64]]]:
        """Yield fingerprints of a part, its first article, where they stand in it, and they."""
        for part, first_row in zip(self._parts, self._firsts, strict=True):
            for first in range(0, len(part.values), _BLOCK):
                yield part, (first_row, first), part.values[first : first + _BLOCK]


_SAMPLED = 100_000  # fingerprints that tell how all are spread; chosen by hand
_TABLE = 1 << 24  # entries; chosen by hand: 16 MB
_BLOCK = 1 << 20  # fingerprints that are looked at at a time; chosen by hand: some 30 MB


def _cut(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the last digits of fingerprints."""
    digits = values & np.uint64(_TABLE - 1)
    return digits.astype(np.int64)
