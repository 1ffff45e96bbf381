"""How good the vectors are: retrieval and language identification on evaluation data, where there is any."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.text.sentences import split_sentences as sentences_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.models.tokenizer import Tokenizer

    Encode = Callable[[Sequence[str]], NDArray[np.float32]]

PASSAGE_SHARE = 0.5  # of the passage's vector, added to each of its sentences'
XQUAD = ("en", "fr", "es", "de", "ru", "tr", "ro", "el", "ar", "zh", "hi", "vi", "th")


class Retrieval(NamedTuple):
    """Questions in one language over passages in another: shares of questions, one vector per passage and per sentence."""

    name: str
    questions: int
    passage_first: float
    sentence_first: float
    sentence_five: float


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _relevant(folder: Path) -> dict[str, str]:
    lines = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t")[:2] for line in lines)


def sentence_vectors(
    passages: Sequence[str], encode: Encode
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """A unit vector for every sentence, half of its passage's added, and the first row of each passage."""
    sentences = [
        [passage[start:end] for start, end in sentences_of(passage)] or [passage]
        for passage in passages
    ]
    counts = [len(some) for some in sentences]
    vectors = encode([sentence for some in sentences for sentence in some])
    vectors = vectors + PASSAGE_SHARE * np.repeat(encode(passages), counts, axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors, np.concatenate([[0], np.cumsum(counts[:-1])])


def retrieval(name: str, questions: Path, corpus: Path, encode: Encode) -> Retrieval:
    """R@1 of passages by their vector, R@1 and R@5 of passages by their best sentence."""
    passages = _rows(corpus / "corpus.jsonl")
    relevant = _relevant(questions)
    asked = [row for row in _rows(questions / "queries.jsonl") if row["_id"] in relevant]
    place = {row["_id"]: i for i, row in enumerate(passages)}
    right = np.array([place[relevant[row["_id"]]] for row in asked])
    texts = [row["text"] for row in passages]
    question_vectors = encode([row["text"] for row in asked])
    vectors, starts = sentence_vectors(texts, encode)
    ranks = []
    for scores in (
        question_vectors @ encode(texts).T,
        np.maximum.reduceat(question_vectors @ vectors.T, starts, axis=1),
    ):
        best = scores[np.arange(len(right)), right]
        ranks.append((scores > best[:, None]).sum(axis=1))
    return Retrieval(
        name, len(asked), np.mean(ranks[0] < 1), np.mean(ranks[1] < 1), np.mean(ranks[1] < 5)
    )


def retrievals(folder: Path, encode: Encode) -> Iterator[Retrieval]:
    """The sets below ``folder`` that are there."""
    xquad = folder / "xquad"
    across = [(language, "en") for language in XQUAD] + [("fr", "es"), ("fr", "de")]
    for asked, told in across:
        if (xquad / asked).exists() and (xquad / told / "corpus.jsonl").exists():
            yield retrieval(f"XQuAD {asked} → {told}", xquad / asked, xquad / told, encode)
    if (folder / "piaf" / "fr").exists():
        yield retrieval("PIAF fr → fr", folder / "piaf" / "fr", folder / "piaf" / "fr", encode)


def language_accuracy(folder: Path, tokenizer: Tokenizer) -> dict[str, float]:
    """Share of the XQuAD questions of each language that are told to be in it."""
    out = {}
    for language in XQUAD:
        path = folder / "xquad" / language / "queries.jsonl"
        if path.exists():
            told = [tokenizer.detect_language(row["text"]) for row in _rows(path)]
            out[language] = told.count(language) / len(told)
    return out
