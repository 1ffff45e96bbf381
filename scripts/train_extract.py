#!/usr/bin/env python
"""Fit the two scorers of rag/answer/choosing.py on the development data, and write them into rag/models/answers/.

    .venv/bin/python scripts/train_extract.py [--data ../shared/eval] [--keep FOLDER]

- *sentence*: a softmax over the candidate sentences of a question; the right ones hold an answer and stand in a passage
  judged relevant. Questions whose passages hold no right sentence teach nothing here. Beside encyclopaedic paragraphs, news
  stories teach it (training/press/): there the sentence that answers seldom repeats the words of the question.
- *answered*: a logistic model over what the best sentence shows (rag/answer/answerability.py). Each corpus is cut into parts of
  some articles, large and small, each indexed alone: a question about another part's articles has no answer there. Others are
  about an article that is there, the passages that answer taken out of what was found, or see two articles alone.

Every figure printed comes from five-fold cross-validation over articles: never from what a fold was fitted on.
--keep holds what was described, so that a second run begins with the fitting.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.numpy import save_file

from rag import evaluate, pipeline, search
from rag.answer import answerability as refusal
from rag.answer import choosing as extract
from rag.answer import scorer
from rag.answer.answerability import compute_coverage_features
from rag.answer.choosing import get_confidence_threshold
from rag.answer.features import Features
from rag.models import embedders as embed
from rag.pipeline import PASSAGES_READ, Rag
from rag.records import Passage
from rag.settings.schema import Settings
from rag.text.words import fold

SETS = (  # questions, corpus, questions at most
    ("piaf/fr", "piaf/fr", 3000),
    ("xquad/en", "xquad/en", 400),
    ("xquad/es", "xquad/es", 250),
    ("xquad/de", "xquad/de", 250),
    ("xquad/fr", "xquad/en", 240),
    ("xquad/fr", "xquad/es", 160),
    ("xquad/fr", "xquad/de", 160),
    ("xquad/es", "xquad/en", 200),
    ("xquad/en", "xquad/es", 200),
    ("xquad/de", "xquad/en", 200),
    ("xquad/ru", "xquad/en", 150),
    ("xquad/zh", "xquad/en", 150),
    ("xquad/el", "xquad/en", 100),
    ("xquad/ar", "xquad/en", 100),
)
PRESS = (
    Path(__file__).parent / "training" / "press"
)  # folders of news stories, each with questions.jsonl
NEWS = ("press", "presses")
CHOOSING = ("whole", *NEWS)  # regimes that teach which sentence answers
FEW = ("small", "hard", "tiny", "press")  # … of indexes of few passages
FOLDS = 5
LARGE, SMALL = 2, 12  # parts that a corpus is cut into
ASKED = 240  # questions of each set that are asked of the parts
LEAST = 0.05  # deviation that a feature is scaled by, at least
DROPPED = 0.1  # of the features, in each batch
SENTENCE_UNITS, ANSWERED_UNITS = 16, 8
NETS = 4  # trained from other beginnings, whose mean is kept
HARD = 0.5  # weight of a question that hardly anything tells from one with an answer: its passages taken out, or about news
SENTENCE_EPOCHS, ANSWERED_EPOCHS = 8, 8
BATCH, RATE, DECAY = 32, 4e-3, 0.3
Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass
class Example:
    """One question: its candidates' features, which of them are right, and what was judged about it."""

    data: str
    regime: str  # whole, large, small, hard, tiny; press: a folder of news, presses: all of them
    fold: int
    rows: Array  # (candidates, NAMES)
    around: Array  # (candidates, AROUND)
    articles: Any  # (candidates,): their numbers
    right: Any  # (candidates,) of bool
    relevant: Any  # (candidates,) of bool
    answerable: bool


