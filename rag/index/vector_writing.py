"""Sentence vectors into a file of FAISS, however many they are."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, TypedDict

from rag.errors import WriteError
from rag.index.vectors import ROW_COUNT, choose_kind, extract_reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.vectors import FaissIndex

# Vectors that train one inverted list, and how often they are gone through; chosen by hand: more
# costs minutes and gains nothing measurable.
_TRAINING_VECTORS_PER_LIST = 40
_TRAINING_ROUNDS = 5
# Recall of the visited lists, measured on vectors of the index itself: of so many of them, how many
# of the nearest neighbours an exact search finds are found. Below the least share more lists are
# visited. The size of the sample is chosen by hand: it costs seconds beside minutes.
MEASURED_NEIGHBOURS = 10
MIN_RECALL = 0.98
_MEASURED_VECTORS = 100
_ROWS_PER_BLOCK = (
    65_536  # read back from the disk at a time; chosen by hand: 64 MB as 32-bit floats
)
_ROWS_IN_MEMORY = 500_000  # that are put in order at a time; chosen by hand: 256 MB
_LISTS = b"ilar"  # how the lists of an inverted file begin,
_ALL_SIZES = b"full"  # and the lengths of all of them


class Recall(TypedDict):
    """How much of the nearest neighbours is found in so many of the inverted lists."""

    neighbours: int
    recall: float
    lists: int
    visited: int
    sample: int


class VectorFile:
    """Vectors that wait on disk until all are known: (rows, dimension), in 16-bit floats."""

    def __init__(self, file: IO[bytes], dimension: int) -> None:
        """Take over an empty file that is open for reading and writing."""
        self._file = file
        self.dimension = dimension
        self.rows = 0

    def add(self, vectors: NDArray[np.float16 | np.float32]) -> None:
        """Write vectors behind those before."""
        # NumPy rounds to the nearest even number, FAISS does not: it must find nothing to round.
        self._file.write(vectors.astype("<f2").tobytes())
        self.rows += len(vectors)

    def read_blocks(self) -> Iterator[NDArray[np.float16]]:
        """Yield all vectors, in order."""
        for first in range(0, self.rows, _ROWS_PER_BLOCK):
            yield self._read(first, min(first + _ROWS_PER_BLOCK, self.rows))

    def sample(self, count: int) -> NDArray[np.float32]:
        """Return so many vectors, or all, taken evenly from all of them."""
        import numpy as np

        count = min(count, self.rows)
        last = self.rows - 1
        rows = np.linspace(
            0,
            last,
            num=count,
            dtype=np.int64,
        )
        shape = (count, self.dimension)
        vectors = np.empty(shape, np.float32)
        for place, row in enumerate(rows.tolist()):
            vectors[place] = self._read(row, row + 1)
        return vectors

    def _read(self, first: int, end: int) -> NDArray[np.float16]:
        import numpy as np

        rows = end - first
        width = 2 * self.dimension
        self._file.seek(first * width)
        data = self._file.read(rows * width)
        numbers = np.frombuffer(data, "<f2")
        return numbers.reshape(rows, self.dimension)


def build_vectors(path: Path, vectors: VectorFile) -> Recall | None:
    """Write an index of vectors; return what it finds, None where it finds everything.

    Raises WriteError when the disk takes no more.
    """
    import faiss

    faiss.omp_set_num_threads(_count_cores())
    kind = choose_kind(vectors.rows)
    index = faiss.index_factory(vectors.dimension, kind.factory, faiss.METRIC_INNER_PRODUCT)
    try:
        if kind.probes:
            return _write_inverted_file(path, index, vectors, kind.probes)
        _write_flat(path, index, vectors)
    except (RuntimeError, OSError) as error:
        raise WriteError(
            f"{path} cannot be written: {extract_reason(error)}",
            hint="free some space, then build again",
        ) from error
    return None


def _write_flat(path: Path, index: FaissIndex, vectors: VectorFile) -> None:
    """Write an index that is searched exactly."""
    import faiss

    library: Any = faiss  # see FaissIndex
    for block in vectors.read_blocks():
        index.add(block.astype("float32"))
    # By way of Python, which asks of each write how much of it was done: FAISS says nothing where
    # what is left in its buffer finds no room on the disk.
    with path.open("xb") as file:
        library.write_index(index, library.PyCallbackIOWriter(file.write))


def _write_inverted_file(
    path: Path, index: FaissIndex, vectors: VectorFile, probes: int
) -> Recall | None:
    """Write an inverted file as FAISS does, list after list: it may not fit into memory."""
    import faiss

    # A vector is stored itself, not its difference from the list's centroid: that would be
    # rounded differently after every training.
    index.by_residual = False
    index.cp.max_points_per_centroid = _TRAINING_VECTORS_PER_LIST
    index.cp.niter = _TRAINING_ROUNDS
    index.train(vectors.sample(_TRAINING_VECTORS_PER_LIST * index.nlist))
    with path.open("xb") as file:
        file.write(_make_head(index, vectors.rows))
        _write_lists(file, index, vectors)
    if not vectors.rows:
        return None
    recall = _tune_probes(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC), vectors, probes)
    # FAISS keeps in the file how many lists are visited.
    index.nprobe = recall["visited"]
    with path.open("r+b") as file:
        file.write(_make_head(index, vectors.rows))
    return recall


def _make_head(index: FaissIndex, rows: int) -> bytes:
    """Return how the file of a trained index of so many vectors begins, up to its lists."""
    import faiss
    import numpy as np

    serialized = np.asarray(faiss.serialize_index(index))
    empty = serialized.tobytes()
    end = empty.rindex(_LISTS)
    head = bytearray(empty[:end])
    head[ROW_COUNT] = rows.to_bytes(8, "little")
    return bytes(head)


def _write_lists(file: IO[bytes], index: FaissIndex, vectors: VectorFile) -> None:
    """Write the vectors of each list, then their rows."""
    import numpy as np

    assigned = [np.empty(0, np.int32)]
    for block in vectors.read_blocks():
        assigned.append(_assign(index, block))
    lists = np.concatenate(assigned)
    sizes = np.bincount(lists, minlength=index.nlist)
    code_bytes = 2 * vectors.dimension
    file.write(_LISTS)
    file.write(_encode_numbers(index.nlist, code_bytes))
    file.write(_ALL_SIZES)
    file.write(_encode_numbers(index.nlist, *sizes.tolist()))
    # Stable: the rows of a list stay in order.
    order = np.argsort(lists, kind="stable")
    ends = np.cumsum(sizes)
    first = 0
    while first < index.nlist:
        start = int(ends[first] - sizes[first])
        # As many lists as fit into memory, and one at least: the vectors are read once for each.
        limit = start + _ROWS_IN_MEMORY
        end = int(ends.searchsorted(limit, side="right"))
        end = max(end, first + 1)
        rows = order[start : int(ends[end - 1])]
        codes = _collect(vectors, rows)
        for size in sizes[first:end].tolist():
            own_codes = codes[:size]
            own_rows = rows[:size]
            file.write(own_codes.tobytes())
            file.write(own_rows.astype("<i8").tobytes())
            codes = codes[size:]
            rows = rows[size:]
        first = end


def _encode_numbers(*numbers: int) -> bytes:
    """Return numbers as FAISS writes them."""
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def _assign(index: FaissIndex, block: NDArray[np.float16]) -> NDArray[np.int32]:
    """Return the list of each vector."""
    _, lists = index.quantizer.search(block.astype("float32"), 1)
    assigned: NDArray[np.int32] = lists[:, 0].astype("int32")
    return assigned


def _collect(vectors: VectorFile, rows: NDArray[np.int64]) -> NDArray[np.float16]:
    """Return the vectors of these rows, read in the order of the file."""
    import numpy as np

    collected = np.empty((len(rows), vectors.dimension), "<f2")
    order = np.argsort(rows, kind="stable")
    ascending = rows[order]
    first = 0
    for block in vectors.read_blocks():
        bounds = [first, first + len(block)]
        start, end = ascending.searchsorted(bounds)
        own = ascending[start:end] - first
        places = order[start:end]
        collected[places] = block[own]
        first += len(block)
    return collected


def _tune_probes(index: FaissIndex, vectors: VectorFile, probes: int) -> Recall:
    """Return how many lists have to be visited to find what an exact search finds."""
    queries = vectors.sample(_MEASURED_VECTORS)
    exact = _search_lists(index, queries, index.nlist)

    def measure(visited: int) -> float:
        found = _search_lists(index, queries, visited)
        return _compare_neighbours(found, exact)

    visited = min(probes, index.nlist)
    recall = measure(visited)
    while recall < MIN_RECALL and visited < index.nlist:
        visited = min(2 * visited, index.nlist)
        recall = measure(visited)
    return Recall(
        neighbours=MEASURED_NEIGHBOURS,
        recall=round(recall, 4),
        lists=index.nlist,
        visited=visited,
        sample=len(queries),
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


def _count_cores() -> int:
    import os

    return os.cpu_count() or 1
