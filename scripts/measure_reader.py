#!/usr/bin/env python
"""Measure the shipped reader on held-out questions, over what the product's own search finds.

    .venv/bin/python scripts/measure_reader.py [--data ../shared] [--press FOLDER …] [--limit 300] [--deep 4] [--read 16]

Which questions are held out is decided by the same rule as in training (training/reader_data.py). For each set: how often the
best sentence answers, one of three does; what is refused of questions without an answer, with the sentences that answer taken
out, and of answerable ones, at a threshold that the other half of the questions chose; how long reading takes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
import numpy as np

from rag import evaluate, pipeline
from rag.models.reader import compute_rank_cost, load_reader
from rag.pipeline import Rag
from rag.reading.passages import format_header
from rag.records import Passage
from rag.settings import Settings
from rag.text import split_sentences
from training.reader_data import HELD_OUT, Piece, number, plain


class Row(NamedTuple):
    """A held-out question: its passages, what may answer, where."""

    question: str
    pieces: list[Piece]
    answers: list[str]  # folded; none: unanswerable
    relevant: set[str]  # documents


def make_piece(passage: Passage) -> Piece:
    """A passage as the reader sees it."""
    text = passage.article.document.text
    sentences = [
        text[start:end] for start, end in split_sentences(text, passage.start, passage.end)
    ]
    return Piece(
        passage.article.document.path, passage.article.id, format_header(passage.article), sentences
    )


def find(rag: Rag, question: str, top: int) -> list[Piece]:
    """What the product's search gives."""
    return [make_piece(hit.passage) for hit in rag.search(question, top=top).hits]


def read_press(folders: Sequence[Path], top: int, limit: int) -> Iterator[Row]:
    """Held-out questions about the news, over all folders together."""
    files = [
        path
        for folder in folders
        for path in sorted(folder.glob("*"))
        if path.suffix in (".md", ".txt")
    ]
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(index=Path(place) / "index", dates=False)
        pipeline.build(settings, files)
        with Rag.open(settings) as rag:
            everything = [
                make_piece(p) for p in rag.generation.passages(range(rag.generation.size))
            ]
            rows = [(folder, json.loads(line)) for folder in folders
                    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]  # fmt: skip
            kept = []
            for folder, row in rows:
                answers = [plain(text) for text in row.get("evidence") or ()]
                inside = [p for p in everything if Path(p.document).parent.name == folder.name]
                own = {p.document for p in inside if answers and p.right(answers)}
                about = own or {
                    p.document
                    for p in inside
                    if row.get("file") and p.document.endswith("/" + row["file"])
                }
                held = any(
                    number("/".join(Path(d).parts[-2:]), HELD_OUT["press"]) == 0 for d in about
                )
                if not about:
                    held = not answers and number(row["question"], HELD_OUT["press"]) == 0
                if held:
                    kept.append((row["question"], answers, own))
            for question, answers, own in thin(kept, limit):
                yield Row(question, find(rag, question, top), answers, own)


