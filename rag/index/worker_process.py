"""A process of its own that cuts, embeds and counts articles, block by block.

It is told the size of passages, then articles, and at last nothing; each time it answers. It ends
with its input: when the process that started it ends, however that happens.
"""

from __future__ import annotations

import signal

from rag.index.blocks import BlockMaker
from rag.index.worker_wire import MAX_FRAME, decode_articles, encode_block, encode_counts
from rag.models.embedders import load_embedder
from rag.models.tokenizer import get_tokenizer
from rag.reading.wire import read_frame, take_streams, write_frame


def serve() -> None:
    """Answer requests until there are no more."""
    requests, answers = take_streams()
    # Control-C ends the process that started this one, and with it this one's input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    size = int(read_frame(requests, MAX_FRAME))
    get_tokenizer().expect_many()
    maker = BlockMaker(load_embedder(), size)
    while True:
        try:
            request = read_frame(requests, MAX_FRAME)
        except EOFError:
            return
        if request:
            block = maker.make(decode_articles(request))
            write_frame(answers, encode_block(block))
        else:
            write_frame(answers, encode_counts(maker.counts))
