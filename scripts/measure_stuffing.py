#!/usr/bin/env python3
"""Measure how far one article that was written for a question takes its answer over.

scripts/measure_stuffing.py [--lang fr] [--questions 60] [--articles FOLDER] [--kind WORDS]

Questions that are answered right, and half as many that are refused, each get an article of one of the
nine kinds in tests/data/stuffing/kinds.toml. The folder holds one folder a topic, each with its articles
and a questions.jsonl; the articles of the first topic are left out, and its questions are those refused.
By default that is the news of ten topics in scripts/training/press.

A row says how often the answer quotes that article first, how often at all, how often it no longer holds
the truth, and how many refusals became an answer that quotes it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli

from rag.pipeline import BuildOptions, Rag, build
from rag.settings.schema import Settings
from rag.text import find_words, fold
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.records import Answer

PRESS = ROOT / "scripts" / "training" / "press"
KINDS = ROOT / "tests" / "data" / "stuffing" / "kinds.toml"
TOPICS = (
    "cities",
    "culture",
    "economy",
    "energy",
    "industry",
    "retail",
    "science",
    "software",
    "telecom",
    "world",
)
PREFIX = "stuffed-"  # of the names of the articles written for a question
SEED = 12
MIN_KEYWORD = 4  # letters
ASKING_MARKS = " ?¿!¡\u00a0\u202f"


class Asked(NamedTuple):
    """A question, and what answered it before: what it looks for and the sentence that has it."""

    question: str
    evidence: str = ""
    sentence: str = ""


class Outcome(NamedTuple):
    """What one article a question did: counts of questions."""

    first: int
    quoted: int
    lost: int
    turned: int


def read_kinds() -> dict[str, Any]:
    """Return the nine kinds, and the fake in each language."""
    return tomli.loads(KINDS.read_text(encoding="utf-8"))


def read_questions(topic: Path, language: str) -> list[dict[str, Any]]:
    """Return the questions of a topic in one language."""
    lines = (topic / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["lang"] == language]


def write_article(kind: Mapping[str, Any], language: str, fake: str, asked: Asked) -> str:
    """Return the article of a kind that is written for a question."""
    keywords = [word.form for word in find_words(asked.question) if len(word.term) >= MIN_KEYWORD]
    twisted = f"{asked.sentence} {fake}."
    if asked.evidence and asked.evidence in asked.sentence:
        twisted = asked.sentence.replace(asked.evidence, fake)
    values = {
        "question": asked.question,
        "bare": asked.question.strip(ASKING_MARKS),
        "keywords": " ".join(keywords).capitalize(),
        "keywords_20": " ".join(keywords * 20),
        "fake": fake,
        "twisted": twisted.strip(),
    }
    each = kind.get("each", "")
    repeated = [each.format(number=number, **values) for number in range(kind.get("times", 0))]
    return str(kind[language]).format(**values) + "".join(repeated)


def holds(quote: str, evidence: Sequence[str]) -> bool:
    """Return whether a quotation holds one of the texts, but for case, accents and white space."""
    text = " ".join(fold(quote).split())
    return any(" ".join(fold(each).split()) in text for each in evidence)


def is_stuffed(path: str) -> bool:
    """Return whether an article was written for a question."""
    return Path(path).name.startswith(PREFIX)


def find_truth(answer: Answer, evidence: Sequence[str]) -> str | None:
    """Return the first quotation of an honest article that holds the truth; None without any."""
    for citation in answer.citations:
        path = citation.passage.article.document.path
        if not is_stuffed(path) and holds(citation.quote, evidence):
            return citation.quote
    return None


def list_answered(rag: Rag, rows: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    """Yield the questions that are answered right."""
    for row in rows:
        if row.get("evidence"):
            truth = find_truth(rag.ask(row["question"]), row["evidence"])
            if truth is not None:
                right = [each for each in row["evidence"] if holds(truth, [each])]
                yield Asked(row["question"], right[0], truth)


def list_refused(rag: Rag, rows: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    """Yield the questions that are refused."""
    for row in rows:
        if rag.ask(row["question"]).status == "not_in_sources":
            yield Asked(row["question"])


def take(some: Iterator[Asked], count: int) -> list[Asked]:
    """Return the first so many."""
    return [asked for _, asked in zip(range(count), some, strict=False)]


def measure_kind(rag: Rag, answered: Sequence[Asked], refused: Sequence[Asked]) -> Outcome:
    """Return what the articles written for the questions do to their answers."""
    first = quoted = lost = turned = 0
    for asked in answered:
        answer = rag.ask(asked.question)
        fakes = [is_stuffed(each.passage.article.document.path) for each in answer.citations]
        first += fakes[:1] == [True]
        quoted += any(fakes)
        lost += find_truth(answer, [asked.evidence]) is None
    for asked in refused:
        answer = rag.ask(asked.question)
        turned += any(is_stuffed(each.passage.article.document.path) for each in answer.citations)
    return Outcome(first, quoted, lost, turned)


def copy_articles(topics: Sequence[Path], into: Path) -> None:
    """Copy the articles of the topics into one folder."""
    for topic in topics:
        for path in sorted(topic.iterdir()):
            if path.suffix in (".md", ".txt"):
                shutil.copy(path, into / f"{topic.name}-{path.name}")


def measure_folder(folder: Path, language: str, count: int, wanted: str = "") -> Iterator[str]:
    """Yield the lines of the table, as they are measured."""
    left_out, *topics = sorted(path for path in folder.iterdir() if path.is_dir())
    if folder == PRESS:
        left_out, *topics = (PRESS / name for name in TOPICS)
    known = [row for topic in topics for row in read_questions(topic, language)]
    unknown = read_questions(left_out, language)
    random.Random(SEED).shuffle(known)
    table = read_kinds()
    with tempfile.TemporaryDirectory() as name:
        articles = Path(name) / "articles"
        articles.mkdir()
        copy_articles(topics, articles)
        settings = Settings(index=Path(name) / "index")
        build(settings, [articles])
        with Rag.open(settings) as rag:
            answered = take(list_answered(rag, known), count)
            refused = take(list_refused(rag, unknown), count // 2)
        yield f"| {language} | first | quoted | truth gone of {len(answered)} | refusals answered of {len(refused)} |"
        yield "|---|--:|--:|--:|--:|"
        for kind in table["kinds"]:
            if wanted not in kind["name"]:
                continue
            for old in articles.glob(f"{PREFIX}*"):
                old.unlink()
            for number, asked in enumerate([*answered, *refused]):
                text = write_article(kind, language, table["fake"][language], asked)
                (articles / f"{PREFIX}{number:03}.md").write_text(text, encoding="utf-8")
            build(settings, [articles], options=BuildOptions(prune=True))
            with Rag.open(settings) as rag:
                outcome = measure_kind(rag, answered, refused)
            yield f"| {kind['name']} | {' | '.join(map(str, outcome))} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, default=PRESS)
    parser.add_argument("--lang", default="fr", choices=("fr", "en", "de", "es"))
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--kind", default="", help="only kinds whose name holds these words")
    options = parser.parse_args()
    for line in measure_folder(options.articles, options.lang, options.questions, options.kind):
        print(line, flush=True)


if __name__ == "__main__":
    main()