def number(text: str, count: int) -> int:
    """A number below ``count`` that depends on the text alone."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % count


class Asked(NamedTuple):
    """A question with what is right: what the answer says, and which passages may say it."""

    id: str
    text: str
    fold: int
    answers: Sequence[str]
    relevant: Callable[[Passage], bool]
    subject: Callable[[Passage], str]  # the name of its article


def pressed(folder: Path) -> list[Example]:
    """All examples of a folder of news stories."""
    return list(_press(folder))


def _press(folder: Path) -> Iterator[Example]:
    """Its questions, asked of an index of that folder and of one of all of them."""
    fold_number = sorted(each.name for each in folder.parent.iterdir()).index(folder.name) % FOLDS
    rows = [
        json.loads(line)
        for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    asked = [_of_press(str(place), row, fold_number) for place, row in enumerate(rows)]
    name = f"press/{folder.name}"
    for regime, sources in (("press", [folder]), ("presses", sorted(folder.parent.iterdir()))):
        with tempfile.TemporaryDirectory() as place:
            settings = Settings(index=Path(place) / "index", dates=False)
            pipeline.build(
                settings,
                [
                    path
                    for source in sources
                    for path in source.glob("*")
                    if path.suffix != ".jsonl"
                ],
            )
            with Rag.open(settings) as rag:
                yield from _asked(name, regime, rag, asked, parts=regime == "press")


def _of_press(key: str, row: dict[str, Any], fold_number: int) -> Asked:
    said = [plain(text) for text in row.get("evidence", ())]
    return Asked(
        key,
        row["question"],
        fold_number,
        said,
        lambda passage: any(some in plain(passage.text) for some in said),
        lambda passage: passage.article.id,
    )


def described(item: tuple[str, str, int, Path]) -> list[Example]:
    """All examples of a set."""
    questions, corpus, limit, data = item
    documents = list(evaluate.read_beir_documents(data / corpus / "corpus.jsonl"))
    article = {
        document.path: title or str(int(document.path[1:]) // 5) for document, title in documents
    }
    answers = {
        question.id: question.answers for question in evaluate.read_beir_questions(data / corpus)
    }
    judged = evaluate.read_beir_questions(data / questions)
    judged = judged[:: max(1, len(judged) // limit)][:limit]
    # parallel sets: the answer as it stands in the language of the corpus
    asked = [_of_beir(question, answers[question.id], article) for question in judged]
    name = f"{questions} > {corpus}"
    found = list(_indexed(name, "whole", documents, asked))
    some = list(zip(judged, asked, strict=True))[:: max(1, len(asked) // ASKED)][:ASKED]
    for regime, parts in (("large", LARGE), ("small", SMALL)):
        for part in range(parts):
            here = [
                each
                for each in documents
                if number(f"{regime} {article[each[0].path]}", parts) == part
            ]
            there = {each[0].path for each in here}
            own = [each for question, each in some if there.intersection(question.relevant)]
            rest = [each for question, each in some if not there.intersection(question.relevant)]
            rest = [each for each in rest if number(f"{part} {each.id}", parts - 1) == 0]
            if here:
                found += _indexed(name, regime, here, [*own, *rest])
    print(f"{name}: {len(found)} described", flush=True)
    return found


def _of_beir(question: evaluate.Question, answers: Sequence[str], article: dict[str, str]) -> Asked:
    return Asked(
        question.id,
        question.text,
        number(min((article[path] for path in question.relevant), default=""), FOLDS),
        [text for answer in answers if (text := plain(answer))],
        lambda passage: passage.article.document.path in question.relevant,
        lambda passage: article[passage.article.document.path],
    )


def _indexed(
    name: str, regime: str, documents: Sequence[Any], questions: Sequence[Asked]
) -> Iterator[Example]:
    """Questions asked of an index of these documents."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=Path(folder) / "index")
        with evaluate.open_corpus(documents, settings, lambda *_: None) as rag:
            yield from _asked(name, regime, rag, questions, parts=regime == "small")


