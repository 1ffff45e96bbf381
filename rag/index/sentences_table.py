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
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from rag.index.checked_files import CheckedFiles
from rag.index.vocabulary import Vocabulary
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


def write_sentences_table(
    folder: Path, sentences: Sequence[Sequence[Span]], tokens: Sequence[NDArray[np.uint16]]
) -> None:
    """Write the sentence spans of each passage and the token ids of each sentence into a folder.

    Raises OSError when the disk takes no more, ValueError when the numbers of sentences differ.
    """
    import numpy as np

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
        # A pickle could run code when the index is opened.
        np.save(path, array, allow_pickle=False)


def _count_passages_per_token(
    token_ids: NDArray[np.uint16], passage_starts: Sequence[int]
) -> NDArray[np.int32]:
    """Return how many passages hold each token id: its document frequency.

    ``passage_starts`` says where each passage's tokens start, with the end of the last.
    """
    import numpy as np

    greatest = int(token_ids.max(initial=0))
    frequency = np.zeros(greatest + 1, np.int32)
    for start, end in pairwise(passage_starts):
        frequency[np.unique(token_ids[start:end])] += 1
    return frequency


class SentencesTable(CheckedFiles):
    """The sentences of a generation, for reading; each file is mapped when it is first used."""

    def _load(self, name: str) -> NDArray[Any]:
        import numpy as np

        path = self.check(f"{name}.npy")
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        return array.view(
            np.ndarray
        )  # slices of a memmap are slow to make, those of an array are not

    @cached_property
    def owners(self) -> NDArray[np.int32]:
        """The passage row of each sentence row, shape (sentences,), never falling."""
        return self._load("owners")

    @cached_property
    def token_frequency(self) -> NDArray[np.int32]:
        """How many passages hold each token id, shape (greatest id + 1,)."""
        return self._load("token_frequency")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words as they are written."""
        return Vocabulary(self._load("vocabulary"), self._load("forms"))

    @cached_property
    def _spans(self) -> NDArray[np.int64]:
        return self._load("spans")

    @cached_property
    def _token_ids(self) -> NDArray[np.uint16]:
        return self._load("tokens")

    @cached_property
    def _token_starts(self) -> NDArray[np.int64]:
        return self._load("token_starts")

    def sentence_rows(self, passage_row: int) -> range:
        """Return the rows of a passage's sentences."""
        import numpy as np

        # Owners never fall, so that bisection finds where a passage begins and where the next one
        # does. Both bounds in the type of the owners: NumPy would convert all of them otherwise.
        owners = self.owners
        bounds = np.array([passage_row, passage_row + 1], owners.dtype)
        first, end = np.searchsorted(owners, bounds).tolist()
        return range(first, end)

    def spans(self, sentence_rows: Iterable[int]) -> list[Span]:
        """Return where these sentences stand in their documents."""
        spans = []
        for row in sentence_rows:
            start, end = self._spans[row].tolist()
            spans.append(Span(start, end))
        return spans

    def tokens(self, sentence_rows: Iterable[int]) -> list[NDArray[np.uint16]]:
        """Return the token ids of these sentences, as views of the mapped file."""
        ids = self._token_ids
        starts = self._token_starts
        return [
            ids[starts[row] : starts[row + 1]]  # a view: nothing is copied
            for row in sentence_rows
        ]

    @property
    def token_count(self) -> int:
        """How many tokens all sentences have together."""
        return len(self._token_ids)
