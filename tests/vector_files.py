"""Vectors in memory, written as those of a build are."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from rag.index.vector_writing import VectorFile, build_vectors

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.vector_writing import Recall


def write_vectors(path: Path, matrix: NDArray[np.float16 | np.float32]) -> Recall | None:
    """Write an index of vectors, shape (rows, dimension)."""
    with tempfile.TemporaryFile() as file:
        waiting = VectorFile(file, matrix.shape[1])
        waiting.add(matrix)
        return build_vectors(path, waiting)
