"""The training pairs: read, cleaned of evaluation text, and sampled for the vocabulary.

A line of ``pairs-sentences.tsv.xz`` or ``pairs-words.tsv.xz`` is ``language1 language2 source text1 text2``: the same
sentence, or the same word, in two languages.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NGRAM = 8  # words in a row (characters: three times as many, where words are not spaced) shared with evaluation text: the pair goes
SAME_LANGUAGE = {"no": "nb"}  # one code per written language
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|\w+")


class Pair(NamedTuple):
    """The same thing said in two languages."""

    language1: str
    language2: str
    text1: str
    text2: str


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of one file whose two texts differ and are not empty."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            language1, language2, _, text1, text2 = line.rstrip("\n").split("\t")
            if text1 and text2 and text1.lower() != text2.lower():
                yield Pair(
                    SAME_LANGUAGE.get(language1, language1),
                    SAME_LANGUAGE.get(language2, language2),
                    text1,
                    text2,
                )


def evaluation_texts(folder: Path) -> Iterator[str]:
    """Every passage and question below a folder of BEIR sets and question files; nothing where there is no such folder."""
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from (row[key] for key in ("text", "question") if row.get(key))


class Overlap:
    """Tells which texts share a long stretch of words with a set of texts, or are one of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.grams: set[str] = set()
        self.whole: set[str] = set()
        for text in texts:
            words = _WORD.findall(text.lower())
            self.grams.update(self._grams(words))
            self.whole.add(" ".join(words))

    @staticmethod
    def _grams(words: list[str]) -> Iterator[str]:
        spaced = sum(map(len, words)) > 2 * len(words)
        size = NGRAM if spaced else 3 * NGRAM
        return (" ".join(words[i : i + size]) for i in range(len(words) - size + 1))

    def __contains__(self, text: str) -> bool:
        words = _WORD.findall(text.lower())
        if len(words) > 2 and " ".join(words) in self.whole:
            return True
        return len(words) >= NGRAM and any(gram in self.grams for gram in self._grams(words))


def without_overlap(pairs: Iterable[Pair], overlap: Overlap) -> Iterator[Pair]:
    """The pairs neither of whose texts is, or shares a long stretch with, evaluation text."""
    known: dict[str, bool] = {}  # most sentences come in many pairs
    for pair in pairs:
        for text in (pair.text1, pair.text2):
            if text not in known:
                known[text] = text in overlap
        if not (known[pair.text1] or known[pair.text2]):
            yield pair


def balanced_texts(
    pairs: list[Pair], words: list[Pair], *, characters: int, power: float, seed: int
) -> Iterator[str]:
    """Texts to learn a vocabulary from: each language's share of ``characters`` grows with its size to the ``power``.

    Below 1 the power lifts small languages and holds back large ones (Conneau and Lample 2019). Every dictionary word
    comes once more, whatever its language, so that frequent words become single tokens.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        texts[pair.language1].add(pair.text1)
        texts[pair.language2].add(pair.text2)
    sizes = {language: sum(map(len, some)) for language, some in texts.items()}
    unit = characters / sum(size**power for size in sizes.values())
    for language in sorted(texts):
        budget = unit * sizes[language] ** power
        some = sorted(texts[language])
        random.Random(f"{seed} {language}").shuffle(some)
        while budget > 0:  # a small language's texts come more than once
            for text in some:
                yield text
                budget -= len(text)
                if budget <= 0:
                    break
    yield from sorted({text for pair in words for text in (pair.text1, pair.text2)})


def languages_of(pairs: Iterable[Pair]) -> list[str]:
    """The languages seen, most frequent first."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        counts.update((pair.language1, pair.language2))
    return [language for language, _ in counts.most_common()]