def _asked(
    name: str, regime: str, rag: Rag, questions: Sequence[Asked], *, parts: bool
) -> Iterator[Example]:
    """Questions asked of an index, and of some parts of what they find."""
    passages = rag.generation.passages(range(rag.generation.size))
    for question in questions:
        query = rag.query(question.text)
        found = search.search_passages(
            query, generation=rag.generation, table=embed.open_token_vectors()
        )
        yield from _example(
            name,
            regime,
            rag,
            query,
            found,
            question,
            answerable=any(map(question.relevant, passages)),
        )
        there = rag.generation.passages(found.rows.tolist()) if parts else []
        for part, keep, can in _parts(question, there):
            some = search.fuse(
                found.rows[keep],
                {channel: v[keep] for channel, v in found.channels.items()},
                found.foreign[keep],
            )
            yield from _example(name, part, rag, query, some, question, answerable=can)


def _parts(question: Asked, passages: Sequence[Passage]) -> Iterator[tuple[str, Any, bool]]:
    """Parts of what was found, whether they can answer, and what they are called.

    *hard*: without the passages that answer, where others of their article are left. *tiny*: the passages of two articles,
    as under a narrow filter, with those that answer and without.
    """
    subjects = np.array([question.subject(passage) for passage in passages])
    right = np.array([question.relevant(passage) for passage in passages], dtype=bool)
    says = np.array(
        [any(some in plain(passage.text) for some in question.answers) for passage in passages],
        dtype=bool,
    )
    about = np.isin(subjects, subjects[right])
    others = sorted(
        set(subjects[~about].tolist()), key=lambda title: number(f"{question.id} {title}", 1 << 32)
    )
    if not question.answers:
        return
    if (about & ~right & ~says).any():
        yield "hard", ~right & ~says, False
    if right.any():
        yield "tiny", about | np.isin(subjects, others[:1]), True
    if others:
        yield "tiny", np.isin(subjects, others[:2]) & ~says, False


def _example(
    name: str,
    regime: str,
    rag: Rag,
    query: Any,
    found: search.RankedPassages,
    question: Asked,
    *,
    answerable: bool,
) -> Iterator[Example]:
    hits = search.make_hits(found, PASSAGES_READ, generation=rag.generation)
    candidates = extract.list_candidates(
        hits, found.rows[:PASSAGES_READ].tolist(), generation=rag.generation
    )
    if not candidates:
        return
    features = Features(
        query, candidates, table=embed.open_token_vectors(), size=rag.generation.size
    )
    holds = np.array([any(some in plain(c.text) for some in question.answers) for c in candidates])
    relevant = np.array([question.relevant(c.hit.passage) for c in candidates])
    rows, around = (
        features.matrix.astype(np.float32),
        compute_coverage_features(features).astype(np.float32),
    )
    yield Example(
        name,
        regime,
        question.fold,
        rows,
        around,
        features.article_numbers,
        relevant & holds,
        relevant,
        answerable,
    )


def plain(text: str) -> str:
    """Folded, with single spaces."""
    return " ".join(fold(text).split())


class Net(torch.nn.Module):
    """What ``scorer.Scorer`` computes, on features of about mean 0 and deviation 1."""

    def __init__(self, size: int, units: int, at: Array) -> None:
        super().__init__()
        self.mean = torch.tensor(at.mean(axis=0))
        self.scale = torch.tensor(np.maximum(at.std(axis=0), LEAST))
        self.line = torch.nn.Parameter(torch.zeros(size))
        self.hidden = torch.nn.Linear(size, units)
        self.out = torch.nn.Linear(units, 1)
        torch.nn.init.zeros_(self.out.weight)
        torch.nn.init.zeros_(self.out.bias)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """One score for each row."""
        x = (rows - self.mean) / self.scale
        if self.training:
            x = x * (torch.rand(x.shape[1]) > DROPPED)
        scores: torch.Tensor = x @ self.line + self.out(torch.relu(self.hidden(x)))[:, 0]
        return scores

    def weights(self) -> scorer.Scorer:
        """The same function of features as they are."""
        with torch.no_grad():
            line, hidden = self.line / self.scale, self.hidden.weight / self.scale
            bias = self.hidden.bias - hidden @ self.mean
            level = self.out.bias[0] - line @ self.mean
            parts = (line, hidden.T, bias, self.out.weight[0], level[None])
        return scorer.Scorer(
            *(np.ascontiguousarray(part.detach().numpy().astype(np.float32)) for part in parts)
        )