def read_beir(data: Path, questions: str, corpus: str, top: int, limit: int) -> Iterator[Row]:
    """Held-out questions of PIAF or XQuAD, over the whole corpus."""
    documents = list(evaluate.read_beir_documents(data / corpus / "corpus.jsonl"))
    titles = {document.path: title or document.path for document, title in documents}
    about: dict[str, Any] = {}
    source = questions.split("/")[0].split("-")[0]
    if source == "xquad":
        titles = {path: "xquad" + str(int(path[1:]) // 5) for path in titles}
    if (
        questions == "piaf-refusals/fr"
    ):  # the articles of its unanswerable questions stand in the whole corpus alone
        titles = {
            d.path: title
            for d, title in evaluate.read_beir_documents(data / "piaf/fr/corpus.jsonl")
        }
        about = {
            question.id: question.relevant
            for question in evaluate.read_beir_questions(data / "piaf/fr")
        }
    there = {question.id: question for question in evaluate.read_beir_questions(data / corpus)}
    rows = []
    for question in evaluate.read_beir_questions(data / questions):
        paths = about[question.id] if question.unanswerable else question.relevant
        if any(number(titles[path], HELD_OUT[source]) == 0 for path in paths):
            rows.append(question)
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(index=Path(place) / "index")
        with evaluate.open_corpus(documents, settings, lambda *_: None) as rag:
            for question in thin(rows, limit):
                answers = (
                    [a for a in map(plain, there[question.id].answers) if a]
                    if question.relevant
                    else []
                )
                yield Row(
                    question.text, find(rag, question.text, top), answers, set(question.relevant)
                )


def thin(rows: Sequence[Any], limit: int) -> Sequence[Any]:
    """At most so many, evenly."""
    return rows[:: max(1, -(-len(rows) // limit))]


def read_clapnq(data: Path, limit: int) -> Iterator[Row]:
    """The held-out half of the questions of ClapNQ, each over its own passage."""
    from training.reader_data import Packing, pack_qa

    packing = Packing()
    pack_qa(packing, data / "train/qa/clapnq.en.jsonl.xz")
    held = [asked for asked in packing.asked if asked.held]
    for asked in thin(held, limit):
        own = [piece for piece in packing.pieces if piece.document in asked.gold]
        yield Row(asked.texts[0], own, asked.answers, set(asked.gold))


def measure(
    name: str, rows: Sequence[Row], reader: Any, options: argparse.Namespace
) -> dict[str, Any]:
    """Read every question twice, whole and without what answers."""
    first, three, yes, no, gone, seconds, top1 = [], [], [], [], [], [], []
    for row in rows:
        marks = [p.right(row.answers) if p.document in row.relevant else [] for p in row.pieces]
        began = time.perf_counter()
        ranked = rank(reader, row, row.pieces, marks, options)
        seconds.append(time.perf_counter() - began)
        best = ranked[0][0] if ranked else -99.0
        if not row.answers:
            no.append(best)
            continue
        first.append(bool(ranked) and ranked[0][1])
        three.append(any(right for _, right, _ in ranked[:3]))
        top1.append(bool(ranked) and row.pieces[ranked[0][2]].document in row.relevant)
        if any(marks):
            yes.append(best)
            rest = [
                Piece(
                    p.document,
                    p.article,
                    p.context,
                    [s for k, s in enumerate(p.sentences) if k not in own],
                )
                for p, own in zip(row.pieces, marks, strict=True)
            ]
            if options.gone:
                ranked = rank(reader, row, rest, [[] for _ in rest], options)
                gone.append(ranked[0][0] if ranked else -99.0)
    report: dict[str, Any] = {"set": name, "answerable": len(first), "unanswerable": len(no)}
    if first:
        report |= {
            "best": np.mean(first),
            "three": np.mean(three),
            "document": np.mean(top1),
            "found": len(yes) / len(first),
        }
    report |= {f"gone {key}": value for key, value in divide(yes, gone).items()}
    report |= {f"near {key}": value for key, value in divide(yes, no).items()}
    report |= {"ms median": 1000 * np.median(seconds), "ms p95": 1000 * np.quantile(seconds, 0.95)}
    print(
        "  ".join(
            f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}"
            for key, value in report.items()
        ),
        flush=True,
    )
    return {
        key: float(value) if isinstance(value, np.floating) else value
        for key, value in report.items()
    }


def rank(
    reader: Any,
    row: Row,
    pieces: Sequence[Piece],
    marks: Sequence[list[int]],
    options: argparse.Namespace,
) -> list[tuple[float, bool, int]]:
    """All sentences that were read to the end, best first: score, whether right, passage."""
    pieces = pieces[: options.read]
    readings = reader.read(
        row.question, [p.sentences for p in pieces], [p.context for p in pieces], deep=options.deep
    )
    found = [
        (float(score), k in marks[at], at)
        for at, reading in enumerate(readings)
        if reading.is_deep
        for k, score in enumerate(reading.scores)
    ]
    # What stands late in the search must be that much better.
    return sorted(found, key=lambda each: compute_rank_cost(each[2]) - each[0])


def divide(yes: Sequence[float], no: Sequence[float]) -> dict[str, float]:
    """What is refused where each half of the questions is held to the threshold that the other chose."""
    if not yes or not no:
        return {}
    good, bad = np.array(yes), np.array(no)
    refused, wrongly = [], []
    for half in (0, 1):
        threshold = np.quantile(good[half::2], 0.08)
        refused.append((bad[1 - half :: 2] < threshold).mean())
        wrongly.append((good[1 - half :: 2] < threshold).mean())
    return {
        "auc": float((good[:, None] > bad[None]).mean()),
        "refused": float(np.mean(refused)), "refused wrongly": float(np.mean(wrongly)),
        "balanced at 0": float(((good > 0).mean() + (bad <= 0).mean()) / 2),
        "refused at 0": float((bad <= 0).mean()), "wrongly at 0": float((good <= 0).mean()),
    }  # fmt: skip


def main() -> None:
    """Every set, and the table as JSON."""
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=root / ".." / "shared")
    parser.add_argument("--press", type=Path, nargs="*", default=[root / "scripts/training/press"])
    parser.add_argument("--reader", type=Path, default=root / "rag/models/reader")
    parser.add_argument("--limit", type=int, default=300, help="questions of a set")
    parser.add_argument("--read", type=int, default=16, help="passages that the lower layers read")
    parser.add_argument("--deep", type=int, default=4, help="passages that the upper layers read")
    parser.add_argument(
        "--sets", nargs="*", default=["press", "clapnq", "piaf", "piaf-refusals", "xquad-fr-en"]
    )
    parser.add_argument("--no-gone", dest="gone", action="store_false")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    reader = load_reader(options.reader)
    folders = [
        f
        for place in options.press
        for f in sorted(place.iterdir())
        if (f / "questions.jsonl").is_file()
    ]
    data = options.data / "eval"
    makers = {
        "press": lambda: read_press(folders, options.read, options.limit),
        "clapnq": lambda: read_clapnq(options.data, options.limit),
        "piaf": lambda: read_beir(data, "piaf/fr", "piaf/fr", options.read, options.limit),
        "piaf-refusals": lambda: read_beir(
            data, "piaf-refusals/fr", "piaf-refusals/fr", options.read, options.limit
        ),
        "xquad-fr-en": lambda: read_beir(data, "xquad/fr", "xquad/en", options.read, options.limit),
    }
    reports = [measure(name, list(makers[name]()), reader, options) for name in options.sets]
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
