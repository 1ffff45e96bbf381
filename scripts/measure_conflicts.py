#!/usr/bin/env python3
"""Measure how often sources that differ are told to, and how often sources that do not.

scripts/measure_conflicts.py [FILE…] [--reader auto|off] [--wrong]

A line of a file is a question with two articles that differ in what is asked for, or only seem to.
All articles lie in one index; each question is asked of all of them. By default the pairs that come
with the tests. --wrong prints each question that went wrong.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.pipeline import Rag
    from rag.records import Answer

DATA = ROOT / "tests" / "data"
FILES = (DATA / "dates" / "conflicts.jsonl", DATA / "conflicts" / "pairs.jsonl")
READERS = ("auto", "off")


class Pair(NamedTuple):
    """A question and two articles: whether they differ, or in which way they only seem to."""

    id: str
    question: str
    articles: Sequence[dict[str, str]]
    differs: bool
    kind: str
    as_of: datetime.date | None

    @property
    def paths(self) -> set[str]:
        """The files of its articles."""
        return {f"{self.id}-{number}.md" for number, _ in enumerate(self.articles, 1)}


def read_pairs(files: Iterable[Path]) -> list[Pair]:
    """Return the pairs of JSON lines files."""
    pairs = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            articles = row.get("articles") or row["sources"]
            differs = bool(row["differs"] if "differs" in row else row["figures"])
            day = row.get("as_of")
            as_of = datetime.date.fromisoformat(day) if day else None
            kind = row.get("kind", "figure" if differs else "none")
            name = f"{file.stem}-{row['id']}"
            pairs.append(Pair(name, row["question"], articles, differs, kind, as_of))
    return pairs


def write_articles(folder: Path, pairs: Iterable[Pair]) -> None:
    """Write the articles of all pairs into one folder."""
    folder.mkdir(exist_ok=True)
    for pair in pairs:
        for number, article in enumerate(pair.articles, 1):
            head = "".join(f"{key}: {article[key]}\n" for key in ("title", "publisher", "date"))
            text = f"---\n{head}---\n\n{article['text']}\n"
            path = folder / f"{pair.id}-{number}.md"
            path.write_text(text, encoding="utf-8")


def open_index(folder: Path, index: Path, reader: str = "auto") -> Rag:
    """Return the articles of a folder, indexed and open."""
    from rag.pipeline import Rag, build
    from rag.settings.schema import Settings

    settings = Settings(index=index, reader=reader)
    build(settings, [folder])
    return Rag.open(settings)


def judge(pair: Pair, answer: Answer, differing: Sequence[set[str]]) -> str:
    """Return what was made of a pair: found, missed, false, silent, or told as earlier.

    What is told of two articles of another pair that do differ is not false.
    """
    paths = {each.n: Path(each.passage.article.document.path).name for each in answer.citations}
    kinds = set()
    for conflict in answer.conflicts:
        cited = {paths[figure.citation] for figure in conflict.figures}
        is_right = pair.paths <= cited if pair.differs else any(each <= cited for each in differing)
        if conflict.kind == "earlier" or is_right == pair.differs:
            kinds.add(conflict.kind)
    if pair.differs:
        return "found" if "differ" in kinds else "missed"
    if "differ" in kinds:
        return "false"
    return "earlier" if "earlier" in kinds else "silent"


def measure(rag: Rag, pairs: Sequence[Pair]) -> tuple[Counter[str], list[str]]:
    """Return how many pairs were judged how, and what went wrong."""
    counts, failures = Counter[str](), []
    differing = [pair.paths for pair in pairs if pair.differs]
    for pair in pairs:
        answer = rag.ask(pair.question, today=pair.as_of)
        verdict = judge(pair, answer, differing)
        counts[verdict] += 1
        if verdict in ("missed", "false"):
            told = [[figure.value for figure in conflict.figures] for conflict in answer.conflicts]
            shown = f"{told} {answer.text[:300]!r}"
            failures.append(f"{pair.id} {verdict} ({pair.kind}): {pair.question} → {shown}")
    return counts, failures


def describe(counts: Counter[str]) -> str:
    """Return the shares of what differs that was found, and of what does not that was told."""
    differ = counts["found"] + counts["missed"]
    alike = counts["false"] + counts["silent"] + counts["earlier"]
    return (
        f"found {counts['found']} of {differ} that differ, false {counts['false']} of {alike} that seem to"
        f" (told as earlier: {counts['earlier']})"
    )


def main() -> None:
    """Print the measures for each setting of the reader."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", default=FILES)
    parser.add_argument("--reader", choices=READERS, help="measure with this setting alone")
    parser.add_argument("--wrong", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    pairs = read_pairs(file for file in options.files if file.exists())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "articles"
        write_articles(folder, pairs)
        for reader in [options.reader] if options.reader else READERS:
            with open_index(folder, Path(name) / f"index-{reader}", reader) as rag:
                counts, failures = measure(rag, pairs)
            print(f"reader {reader}: {describe(counts)}")
            if options.wrong:
                print("\n".join(failures), file=sys.stderr)


if __name__ == "__main__":
    main()
