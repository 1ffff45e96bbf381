"""New passages with all that is written of them, some thousand at a time."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.generation_files import Contents
    from rag.index.terms import TermDoc
    from rag.records import Passage, Span

# Passages whose terms are in memory at once; chosen by hand: some 100 MB.
PASSAGES_PER_BATCH = 4096


class NewPassage(NamedTuple):
    """A passage, its row, that of its first sentence, and its sentences."""

    row: int
    passage: Passage
    first_sentence: int
    spans: Sequence[Span]
    tokens: Sequence[NDArray[np.uint16]]
    vectors: NDArray[np.float16 | np.float32]
    terms: TermDoc


def list_batches(
    contents: Contents, *, first_row: int, first_sentence: int
) -> Iterator[list[NewPassage]]:
    """Yield the passages of contents in order, with rows from the first ones on."""
    passages = _list_passages(contents, first_row, first_sentence)
    while batch := list(islice(passages, PASSAGES_PER_BATCH)):
        yield batch


def _list_passages(contents: Contents, first_row: int, first_sentence: int) -> Iterator[NewPassage]:
    start = 0
    triples = zip(contents.passages, contents.sentences, contents.terms, strict=True)
    for row, (passage, spans, terms) in enumerate(triples, first_row):
        end = start + len(spans)
        tokens = contents.tokens[start:end]
        vectors = contents.vectors[start:end]
        yield NewPassage(row, passage, first_sentence + start, spans, tokens, vectors, terms)
        start = end
