"""Sentence vectors in FAISS: one row, one sentence. The only door to faiss.

Vectors are kept as 16-bit floats in a scalar quantiser, so that what is read back and stored again is bit for bit the same:
an unchanged article keeps its vectors from one generation to the next. Files are mapped, not read: opening costs nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import IndexDamaged, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray


class _Kind(NamedTuple):
    """Up to ``limit`` rows: this index, of which a search without filter visits ``probes`` lists (0: all there is)."""

    limit: float
    factory: str
    probes: int


# Exact search costs 5 ms at 200,000 rows of 256 numbers (one thread); an inverted file under 1 ms at a million.
_KINDS = (
    _Kind(200_000, "SQfp16", 0),
    _Kind(2_000_000, "IVF1024,SQfp16", 48),
    _Kind(float("inf"), "IVF4096,SQfp16", 96),
)
_SAMPLE_PER_LIST = (
    64  # training vectors per inverted list: more costs minutes and gains nothing measurable
)
_BLOCK = 65_536


def build_vectors(
    path: Path, blocks: Iterable[NDArray[np.float16 | np.float32]], *, dimension: int, rows: int
) -> None:
    """Write an index of ``rows`` vectors that arrive as blocks of shape (n, dimension), in row order.

    Raises ValueError when the blocks hold another number of rows, WriteError when the disk takes no more.
    """
    import faiss

    faiss.omp_set_num_threads(_cores())
    kind = next(kind for kind in _KINDS if rows <= kind.limit)
    index = faiss.index_factory(dimension, kind.factory, faiss.METRIC_INNER_PRODUCT)
    if kind.probes:
        _fill_lists(index, blocks, dimension=dimension, rows=rows, folder=path.parent)
    else:
        for block in blocks:
            index.add(
                block.astype("float16").astype("float32")
            )  # numpy rounds to nearest even, FAISS does not
    if index.ntotal != rows:
        raise ValueError(f"{rows} rows announced, {index.ntotal} came")
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise WriteError(
            f"{path} cannot be written: {_first_line(error)}",
            hint="free some space, then build again",
        ) from error


def _fill_lists(
    index: Any,  # noqa: ANN401
    blocks: Iterable[NDArray[Any]],
    *,
    dimension: int,
    rows: int,
    folder: Path,
) -> None:
    """Train an inverted file on vectors taken evenly from all of them, then fill it; they wait on disk meanwhile."""
    import tempfile

    import numpy as np

    index.by_residual = False  # a residual would round differently after every training
    index.cp.max_points_per_centroid = _SAMPLE_PER_LIST
    with tempfile.TemporaryFile(dir=folder) as file:
        for block in blocks:
            file.write(block.astype(np.float16).tobytes())
        file.flush()
        count = file.tell() // (2 * dimension)
        if count != rows:
            raise ValueError(f"{rows} rows announced, {count} came")
        waiting = np.memmap(file, dtype=np.float16, mode="r", shape=(count, dimension))
        sample = np.linspace(
            0, count - 1, num=min(count, _SAMPLE_PER_LIST * index.nlist), dtype=np.int64
        )
        index.train(waiting[sample].astype(np.float32))
        for first in range(0, count, _BLOCK):
            index.add(waiting[first : first + _BLOCK].astype(np.float32))
        del waiting


class Vectors:
    """The vectors of a generation, for searching."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401
        """Wrap a FAISS index."""
        self._index = index
        self._lists = int(getattr(index, "nlist", 0))
        self._mapped_rows = False

    @classmethod
    def open(cls, path: Path) -> Vectors:
        """Map an index file. FAISS trusts what it reads: check the file first. Raises IndexDamaged."""
        import faiss

        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise IndexDamaged(
                f"{path} cannot be read: {_first_line(error)}", hint="rag index --rebuild"
            ) from error

    @property
    def size(self) -> int:
        """How many rows there are."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the rows of greatest inner product with a query of shape (d,), among the allowed rows only.

        Returns at most k row numbers and their scores, best first; fewer where fewer are allowed.
        """
        import faiss
        import numpy as np

        k = min(k, self.size if allowed is None else len(allowed))
        if k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        faiss.omp_set_num_threads(
            1
        )  # waking threads for one question costs a hundred times the search
        matrix = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        scores, rows = self._index.search(matrix, k, params=self._parameters(allowed))
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def _parameters(self, allowed: NDArray[np.int64] | None) -> Any:  # noqa: ANN401
        """The filter, and as many more lists to visit as the filter leaves fewer rows in each."""
        import faiss
        import numpy as np

        library: Any = faiss  # its type stubs describe the C++ constructors, not the Python ones
        chosen: dict[str, Any] = {}
        if allowed is not None:
            bits = np.zeros(self.size, np.bool_)
            bits[allowed] = True
            chosen["sel"] = library.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
        if not self._lists:
            return library.SearchParameters(**chosen)
        probes = next((kind.probes for kind in _KINDS if self.size <= kind.limit), 0) or self._lists
        if allowed is not None:
            probes = -(-probes * self.size // len(allowed))
        return library.SearchParametersIVF(nprobe=min(self._lists, probes), **chosen)

    def reconstruct(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the stored vectors of these rows, shape (n, d), rounded to 16-bit floats."""
        import numpy as np

        wanted = np.ascontiguousarray(rows, dtype=np.int64)
        if len(wanted) and not 0 <= wanted.min() <= wanted.max() < self.size:
            raise IndexError(f"rows {wanted.min()} to {wanted.max()} of {self.size}")
        if not len(wanted):
            return np.empty((0, self.dimension), np.float32)
        if self._lists and not self._mapped_rows:
            self._index.make_direct_map()
            self._mapped_rows = True
        found: NDArray[np.float32] = self._index.reconstruct_batch(wanted)
        return found


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _first_line(error: Exception) -> str:
    """FAISS puts its source file and line into its messages; what happened stands after the last colon of the first line."""
    return str(error).splitlines()[0].rpartition(": ")[2]
