"""Train the shipped model: pairs of texts in, ``rag/models/static-multilingual`` out, then how good it is.

    python scripts/train_model.py [--train ../shared/train] [--eval ../shared/eval] [--work FOLDER] [--out FOLDER]

Five steps, each kept in the work folder, so that a run that was stopped goes on where it was:

1. read the pairs, leave out what holds evaluation text, learn the vocabulary   (training/data.py, training/vocabulary.py)
2. turn all pairs into token ids; count tokens by language                      (training/languages.py)
3. train the token vectors                                                     (training/vectors.py)
4. align the words of the pairs: the translation lexicon                       (training/lexicon.py)
5. write the model folder; measure retrieval and language identification       (training/export.py, training/measure.py)

Needs torch (the CPU is enough), tokenizers and about 6 GB of memory; half an hour on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rag.models.embedders import Embedder, load_static_embedder  # noqa: E402
from rag.models.language_id import TokenWeights  # noqa: E402
from rag.models.tokenizer import PATTERN, REPLACEMENTS, SHIPPED, Tokenizer, pack_vocabulary  # noqa: E402
from training import data, export, languages, lexicon, measure, vectors, vocabulary  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

VOCABULARY: dict[str, Any] = {
    "size": 65_536,
    "characters": 80_000_000,
    "power": 0.6,
    "seed": 1,
}  # ids fit 16 bits
WORD_LENGTH = 60  # characters; longer dictionary entries are phrases
LANGUAGE_HELD_OUT = (
    50  # one sentence in so many tests language identification instead of teaching it
)


def say(text: str) -> None:
    """A line of progress, with the seconds since the start."""
    sys.stderr.write(f"[{time.monotonic() - STARTED:5.0f} s] {text}\n")
    sys.stderr.flush()


STARTED = time.monotonic()


def key(*parts: object) -> str:
    """A short name for what these settings lead to."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:8]


def read(train: Path, evaluation: Path) -> tuple[list[data.Pair], list[data.Pair]]:
    """Sentence pairs and word pairs, none of which holds evaluation text."""
    overlap = data.Overlap(data.evaluation_texts(evaluation))
    sentences = list(data.read_pairs(train / "pairs-sentences.tsv.xz"))
    clean = list(data.without_overlap(sentences, overlap))
    say(
        f"{len(sentences):,} sentence pairs, {len(sentences) - len(clean):,} left out as evaluation text"
    )
    assert not any(text in overlap for text in {text for pair in clean for text in pair[2:]})
    words = list(data.without_overlap(read_words(train), overlap))
    say(f"{len(words):,} word pairs")
    return clean, words


def read_words(train: Path) -> Iterator[data.Pair]:
    """The word pairs that are no phrases."""
    pairs = data.read_pairs(train / "pairs-words.tsv.xz")
    return (pair for pair in pairs if max(len(pair.text1), len(pair.text2)) < WORD_LENGTH)


def encode_pairs(tokenizer: Tokenizer, pairs: Sequence[data.Pair]) -> vectors.Pairs:
    """Token ids of both sides; pairs with an empty side left out."""
    kinds: dict[tuple[str, str], int] = {}
    sides = [tokenizer.encode_batch([pair[side] for pair in pairs]) for side in (2, 3)]
    kept = [i for i in range(len(pairs)) if sides[0][i] and sides[1][i]]
    kind = [kinds.setdefault((pairs[i].language1, pairs[i].language2), len(kinds)) for i in kept]
    left, right = (vectors.Texts.of([side[i] for i in kept]) for side in sides)
    return vectors.Pairs(left, right, np.array(kind, np.int16))


def learn_languages(
    tokens: list[bytes], sentences: Sequence[data.Pair], words: Sequence[data.Pair]
) -> tuple[list[str], NDArray[np.int8], float]:
    """The languages, how likely each token is in each, and the share of held-out sentences told right."""
    tokenizer, codes = Tokenizer(pack_vocabulary(tokens)), data.languages_of(sentences)
    texts = sorted({(pair[side], pair[side + 2]) for pair in sentences for side in (0, 1)})
    more = sorted({(pair[side], pair[side + 2]) for pair in words for side in (0, 1)} - set(texts))
    taught = [item for i, item in enumerate(texts) if i % LANGUAGE_HELD_OUT]
    encoded = (
        (code, tokenizer.encode(text))
        for some in (taught, more)
        for code, text in some
        if code in codes
    )
    likelihood = languages.log_likelihood(languages.count_tokens(encoded, codes, tokenizer.size))
    tokenizer, held_out = (
        Tokenizer(pack_vocabulary(tokens), TokenWeights(tuple(codes), likelihood)),
        texts[::LANGUAGE_HELD_OUT],
    )
    return (
        codes,
        likelihood,
        sum(tokenizer.detect_language(text) == code for code, text in held_out) / len(held_out),
    )


