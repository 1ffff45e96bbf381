#!/usr/bin/env python
"""Fit the linear models of rag/extract.py on the development data, and print their weights.

    .venv/bin/python scripts/train_extract.py [--data ../shared/eval]

Three models, each a dozen numbers:

- SENTENCE, a softmax over the candidate sentences of a question; the right ones hold an answer and stand
  in a passage judged relevant. Questions whose passages hold no right sentence teach nothing here.
- SAME and FOREIGN, logistic models over the features of the best sentence, in the question's language or in another.
  Each question is seen twice: as it is, and with every passage of its article taken out of what was found, so that
  nothing answers it. Half of the questions see a fifth of the other passages, as in a small index.

Every figure printed comes from five-fold cross-validation over articles: never from what a fold was fitted on.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rag import embed, evaluate, extract, retrieve
from rag.settings import Settings
from rag.text import fold

SETS = (  # name, questions, corpus, questions at most
    ("piaf fr", "piaf/fr", "piaf/fr", 800),
    ("xquad en", "xquad/en", "xquad/en", 250),
    ("xquad es", "xquad/es", "xquad/es", 150),
    ("xquad de", "xquad/de", "xquad/de", 150),
    ("fr > en", "xquad/fr", "xquad/en", 240),
    ("fr > es", "xquad/fr", "xquad/es", 150),
    ("fr > de", "xquad/fr", "xquad/de", 150),
    ("es > en", "xquad/es", "xquad/en", 150),
    ("en > es", "xquad/en", "xquad/es", 150),
    ("de > en", "xquad/de", "xquad/en", 150),
)
FOLDS = 5
NAMES = tuple(dict.fromkeys([*extract.SENTENCE, *extract.SAME, *extract.FOREIGN, "foreign"]))
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Example:
    """One question: a row of features per candidate sentence, which rows are right, whether anything can be."""

    data: str
    fold: int
    features: Array  # (candidates, NAMES)
    right: Array  # (candidates,)
    answerable: bool


def examples(data: Path) -> Iterator[Example]:
    """Every question of every set, with its article there and with its article taken out."""
    for name, questions, corpus, limit in SETS:
        documents = list(evaluate.beir_documents(data / corpus / "corpus.jsonl"))
        article = {document.path: title or str(int(document.path[1:]) // 5) for document, title in documents}
        answers = {question.id: question.answers for question in evaluate.beir_questions(data / corpus)}
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(index=Path(folder) / "index")
            with evaluate.temporary(documents, settings, lambda *_: None) as rag:
                for question in evaluate.beir_questions(data / questions)[:limit]:
                    # parallel sets: the answer as it stands in the language of the corpus
                    yield from _both(name, rag, replace(question, answers=answers[question.id]), article)
        print(f"{name}: described", flush=True)


def _both(name: str, rag: Any, question: evaluate.Question, article: dict[str, str]) -> Iterator[Example]:
    query = rag.query(question.text)
    found = retrieve.search(query, generation=rag.generation, table=embed.token_vectors())
    about = {article[path] for path in question.relevant}
    fold_number = int(hashlib.sha256(min(about, default="").encode()).hexdigest(), 16) % FOLDS
    passages = rag.generation.passages(found.rows.tolist())
    elsewhere = np.array([article[p.article.document.path] not in about for p in passages], dtype=bool)
    # Every other question is asked of a small index: what else there is, is thinned out.
    random = np.random.default_rng(int(hashlib.sha256(question.id.encode()).hexdigest()[:8], 16))
    thin = random.random(len(passages)) < (1.0 if random.random() < 0.5 else 0.2)
    for keep, answerable in ((thin | ~elsewhere, True), (thin & elsewhere, False)):
        some = retrieve.fuse(
            found.rows[keep], {name: values[keep] for name, values in found.channels.items()}, found.foreign[keep]
        )
        hits = retrieve.hits(some, 8, generation=rag.generation)
        candidates = extract.candidates(hits, some.rows[:8].tolist(), generation=rag.generation)
        if not candidates:
            continue
        described = extract.features(query, candidates, table=embed.token_vectors())
        wanted = [fold(answer) for answer in question.answers]
        right = [
            c.hit.passage.article.document.path in question.relevant and any(w and w in fold(c.text) for w in wanted)
            for c in candidates
        ]
        matrix = np.stack([described[feature] for feature in NAMES], axis=1)
        yield Example(name, fold_number, matrix, np.array(right, dtype=float), answerable)


def fit(loss: Any, size: int) -> Array:
    """The weights that minimise a loss, by L-BFGS."""
    weights = torch.zeros(size, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        value: torch.Tensor = loss(weights)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(step)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy())


def fit_sentence(rows: list[Example], names: list[str]) -> dict[str, float]:
    """The softmax over the candidate sentences of each question."""
    columns = [NAMES.index(name) for name in names]
    usable = [row for row in rows if row.answerable and row.right.any()]
    owner = torch.tensor(np.repeat(np.arange(len(usable)), [len(row.right) for row in usable]))
    matrix = torch.tensor(np.concatenate([row.features[:, columns] for row in usable]))
    right = torch.tensor(np.concatenate([row.right for row in usable])) > 0

    def loss(weights: torch.Tensor) -> torch.Tensor:
        scores = torch.exp((matrix @ weights).clamp(-60, 60))
        everything = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, scores)
        good = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, scores * right)
        return -(torch.log(good) - torch.log(everything)).mean() + 1e-3 * (weights**2).sum()

    return dict(zip(names, fit(loss, len(names)).tolist(), strict=True))


def fit_answered(rows: list[Example], names: list[str], sentence: dict[str, float]) -> dict[str, float]:
    """The logistic model over the best sentence of each question; answerable or not weigh the same."""
    best = np.stack([best_features(row, sentence, names) for row in rows])
    matrix, label = torch.tensor(best), torch.tensor([float(row.answerable) for row in rows], dtype=torch.float64)

    def loss(weights: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(matrix @ weights, label) + 1e-3 * (weights**2).sum()

    return dict(zip(names, fit(loss, len(names)).tolist(), strict=True))


def best_features(row: Example, sentence: dict[str, float], names: list[str]) -> Array:
    """The features of the sentence that scores best."""
    return row.features[best_row(row, sentence)[0], [NAMES.index(name) for name in names]]


def best_row(row: Example, sentence: dict[str, float]) -> list[int]:
    """The candidates in the sentence model's order."""
    scores = row.features[:, [NAMES.index(name) for name in sentence]] @ np.array(list(sentence.values()))
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return order


