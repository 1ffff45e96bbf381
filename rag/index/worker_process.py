"""A process of its own that reads files, or cuts, embeds and counts articles, block by block.

It is told its task, then files or articles, and at last nothing; each time it answers. It ends with
its input: when the process that started it ends, however that happens.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

from rag.index.article_wire import decode_json
from rag.index.blocks import BlockMaker
from rag.index.digested_files import FileDigester
from rag.index.worker_wire import (
    MAX_FRAME,
    decode_articles,
    encode_block,
    encode_counts,
    encode_files,
)
from rag.models.embedders import load_embedder
from rag.models.tokenizer import get_tokenizer
from rag.reading.extraction import ReadFile
from rag.reading.files import FileRules, read_file
from rag.reading.wire import read_frame, take_streams, write_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.index.digested_files import DigestedFile
    from rag.reading.skipped import SkippedFile

    Answer = Callable[[bytes], bytes]


def make_blocks(size: int) -> Answer:
    """Return what makes blocks of articles, and counts their words."""
    maker = BlockMaker(load_embedder(), size)

    def answer(request: bytes) -> bytes:
        if not request:
            return encode_counts(maker.counts)
        block = maker.make(decode_articles(request))
        return encode_block(block)

    return answer


def read_files(max_bytes: int, publishers: Sequence[Sequence[str]]) -> Answer:
    """Return what reads files, and finds their stories."""
    digester = FileDigester([(pattern, name) for pattern, name in publishers])
    rules = FileRules(max_bytes)

    def answer(request: bytes) -> bytes:
        answers = []
        for path, name in decode_json(request):
            results: list[DigestedFile | SkippedFile] = []
            for result in read_file(Path(path), name, rules):
                if isinstance(result, ReadFile):
                    results.append(digester.digest(result))
                else:
                    results.append(result)
            answers.append(results)
        return encode_files(answers)

    return answer


_TASKS: dict[str, Callable[..., Answer]] = {"make": make_blocks, "read": read_files}


def serve() -> None:
    """Answer requests until there are no more."""
    requests, answers = take_streams()
    # Control-C ends the process that started this one, and with it this one's input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kind, *facts = decode_json(read_frame(requests, MAX_FRAME))
    get_tokenizer().expect_many()
    answer = _TASKS[kind](*facts)
    while True:
        try:
            request = read_frame(requests, MAX_FRAME)
        except EOFError:
            return
        write_frame(answers, answer(request))