def trained(
    units: int, examples: Sequence[Example], loss: Any, rows: Any, epochs: int
) -> scorer.Scorer:
    """The mean of some nets fitted by AdamW over batches of examples, ``rows`` of each stacked."""
    everything = np.concatenate([rows(each) for each in examples])
    nets = [_trained(seed, units, everything, examples, loss, rows, epochs) for seed in range(NETS)]
    line, level = (
        np.mean([getattr(net, name) for net in nets], axis=0) for name in ("line", "level")
    )
    hidden, bias, out = (
        np.concatenate([getattr(net, name) for net in nets], axis=-1)
        for name in ("hidden", "bias", "out")
    )
    return scorer.Scorer(
        *(np.asarray(part, np.float32) for part in (line, hidden, bias, out / NETS, level))
    )


def _trained(
    seed: int,
    units: int,
    everything: Array,
    examples: Sequence[Example],
    loss: Any,
    rows: Any,
    epochs: int,
) -> scorer.Scorer:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    net = Net(everything.shape[1], units, everything)
    steps = epochs * max(1, len(examples) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=steps + 1, pct_start=0.15
    )
    net.train()
    done = 0
    while done < steps:
        order = random.permutation(len(examples))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = [examples[at] for at in order[start : start + BATCH]]
            value = loss(net(torch.tensor(np.concatenate([rows(each) for each in batch]))), batch)
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            if done < steps:
                schedule.step()
            done += 1
    net.eval()
    return net.weights()


def fit_sentence(examples: Sequence[Example]) -> scorer.Scorer:
    """The softmax over the candidate sentences of each question."""
    usable = [each for each in examples if each.answerable and each.right.any()]

    def loss(scores: torch.Tensor, batch: list[Example]) -> torch.Tensor:
        owner = torch.tensor(np.repeat(np.arange(len(batch)), [len(each.right) for each in batch]))
        right = torch.tensor(np.concatenate([each.right for each in batch]))
        odds = torch.exp(scores.clamp(-40, 40))
        everything = torch.zeros(len(batch)).index_add(0, owner, odds)
        good = torch.zeros(len(batch)).index_add(0, owner, odds * right)
        return -(torch.log(good) - torch.log(everything)).mean()

    return trained(SENTENCE_UNITS, usable, loss, lambda each: each.rows, SENTENCE_EPOCHS)


def fit_answered(examples: Sequence[Example], scores: Sequence[Any]) -> scorer.Scorer:
    """The logistic model over what the best sentence of each question shows; answerable or not weigh the same."""
    shown = {id(each): shows(each, own) for each, own in zip(examples, scores, strict=True)}
    share = float(np.mean([each.answerable for each in examples]))

    def loss(values: torch.Tensor, batch: list[Example]) -> torch.Tensor:
        label = torch.tensor([float(each.answerable) for each in batch])
        weight = torch.where(label > 0, 0.5 / share, 0.5 / (1 - share)).float()
        weight = weight * torch.tensor(
            [HARD if each.regime in ("hard", *NEWS) else 1.0 for each in batch]
        )
        return torch.nn.functional.binary_cross_entropy_with_logits(values, label, weight)

    return trained(ANSWERED_UNITS, examples, loss, lambda each: shown[id(each)], ANSWERED_EPOCHS)


def shows(example: Example, scores: Any) -> Array:
    """(1, JUDGED)."""
    return refusal.compute_answerability_features(
        example.rows, example.around, scores, example.articles
    )[None].astype(np.float32)


