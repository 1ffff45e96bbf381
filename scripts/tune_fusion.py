#!/usr/bin/env python
"""Choose the weights of rag/search/fusion.py on the development data, and print the best ones.

    .venv/bin/python scripts/tune_fusion.py [--data ../shared/eval]

Every question is searched once; then the lexical and the dense weight (soft terms weigh 1) are tried on a grid, for
passages in the question's language and in another. What counts is the mean over the sets of R@1.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from rag import evaluate, search
from rag.models import embedders as embed
from rag.settings.schema import Settings

SAME = ("piaf/fr", "xquad/en", "xquad/es", "xquad/de")
TO_ENGLISH = ("fr", "es", "de", "ro", "tr", "ru", "zh", "el")
FOREIGN = (
    *((f"xquad/{asked}", "xquad/en") for asked in TO_ENGLISH),
    ("xquad/fr", "xquad/es"),
    ("xquad/fr", "xquad/de"),
)
QUESTIONS = 200  # of each set, drawn at random
LEXICAL = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
DENSE = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
Array = np.ndarray[Any, np.dtype[np.float64]]


def searched(data: Path, questions: str, corpus: str) -> list[tuple[dict[str, Array], Array]]:
    """Of each question the channels of its candidates as z-scores, and which candidates are right."""
    asked = evaluate.read_beir_questions(data / questions)
    chosen = np.random.default_rng(0).permutation(len(asked))[:QUESTIONS]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=Path(folder) / "index")
        documents = evaluate.read_beir_documents(data / corpus / "corpus.jsonl")
        with evaluate.open_corpus(documents, settings, lambda *_: None) as rag:
            for question in (asked[i] for i in chosen):
                found = search.search_passages(
                    rag.query(question.text),
                    generation=rag.generation,
                    table=embed.open_token_vectors(),
                )
                passages = rag.generation.passages(found.rows.tolist())
                right = np.array(
                    [passage.article.document.path in question.relevant for passage in passages],
                    dtype=float,
                )
                rows.append(
                    (
                        {
                            name: (v - v.mean()) / (v.std() + 1e-9)
                            for name, v in found.channels.items()
                        },
                        right,
                    )
                )
    print(f"{questions} > {corpus}: searched", flush=True)
    return rows


def first(rows: list[tuple[dict[str, Array], Array]], lexical: float, dense: float) -> float:
    """R@1 with these weights."""
    hits = [
        right[np.argmax(lexical * z["lexical"] + z["soft"] + dense * z["dense"])]
        if len(right)
        else 0.0
        for z, right in rows
    ]
    return float(np.mean(hits))


def main() -> None:
    """Search, try, print the five best pairs of weights of both kinds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path(__file__).parents[1] / ".." / "shared" / "eval"
    )
    data = parser.parse_args().data.resolve()
    for title, pairs in (("SAME", tuple(zip(SAME, SAME, strict=True))), ("FOREIGN", FOREIGN)):
        sets = [searched(data, questions, corpus) for questions, corpus in pairs]
        tried = [
            (float(np.mean([first(rows, lexical, dense) for rows in sets])), lexical, dense)
            for lexical, dense in itertools.product(LEXICAL, DENSE)
        ]
        for mean, lexical, dense in sorted(tried, reverse=True)[:5]:
            print(
                f"{title}: lexical {lexical} soft 1 dense {dense}: mean R@1 {mean:.3f}", flush=True
            )


if __name__ == "__main__":
    main()
