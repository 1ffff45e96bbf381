#!/usr/bin/env python
"""Which tokenizer serves the vectors best, and how fast each is: byte-level BPE, or unigram cut in two ways.

    python scripts/compare_tokenizers.py [--train ../shared/train] [--eval ../shared/eval] [--work FOLDER]

Vocabularies of one size are learned from one sample of texts, normalised alike. Each gets its vectors from the same
pairs by one short recipe; then they are measured, and one Markdown table goes to stdout:

- BPE, as shipped: words, numbers and marks cut apart by ``rag.models.tokenizer.PATTERN``, each joined from bytes
- unigram (Kudo 2018; the Hugging Face trainer), within the pieces of the same pattern
- unigram with Metaspace, only if ``--tokenizers`` names it: cut at white space alone, as SentencePiece does, so that a
  token may hold a word and its comma

Retrieval is R@1 with a vector per sentence, the mean over the seeds. Speed is the processor time of one thread over the
same passages in turn, normalisation included: the shipped BPE through tiktoken as ``rag`` runs it, the same vocabulary
through Hugging Face tokenizers, and both unigrams.

Vocabularies, encoded pairs and results are kept in the work folder: a run that was stopped goes on where it was. Needs
torch, tokenizers and 8 GB of memory; half an hour to an hour on two cores.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import os
import random
import re
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Regex, models, pre_tokenizers, trainers
from tokenizers import Tokenizer as HuggingFace

from rag.models.embedders import StaticEmbedder
from rag.models.tokenizer import PATTERN, REPLACEMENTS, SHIPPED, Tokenizer, pack_vocabulary
from train_model import ROOT, VOCABULARY, encode_pairs, key, read_words, say
from training import data, measure, vectors, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

KINDS = {"bpe": "BPE", "unigram": "unigram", "metaspace": "unigram, Metaspace"}
CUTS = {
    "unigram": pre_tokenizers.Split(Regex(PATTERN), behavior="removed", invert=True),
    "metaspace": pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    ),
}
UNKNOWN = "<unk>"  # a character that the sample lacks; BPE has its bytes
PASSAGES = {  # that tokens are counted in and speed is measured on: their languages and sets
    "en": "xquad/en",
    "fr": "piaf/fr",
    **{language: f"xquad/{language}" for language in ("es", "de", "ru", "zh")},
}
SOME = 60  # passages of each language, for speed
ROUNDS = 9
POWER = VOCABULARY["power"]  # a language's share of the sample grows with its size to this
_WORD = re.compile(r"[\u3400-\u9fff]|\w+")  # Chinese: a character


class Unigram(Tokenizer):
    """A unigram tokenizer of Hugging Face where ``rag`` has its own."""

    def __init__(self, path: Path) -> None:
        self._model = HuggingFace.from_file(str(path))
        pieces = sorted(self._model.get_vocab().items(), key=lambda item: item[1])
        super().__init__(pack_vocabulary([piece.encode() for piece, _ in pieces]))

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of the tokens of each text; few texts at a time, as each comes with much beside its ids."""
        parts = (list(texts[start : start + 4096]) for start in range(0, len(texts), 4096))
        return [encoding.ids for part in parts for encoding in self._model.encode_batch_fast(part)]


def learn_unigram(texts: Iterable[str], kind: str, size: int) -> HuggingFace:
    """A unigram vocabulary of the pieces that texts are cut into."""
    tokenizer = HuggingFace(models.Unigram())
    tokenizer.normalizer = HuggingFace.from_file(
        str(SHIPPED / "tokenizer.json")
    ).normalizer  # rag.models.tokenizer.normalise
    tokenizer.pre_tokenizer = CUTS[kind]
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[UNKNOWN], unk_token=UNKNOWN, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def load(folder: Path, kind: str) -> Tokenizer:
    """The tokenizer that ``learn`` wrote."""
    return (
        Tokenizer((folder / "bpe.bin").read_bytes())
        if kind == "bpe"
        else Unigram(folder / f"{kind}.json")
    )


def learn(folder: Path, kind: str, texts: Iterable[str], size: int) -> None:
    """A vocabulary, written to ``folder`` once."""
    path = folder / ("bpe.bin" if kind == "bpe" else f"{kind}.json")
    if path.exists():
        return
    beside = path.with_suffix(".part")
    if kind == "bpe":
        beside.write_bytes(pack_vocabulary(vocabulary.learn(texts, size=size)))
    else:
        learn_unigram(texts, kind, size).save(str(beside))
    beside.replace(path)
    say(f"{KINDS[kind]}: vocabulary learned")


