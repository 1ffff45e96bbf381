"""NumPy files of a generation: written whole, mapped, and checked before they are used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.files import open_regular
from rag.index.checked_files import CheckedFiles, report_damage, require

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# What NumPy writes before an array of numbers. It evaluates what it reads: it is asked for no more.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '[<|][a-z]\d', 'fortran_order': False,"
    rb" 'shape': \(\d{1,12},( \d{1,12})?\), \} *\n",
    re.DOTALL,
)
_HEADER_BYTES = 128


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array into a new file, as ``numpy.save`` does. Raises OSError.

    NumPy writes by way of a stream of C, and says nothing where what is left in its buffer finds no
    room on the disk when it is closed: the file ends too early, and nobody knows.
    """
    contiguous = np.ascontiguousarray(array)
    with path.open("xb") as file:
        header = np.lib.format.header_data_from_array_1_0(contiguous)
        np.lib.format.write_array_header_1_0(file, header)
        # The bytes by way of Python, which asks of each write how much of it was done.
        file.write(contiguous.reshape(-1).view(np.uint8).data)


class ArrayWriter:
    """An array whose rows are written as they come, into a file as ``save_array`` writes it."""

    def __init__(self, path: Path, kind: str, width: int = 0) -> None:
        """Begin a new file of numbers; ``width``: columns, 0 for an array of one dimension."""
        self._kind = np.dtype(kind)
        self._width = width
        self._rows = 0
        self._file = path.open("xb")
        self._write_header()

    def _write_header(self) -> None:
        shape = (self._rows, self._width) if self._width else (self._rows,)
        header = {"descr": self._kind.str, "fortran_order": False, "shape": shape}
        # NumPy leaves room for any number of rows: the header is as long at the end.
        np.lib.format.write_array_header_1_0(self._file, header)

    def add(self, array: NDArray[Any]) -> None:
        """Write rows behind those before. Raises OSError."""
        rows = np.ascontiguousarray(array, self._kind)
        self._file.write(rows.reshape(-1).view(np.uint8).data)
        self._rows += len(rows)

    def finish(self) -> None:
        """Write how many rows there are, and close the file. Raises OSError."""
        self._file.seek(0)
        self._write_header()
        self._file.close()

    def close(self) -> None:
        """Close the file, finished or not."""
        self._file.close()


class MappedRows(NamedTuple):
    """An array whose rows are checked as they are read: its file, and where in that they begin."""

    file: str
    array: NDArray[Any]
    offset: int


def _map_array(path: Path, kind: str, dimensions: int) -> np.memmap[Any, Any]:
    """Return an array of numbers of this kind, mapped; its header has to be one that rag writes."""
    with open_regular(path) as file:
        header = file.read(_HEADER_BYTES)
    require(_HEADER.match(header), f"another header in {path.name}")
    array: np.memmap[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    require(array.dtype == kind, f"other numbers in {path.name}")
    require(array.ndim == dimensions, f"another shape in {path.name}")
    return array


class MappedArrays(CheckedFiles):
    """Arrays in the files of a folder, for reading.

    What is small or searched is checked whole, what is looked up row by row as it is read.
    """

    @report_damage
    def load(self, name: str, kind: str, dimensions: int = 1) -> NDArray[Any]:
        """Return an array of numbers of this kind, checked whole."""
        file = f"{name}.npy"
        path = self.check(file)
        array = _map_array(path, kind, dimensions)
        # Slices of a memmap are slow to make, those of an array are not.
        return array.view(np.ndarray)

    @report_damage
    def load_rows(self, name: str, kind: str, dimensions: int = 1) -> MappedRows:
        """Return an array of which ``touch`` checks what is read."""
        file = f"{name}.npy"
        # The header, which says what numbers these are, is in the first block.
        path = self.check_range(file, 0, 1)
        array = _map_array(path, kind, dimensions)
        offset = array.offset
        plain = array.view(np.ndarray)
        return MappedRows(file, plain, offset)

    def touch(self, rows: MappedRows, first: int, end: int) -> None:
        """Check rows before they are read."""
        row_count = len(rows.array)
        require(0 <= first <= end <= row_count, "rows that are not there")
        if first == end:
            return
        width = rows.array.nbytes // row_count
        start_byte = rows.offset + first * width
        end_byte = rows.offset + end * width
        self.require_range(rows.file, start_byte, end_byte)
