"""Sentence vectors in FAISS: one row, one sentence. The only door to faiss.

Vectors are kept as 16-bit floats in a scalar quantiser, so that what is read back and stored again
is bit for bit the same: an unchanged article keeps its vectors from one generation to the next.
Files are mapped, not read: opening costs nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from rag.errors import IndexDamaged, WriteError
from rag.files import open_regular
from rag.index.checked_files import report_damage, require

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    _Kind(2_000_000, "IVF1024,SQfp16", 48),
    _Kind(float("inf"), "IVF4096,SQfp16", 96),
)
# Vectors that train one inverted list; chosen by hand: more costs minutes and gains nothing
# measurable.
_TRAINING_VECTORS_PER_LIST = 64
# Recall of the visited lists, measured on vectors of the index itself: of so many of them, how many
# of the nearest neighbours an exact search finds are found. Below the least share more lists are
# visited. The size of the sample is chosen by hand: it costs seconds beside minutes.
MEASURED_NEIGHBOURS = 10
MIN_RECALL = 0.98
_MEASURED_VECTORS = 100
_ROWS_PER_BLOCK = (
    65_536  # read back from the disk at a time; chosen by hand: 64 MB as 32-bit floats
)
_MAX_DIMENSION = 1 << 16  # chosen by hand: above that of any model
_FLAT = b"IxSQ"  # how the file of an exact search begins
_DIMENSION = slice(4, 8)  # where its header says how many numbers a vector has,
_ROW_COUNT = slice(8, 16)  # and how many vectors there are
_CODE_BYTES = slice(-8, None)  # the header ends with the number of bytes that follow


class Recall(TypedDict):
    """How much of the nearest neighbours is found in so many of the inverted lists."""

    neighbours: int
    recall: float
    lists: int
    visited: int
    sample: int


def build_vectors(
    path: Path, blocks: Iterable[NDArray[np.float16 | np.float32]], *, dimension: int, rows: int
) -> Recall | None:
    """Write an index of ``rows`` vectors; return what it finds, None where it finds everything.

    They arrive as blocks of shape (n, dimension), in row order. Raises ValueError when the blocks
    hold another number of rows, WriteError when the disk takes no more.
    """
    import faiss

    faiss.omp_set_num_threads(_count_cores())
    library: Any = faiss  # see FaissIndex
    kind = _choose_kind(rows)
    index = faiss.index_factory(dimension, kind.factory, faiss.METRIC_INNER_PRODUCT)
    if kind.probes:
        _fill_inverted_lists(index, blocks, rows=rows, folder=path.parent)
    else:
        for block in blocks:
            # NumPy rounds to the nearest even number, FAISS does not: it must find nothing to
            # round.
            index.add(block.astype("float16").astype("float32"))
    _require_rows(index.ntotal, rows)
    recall = _tune_probes(index, kind.probes) if kind.probes and rows else None
    try:
        # By way of Python, which asks of each write how much of it was done: FAISS says nothing
        # where what is left in its buffer finds no room on the disk.
        with path.open("xb") as file:
            library.write_index(index, library.PyCallbackIOWriter(file.write))
    except (RuntimeError, OSError) as error:
        raise WriteError(
            f"{path} cannot be written: {_extract_reason(error)}",
            hint="free some space, then build again",
        ) from error
    return recall


def _tune_probes(index: FaissIndex, probes: int) -> Recall:
    """Let an inverted file visit as many lists as it takes to find what an exact search finds."""
    import numpy as np

    rows = index.ntotal
    count = min(_MEASURED_VECTORS, rows)
    sample = np.linspace(0, rows - 1, num=count, dtype=np.int64)
    index.make_direct_map()
    queries = index.reconstruct_batch(sample)
    # The table of lists would be written into the file.
    index.make_direct_map(False)
    exact = _search_lists(index, queries, index.nlist)
    visited = min(probes, index.nlist)
    recall = _compare_neighbours(_search_lists(index, queries, visited), exact)
    while recall < MIN_RECALL and visited < index.nlist:
        visited = min(2 * visited, index.nlist)
        recall = _compare_neighbours(_search_lists(index, queries, visited), exact)
    # FAISS keeps it in the file.
    index.nprobe = visited
    return Recall(
        neighbours=MEASURED_NEIGHBOURS,
        recall=round(recall, 4),
        lists=index.nlist,
        visited=visited,
        sample=count,
    )


def _search_lists(
    index: FaissIndex, queries: NDArray[np.float32], visited: int
) -> NDArray[np.int64]:
    """Return the nearest neighbours of rows of the index, each row itself first, or nearly so."""
    import faiss

    library: Any = faiss  # see FaissIndex
    parameters = library.SearchParametersIVF(nprobe=visited)
    rows: NDArray[np.int64]
    # One more than is measured: a row finds itself, wherever it looks.
    _, rows = index.search(queries, MEASURED_NEIGHBOURS + 1, params=parameters)
    return rows


def _compare_neighbours(rows: NDArray[np.int64], exact: NDArray[np.int64]) -> float:
    """Return the share of the exact neighbours that were found, without the rows themselves."""
    shares = []
    for some, every in zip(rows.tolist(), exact.tolist(), strict=True):
        wanted = {row for row in every if row >= 0}
        # The row itself, and its exact copies, are found in any case: they say nothing.
        shared = len(wanted.intersection(some))
        shares.append((shared - 1) / max(len(wanted) - 1, 1))
    return sum(shares) / len(shares)


def _choose_kind(rows: int) -> _Kind:
    """Return the first kind of index that is meant for so many rows."""
    return next(kind for kind in _KINDS if rows <= kind.limit)


def _require_rows(count: int, announced: int) -> None:
    if count != announced:
        raise ValueError(f"{announced} rows announced, {count} came")


def _fill_inverted_lists(
    index: FaissIndex, blocks: Iterable[NDArray[Any]], *, rows: int, folder: Path
) -> None:
    """Train an inverted file on vectors taken evenly from all of them, then fill it.

    Training needs vectors of the whole corpus before the first one is added: all wait in a file
    meanwhile, as they may not fit into memory.
    """
    import tempfile

    import numpy as np

    # A vector is stored itself, not its difference from the list's centroid: that would be
    # rounded differently after every training.
    index.by_residual = False
    index.cp.max_points_per_centroid = _TRAINING_VECTORS_PER_LIST
    bytes_per_row = 2 * index.d
    with tempfile.TemporaryFile(dir=folder) as file:
        for block in blocks:
            halves = block.astype(np.float16)
            file.write(halves.tobytes())
        file.flush()
        _require_rows(file.tell() // bytes_per_row, rows)
        waiting = np.memmap(file, np.float16, mode="r", shape=(rows, index.d))
        sample_size = min(rows, _TRAINING_VECTORS_PER_LIST * index.nlist)
        sample = np.linspace(0, rows - 1, num=sample_size, dtype=np.int64)
        training_vectors = waiting[sample]
        index.train(training_vectors.astype(np.float32))
        for first in range(0, rows, _ROWS_PER_BLOCK):
            waiting_block = waiting[first : first + _ROWS_PER_BLOCK]
            index.add(waiting_block.astype(np.float32))
        del waiting  # Windows removes no file that is mapped


def _require_own_header(path: Path, rows: int) -> None:
    """Raise IndexDamaged unless the file of an exact search has the header that FAISS gives it.

    Of an inverted file only the kind is compared: its header tells no sizes.
    """
    import faiss
    import numpy as np

    with open_regular(path) as file:
        start = file.read(_DIMENSION.stop)
        is_flat = start.startswith(_FLAT)
        require(is_flat == (not _choose_kind(rows).probes), "vectors of another kind")
        if not is_flat:
            return
        dimension = int.from_bytes(start[_DIMENSION], "little")
        require(0 < dimension <= _MAX_DIMENSION, f"vectors of {dimension} numbers")
        empty = faiss.index_factory(dimension, _KINDS[0].factory, faiss.METRIC_INNER_PRODUCT)
        header = bytearray(np.asarray(faiss.serialize_index(empty)).tobytes())
        code_bytes = 2 * dimension * rows
        header[_ROW_COUNT] = rows.to_bytes(8, "little")
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
                f"{path} cannot be read: {_extract_reason(error)}", hint="rag index --rebuild"
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
        probes = _choose_kind(self.size).probes
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


def _count_cores() -> int:
    import os

    return os.cpu_count() or 1


def _extract_reason(error: Exception) -> str:
    """Return what happened: in a message of FAISS, what follows file and line on its first."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    first_line = str(error).splitlines()[0]
    _, _, reason = first_line.rpartition(": ")
    return reason
