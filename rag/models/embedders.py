"""Texts into vectors: the shipped static model read lean with numpy, or any sentence-transformers model by name or folder.

The shipped model is a table with a row per token; a text's vector is the sum of its tokens' rows, made length 1. That
needs a tokenizer and numpy, not torch, and of the memory-mapped table only the rows that the text's tokens name are
read. The same folder loads with ``SentenceTransformer(folder)`` and gives the same vectors.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import ModelError
from rag.models import tokenizer as tokens
from rag.models.tensors import Tensors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

SHIPPED_NAME = "shipped"
_TENSOR = "embedding.weight"
_BATCH = 256  # texts whose tokens' rows are read at once


class Embedder(Protocol):
    """Turns passages and questions into vectors whose inner product says how near they are in meaning."""

    name: str
    dimension: int
    fingerprint: str  # equal for models that give the same vectors

    def passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) float32, rows of length 1; a row of zeros for a text without tokens."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) float32, rows of length 1; a row of zeros for a text without tokens."""


class StaticEmbedder:
    """A table of token vectors and its tokenizer."""

    def __init__(
        self, name: str, tokenizer: tokens.Tokenizer, table: NDArray[np.float16], fingerprint: str
    ) -> None:
        self.name = name
        self.dimension = int(table.shape[1])
        self.fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._table = table

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See ``Embedder``."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _BATCH):
            self._add_up(
                self._tokenizer.encode_batch(texts[start : start + _BATCH]),
                vectors[start : start + _BATCH],
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    questions = passages

    def _add_up(self, encoded: list[list[int]], out: Vectors) -> None:
        """Writes the sum of each text's rows into ``out``.

        Rows are read and widened once per batch, then summed text by text: a text's vector never depends on its batch.
        """
        import numpy as np

        flat = np.fromiter(
            (i for ids in encoded for i in ids), np.int64, count=sum(map(len, encoded))
        )
        distinct, places = tokens.find_distinct(flat)
        rows = self._table[distinct].astype(np.float32)
        end = 0
        for ids, vector in zip(encoded, out, strict=True):
            start, end = end, end + len(ids)
            rows[places[start:end]].sum(axis=0, out=vector)


class TransformerEmbedder:
    """Any sentence-transformers model; its prompts for queries and documents are used where it has them."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        dimension = (
            getattr(model, "get_embedding_dimension", None)
            or model.get_sentence_embedding_dimension
        )  # before 6.0
        self.dimension = int(dimension() or 0)
        self.fingerprint = _digest(model)
        self._model = model

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See ``Embedder``."""
        return self._encode(self._model.encode_document, texts)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """See ``Embedder``."""
        return self._encode(self._model.encode_query, texts)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        full = [i for i, text in enumerate(texts) if text.strip()]
        if full:
            vectors[full] = encode(
                [texts[i] for i in full], normalize_embeddings=True, show_progress_bar=False
            )
        return vectors


def load_embedder(name: str = SHIPPED_NAME, *, offline: bool = True) -> Embedder:
    """The shipped model, or the sentence-transformers model of that name or in that folder.

    Offline, a model by name must have been downloaded before. ModelError, with the ways out, when it cannot be loaded.
    """
    return _shipped() if name == SHIPPED_NAME else _load_transformer(name, offline=offline)


def open_token_vectors() -> NDArray[np.float16]:
    """(V, dimension) float16, memory-mapped: the shipped model's table, row per token, rarity folded into its length."""
    return Tensors(tokens.SHIPPED / "model.safetensors")[_TENSOR]


@functools.cache
def _shipped() -> StaticEmbedder:
    return load_static_embedder(tokens.SHIPPED, SHIPPED_NAME, tokens.get_tokenizer())


def load_static_embedder(folder: Path, name: str, tokenizer: tokens.Tokenizer) -> StaticEmbedder:
    """The lean embedder of a folder written by ``scripts/train_model.py``."""
    table = Tensors(folder / "model.safetensors")[_TENSOR]
    middle = hashlib.sha256(
        table[:: max(1, len(table) // 64)].tobytes()
    ).hexdigest()  # all rows come of one training
    return StaticEmbedder(
        name,
        tokenizer,
        table,
        hashlib.sha256(f"{tokenizer.fingerprint}{middle}".encode()).hexdigest()[:12],
    )


def _load_transformer(name: str, *, offline: bool) -> TransformerEmbedder:
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(
            f"{name} needs sentence-transformers, which cannot be imported: {error}",
            hint="Run `pip install sentence-transformers`, or leave --model out: the shipped model needs nothing more.",
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return TransformerEmbedder(name, SentenceTransformer(name, local_files_only=offline))
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        raise ModelError(
            f"The model {name} cannot be loaded: {_first_line(error)}",
            hint=_ways_out(name, offline=offline),
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _ways_out(name: str, *, offline: bool) -> str:
    """What to do about a model that cannot be loaded."""
    ways = [
        "Give the folder of a sentence-transformers model",
        "leave --model out for the shipped one",
    ]
    if offline and not name.startswith((".", "/", "~")) and not Path(name).exists():
        ways.insert(1, f"download it once (`hf download {name}`, or without --offline)")
    return "; or ".join(ways) + "."


def _digest(model: SentenceTransformer) -> str:
    """Twelve hexadecimal digits of what decides the vectors: prompts, length limit, and some values of every weight."""
    digest = hashlib.sha256(
        json.dumps([model.prompts, str(model.max_seq_length)], sort_keys=True).encode()
    )
    for name, weight in sorted(model.state_dict().items()):
        some = weight.flatten()[:: max(1, weight.numel() // 256)]
        digest.update(
            f"{name} {tuple(weight.shape)}".encode() + some.float().cpu().numpy().tobytes()
        )
    return digest.hexdigest()[:12]
