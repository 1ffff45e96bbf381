"""The terms of passages that come block by block: sorted runs on disk, merged at the end.

This is external sorting (Knuth, The Art of Computer Programming 3, 5.4): what fits into memory is
sorted and written as a run, and the runs are merged, a range of terms at a time.
"""

from __future__ import annotations

import shutil
from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.errors import WriteError
from rag.index.mapped_arrays import ArrayWriter, save_array
from rag.index.term_table import TermTable, build_table, encode_lengths
from rag.index.terms import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.index.terms import FieldTerms

# Both chosen by hand: some 100 MB while they are sorted.
MAX_HASHES = 4_000_000  # of a field, that are sorted at a time
MAX_POSTINGS = 4_000_000  # of all runs, that are merged at a time
_HASH = "Q"
_HASHES = 1 << 64


class _Run(NamedTuple):
    """The postings of passages that follow each other, by term; mapped, not read."""

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]

    def take(self, first: int, end: int) -> tuple[NDArray[np.uint64], slice]:
        """Return the term of each posting between two hashes, and where these postings stand."""
        low = _search(self.keys, first)
        high = _search(self.keys, end)
        bounds = self.starts[low : high + 1]
        keys = np.repeat(self.keys[low:high], np.diff(bounds))
        start = int(bounds[0])
        return keys, slice(start, start + len(keys))


def _search(keys: NDArray[np.uint64], bound: int) -> int:
    """Return how many hashes are below a bound."""
    return len(keys) if bound >= _HASHES else int(keys.searchsorted(np.uint64(bound)))


class _FieldWriter:
    """The terms of a field of all passages."""

    def __init__(self, folder: Path, field: str) -> None:
        self._folder = folder
        self._field = field
        self._hashes = array(_HASH)
        self._new_lengths: list[int] = []  # of the passages whose hashes wait
        self._lengths: list[NDArray[np.uint32]] = []  # of those before
        self._passages = 0  # before those whose hashes wait
        self._runs: list[Path] = []

    def add(self, hashes: array[int], lengths: Sequence[int]) -> None:
        self._hashes.extend(hashes)
        self._new_lengths += lengths
        if len(self._hashes) >= MAX_HASHES:
            self._write_run()

    def _write_run(self) -> None:
        """Sort what waits, and write it."""
        table = self._build_waiting()
        folder = self._folder / f"{self._field}.run{len(self._runs)}"
        folder.mkdir()
        parts: dict[str, NDArray[Any]] = {
            "keys": table.keys,
            "starts": table.starts,
            "rows": table.rows + np.int32(self._passages),
            "counts": table.counts,
        }
        for part, values in parts.items():
            save_array(folder / f"{part}.npy", values)
        self._runs.append(folder)
        lengths = table.lengths
        self._lengths.append(lengths)
        self._passages += len(lengths)
        self._hashes = array(_HASH)
        self._new_lengths = []

    def _build_waiting(self) -> TermTable:
        hashes = np.frombuffer(self._hashes, np.uint64)
        return build_table(hashes, self._new_lengths)

    def finish(self) -> None:
        """Write the table of the field."""
        if not self._runs:
            self._build_waiting().save(self._folder, self._field)
            return
        self._write_run()
        runs = [_open_run(folder) for folder in self._runs]
        self._write_merged(runs)
        del runs  # Windows removes no file that is mapped
        for folder in self._runs:
            shutil.rmtree(folder)
        lengths = np.concatenate(self._lengths)
        wide = lengths.astype(np.int64)
        total = wide.sum()
        rest: dict[str, NDArray[Any]] = {
            "sizes": encode_lengths(wide),
            "lengths": lengths,
            "total": np.array([total]),
        }
        for part, values in rest.items():
            save_array(self._folder / f"{self._field}_{part}.npy", values)

    def _write_merged(self, runs: Sequence[_Run]) -> None:
        """Write the terms of all runs, one range of hashes after the other."""
        kinds = {"keys": "uint64", "starts": "int64", "rows": "int32", "counts": "uint8"}
        files = {}
        for part, kind in kinds.items():
            files[part] = ArrayWriter(self._folder / f"{self._field}_{part}.npy", kind)
        position = 0
        try:
            for first, end in _list_ranges(runs):
                keys, rows, counts = _merge(
                    runs,
                    first,
                    end,
                )
                is_new = np.diff(keys, prepend=~keys[:1])
                starts = np.flatnonzero(is_new)
                files["keys"].add(keys[starts])
                files["starts"].add(starts + position)
                files["rows"].add(rows)
                files["counts"].add(counts)
                position += len(keys)
            last = np.array([position])
            files["starts"].add(last)
            for file in files.values():
                file.finish()
        finally:
            for file in files.values():
                file.close()


def _open_run(folder: Path) -> _Run:
    parts = {part: np.load(folder / f"{part}.npy", mmap_mode="r") for part in _Run._fields}
    return _Run(**parts)


def _list_ranges(runs: Sequence[_Run]) -> Iterator[tuple[int, int]]:
    """Yield ranges of hashes that hold about as many postings each: hashes are evenly spread."""
    postings = sum(len(run.rows) for run in runs)
    count = postings // MAX_POSTINGS + 1
    for number in range(count):
        yield number * _HASHES // count, (number + 1) * _HASHES // count


def _merge(
    runs: Sequence[_Run], first: int, end: int
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint8]]:
    """Return term, passage and count of the postings between two hashes, in order."""
    all_keys = []
    all_rows = []
    all_counts = []
    for run in runs:
        own_keys, where = run.take(first, end)
        all_keys.append(own_keys)
        all_rows.append(run.rows[where])
        all_counts.append(run.counts[where])
    keys = np.concatenate(all_keys)
    rows = np.concatenate(all_rows)
    counts = np.concatenate(all_counts)
    # Stable: the passages of a term stay in order, as the runs do.
    order = np.argsort(keys, kind="stable")
    return keys[order], rows[order], counts[order]


class TermsWriter:
    """The files of all fields, written as passages come. Raises WriteError."""

    def __init__(self, folder: Path) -> None:
        """Begin a new folder."""
        self._folder = folder
        with _report_full_disk(folder):
            folder.mkdir()
        self._fields = {field: _FieldWriter(folder, field) for field in FIELDS}

    def add(self, terms: FieldTerms) -> None:
        """Take the terms of passages that follow those before."""
        with _report_full_disk(self._folder):
            for field, gathered in terms.items():
                self._fields[field].add(gathered.hashes, gathered.lengths)

    def finish(self) -> None:
        """Write what waits, and merge all."""
        with _report_full_disk(self._folder):
            for field in self._fields.values():
                field.finish()


@contextmanager
def _report_full_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"{folder} cannot be written: {error}", hint="free some space, then build again"
        ) from error
