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
from itertools import chain, starmap
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.index.checked_files import report_damage, require
from rag.index.mapped_arrays import ArrayWriter, MappedArrays, MappedRows
from rag.index.vocabulary import Vocabulary
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

_TOKEN_BITS = 16
_TOKEN_IDS = 1 << _TOKEN_BITS  # as many as two bytes can tell apart
# The numbers of each file, and its columns; 0 for an array of one dimension.
_WRITTEN = {
    "owners": ("int32", 0),
    "spans": ("int64", 2),
    "tokens": ("uint16", 0),
    "token_starts": ("int64", 0),
    "token_frequency": ("int32", 0),
}


def write_sentences_table(
    folder: Path, sentences: Sequence[Sequence[Span]], tokens: Sequence[NDArray[np.uint16]]
) -> None:
    """Write the sentence spans of each passage and the token ids of each sentence into a folder.

    Raises OSError when the disk takes no more, ValueError when the numbers of sentences differ.
    """
    with SentencesWriter(folder) as writer:
        writer.add(sentences, tokens)
        writer.finish()


class SentencesWriter:
    """The files of a folder, written passage after passage."""

    def __init__(self, folder: Path) -> None:
        """Begin new files."""
        self._folder = folder
        self._files: dict[str, ArrayWriter] = {}
        for name, (kind, width) in _WRITTEN.items():
            self._files[name] = ArrayWriter(folder / f"{name}.npy", kind, width)
        self._passages = 0
        self.sentences = 0
        self._tokens = 0
        self._frequency = np.zeros(_TOKEN_IDS, np.int32)
        self._greatest = 0  # token id

    def add(
        self, sentences: Sequence[Sequence[Span]], tokens: Sequence[NDArray[np.uint16]]
    ) -> None:
        """Write the sentences of passages that follow those before.

        Raises as ``write_sentences_table``.
        """
        counts = [len(spans) for spans in sentences]
        if sum(counts) != len(tokens):
            raise ValueError(f"{sum(counts)} sentences, tokens of {len(tokens)}")
        passages = np.arange(self._passages, self._passages + len(counts))
        owners = np.repeat(passages, counts)
        spans = list(chain.from_iterable(sentences))
        # The empty array in front lets a table without sentences be written, too. "safe" refuses
        # ids that two bytes cannot hold, instead of cutting them.
        pieces = [np.empty(0, np.uint16), *tokens]
        token_ids = np.concatenate(pieces, dtype=np.uint16, casting="safe")
        lengths = np.array([len(ids) for ids in tokens], np.int64)
        ends = np.cumsum(lengths)
        starts = self._tokens + ends - lengths
        # Without a sentence there are still two columns.
        places = np.array(spans, dtype=np.int64).reshape(-1, 2)
        new_rows: dict[str, NDArray[Any]] = {
            "owners": owners,
            "spans": places,
            "tokens": token_ids,
            "token_starts": starts,
        }
        for name, rows in new_rows.items():
            self._files[name].add(rows)
        passage_of_token = np.repeat(owners - self._passages, lengths)
        self._count(token_ids, passage_of_token)
        self._passages += len(counts)
        self.sentences += len(tokens)
        self._tokens += len(token_ids)

    def _count(self, token_ids: NDArray[np.uint16], passages: NDArray[np.int64]) -> None:
        """Count of each token id how many passages hold it: its document frequency."""
        # Each pair once: a passage counts once, however often it holds a token.
        pairs = np.unique((passages << _TOKEN_BITS) | token_ids)
        held = pairs & (_TOKEN_IDS - 1)
        counts = np.bincount(held, minlength=_TOKEN_IDS)
        self._frequency += counts.astype(np.int32)
        greatest = int(token_ids.max(initial=0))
        self._greatest = max(self._greatest, greatest)

    def finish(self) -> None:
        """Write what is known at the end alone. Raises OSError."""
        end = np.array([self._tokens])
        self._files["token_starts"].add(end)
        frequency = self._frequency[: self._greatest + 1]
        self._files["token_frequency"].add(frequency)
        for file in self._files.values():
            file.finish()

    def __enter__(self) -> SentencesWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()


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
