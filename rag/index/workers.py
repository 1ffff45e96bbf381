"""Building with all cores: articles are cut, embedded and counted in processes of their own.

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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from rag.errors import IndexProblem
from rag.index import contents as single
from rag.index.generation_files import CountedTerms
from rag.index.terms import join_terms
from rag.index.vocabulary import Counts
from rag.index.worker_wire import (
    DAMAGE,
    MAX_FRAME,
    decode_block,
    decode_counts,
    encode_articles,
)
from rag.models.embedders import SHIPPED_NAME, StaticEmbedder
from rag.reading.wire import read_frame, write_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.index.build import Progress
    from rag.index.generation_files import Contents
    from rag.index.opened import OpenedIndex
    from rag.index.worker_wire import Block
    from rag.models.embedders import Embedder
    from rag.records import Article

# All chosen by hand.
MIN_CHARACTERS = 2_000_000  # of all articles: below, one process is as fast
_BLOCK = 200_000  # characters that a worker is given at a time
_MAX_WORKERS = 8  # each takes some 200 MB
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from rag.index.worker_process import serve; serve()"
)


def make_contents(
    articles: Sequence[Article],
    embedder: Embedder,
    *,
    size: int,
    old: OpenedIndex | None,
    progress: Progress,
) -> Contents:
    """Return what ``contents.make_contents`` does, made by all cores where that is faster."""
    count = _count_workers(articles, embedder)
    if old is not None or count < 2:
        return single.make_contents(articles, embedder, size=size, old=old, progress=progress)
    blocks = list(_list_blocks(articles))
    made: list[Block] = []
    counts = Counts()
    with ExitStack() as stack:
        workers = [stack.enter_context(_Process(size)) for _ in range(count)]
        pool = stack.enter_context(_Pool(workers))
        done = 0
        for block, packed in zip(blocks, pool.make_all(blocks), strict=True):
            progress("split", done, len(articles))
            made.append(packed)
            done += len(block)
        for worker in workers:
            counts.update(worker.count_words())
    cuts = [cut for block in made for cut in block.cuts]
    return single.join_contents(
        articles,
        cuts,
        vectors=np.concatenate([block.vectors for block in made]),
        counted=CountedTerms(join_terms([block.terms for block in made]), counts),
        progress=progress,
    )


def _count_workers(articles: Sequence[Article], embedder: Embedder) -> int:
    """Return how many processes are worth starting; only for the model that each of them has."""
    if not isinstance(embedder, StaticEmbedder) or embedder.name != SHIPPED_NAME:
        return 0
    characters = sum(article.end - article.start for article in articles)
    return 0 if characters < MIN_CHARACTERS else min(_count_cores(), _MAX_WORKERS)


def _count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _list_blocks(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """Yield articles in order, some together; those of a document are sent with it, once."""
    block: list[Article] = []
    length = 0
    for article in articles:
        is_other = not block or article.document is not block[-1].document
        if is_other and length >= _BLOCK:
            yield block
            block, length = [], 0
        block.append(article)
        length += article.end - article.start
    if block:
        yield block


class _Process:
    """A worker; it is ended with the block that it is used in."""

    def __init__(self, size: int) -> None:
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
        self._size: int | None = size  # until it is told

    def make_block(self, articles: Sequence[Article]) -> Block:
        """Return what it makes of articles. Raises IndexProblem when it ended."""
        answer = self._ask(encode_articles(articles))
        try:
            return decode_block(answer, articles)
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
            if self._size is not None:
                write_frame(self._requests, str(self._size).encode())
                self._size = None
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


class _Pool:
    """Threads that give blocks to workers, each to one that is free."""

    def __init__(self, workers: Sequence[_Process]) -> None:
        self._workers = workers
        self._free: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        for worker in workers:
            self._free.put(worker)
        self._threads = ThreadPoolExecutor(max_workers=len(workers))

    def make_all(self, blocks: Sequence[Sequence[Article]]) -> Iterator[Block]:
        """Return what is made of blocks, in order."""
        return self._threads.map(self._make, blocks)

    def _make(self, block: Sequence[Article]) -> Block:
        worker = self._free.get()
        try:
            return worker.make_block(block)
        finally:
            self._free.put(worker)

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # A thread waits for an answer: it gets none any more.
            for worker in self._workers:
                worker.end()
        self._threads.shutdown(cancel_futures=True)


def _make_end_error() -> IndexProblem:
    """Return the error for a worker that is gone, mostly killed by the system."""
    return IndexProblem(
        "a process that builds the index was ended, or could not be started",
        hint="the index in force is as it was; memory may be short: end other programs, then try"
        " again",
    )