def read(flags: argparse.Namespace) -> tuple[list[data.Pair], list[data.Pair]]:
    """Sentence pairs and word pairs, drawn at random, none of which holds evaluation text."""
    overlap = data.Overlap(data.evaluation_texts(flags.eval))
    drawn = []
    sentences = data.read_pairs(flags.train / "pairs-sentences.tsv.xz")
    for name, read_all, count in (
        ("sentences", sentences, flags.sentences),
        ("words", read_words(flags.train), flags.words),
    ):
        pairs = list(read_all)
        some = random.Random(1).sample(pairs, min(count, len(pairs)))
        drawn.append(list(data.without_overlap(some, overlap)))
        say(f"{len(drawn[-1]):,} pairs of {name}")
    return drawn[0], drawn[1]


def prepare(folder: Path, flags: argparse.Namespace) -> None:
    """The vocabularies and the pairs in each one's ids, written to ``folder`` once."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = functools.cache(lambda: read(flags))
    for kind in flags.tokenizers:
        if (folder / f"{kind}-words.npz").exists():  # the last to be written
            continue
        sentences, words = pairs()
        texts = data.balanced_texts(
            sentences, words, characters=flags.characters, power=POWER, seed=1
        )
        learn(folder, kind, texts, flags.size)
        for name, some in (("sentences", sentences), ("words", words)):
            encode_pairs(load(folder, kind), some).save(folder / f"{kind}-{name}.npz")
            say(f"{KINDS[kind]}: {name} encoded")


def first_hits(
    folder: Path, kind: str, recipe: vectors.Recipe, evaluation: Path
) -> dict[str, float]:
    """R@1 per sentence of each set by vectors trained with this recipe, kept in ``folder``."""
    name = f"{kind}-{key(recipe)}"
    path = folder / f"{name}.json"
    if not path.exists():
        say(f"{KINDS[kind]}: training with {recipe}")
        sentences, words = (
            vectors.Pairs.load(folder / f"{kind}-{part}.npz") for part in ("sentences", "words")
        )
        tokenizer, checkpoint = load(folder, kind), folder / f"vectors-{name}.npz"
        table = vectors.train(sentences, words, tokenizer.size, recipe, checkpoint)
        embedder = StaticEmbedder(kind, tokenizer, table.astype("float16"), name)
        rows = measure.retrievals(evaluation, embedder.passages)
        path.write_text(
            json.dumps({row.name: float(row.sentence_first) for row in rows}), encoding="utf-8"
        )
        checkpoint.unlink()
        say(f"{KINDS[kind]}: measured")
    results: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return results


def passages(evaluation: Path, language: str) -> list[str]:
    """The passages in a language."""
    lines = (
        (evaluation / PASSAGES[language] / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    )
    return [json.loads(line)["text"] for line in lines]


def tokens_per_word(tokenizer: Tokenizer, texts: Sequence[str]) -> float:
    """How many tokens a word takes, marks counted in."""
    return sum(map(len, tokenizer.encode_batch(texts))) / sum(
        len(_WORD.findall(text)) for text in texts
    )


def rates(
    encoders: dict[str, Callable[[list[str]], object]], texts: list[str]
) -> dict[str, list[float]]:
    """Megabytes per second of processor time of each encoder, one after the other in every round, on one thread."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    found: dict[str, list[float]] = {name: [] for name in encoders}
    for turn, (name, encode) in itertools.product(range(ROUNDS + 1), encoders.items()):
        start = time.process_time()
        encode(texts)
        if turn:  # the first round only warms the caches
            found[name].append(megabytes / (time.process_time() - start))
    return found


