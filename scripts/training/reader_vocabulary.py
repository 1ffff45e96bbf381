"""The pieces that the reader keeps of mE5's 250,002: those that the thirty languages of the tool use."""

from __future__ import annotations

import lzma
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from training.e5_wheel import Wheel

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
START, PADDING, END, UNKNOWN = range(4)
SENTENCES_PER_LANGUAGE = 40_000
MAIN = (
    "fr",
    "en",
    "de",
    "es",
    "it",
    "pt",
    "nl",
)  # whose pieces count more often, so that hardly one is missing
MAIN_SENTENCES, MAIN_WEIGHT = 15_000, 20


def make_tokenizer(pieces: list[str], scores: Any) -> Tokenizer:
    """Return a unigram tokenizer (Kudo 2018) over some pieces, without special tokens around a text."""
    vocabulary = [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\s\u200b\u200e\u200f]+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement="▁", prepend_scheme="always", split=False
    )
    return tokenizer


def read_pairs(
    path: Path, limit: int = SENTENCES_PER_LANGUAGE, languages: Sequence[str] = ()
) -> Iterator[str]:
    """Yield at most ``limit`` sentences of each language (of these alone) of ``pairs-sentences.tsv.xz``."""
    counts: Counter[str] = Counter()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            one, other, _source, *texts = line.rstrip("\n").split("\t")
            for language, text in zip((one, other), texts, strict=True):
                if counts[language] < limit and (not languages or language in languages):
                    counts[language] += 1
                    yield text


def count_pieces(wheel: Wheel, texts: Iterable[str]) -> Any:
    """Return how often each piece of the whole vocabulary stands in the texts."""
    whole = make_tokenizer(wheel.pieces, wheel.scores)
    counts = np.zeros(len(wheel.pieces), np.int64)
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == 4000:
            _count(whole, batch, counts)
            batch = []
    _count(whole, batch, counts)
    return counts


def _count(tokenizer: Tokenizer, texts: list[str], counts: Any) -> None:
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        np.add.at(counts, encoding.ids, 1)


def choose_pieces(wheel: Wheel, counts: Any, size: int) -> Any:
    """Return the numbers of the pieces that are kept: the special ones, single characters that occur, then by count."""
    order = np.argsort(-counts, kind="stable")
    single = [
        number
        for number in order
        if counts[number] > 1 and len(wheel.pieces[number].removeprefix("▁")) <= 1
    ]
    latin = [
        number
        for number, piece in enumerate(wheel.pieces)
        if len(piece) == 1 and unicodedata.name(piece, "").startswith(("LATIN", "DIGIT"))
    ]
    special = [0, 1, 2, 3]
    rest = [number for number in order if counts[number] > 0]
    kept = list(dict.fromkeys([*special, *single, *latin, *rest]))[:size]
    return np.array([*special, *sorted(set(kept) - set(special))])
