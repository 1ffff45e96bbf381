"""Vectors in FAISS, checked in value against a sort of all inner products."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vector_files import write_vectors

from rag.errors import IndexDamaged, WriteError
from rag.index import vector_writing
from rag.index import vectors as dense

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

D = 32


def unit(rows: int, seed: int) -> NDArray[np.float32]:
    """Rows of length one, different from each other."""
    matrix = np.random.default_rng(seed).standard_normal((rows, D), dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def built(path: Path, matrix: NDArray[np.float32], block: int = 100) -> dense.Vectors:
    """The index of a matrix taken in blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_writing, "_ROWS_PER_BLOCK", block)
        write_vectors(path, matrix)
    return dense.Vectors.open(path)


def reference(
    matrix: NDArray[np.float32], query: NDArray[np.float32], k: int, allowed: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Slow and obvious: every allowed inner product, sorted."""
    scores = matrix[allowed].astype(np.float16).astype(np.float32) @ query
    order = np.argsort(-scores, kind="stable")[:k]
    return allowed[order], scores[order]


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """An inverted file from the first row on."""
    monkeypatch.setattr(dense, "_KINDS", (dense._Kind(float("inf"), "IVF8,SQfp16", 3),))
    monkeypatch.setattr(vector_writing, "MIN_RECALL", 0.0)


@pytest.mark.parametrize("k", [1, 7, 300, 1000])
def test_search_gives_the_rows_and_scores_of_brute_force(tmp_path: Path, k: int) -> None:
    """Catches distances instead of inner products, an unsorted result, rows -1 when k is beyond the
    end."""
    matrix, query = unit(300, 1), unit(1, 2)[0]
    rows, scores = built(tmp_path / "v", matrix).search(query, k)
    wanted_rows, wanted_scores = reference(matrix, query, k, np.arange(300))
    assert rows.dtype == np.int64
    assert scores.dtype == np.float32
    assert rows.tolist() == wanted_rows.tolist()
    np.testing.assert_allclose(scores, wanted_scores, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(allowed=st.sets(st.integers(0, 199)), k=st.integers(0, 250), seed=st.integers(0, 99))
def test_filter_works_inside_the_search(
    tmp_path_factory: pytest.TempPathFactory, allowed: set[int], k: int, seed: int
) -> None:
    """Catches a filter applied to the best k afterwards (too few rows) and a bit order the wrong
    way round."""
    matrix, query = unit(200, 3), unit(1, seed)[0]
    choice = np.array(sorted(allowed), np.int64)
    rows, scores = built(tmp_path_factory.mktemp("dense") / "v", matrix).search(query, k, choice)
    wanted_rows, wanted_scores = reference(matrix, query, k, choice)
    assert rows.tolist() == wanted_rows.tolist()
    np.testing.assert_allclose(scores, wanted_scores, atol=1e-5)


@pytest.mark.usefixtures("lists")
def test_inverted_file_finds_what_brute_force_finds(tmp_path: Path) -> None:
    """Catches rows numbered in training order, a filter that leaves the visited lists empty, and -1
    rows."""
    centres = unit(8, 4)
    matrix = unit(2000, 5) * 0.3 + centres[np.arange(2000) % 8]
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    vectors = built(tmp_path / "v", matrix.astype(np.float32))
    few = np.array([3, 500, 1999], np.int64)
    for query in centres:
        rows, _ = vectors.search(query, 10)
        assert (
            len(set(rows.tolist()) & set(reference(matrix, query, 10, np.arange(2000))[0].tolist()))
            >= 9
        )
        found, scores = vectors.search(query, 10, few)
        wanted_rows, wanted_scores = reference(matrix, query, 10, few)
        assert found.tolist() == wanted_rows.tolist()
        np.testing.assert_allclose(scores, wanted_scores, atol=1e-5)


@pytest.mark.parametrize("inverted", [False, True])
def test_stored_vectors_survive_any_number_of_generations(
    tmp_path: Path, inverted: bool, request: pytest.FixtureRequest
) -> None:
    """Catches a lossy store: copying vectors from build to build must not wear them down, not even
    by one bit."""
    if inverted:
        request.getfixturevalue("lists")
    matrix = unit(600, 6)
    everything = np.arange(600)
    first = built(tmp_path / "1", matrix).reconstruct(everything)
    np.testing.assert_array_equal(first, matrix.astype(np.float16).astype(np.float32))
    second = built(tmp_path / "2", first[::-1]).reconstruct(everything[::-1])
    np.testing.assert_array_equal(second, first)
    picked = np.array([5, 5, 599, 0], np.int64)
    np.testing.assert_array_equal(built(tmp_path / "3", matrix).reconstruct(picked), first[picked])


def test_real_limits_are_exact_below_and_complete_above() -> None:
    """Catches a table with a hole or out of order, and an approximate index for the sizes people
    have."""
    limits = [kind.limit for kind in dense._KINDS]
    assert limits == sorted(limits)
    assert limits[-1] == float("inf")
    assert dense._KINDS[0].probes == 0
    assert limits[0] >= 100_000


def test_empty_index_and_empty_filter(tmp_path: Path) -> None:
    """Catches asking FAISS for zero neighbours, which it refuses with an assertion."""
    empty = built(tmp_path / "e", unit(0, 0))
    assert (empty.size, empty.dimension) == (0, D)
    assert empty.search(unit(1, 0)[0], 5)[0].tolist() == []
    assert empty.reconstruct(np.empty(0, np.int64)).shape == (0, D)
    assert (
        built(tmp_path / "v", unit(3, 0))
        .search(unit(1, 0)[0], 5, np.empty(0, np.int64))[0]
        .tolist()
        == []
    )


def test_files_that_are_no_index_and_places_that_take_none(tmp_path: Path) -> None:
    """Catches FAISS's RuntimeError reaching the user as a traceback."""
    (tmp_path / "junk").write_bytes(b"IxFI but not really")
    for name in ("junk", "missing"):
        with pytest.raises(IndexDamaged):
            dense.Vectors.open(tmp_path / name)
    with pytest.raises(WriteError, match="No such file"):
        write_vectors(tmp_path / "no" / "v", unit(0, 1))


FULL = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from rag.index import vectors as dense
from rag.index.vector_writing import VectorFile, build_vectors
from rag.errors import WriteError
if sys.argv[2] == "inverted":
    dense._KINDS = (dense._Kind(float("inf"), "IVF8,SQfp16", 3),)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit_size = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
matrix = np.random.default_rng(1).standard_normal((1000, 8), dtype=np.float32)
try:
    with open(sys.argv[3], "w+b") as file:
        waiting = VectorFile(file, 8)
        waiting.add(matrix)
        file.flush()
        limit_size()
        build_vectors(Path(sys.argv[1]), waiting)
except (WriteError, OSError) as error:
    print("refused")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("kind", ["exact", "inverted"])
def test_a_full_disk_is_an_error_the_store_understands(tmp_path: Path, kind: str) -> None:
    """Catches FAISS's RuntimeError, and a short file taken for complete."""
    ran = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "v", kind, tmp_path / "w"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout == "refused\n", ran.stderr


@pytest.mark.parametrize(
    ("rows", "factory", "probes"),
    [
        (0, "SQfp16", 0),
        (200_000, "SQfp16", 0),
        (200_001, "IVF512,SQfp16", 24),
        (500_000, "IVF512,SQfp16", 24),
        (500_001, "IVF1024,SQfp16", 48),
        (2_000_000, "IVF1024,SQfp16", 48),
        (2_000_001, "IVF4096,SQfp16", 96),
    ],
)
def test_the_kind_of_index_by_its_size(rows: int, factory: str, probes: int) -> None:
    """Catches ``<`` for ``<=``, and an index that is built as one kind and searched as another."""
    kind = dense.choose_kind(rows)
    assert (kind.factory, kind.probes) == (factory, probes)


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(
    ("allowed", "probes"), [(800, 3), (799, 4), (600, 4), (599, 5), (301, 8), (300, 8), (1, 8)]
)
def test_a_filter_makes_a_search_visit_more_lists(
    tmp_path: Path, allowed: int, probes: int
) -> None:
    """Catches a share rounded down, and more lists than there are: 3 of 8 without a filter."""
    assert built(tmp_path / "v", unit(800, 1))._count_probes(allowed) == probes


@pytest.mark.usefixtures("lists")
def test_lists_that_are_now_searched_exactly_are_all_visited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an older index of which a search visits no list at all."""
    vectors = built(tmp_path / "v", unit(800, 1))
    monkeypatch.setattr(dense, "_KINDS", (dense._Kind(float("inf"), "SQfp16", 0),))
    assert vectors._count_probes(800) == 8


def test_rows_that_are_not_there(tmp_path: Path) -> None:
    """Catches a row −1 that FAISS would read from before the first."""
    vectors = built(tmp_path / "v", unit(3, 1))
    assert vectors.reconstruct(np.array([0, 2])).shape == (2, D)
    for row in (-1, 3):
        with pytest.raises(IndexError, match="of 3"):
            vectors.reconstruct(np.array([0, row]))


def test_as_many_lists_are_visited_as_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a recall that counts the row itself, and one that is measured and changes nothing."""
    monkeypatch.setattr(dense, "_KINDS", (dense._Kind(float("inf"), "IVF32,SQfp16", 1),))
    path, matrix = tmp_path / "v", unit(3000, 9)
    measured = write_vectors(path, matrix)
    assert measured is not None
    assert measured["recall"] >= vector_writing.MIN_RECALL
    assert measured["lists"] == 32
    assert 8 < measured["visited"] <= 32  # rows without clusters lie in any list
    opened = dense.Vectors.open(path, rows=3000)
    exact = 0
    for query in unit(50, 10):
        rows, _ = opened.search(query, 10)
        wanted, _ = reference(matrix, query, 10, np.arange(3000))
        exact += len(set(rows.tolist()) & set(wanted.tolist()))
    assert exact >= 0.95 * 500
    assert built(tmp_path / "w", matrix[:40]).size == 40
