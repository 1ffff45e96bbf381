"""What a generation keeps of each sentence and token: NumPy files that are mapped, not read.

Sentences have rows from 0, passage after passage; so a passage's sentences, and a sentence's
tokens, are consecutive, and a range of rows is enough to name them. The files, each ``<name>.npy``:

    owners            int32  (sentences,)       the passage row of each sentence
    spans             int64  (sentences, 2)     its start and end in the document, in characters
    tokens            uint16 (tokens,)          the token ids of all sentences
    token_starts      int64  (sentences + 1,)   where its tokens start; then the end of the last
    token_frequency   int32  (greatest id + 1,) how many passages hold each token id
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, pairwise, starmap
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.index.checked_files import report_damage, require
from rag.index.mapped_arrays import MappedArrays, MappedRows, save_array
from rag.index.vocabulary import Vocabulary
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_TOKEN_IDS = 1 << 16  # as many as two bytes can tell apart


def write_sentences_table(
    folder: Path, sentences: Sequence[Sequence[Span]], tokens: Sequence[NDArray[np.uint16]]
) -> None:
    """Write the sentence spans of each passage and the token ids of each sentence into a folder.

    Raises OSError when the disk takes no more, ValueError when the numbers of sentences differ.
    """
    counts = [len(spans) for spans in sentences]
    sentence_count = sum(counts)
    if sentence_count != len(tokens):
        raise ValueError(f"{sentence_count} sentences, tokens of {len(tokens)}")
    passage_rows = np.arange(len(counts), dtype=np.int32)
    spans = list(chain.from_iterable(sentences))
    # The empty array in front lets a table without sentences be written, too. "safe" refuses ids
    # that two bytes cannot hold, instead of cutting them.
    pieces = [np.empty(0, np.uint16), *tokens]
    token_ids = np.concatenate(pieces, dtype=np.uint16, casting="safe")
    lengths = [len(ids) for ids in tokens]
    token_starts = np.cumsum([0, *lengths], dtype=np.int64)
    # A passage's tokens start where those of its first sentence do.
    first_sentences = np.cumsum([0, *counts])
    passage_starts = token_starts[first_sentences].tolist()
    arrays: dict[str, NDArray[Any]] = {
        "owners": np.repeat(passage_rows, counts),
        # Without a sentence there are still two columns.
        "spans": np.array(spans, dtype=np.int64).reshape(-1, 2),
        "tokens": token_ids,
        "token_starts": token_starts,
        "token_frequency": _count_passages_per_token(token_ids, passage_starts),
    }
    for name, array in arrays.items():
        path = folder / f"{name}.npy"
        save_array(path, array)


def _count_passages_per_token(
    token_ids: NDArray[np.uint16], passage_starts: Sequence[int]
) -> NDArray[np.int32]:
    """Return how many passages hold each token id: its document frequency.

    ``passage_starts`` says where each passage's tokens start, with the end of the last.
    """
    greatest = int(token_ids.max(initial=0))
    frequency = np.zeros(greatest + 1, np.int32)
    for start, end in pairwise(passage_starts):
        frequency[np.unique(token_ids[start:end])] += 1
    return frequency


class SentencesTable(MappedArrays):
    """The sentences of a generation, for reading; each file is mapped when it is first used.

    What is small or searched is checked whole, what is looked up row by row as it is read.
    """

    sentence_count: int | None = None  # as the manifest says; None when it is not known
    passage_count: int | None = None

    @cached_property
    @report_damage
    def owners(self) -> NDArray[np.int32]:
        """The passage row of each sentence row, shape (sentences,), never falling."""
        owners: NDArray[np.int32] = self.load("owners", "int32")
        count = len(owners)
        if self.sentence_count is not None:
            require(count == self.sentence_count, "owners of another number of sentences")
        if not count:
            return owners
        steps = np.diff(owners)
        require(steps.min(initial=0) >= 0, "owners that fall")
        require(owners[0] >= 0, "owners before the first passage")
        if self.passage_count is not None:
            require(owners[-1] < self.passage_count, "owners after the last passage")
        return owners

    @cached_property
    @report_damage
    def token_frequency(self) -> NDArray[np.int32]:
        """How many passages hold each token id, shape (greatest id + 1,)."""
        frequency: NDArray[np.int32] = self.load("token_frequency", "int32")
        count = len(frequency)
        require(0 < count <= _TOKEN_IDS, "tokens without end")
        least = frequency.min()
        require(least >= 0, "a negative frequency")
        return frequency

    @cached_property
    @report_damage
    def vocabulary(self) -> Vocabulary:
        """The words as they are written."""
        rows = self.load("vocabulary", "uint32", 2)
        forms = self.load("forms", "uint8")
        return Vocabulary(rows, forms)

    @cached_property
    def _spans(self) -> MappedRows:
        return self.load_rows("spans", "int64", 2)

    @cached_property
    def _token_ids(self) -> MappedRows:
        return self.load_rows("tokens", "uint16")

    @cached_property
    def _token_starts(self) -> MappedRows:
        return self.load_rows("token_starts", "int64")

    def sentence_rows(self, passage_row: int) -> range:
        """Return the rows of a passage's sentences."""
        # Owners never fall, so that bisection finds where a passage begins and where the next one
        # does. Both bounds in the type of the owners: NumPy would convert all of them otherwise.
        owners = self.owners
        bounds = np.array([passage_row, passage_row + 1], owners.dtype)
        first, end = np.searchsorted(owners, bounds).tolist()
        return range(first, end)

    @report_damage
    def spans(self, sentence_rows: Sequence[int]) -> list[Span]:
        """Return where these sentences stand in their documents."""
        if not sentence_rows:
            return []
        first = min(sentence_rows)
        end = max(sentence_rows) + 1
        self.touch(self._spans, first, end)
        rows = np.array(sentence_rows, np.int64)
        places = self._spans.array[rows]
        require(places.min() >= 0, "a sentence before its document")
        spans = list(starmap(Span, places.tolist()))
        return spans

    @report_damage
    def tokens(self, sentence_rows: Sequence[int]) -> list[NDArray[np.uint16]]:
        """Return the token ids of these sentences, as views of the mapped file."""
        if not sentence_rows:
            return []
        first = min(sentence_rows)
        # One more than there are sentences: it says where the tokens of the last one end.
        end = max(sentence_rows) + 2
        self.touch(self._token_starts, first, end)
        starts = self._token_starts.array[first:end].tolist()
        require(starts == sorted(starts), "tokens that begin before those of the sentence before")
        self.touch(self._token_ids, starts[0], starts[-1])
        ids = self._token_ids.array
        self._require_known_tokens(ids[starts[0] : starts[-1]])
        tokens = []
        for row in sentence_rows:
            place = row - first
            start = starts[place]
            end = starts[place + 1]
            tokens.append(ids[start:end])  # a view: nothing is copied
        return tokens

    def _require_known_tokens(self, ids: NDArray[np.uint16]) -> None:
        greatest = ids.max(initial=0)
        known = len(self.token_frequency)
        require(greatest < known, "an unknown token")

    @property
    def token_count(self) -> int:
        """How many tokens all sentences have together."""
        return len(self._token_ids.array)
