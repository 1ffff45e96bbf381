#!/usr/bin/env python3
"""Measure how well reprints are grouped, pair by pair: precision and recall.

scripts/measure_reprints.py [FOLDER]

A file of the folder is one article; the name up to its first dot says which group is right. By default the articles that
come with the tests, in seven languages: wire copy, shortened and edited versions, reprints; apart from them corrected
figures, independent reports, follow-ups, market reports, briefs.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag import pipeline
from rag.index import generations as store
from rag.settings.schema import Settings
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

ARTICLES = ROOT / "tests" / "data" / "reprints"


class Pairs(NamedTuple):
    """Pairs of articles: those that should be together, those that are, and those that are both."""

    expected: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """The share of the pairs found that should be together."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the pairs that should be together that were found."""
        return self.right / self.expected if self.expected else 1.0


def groups(folder: Path) -> dict[str, int]:
    """The group that an index of the folder gives each of its files."""
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(index=Path(place) / "index")
        pipeline.build(settings, [folder])
        with store.open_generation(settings.index) as generation:
            articles = list(generation.articles())
            first = [next(iter(generation.article_rows(article.id))) for article in articles]
            owners = generation.owners_of(first)
    return {
        Path(article.path).name: owner.cluster
        for article, owner in zip(articles, owners, strict=True)
    }


def pairs(found: Mapping[str, int]) -> Pairs:
    """Compare groups with those that the names say."""
    expected, together, right = 0, 0, 0
    for one, other in itertools.combinations(found, 2):
        same, so = one.partition(".")[0] == other.partition(".")[0], found[one] == found[other]
        expected, together, right = expected + same, together + so, right + (same and so)
    return Pairs(expected, together, right)


def main() -> None:
    """Measure, and name what is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=ARTICLES)
    found = groups(parser.parse_args().folder)
    for one, other in itertools.combinations(found, 2):
        same = one.partition(".")[0] == other.partition(".")[0]
        if same != (found[one] == found[other]):
            print(f"{'apart' if same else 'together'}: {one} {other}")
    measured = pairs(found)
    print(
        f"{len(found)} articles, {measured.expected} pairs: precision {measured.precision:.3f}, recall {measured.recall:.3f}"
    )


if __name__ == "__main__":
    main()
