#!/usr/bin/env python3
"""Measure whether an index in PostgreSQL finds what the index of a folder finds, and how fast.

    scripts/measure_stores.py --store postgresql://USER@HOST/DATABASE?schema=measured [--limit 500]
        [--data ../shared/eval/piaf/fr] [--keep]

The corpus of a BEIR folder is written out as files, indexed into a temporary folder and into the store, and its
questions are searched in both. "same ten": the share of the questions of which the first ten passages are the same
ones in the same order. The schema should be one that nothing else is in: it is made anew, and dropped at the end.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rag import Rag, Settings, build
from rag.evaluate.beir import read_beir_documents, read_beir_questions
from rag.pipeline import BuildOptions
from rag.settings.store_address import check_store
from rag.store.address import PostgresStore
from rag.store.connection import connect
from tree import ROOT

DATA = ROOT.parent / "shared" / "eval" / "piaf" / "fr"
TOP = 10


class Comparison(NamedTuple):
    """The first ten of each question in both, with the milliseconds that each search took."""

    folder: list[list[str]]
    store: list[list[str]]
    folder_ms: list[float]
    store_ms: list[float]

    @property
    def same_ten(self) -> float:
        """The share of questions with the same first ten in the same order."""
        return _share(self.folder, self.store, lambda one, other: one == other)

    @property
    def same_set(self) -> float:
        """The share of questions with the same first ten in any order."""
        return _share(self.folder, self.store, lambda one, other: set(one) == set(other))

    @property
    def same_first(self) -> float:
        """The share of questions with the same first passage."""
        return _share(self.folder, self.store, lambda one, other: one[:1] == other[:1])


def _share(
    ones: Sequence[list[str]],
    others: Sequence[list[str]],
    is_same: Callable[[list[str], list[str]], bool],
) -> float:
    return statistics.mean(map(is_same, ones, others))


def write_corpus(data: Path, folder: Path) -> None:
    """Write the documents of a BEIR folder as files."""
    for document, _ in read_beir_documents(data / "corpus.jsonl"):
        name = re.sub(r"\W+", "-", document.path).strip("-")
        (folder / f"{name}.txt").write_text(document.text, encoding="utf-8")


def compare(folder: Settings, store: Settings, questions: Sequence[str]) -> Comparison:
    """Return what both indexes find for each question."""
    comparison = Comparison([], [], [], [])
    with Rag.open(folder) as on_disk, Rag.open(store) as in_database:
        for rag in (on_disk, in_database):
            rag.search("?", top=TOP)  # what the first question opens
        for question in questions:
            for rag, hits, times in (
                (on_disk, comparison.folder, comparison.folder_ms),
                (in_database, comparison.store, comparison.store_ms),
            ):
                started = time.perf_counter()
                answer = rag.search(question, top=TOP)
                times.append(1000 * (time.perf_counter() - started))
                hits.append([hit.passage.id for hit in answer.hits])
    return comparison


def drop_schema(store: PostgresStore) -> None:
    """Remove a schema with all that is in it."""
    with connect(store) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {store.schema} CASCADE")


def measure(data: Path, address: str, limit: int, *, keep: bool) -> list[str]:
    """Return the figures as lines."""
    store_address = check_store(address)
    store = PostgresStore(store_address)
    drop_schema(store)
    lines = []
    with tempfile.TemporaryDirectory(prefix="rag-stores-") as temporary:
        articles = Path(temporary, "articles")
        articles.mkdir()
        write_corpus(data, articles)
        folder = Settings(index=Path(temporary, "index"))
        in_store = replace(folder, store=store_address)
        for name, settings in (("folder", folder), ("store", in_store)):
            report = build(settings, [articles], options=BuildOptions())
            with Rag.open(settings) as rag:
                size = rag.generation.count_bytes()
            lines.append(
                f"{name}: {report.passages} passages, {report.seconds:.1f} s, {size / report.passages:.0f} bytes a passage"
            )
        questions = [question.text for question in read_beir_questions(data)[:limit]]
        comparison = compare(folder, in_store, questions)
    lines.append(
        f"{len(questions)} questions: same ten {comparison.same_ten:.3f}, in any order {comparison.same_set:.3f},"
        f" same first {comparison.same_first:.3f}"
    )
    for name, times in (("folder", comparison.folder_ms), ("store", comparison.store_ms)):
        ordered = sorted(times)
        lines.append(
            f"{name}: search p50 {statistics.median(ordered):.0f} ms, p95 {ordered[int(0.95 * len(ordered))]:.0f} ms"
        )
    if not keep:
        drop_schema(store)
    return lines


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", required=True)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--keep", action="store_true", help="leave the schema as it is at the end")
    options = parser.parse_args()
    print("\n".join(measure(options.data, options.store, options.limit, keep=options.keep)))


if __name__ == "__main__":
    main()
