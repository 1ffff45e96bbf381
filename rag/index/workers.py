"""Building with all cores: files are read, and articles cut, embedded and counted, elsewhere.

What comes of it is what one process makes, in the same order. A worker is started like a reader of
guarded formats, and ends with its input: neither Control-C nor a kill leaves one behind. Few
articles are left to the process that was called, as starting a worker takes a second.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar, cast

from rag.errors import IndexProblem
from rag.index.article_wire import encode_json
from rag.index.vocabulary import Counts
from rag.index.worker_wire import (
    DAMAGE,
    MAX_FRAME,
    Task,
    decode_block,
    decode_counts,
    decode_files,
    encode_articles,
)
from rag.models.embedders import SHIPPED_NAME, StaticEmbedder
from rag.reading.wire import read_frame, write_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rag.index.blocks import Block
    from rag.index.digested_files import DigestedFile
    from rag.models.embedders import Embedder
    from rag.reading.files import FileToRead
    from rag.reading.skipped import SkippedFile
    from rag.records import Article


Item = TypeVar("Item")
Result = TypeVar("Result")
# All chosen by hand.
MIN_CHARACTERS = 2_000_000  # of all articles: below, one process is as fast
_MAX_WORKERS = 8  # each takes some 200 MB
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from rag.index.worker_process import serve; serve()"
)


def count_workers(characters: int, embedder: Embedder) -> int:
    """Return how many processes are worth starting for so many characters of articles.

    Only for the model that each of them has.
    """
    if not isinstance(embedder, StaticEmbedder) or embedder.name != SHIPPED_NAME:
        return 0
    return count_cores() if characters >= MIN_CHARACTERS else 0


def count_cores() -> int:
    """Return how many processes are worth starting for much work; 0 where there is one core."""
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    return min(cores, _MAX_WORKERS) if cores > 1 else 0


class _Process:
    """A worker; it is ended with the block that it is used in."""

    def __init__(self, task: Task) -> None:
        tree = Path(__file__).resolve().parents[2]
        folders = [str(tree), *filter(None, sys.path)]
        try:
            self._process = subprocess.Popen(
                # Neither the folder one is in nor a variable says what is imported.
                [sys.executable, "-I", "-c", _START, json.dumps(folders)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise _make_end_error() from error
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._task: bytes | None = encode_json(task)  # until it is told

    def make_block(self, articles: Sequence[Article]) -> Block:
        """Return what it makes of articles. Raises IndexProblem when it ended."""
        answer = self._ask(encode_articles(articles))
        try:
            return decode_block(answer, articles)
        except DAMAGE as error:
            raise _make_end_error() from error

    def read_files(self, files: Sequence[FileToRead]) -> list[list[DigestedFile | SkippedFile]]:
        """Return what it reads in each file. Raises IndexProblem when it ended."""
        places = [(str(file.path), file.name) for file in files]
        answer = self._ask(encode_json(places))
        try:
            return decode_files(answer)
        except DAMAGE as error:
            raise _make_end_error() from error

    def count_words(self) -> Counts:
        """Return the words that it has met. Raises IndexProblem when it ended."""
        try:
            return decode_counts(self._ask(b""))
        except DAMAGE as error:
            raise _make_end_error() from error

    def _ask(self, request: bytes) -> bytes:
        """Return what it answers."""
        try:
            if self._task is not None:
                write_frame(self._requests, self._task)
                self._task = None
            write_frame(self._requests, request)
            return read_frame(self._answers, MAX_FRAME)
        except (OSError, EOFError, ValueError) as error:
            raise _make_end_error() from error

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._process.wait()
        self._answers.close()
        try:
            self._requests.close()
        except OSError:
            return  # what it was still to be told is lost with it


class Workers:
    """Processes of one task; a thread each asks them. They end with the context."""

    def __init__(self, count: int, task: Task) -> None:
        """Start so many; ``task``: see ``make_making_task`` and ``make_reading_task``."""
        self._count = count
        self._free: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        with ExitStack() as stack:
            self._workers = [stack.enter_context(_Process(task)) for _ in range(count)]
            self._processes = stack.pop_all()
        for worker in self._workers:
            self._free.put(worker)
        self._threads = ThreadPoolExecutor(max_workers=count)

    def make_all(self, blocks: Iterable[list[Article]]) -> Iterator[tuple[list[Article], Block]]:
        """Yield articles with what is made of them, in order. Raises IndexProblem."""
        return self._run_all(blocks, _Process.make_block)

    def read_all(
        self, batches: Iterable[list[FileToRead]]
    ) -> Iterator[tuple[list[FileToRead], list[list[DigestedFile | SkippedFile]]]]:
        """Yield files with what is read of each, in order. Raises IndexProblem."""
        return self._run_all(batches, _Process.read_files)

    def _run_all(
        self, items: Iterable[Item], work: Callable[[_Process, Item], Result]
    ) -> Iterator[tuple[Item, Result]]:
        """Yield items with what free processes make of them, in order."""

        def run(item: Item) -> Result:
            process = self._free.get()
            try:
                return work(process, item)
            finally:
                self._free.put(process)

        waiting: deque[tuple[Item, Future[Result]]] = deque()
        for item in items:
            future = self._threads.submit(run, item)
            waiting.append((item, future))
            # No more than keep all of them busy: what waits is in memory.
            if len(waiting) > 2 * self._count:
                done, first = waiting.popleft()
                yield done, first.result()
        for done, future in waiting:
            yield done, future.result()

    def count_words(self) -> Counts:
        """Return in how many passages each word stands. Raises IndexProblem."""
        counts = Counts()
        for worker in self._workers:
            own = worker.count_words()
            counts.update(own)
        return counts

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # A thread waits for an answer: it gets none any more.
            for worker in self._workers:
                worker.end()
        self._threads.shutdown(cancel_futures=True)
        self._processes.close()


def _make_end_error() -> IndexProblem:
    """Return the error for a worker that is gone, mostly killed by the system."""
    return IndexProblem(
        "a process that builds the index was ended, or could not be started",
        hint="the index in force is as it was; memory may be short: end other programs, then try"
        " again",
    )