def speeds(folder: Path, flags: argparse.Namespace) -> list[list[str]]:
    """Rows of the table: each tokenizer's rate through Hugging Face, tiktoken's rate, and how many times as much it is."""
    encoders: dict[str, Callable[[list[str]], object]] = {
        "tiktoken": Tokenizer.load(SHIPPED).encode_batch
    }
    for kind in flags.tokenizers:
        path = SHIPPED / "tokenizer.json" if kind == "bpe" else folder / f"{kind}.json"
        encoders[kind] = HuggingFace.from_file(str(path)).encode_batch_fast
    found = rates(
        encoders, [text for language in PASSAGES for text in passages(flags.eval, language)[:SOME]]
    )
    times = {
        kind: statistics.median(
            fast / slow for fast, slow in zip(found["tiktoken"], found[kind], strict=True)
        )
        for kind in flags.tokenizers
    }
    tiktoken = f"{statistics.median(found['tiktoken']):.2f}"
    return [
        [
            "MB/s, Hugging Face",
            *(f"{statistics.median(found[kind]):.2f}" for kind in flags.tokenizers),
        ],
        ["MB/s, tiktoken", *(tiktoken if kind == "bpe" else "–" for kind in flags.tokenizers)],
        [
            "tiktoken's BPE is faster than this by",
            *(f"× {times[kind]:.1f}" for kind in flags.tokenizers),
        ],
    ]


def quality(folder: Path, flags: argparse.Namespace) -> list[list[str]]:
    """Rows of the table: R@1 of each set, the mean over the seeds; and the mean over the sets."""
    recipes = [vectors.Recipe(epochs=flags.epochs, seed=seed) for seed in range(1, flags.seeds + 1)]
    hits = [
        [first_hits(folder, kind, recipe, flags.eval) for recipe in recipes]
        for kind in flags.tokenizers
    ]
    rows = [
        [f"R@1, {name}", *(f"{statistics.mean(run[name] for run in runs):.3f}" for runs in hits)]
        for name in hits[0][0]
    ]
    means = [[statistics.mean(run.values()) for run in runs] for runs in hits]
    rows.append(["R@1, mean of all", *(f"{statistics.mean(some):.3f}" for some in means)])
    return [
        *rows,
        ["the same by seed", *(" ".join(f"{mean:.3f}" for mean in some) for some in means)],
    ]


def lengths(folder: Path, flags: argparse.Namespace) -> list[list[str]]:
    """Rows of the table: how many tokens the words of each language take."""
    tokenizers = [load(folder, kind) for kind in flags.tokenizers]
    rows = []
    for language in PASSAGES:
        texts = passages(flags.eval, language)
        per_word = (f"{tokens_per_word(tokenizer, texts):.2f}" for tokenizer in tokenizers)
        rows.append(
            [f"tokens per {'character' if language == 'zh' else 'word'}, {language}", *per_word]
        )
    return rows


def arguments() -> argparse.Namespace:
    """The command line: folders and sizes."""
    work = Path.home() / ".cache" / "rag-training" / "tokenizers"
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--train", type=Path, default=ROOT.parent / "shared" / "train", help="folder of the pairs"
    )
    parser.add_argument(
        "--eval",
        type=Path,
        default=ROOT.parent / "shared" / "eval",
        help="folder of the evaluation sets",
    )
    parser.add_argument("--work", type=Path, default=work, help="folder of the steps' results")
    parser.add_argument(
        "--tokenizers",
        nargs="+",
        choices=KINDS,
        default=["bpe", "unigram"],
        help="which to compare",
    )
    parser.add_argument(
        "--size", type=int, default=65_536, help="tokens of each vocabulary, 65,536 at most"
    )
    parser.add_argument(
        "--sentences", type=int, default=800_000, help="sentence pairs that are drawn"
    )
    parser.add_argument("--words", type=int, default=250_000, help="word pairs that are drawn")
    parser.add_argument(
        "--characters",
        type=int,
        default=10_000_000,
        help="of their sentences to learn the vocabularies from",
    )
    parser.add_argument(
        "--epochs", type=float, default=1.0, help="passes over the pairs; all else as shipped"
    )
    parser.add_argument("--seeds", type=int, default=2, help="trainings of each tokenizer")
    return parser.parse_args()


def main() -> None:
    """Learn, train, measure, print."""
    flags = arguments()
    sizes = {path.name: path.stat().st_size for path in sorted(flags.train.glob("pairs-*.tsv.xz"))}
    folder = flags.work / key(
        flags.size,
        flags.sentences,
        flags.words,
        flags.characters,
        POWER,
        PATTERN,
        REPLACEMENTS,
        sizes,
    )
    prepare(folder, flags)
    head = [
        ["", *(KINDS[kind] for kind in flags.tokenizers)],
        ["---"] * (1 + len(flags.tokenizers)),
    ]
    rows = [*head, *quality(folder, flags), *lengths(folder, flags), *speeds(folder, flags)]
    sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    main()