def fit_all(rows: list[Example]) -> tuple[dict[str, float], dict[bool, dict[str, float]]]:
    """The sentence model, and the models of answered questions by whether the best sentence is foreign."""
    sentence = fit_sentence(rows, list(extract.SENTENCE))
    parts = {False: extract.SAME, True: extract.FOREIGN}
    answered = {
        foreign: fit_answered([row for row in rows if is_foreign(row) == foreign], list(names), sentence)
        for foreign, names in parts.items()
    }
    return sentence, answered


def is_foreign(row: Example) -> bool:
    """Whether the best passage is in another language than the question."""
    return bool(row.features[0, NAMES.index("foreign")])


def report(rows: list[Example]) -> None:
    """Cross-validated figures by data set."""
    top1: dict[str, list[float]] = {}
    top3: dict[str, list[float]] = {}
    said: dict[str, list[tuple[bool, bool]]] = {}
    for number in range(FOLDS):
        sentence, answered = fit_all([row for row in rows if row.fold != number])
        for row in (row for row in rows if row.fold == number):
            order = best_row(row, sentence)
            if row.answerable:
                top1.setdefault(row.data, []).append(row.right[order[0]])
                top3.setdefault(row.data, []).append(row.right[order[:3]].max())
            weights = answered[is_foreign(row)]
            refused = best_features(row, sentence, list(weights)) @ np.array(list(weights.values())) < 0
            said.setdefault(row.data, []).append((not row.answerable, bool(refused)))
    for name, right in top1.items():
        refusals = evaluate.refusal_measures(said[name]) or {}
        measures = "  ".join(f"{measure} {value:.3f}" for measure, value in refusals.items())
        print(f"{name:10} best sentence {np.mean(right):.3f}  three {np.mean(top3[name]):.3f}  refusals: {measures}")


def main() -> None:
    """Describe, cross-validate, fit on everything, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[1] / ".." / "shared" / "eval")
    rows = list(examples(parser.parse_args().data.resolve()))
    report(rows)
    sentence, answered = fit_all(rows)
    for title, weights in (("SENTENCE", sentence), ("SAME", answered[False]), ("FOREIGN", answered[True])):
        print(title, {name: round(weight, 2) for name, weight in weights.items()})


if __name__ == "__main__":
    main()
