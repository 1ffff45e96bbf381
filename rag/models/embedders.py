"""Texts into vectors: the shipped static model read lean with numpy, or any sentence-transformers model by name or folder.

The shipped model is a table with a row per token; a text's vector is the sum of its tokens' rows,
made length 1. That needs a tokenizer and numpy, not torch, and of the memory-mapped table only the
rows that the text's tokens name are read. The same folder loads with
``SentenceTransformer(folder)`` and gives the same vectors.

A third kind of model is a class with what ``Embedder`` asks for, and a line in ``load_embedder``.
Vectors of existing indexes are compared with those made here: whatever changes them must change the
fingerprint.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import ModelError
from rag.models.tensors import Tensors
from rag.models.tokenizer import SHIPPED, Tokenizer, find_distinct, get_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

SHIPPED_NAME = "shipped"
_TABLE_FILE = "model.safetensors"
_TABLE_NAME = "embedding.weight"
_BATCH_SIZE = 256  # texts whose tokens' rows are read at once; chosen by hand
_FINGERPRINT_DIGITS = 12
# How much of a model its fingerprint looks at; chosen by hand. All weights change together in a
# training.
_SAMPLED_ROWS = 64
_SAMPLED_VALUES = 256  # of each weight of a transformer


class Embedder(Protocol):
    """Turns passages and questions into vectors whose inner product says how near they are in meaning."""

    name: str
    dimension: int
    fingerprint: str  # equal for models that give the same vectors

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1; a row of zeros for a text without tokens."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1; a row of zeros for a text without tokens."""


class StaticEmbedder:
    """A table of token vectors and its tokenizer."""

    def __init__(
        self, name: str, tokenizer: Tokenizer, table: NDArray[np.float16], fingerprint: str
    ) -> None:
        self.name = name
        self.dimension = int(table.shape[1])
        self.fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._table = table

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the sums of the texts' token vectors, made length 1; see ``Embedder``."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _BATCH_SIZE):
            batch = texts[start : start + _BATCH_SIZE]
            ids_of_texts = self._tokenizer.encode_batch(batch)
            self._write_sums(ids_of_texts, vectors[start : start + _BATCH_SIZE])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    # The static model was trained with one encoder for both sides.
    questions = passages

    def _write_sums(self, ids_of_texts: list[list[int]], out: Vectors) -> None:
        """Write the sum of the table's rows that each text names into ``out``.

        Rows are read and widened once per batch, then summed text by text: a text's vector never
        depends on its batch.
        """
        import numpy as np

        token_count = sum(map(len, ids_of_texts))
        all_ids = (token for ids in ids_of_texts for token in ids)
        flat_ids = np.fromiter(all_ids, np.int64, count=token_count)
        distinct_ids, places = find_distinct(flat_ids)
        rows = self._table[distinct_ids].astype(np.float32)
        start = 0
        for ids, vector in zip(ids_of_texts, out, strict=True):
            end = start + len(ids)
            rows[places[start:end]].sum(axis=0, out=vector)
            start = end


class TransformerEmbedder:
    """Any sentence-transformers model; its prompts for queries and documents are used where it has them."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        self.dimension = _read_dimension(model)
        self.fingerprint = _compute_model_fingerprint(model)
        self._model = model

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of documents; see ``Embedder``."""
        return self._encode(self._model.encode_document, texts)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of queries; see ``Embedder``."""
        return self._encode(self._model.encode_query, texts)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        """Return a row for each text; only those that are not blank are given to the model."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        rows = [row for row, text in enumerate(texts) if text.strip()]
        if rows:
            written_texts = [texts[row] for row in rows]
            vectors[rows] = encode(
                written_texts, normalize_embeddings=True, show_progress_bar=False
            )
        return vectors


def load_embedder(name: str = SHIPPED_NAME, *, offline: bool = True) -> Embedder:
    """Return the shipped model, or the sentence-transformers model of that name or in that folder.

    Offline, a model by name must have been downloaded before. ModelError, with the ways out, when
    it cannot be loaded.
    """
    if name == SHIPPED_NAME:
        return _load_shipped()
    return _load_transformer(name, offline=offline)


def open_token_vectors() -> NDArray[np.float16]:
    """Return the shipped model's table (V, dimension), memory-mapped: a row per token, the longer the rarer the token."""
    return _open_table(SHIPPED)


def load_static_embedder(folder: Path, name: str, tokenizer: Tokenizer) -> StaticEmbedder:
    """Return the lean embedder of a folder written by ``scripts/train_model.py``."""
    table = _open_table(folder)
    return StaticEmbedder(name, tokenizer, table, _compute_table_fingerprint(table, tokenizer))


@functools.cache
def _load_shipped() -> StaticEmbedder:
    return load_static_embedder(SHIPPED, SHIPPED_NAME, get_tokenizer())


def _open_table(folder: Path) -> NDArray[np.float16]:
    return Tensors(folder / _TABLE_FILE)[_TABLE_NAME]


def _compute_table_fingerprint(table: NDArray[np.float16], tokenizer: Tokenizer) -> str:
    """Return twelve hexadecimal digits of the tokenizer and of rows taken evenly from the table."""
    step = max(1, len(table) // _SAMPLED_ROWS)
    table_digest = hashlib.sha256(table[::step].tobytes()).hexdigest()
    decisive = f"{tokenizer.fingerprint}{table_digest}"
    return hashlib.sha256(decisive.encode()).hexdigest()[:_FINGERPRINT_DIGITS]


def _compute_model_fingerprint(model: SentenceTransformer) -> str:
    """Return twelve hexadecimal digits of what decides the vectors: prompts, length limit, values of every weight."""
    options = json.dumps([model.prompts, str(model.max_seq_length)], sort_keys=True)
    digest = hashlib.sha256(options.encode())
    for name, weight in sorted(model.state_dict().items()):
        step = max(1, weight.numel() // _SAMPLED_VALUES)
        values = weight.flatten()[::step].float().cpu().numpy()
        shape = tuple(weight.shape)
        digest.update(f"{name} {shape}".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()[:_FINGERPRINT_DIGITS]


def _read_dimension(model: SentenceTransformer) -> int:
    """Return the length of a model's vectors; the method's name changed with sentence-transformers 6."""
    get_dimension = getattr(model, "get_embedding_dimension", None)
    if get_dimension is None:
        get_dimension = model.get_sentence_embedding_dimension
    return int(get_dimension() or 0)


def _load_transformer(name: str, *, offline: bool) -> TransformerEmbedder:
    """Return a sentence-transformers model; ModelError when the library or the model cannot be loaded."""
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(
            f"{name} needs sentence-transformers, which cannot be imported: {error}",
            hint="Run `pip install sentence-transformers`, or leave --model out: "
            "the shipped model needs nothing more.",
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return TransformerEmbedder(name, SentenceTransformer(name, local_files_only=offline))
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        first_line = str(error).partition("\n")[0]
        reason = first_line or type(error).__name__
        raise ModelError(
            f"The model {name} cannot be loaded: {reason}",
            hint=_describe_ways_out(name, offline=offline),
        ) from error


def _describe_ways_out(name: str, *, offline: bool) -> str:
    """Return what to do about a model that cannot be loaded."""
    is_path = name.startswith((".", "/", "~")) or Path(name).exists()
    ways = ["Give the folder of a sentence-transformers model"]
    if offline and not is_path:
        ways.append(f"download it once (`hf download {name}`, or without --offline)")
    ways.append("leave --model out for the shipped one")
    return "; or ".join(ways) + "."
