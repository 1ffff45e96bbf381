"""Files into a spool, by all cores where they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.index import workers
from rag.index.worker_wire import make_reading_task
from rag.reading.extraction import ReadFile
from rag.reading.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rag.index.spool import Spool
    from rag.reading.file_records import FileResult
    from rag.reading.files import FileRules, FileToRead

# All chosen by hand.
MIN_FILES = 8  # below, and below so many bytes, one process is as fast
MIN_BYTES = 2_000_000
_BATCH_FILES = 16  # that a worker is given at a time, and bytes
_BATCH_BYTES = 400_000


def read_files(
    spool: Spool, rules: FileRules, files: Iterable[FileToRead]
) -> Iterator[tuple[FileToRead, Sequence[FileResult]]]:
    """Yield files with what was noted of each; what they say is in the spool."""
    # What an index has of the same bytes only this process can look up.
    if rules.find_known is None:
        files = list(files)
        count = _count_workers(files)
        if count:
            yield from _read_by_workers(spool, rules, files, count)
            return
    for file in files:
        results = []
        for result in read_file(file.path, file.name, rules):
            noted = spool.take(result) if isinstance(result, ReadFile) else result
            results.append(noted)
        yield file, results


def _count_workers(files: Sequence[FileToRead]) -> int:
    """Return how many processes are worth starting."""
    sizes = [file.stamp.size for file in files if file.stamp is not None]
    if len(sizes) < MIN_FILES or sum(sizes) < MIN_BYTES:
        return 0
    return workers.count_cores()


def _read_by_workers(
    spool: Spool, rules: FileRules, files: Sequence[FileToRead], count: int
) -> Iterator[tuple[FileToRead, Sequence[FileResult]]]:
    """Yield as ``read_files`` does, what processes of their own have read."""
    done = 0
    task = make_reading_task(rules.max_bytes, spool.publishers)
    with workers.Workers(count, task) as readers:
        for batch, answers in readers.read_all(_list_batches(files)):
            for file, results in zip(batch, answers, strict=True):
                yield file, [spool.take_result(result) for result in results]
            done += len(batch)
            if rules.report_read:
                rules.report_read(done)


def _list_batches(files: Iterable[FileToRead]) -> Iterator[list[FileToRead]]:
    """Yield files in order, some together."""
    batch: list[FileToRead] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file.stamp.size if file.stamp is not None else 0
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
