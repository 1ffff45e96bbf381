"""The fingerprints of the articles of a generation, which an update compares new ones with.

fingerprints        uint64 (fingerprints,)  of all articles, one after the other
fingerprint_starts  int64  (articles + 1,)  where those of each begin; then the end of the last
article_tokens      int64  (articles,)      how many tokens each has
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.checked_files import report_damage, require
from rag.index.fingerprints import compute_fingerprints
from rag.index.mapped_arrays import save_array
from rag.index.near_duplicates import DescribedArticle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    def of(cls, tokens: Sequence[NDArray[np.uint16]]) -> Fingerprints:
        """Return the fingerprints of articles, given as token ids."""
        own = [compute_fingerprints(ids) for ids in tokens]
        ends = np.cumsum(list(map(len, own)), dtype=np.int64)
        return cls(
            np.concatenate([np.empty(0, np.uint64), *own]),
            np.append(np.int64(0), ends),
            np.array(list(map(len, tokens)), np.int64),
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

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        for part, name in _FILES.items():
            save_array(folder / f"{name}.npy", getattr(self, part))


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


def join_fingerprints(parts: Sequence[Fingerprints]) -> Fingerprints:
    """Return those of generations that follow each other."""
    firsts = np.cumsum([0, *(len(part.values) for part in parts)])
    starts = [
        part.starts[:-1] + first
        for part, first in zip(
            parts,
            firsts[:-1],
            strict=True,
        )
    ]
    return Fingerprints(
        np.concatenate([part.values for part in parts]),
        np.concatenate([*starts, firsts[-1:]]),
        np.concatenate([part.tokens for part in parts]),
    )
