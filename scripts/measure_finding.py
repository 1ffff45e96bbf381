#!/usr/bin/env python3
"""Measure what the search finds: in one language, across, in a folder of many languages, and of the press.

    scripts/measure_finding.py [--model NAME] [--only PART] [--limit N] [--data ../shared/eval]

A row is a language of questions and the paragraphs they are asked of: "fr > en+es" are French questions of an
index that holds the English and the Spanish paragraphs. Where the question's own language is among them, only its
own paragraph is right. R@k: a right passage is among the first k. Of the press (scripts/training/press, one article
in three, which the reader never saw) a passage is right that holds the sentence which answers.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from measure_press import PRESS, read_questions
from rag import Rag, Settings, build, evaluate
from rag.models import embedders
from rag.records import Document, Passage
from rag.search import search_passages
from training.reader_data import plain
from tree import ROOT

CUTS = (1, 5, 10, 16, 24)
MANY = "en+es+de+ru+zh+el+ar+hi+ro+th+tr+vi"
PIAF = "piaf"
ROWS = (
    *((PIAF, PIAF), ("en", "en"), ("es", "es"), ("de", "de")),
    *(("fr", other) for other in ("en", "es", "de")),
    *((other, "en") for other in ("es", "de", "ro", "tr", "ru", "el", "zh")),
    *((asked, MANY) for asked in ("en", "es", "de", "ro", "tr", "ru", "fr")),
    *((asked, "piaf+en+es+de") for asked in (PIAF, "fr")),
)


class Asked(NamedTuple):
    """A question, and the paragraphs that are right, or pieces of the sentence that answers."""

    text: str
    right: frozenset[str]
    evidence: tuple[str, ...] = ()


def read_documents(data: Path, corpus: str) -> Iterator[tuple[Document, str]]:
    """The paragraphs of all languages of a corpus, each named after its language too."""
    for part in corpus.split("+"):
        folder = "piaf/fr" if part == PIAF else f"xquad/{part}"
        for document, title in evaluate.read_beir_documents(data / folder / "corpus.jsonl"):
            name = f"{document.path}-{part}"
            yield Document(name, document.text, document.sha256, document.format), title


def read_asked(data: Path, language: str, corpus: str) -> list[Asked]:
    """The questions of a language about a corpus."""
    folder = "piaf/fr" if language == PIAF else f"xquad/{language}"
    parts = corpus.split("+")
    right_parts = [language] if language in parts else [part for part in parts if part != PIAF]
    asked = []
    for question in evaluate.read_beir_questions(data / folder):
        right = {f"{name}-{part}" for name in question.relevant for part in right_parts}
        asked.append(Asked(question.text, frozenset(right)))
    return asked


def is_right(asked: Asked, passage: Passage) -> bool:
    """Whether a passage is one that answers."""
    if not asked.evidence:
        return passage.article.document.path in asked.right
    text = plain(passage.text)
    return any(piece in text for piece in asked.evidence)


def measure(rag: Rag, questions: Iterable[Asked]) -> dict[int, float]:
    """The share of questions with a right passage among the first, for each cut."""
    table = embedders.open_token_vectors()
    ranks = []
    for asked in questions:
        query = rag.query(asked.text)
        ranked = search_passages(query, generation=rag.generation, table=table)
        passages = rag.generation.passages(ranked.rows[: max(CUTS)].tolist())
        places = [rank for rank, passage in enumerate(passages) if is_right(asked, passage)]
        ranks.append(places[0] if places else max(CUTS))
    return {cut: sum(rank < cut for rank in ranks) / len(ranks) for cut in CUTS}


def take_evenly(asked: list[Any], limit: int) -> list[Any]:
    """At most so many, evenly chosen."""
    return asked[:: max(1, -(-len(asked) // limit))]


def print_row(name: str, asked: list[Asked], found: dict[int, float]) -> None:
    """One row of the table."""
    figures = " | ".join(f"{share:.3f}" for share in found.values())
    print(f"| {name} | {len(asked)} | {figures} |", flush=True)


def measure_press(options: argparse.Namespace, index: Path) -> None:
    """The press, in one index."""
    folders = [path.parent for path in sorted(PRESS.glob("*/questions.jsonl"))]
    held_out = [each for folder in folders for each in read_questions(folder) if each.evidence]
    asked = [Asked(each.question, frozenset(), tuple(each.evidence)) for each in held_out]
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    settings = Settings(index=index, dates=False, model=options.model)
    build(settings, [path for path in files if path.suffix in (".md", ".txt")])
    with Rag.open(settings) as rag:
        asked = take_evenly(asked, options.limit)
        print_row("press", asked, measure(rag, asked))


def main() -> None:
    """Index each corpus once, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="shipped")
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--limit", type=int, default=300, help="questions a row, evenly chosen")
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "eval")
    options = parser.parse_args()
    print(f"| questions > passages | asked | {' | '.join(f'R@{cut}' for cut in CUTS)} |")
    print(f"|---|{'--:|' * (len(CUTS) + 1)}")
    rows = [row for row in ROWS if options.only in f"{row[0]} > {row[1]}"]
    with tempfile.TemporaryDirectory() as place:
        for number, corpus in enumerate(dict.fromkeys(corpus for _, corpus in rows)):
            settings = Settings(index=Path(place) / str(number), model=options.model)
            documents = list(read_documents(options.data, corpus))
            with evaluate.open_corpus(documents, settings, lambda *_: None) as rag:
                for language in (asked for asked, of in rows if of == corpus):
                    asked = take_evenly(read_asked(options.data, language, corpus), options.limit)
                    print_row(f"{language} > {corpus}", asked, measure(rag, asked))
        if options.only in "press":
            measure_press(options, Path(place) / "press")


if __name__ == "__main__":
    main()
