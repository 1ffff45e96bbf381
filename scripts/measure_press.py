#!/usr/bin/env python3
"""Ask the product the questions about the press that took no part in training the reader.

    scripts/measure_press.py [--collection press|news] [--reader auto|off] [--limit N]

All articles of a collection (``scripts/training/press``, ``scripts/training/news``) are indexed together. Asked
are the questions about one article in three or six, chosen by the name of its file alone (the reader never saw
these articles in training). A question is answered right when a quotation touches a piece of its evidence; near misses are the questions about the
same people and things that no article answers.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rag import Rag, Settings, build
from training.reader_data import HELD_OUT, number, plain
from tree import ROOT

TRAINING = ROOT / "scripts" / "training"
PRESS = TRAINING / "press"


class Asked(NamedTuple):
    """A question, and pieces of the sentences that answer it; none where no article does."""

    question: str
    evidence: list[str]


def read_questions(folder: Path) -> list[Asked]:
    """The questions of a folder that are about held-out articles."""
    texts = {
        path.name: plain(path.read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir())
        if path.suffix in (".md", ".txt")
    }
    share = HELD_OUT[folder.parent.name]
    held = {name for name in texts if number(f"{folder.name}/{name}", share) == 0}
    asked = []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        evidence = [plain(piece) for piece in row.get("evidence") or ()]
        about = {name for name, text in texts.items() if any(piece in text for piece in evidence)}
        if row.get("file") and not about:
            about = {row["file"]}
        is_held = bool(about & held)
        if not about:
            is_held = number(row["question"], share) == 0
        if is_held:
            asked.append(Asked(row["question"], evidence))
    return asked


def touches(quotations: list[str], evidence: list[str]) -> bool:
    """Whether one of the quotations holds a piece of the evidence, or is a part of it."""
    return any(
        piece in quotation or (len(quotation) > 20 and quotation in piece)
        for quotation in quotations
        for piece in evidence
    )


def measure(rag: Any, asked: list[Asked]) -> dict[str, float]:
    """The shares of the table of docs/quality.md."""
    first, within, three, refused, wrongly, words, seconds = [], [], [], [], [], [], []
    for each in asked:
        began = time.perf_counter()
        trace = rag.answer_with_trace(each.question)
        seconds.append(time.perf_counter() - began)
        is_refused = trace.answer.status == "not_in_sources"
        if not each.evidence:
            refused.append(is_refused)
            continue
        quotations = [plain(citation.quote) for citation in trace.answer.citations]
        best = [plain(candidate.text) for candidate in trace.choice.top_sentences]
        wrongly.append(is_refused)
        first.append(touches(quotations[:1], each.evidence))
        within.append(touches(quotations, each.evidence))
        three.append(touches(best[:3], each.evidence))
        if quotations:
            words.append(sum(len(quotation.split()) for quotation in quotations))
    return {
        "answerable": len(first),
        "near misses": len(refused),
        "first quotation": float(np.mean(first)),
        "in the answer": float(np.mean(within)),
        "best three": float(np.mean(three)),
        "near misses refused": float(np.mean(refused)),
        "refused wrongly": float(np.mean(wrongly)),
        "words": float(np.mean(words)),
        "ms median": 1000 * float(np.median(seconds)),
        "ms p95": 1000 * float(np.quantile(seconds, 0.95)),
    }


def main() -> None:
    """Index, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collection", default="press", choices=("press", "news"))
    parser.add_argument("--reader", default="auto", choices=("auto", "off"))
    parser.add_argument("--limit", type=int, default=10_000, help="questions, evenly chosen")
    options = parser.parse_args()
    folders = [
        path.parent for path in sorted((TRAINING / options.collection).glob("*/questions.jsonl"))
    ]
    asked = [each for folder in folders for each in read_questions(folder)]
    asked = asked[:: max(1, -(-len(asked) // options.limit))]
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(index=Path(place) / "index", dates=False, reader=options.reader)
        files = [p for f in folders for p in sorted(f.iterdir()) if p.suffix in (".md", ".txt")]
        build(settings, files)
        with Rag.open(settings) as rag:
            for name, value in measure(rag, asked).items():
                print(
                    f"{name:20} {value:.3f}" if isinstance(value, float) else f"{name:20} {value}"
                )


if __name__ == "__main__":
    main()