def report(examples: Sequence[Example]) -> list[Any]:
    """Cross-validated figures by data set; each example's scores by the fold that has not seen it."""
    scores: list[Any] = [None] * len(examples)
    said: dict[str, list[tuple[bool, bool]]] = {}
    for part in range(FOLDS):
        sentence = fit_sentence(
            [each for each in examples if each.fold != part and each.regime in CHOOSING]
        )
        for at, each in enumerate(examples):
            if each.fold == part:
                scores[at] = sentence.scores(each.rows)
    for part in range(FOLDS):
        train = [at for at, each in enumerate(examples) if each.fold != part and judging(each)]
        answered = fit_answered([examples[at] for at in train], [scores[at] for at in train])
        for each, own in zip(examples, scores, strict=True):
            if each.fold == part:
                least = get_confidence_threshold(1 if each.regime in FEW else 1000)
                refused = bool(answered.scores(shows(each, own))[0] < np.log(least / (1 - least)))
                for name in (f"{each.regime:6} all", f"{each.regime:6} {each.data}"):
                    said.setdefault(name, []).append((not each.answerable, refused))
    _report_sentences(examples, scores)
    for name, pairs in sorted(said.items()):
        kept = [not refused for unanswerable, refused in pairs if not unanswerable]
        right = [refused for unanswerable, refused in pairs if unanswerable]
        shares = [
            f"{what} {np.mean(some):.3f}"
            for what, some in (("answered", kept), ("refused", right))
            if some
        ]
        print(f"{name:28} {len(pairs):5}  " + "  ".join(shares))
    return scores


def _report_sentences(examples: Sequence[Example], scores: Sequence[Any]) -> None:
    """How often the best sentence, or one of three, answers; the best of the right passage; how often that comes first."""
    top: dict[str, list[tuple[float, ...]]] = {}
    for each, own in zip(examples, scores, strict=True):
        if each.regime in CHOOSING and each.answerable:
            order, inside = np.argsort(-own, kind="stable"), np.flatnonzero(each.relevant)
            within = (
                float(each.right[inside[np.argmax(own[inside])]]) if each.right.any() else np.nan
            )
            figures = (
                each.right[order[0]],
                each.right[order[:3]].any(),
                within,
                each.relevant[order[0]],
            )
            for name in (each.data, each.regime):
                top.setdefault(name, []).append(figures)
    for name, rows in top.items():
        best, three, within, first = np.nanmean(np.array(rows, dtype=float), axis=0)
        print(
            f"{name:20} best sentence {best:.3f}  three {three:.3f}  in its passage {within:.3f}  passage {first:.3f}"
        )


def judging(example: Example) -> bool:
    """Whether an example teaches when to refuse: an answer that is nowhere in what was found teaches nothing."""
    return not example.answerable or bool(example.right.any())


def main() -> None:
    """Describe, cross-validate, fit on everything, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path(__file__).parents[1] / ".." / "shared" / "eval"
    )
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    kept = options.keep and options.keep / "examples.pickle"
    if kept and kept.is_file():
        examples = pickle.loads(kept.read_bytes())
    else:
        with ProcessPoolExecutor() as pool:
            data = options.data.resolve()
            examples = [
                each
                for found in pool.map(described, [(*item, data) for item in SETS])
                for each in found
            ]
            examples += [
                each for found in pool.map(pressed, sorted(PRESS.iterdir())) for each in found
            ]
        if kept:
            kept.write_bytes(pickle.dumps(examples))
    torch.set_num_threads(1)
    scores = report(examples)
    judged = [at for at, each in enumerate(examples) if judging(each)]
    fitted = {
        "sentence": fit_sentence([each for each in examples if each.regime in CHOOSING]),
        "answered": fit_answered([examples[at] for at in judged], [scores[at] for at in judged]),
    }
    scorer.WEIGHTS.parent.mkdir(exist_ok=True)
    parts = {
        f"{name}.{part}": np.asarray(value, np.float16)
        for name, of in fitted.items()
        for part, value in of._asdict().items()
    }
    save_file(parts, scorer.WEIGHTS)
    print(f"wrote {scorer.WEIGHTS}")


if __name__ == "__main__":
    main()
