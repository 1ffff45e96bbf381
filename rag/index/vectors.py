"""Sentence vectors in FAISS: one row, one sentence. ``vector_writing`` writes them.

Vectors are kept as 16-bit floats in a scalar quantiser, so that what is read back and stored again
is bit for bit the same: an unchanged article keeps its vectors from one generation to the next.
Files are mapped, not read: opening costs nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import IndexDamaged
from rag.files import open_regular
from rag.index.checked_files import report_damage, require

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    # The type stubs of faiss describe the C++ constructors, not what Python sees.
    FaissIndex: TypeAlias = Any


class _Kind(NamedTuple):
    """The kind of index for up to ``limit`` rows.

    A search without filter visits ``probes`` inverted lists; 0 means an exact search of everything.
    """

    limit: float
    factory: str
    probes: int


# Measured with one thread on rows of 256 numbers: exact search costs 5 ms at 200,000 rows, an
# inverted file under 1 ms at a million. The limits and probes were chosen by hand from that.
_KINDS = (
    _Kind(200_000, "SQfp16", 0),
    _Kind(500_000, "IVF512,SQfp16", 24),
    _Kind(2_000_000, "IVF1024,SQfp16", 48),
    _Kind(float("inf"), "IVF4096,SQfp16", 96),
)
_MAX_DIMENSION = 1 << 16  # chosen by hand: above that of any model
_FLAT = b"IxSQ"  # how the file of an exact search begins
_DIMENSION = slice(4, 8)  # where its header says how many numbers a vector has,
ROW_COUNT = slice(8, 16)  # and how many vectors there are
_CODE_BYTES = slice(-8, None)  # the header ends with the number of bytes that follow


def choose_kind(rows: int) -> _Kind:
    """Return the first kind of index that is meant for so many rows."""
    return next(kind for kind in _KINDS if rows <= kind.limit)


def _require_own_header(path: Path, rows: int) -> None:
    """Raise IndexDamaged unless the file of an exact search has the header that FAISS gives it.

    Of an inverted file only the kind is compared: its header tells no sizes.
    """
    import faiss
    import numpy as np

    with open_regular(path) as file:
        start = file.read(_DIMENSION.stop)
        is_flat = start.startswith(_FLAT)
        require(is_flat == (not choose_kind(rows).probes), "vectors of another kind")
        if not is_flat:
            return
        dimension = int.from_bytes(start[_DIMENSION], "little")
        require(0 < dimension <= _MAX_DIMENSION, f"vectors of {dimension} numbers")
        empty = faiss.index_factory(dimension, _KINDS[0].factory, faiss.METRIC_INNER_PRODUCT)
        header = bytearray(np.asarray(faiss.serialize_index(empty)).tobytes())
        code_bytes = 2 * dimension * rows
        header[ROW_COUNT] = rows.to_bytes(8, "little")
        header[_CODE_BYTES] = code_bytes.to_bytes(8, "little")
        file.seek(0)
        require(file.read(len(header)) == header, "vectors with another header")
    require(path.stat().st_size == len(header) + code_bytes, "vectors cut short")


class Vectors:
    """The vectors of a generation, for searching."""

    def __init__(self, index: FaissIndex) -> None:
        """Wrap a FAISS index."""
        self._index = index
        self._list_count = int(getattr(index, "nlist", 0))  # 0: no inverted file
        self._has_direct_map = False

    @classmethod
    @report_damage
    def open(cls, path: Path, *, rows: int | None = None) -> Vectors:
        """Map an index file. Raises IndexDamaged.

        FAISS trusts what it reads: check the file first. ``rows``: how many it has to have; then
        its header is held against the one that FAISS writes.
        """
        import faiss

        if rows is not None:
            _require_own_header(path, rows)
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamaged(
                f"{path} cannot be read: {extract_reason(error)}", hint="rag index --rebuild"
            ) from error
        require(rows is None or index.ntotal == rows, f"{index.ntotal} vectors")
        return cls(index)

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
        """Find the rows of greatest inner product with a query of shape (d,), among the allowed.

        Returns at most k row numbers and their scores, best first; fewer where fewer are allowed.
        """
        import faiss
        import numpy as np

        available = self.size if allowed is None else len(allowed)
        k = min(k, available)
        if k <= 0:  # FAISS refuses to look for no neighbour
            return np.empty(0, np.int64), np.empty(0, np.float32)
        # Waking threads for one question costs a hundred times the search.
        faiss.omp_set_num_threads(1)
        contiguous = np.ascontiguousarray(query, dtype=np.float32)
        queries = contiguous.reshape(1, -1)
        parameters = self._make_parameters(allowed)
        [scores], [rows] = self._index.search(queries, k, params=parameters)
        # FAISS fills up with -1 when the lists it visited hold fewer.
        is_hit = rows >= 0
        return rows[is_hit], scores[is_hit]

    def _make_parameters(self, allowed: NDArray[np.int64] | None) -> Any:  # noqa: ANN401
        """Return the parameters of a search: the filter, and how many inverted lists to visit."""
        import faiss

        library: Any = faiss  # see FaissIndex
        parameters: dict[str, Any] = {}
        allowed_count = self.size
        if allowed is not None:
            allowed_count = len(allowed)
            # A bit a row, which FAISS looks at inside the search: k results stay k results.
            bitmap = self._make_bitmap(allowed)
            parameters["sel"] = library.IDSelectorBitmap(bitmap)
        if not self._list_count:
            return library.SearchParameters(**parameters)
        probes = self._count_probes(allowed_count)
        return library.SearchParametersIVF(nprobe=probes, **parameters)

    def _make_bitmap(self, allowed: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return a bit for each row, the first in the lowest bit of the first byte."""
        import numpy as np

        is_allowed = np.zeros(self.size, np.bool_)
        is_allowed[allowed] = True
        return np.packbits(is_allowed, bitorder="little")

    def _count_probes(self, allowed_count: int) -> int:
        """Return how many inverted lists to visit.

        The fewer rows of each list a filter leaves, the more lists are needed to find as many.
        """
        probes = choose_kind(self.size).probes
        # What was measured when it was written: more than is usual where that found too little.
        probes = probes and max(probes, int(self._index.nprobe))
        if not probes:
            # An inverted file of a size that is now searched exactly is visited whole.
            return self._list_count
        enough = math.ceil(probes * self.size / allowed_count)
        return min(self._list_count, enough)

    def reconstruct(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the stored vectors of these rows, shape (n, d), rounded to 16-bit floats.

        Raises IndexError when there is no such row.
        """
        import numpy as np

        if not len(rows):
            return np.empty((0, self.dimension), np.float32)
        wanted = np.ascontiguousarray(rows, dtype=np.int64)
        first = wanted.min()
        last = wanted.max()
        if first < 0 or last >= self.size:
            raise IndexError(f"rows {first} to {last} of {self.size}")
        if self._list_count and not self._has_direct_map:
            # Which list a row is in: a table that FAISS does not make until it is asked for.
            self._index.make_direct_map()
            self._has_direct_map = True
        vectors: NDArray[np.float32] = self._index.reconstruct_batch(wanted)
        return vectors


def extract_reason(error: Exception) -> str:
    """Return what happened: in a message of FAISS, what follows file and line on its first."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    first_line = str(error).splitlines()[0]
    _, _, reason = first_line.rpartition(": ")
    return reason
