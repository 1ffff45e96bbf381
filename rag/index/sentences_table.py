"""What a generation keeps of each sentence and of each token, as NumPy files that are mapped, not read.

Sentences have rows from 0, passage after passage; so a passage's sentences, and a sentence's tokens, are consecutive.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

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
    """Write the sentence spans of each passage and the token ids of each sentence into a generation's folder.

    Raises OSError when the disk takes no more, ValueError when the numbers of sentences differ.
    """
    import numpy as np

    counts = [len(spans) for spans in sentences]
    if sum(counts) != len(tokens):
        raise ValueError(f"{sum(counts)} sentences, tokens of {len(tokens)}")
    ids = np.concatenate([np.empty(0, np.uint16), *tokens], dtype=np.uint16, casting="safe")
    starts = np.cumsum([0, *map(len, tokens)], dtype=np.int64)
    arrays: dict[str, NDArray[Any]] = {
        "owners": np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        "spans": np.array(list(chain.from_iterable(sentences)), dtype=np.int64).reshape(-1, 2),
        "tokens": ids,
        "token_starts": starts,
        "token_frequency": _frequency(ids, starts[np.cumsum([0, *counts])].tolist()),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def _frequency(ids: NDArray[np.uint16], bounds: Sequence[int]) -> NDArray[np.int32]:
    """How many passages hold each token id; ``bounds`` says where each passage's tokens start, with one past the last."""
    import numpy as np

    frequency = np.zeros(int(ids.max(initial=0)) + 1, np.int32)
    for first, last in pairwise(bounds):
        frequency[np.unique(ids[first:last])] += 1
    return frequency


class SentencesTable:
    """The sentences of a generation, for reading."""

    def checked(self, name: str) -> Path:
        """The path of a file of the generation, once its checksum has been found right."""
        raise NotImplementedError

    def _load(self, name: str) -> NDArray[Any]:
        import numpy as np

        array: NDArray[Any] = np.load(
            self.checked(f"{name}.npy"), mmap_mode="r", allow_pickle=False
        )
        return array.view(np.ndarray)

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
    def _tokens(self) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
        return self._load("tokens"), self._load("token_starts")

    def sentence_rows(self, passage_row: int) -> range:
        """The rows of a passage's sentences."""
        import numpy as np

        first, last = np.searchsorted(
            self.owners, np.array([passage_row, passage_row + 1], self.owners.dtype)
        )
        return range(int(first), int(last))

    def spans(self, sentence_rows: Iterable[int]) -> list[Span]:
        """Where these sentences stand in their documents."""
        return [Span(*self._spans[row].tolist()) for row in sentence_rows]

    def tokens(self, sentence_rows: Iterable[int]) -> list[NDArray[np.uint16]]:
        """The token ids of these sentences, as views of the mapped file."""
        ids, starts = self._tokens
        return [ids[starts[row] : starts[row + 1]] for row in sentence_rows]

    @property
    def token_count(self) -> int:
        """How many tokens all sentences have together."""
        return len(self._tokens[0])
