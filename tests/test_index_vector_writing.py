"""Vectors written list after list are in the file that FAISS writes."""

from __future__ import annotations

import io
from pathlib import Path

import faiss
import numpy as np
import pytest
from vector_files import write_vectors

from rag.index import vector_writing, vectors
from rag.index.vector_writing import VectorFile

D = 16


@pytest.mark.parametrize("rows", [1, 64, 700, 3000])
@pytest.mark.parametrize("in_memory", [1, 100, 10_000])
def test_an_inverted_file_is_that_of_faiss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, in_memory: int
) -> None:
    """Catches a list that is cut in two or lost, rows out of order, and a head of other lengths."""
    monkeypatch.setattr(vectors, "_KINDS", (vectors._Kind(float("inf"), "IVF8,SQfp16", 3),))
    monkeypatch.setattr(vector_writing, "_ROWS_PER_BLOCK", 90)
    monkeypatch.setattr(vector_writing, "_ROWS_IN_MEMORY", in_memory)
    matrix = np.random.default_rng(rows).standard_normal((max(rows, 8), D), dtype=np.float32)
    matrix[:3] = matrix[3]  # as the same sentence in three articles
    matrix = matrix.astype(np.float16).astype(np.float32)
    write_vectors(tmp_path / "v", matrix)
    written = faiss.read_index(str(tmp_path / "v"))
    # The same lists, filled by FAISS.
    expected = faiss.clone_index(written)
    expected.reset()
    expected.add(matrix)
    faiss.write_index(expected, str(tmp_path / "w"))
    assert (tmp_path / "v").read_bytes() == (tmp_path / "w").read_bytes()


def test_a_sample_is_taken_evenly_from_all() -> None:
    """Catches one of the beginning, and a row that is read from another place."""
    waiting = VectorFile(io.BytesIO(), 2)
    for row in range(10):
        waiting.add(np.full((1, 2), row, np.float32))
    assert waiting.sample(4)[:, 0].tolist() == [0, 3, 6, 9]
    assert waiting.sample(99)[:, 1].tolist() == list(range(10))
    blocks = list(waiting.read_blocks())
    assert np.concatenate(blocks)[:, 0].tolist() == list(range(10))