def prepare(folder: Path, train: Path, evaluation: Path) -> None:
    """Steps 1 and 2: vocabulary, language table and encoded pairs, written to ``folder`` once."""
    if (folder / "words.npz").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    sentences, words = read(train, evaluation)
    size, sample = (
        VOCABULARY["size"],
        {name: VOCABULARY[name] for name in ("characters", "power", "seed")},
    )
    tokens = vocabulary.learn(data.balanced_texts(sentences, words, **sample), size=size)
    say(f"vocabulary of {len(tokens):,} tokens")
    codes, likelihood, accuracy = learn_languages(tokens, sentences, words)
    say(f"{len(codes)} languages, {accuracy:.1%} of held-out sentences told right")
    export.write_tokenizer(folder, tokens, codes, likelihood)
    tokenizer = Tokenizer.load(folder)
    for name, pairs in (("sentences", sentences), ("words", words)):
        encode_pairs(tokenizer, pairs).save(folder / f"{name}.npz")
        say(f"{name} encoded")


def learn_lexicon(folder: Path, train: Path, evaluation: Path) -> Path:
    """Step 4: the lexicon, written to ``folder`` once."""
    path = folder / f"lexicon-{key(lexicon.RECIPE)}.safetensors"
    if not path.exists():
        sentences, words = read(train, evaluation)
        lexicon.learn([*sentences, *words], path, say=say)
    return path


def report(folder: Path, embedder: Embedder, tokenizer: Tokenizer) -> None:
    """The table of results, on stdout."""
    lines = [
        "| questions → passages | questions | R@1, a vector per passage | R@1, per sentence | R@5, per sentence |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {row.questions} | {row.passage_first:.3f} | {row.sentence_first:.3f} | {row.sentence_five:.3f} |"
        for row in measure.retrievals(folder, embedder.passages)
    ]
    told = measure.language_accuracy(folder, tokenizer)
    lines += [
        "",
        "Language of the questions told right: "
        + ", ".join(f"{code} {share:.3f}" for code, share in told.items()),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def arguments() -> argparse.Namespace:
    """The command line: folders, and every number of the recipe."""
    parser = argparse.ArgumentParser(description="Train the shipped model.")
    parser.add_argument(
        "--train", type=Path, default=ROOT.parent / "shared" / "train", help="folder of the pairs"
    )
    parser.add_argument(
        "--eval",
        type=Path,
        default=ROOT.parent / "shared" / "eval",
        help="folder of the evaluation sets",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path.home() / ".cache" / "rag-training",
        help="folder of the steps' results",
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the model folder to write")
    for field in fields(vectors.Recipe):
        if field.name != "dimensions":
            parser.add_argument(
                f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default
            )
    return parser.parse_args()


def main() -> None:
    """All four steps."""
    flags = arguments()
    recipe = vectors.Recipe(
        **{f.name: getattr(flags, f.name) for f in fields(vectors.Recipe) if f.name != "dimensions"}
    )
    sizes = {path.name: path.stat().st_size for path in sorted(flags.train.glob("pairs-*.tsv.xz"))}
    prepared = flags.work / key(VOCABULARY, PATTERN, REPLACEMENTS, sizes)
    prepare(prepared, flags.train, flags.eval)
    tokenizer = Tokenizer.load(prepared)
    say(f"training with {recipe}")
    sentences, words = (
        vectors.Pairs.load(prepared / f"{name}.npz") for name in ("sentences", "words")
    )
    checkpoint = (
        prepared / f"vectors-{key(asdict(replace(recipe, whiten=0)))}.npz"
    )  # whitening comes after
    table = vectors.train(sentences, words, tokenizer.size, recipe, checkpoint)
    flags.out.mkdir(parents=True, exist_ok=True)
    for name in export.TOKENIZER_FILES:
        shutil.copyfile(prepared / name, flags.out / name)
    export.write_vectors(flags.out, table)
    shutil.copyfile(
        learn_lexicon(prepared, flags.train, flags.eval), flags.out / "lexicon.safetensors"
    )
    say(f"written to {flags.out}")
    report(flags.eval, load_static_embedder(flags.out, "trained", tokenizer), tokenizer)


if __name__ == "__main__":
    main()
