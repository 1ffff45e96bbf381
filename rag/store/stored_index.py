"""A store that is open: one snapshot of it, as ``rag.index.opened`` wants an index."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, cast

from rag.index.manifest import FILE_RECORDS
from rag.index.readings import READINGS
from rag.store.damaged_rows import explain_misfits, explain_rows, require_rows
from rag.store.packing import unpack_numbers
from rag.store.snapshot import open_snapshot
from rag.store.stored_catalog import StoredCatalog
from rag.store.stored_sentences import StoredSentences
from rag.store.stored_terms import DatabaseTerms
from rag.store.stored_vectors import DatabaseVectors
from rag.store.stored_words import DatabaseWords

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.manifest import Manifest
    from rag.records import Filters, Span
    from rag.store.address import PostgresStore
    from rag.store.snapshot import Snapshot


@explain_rows
class StoredIndex(StoredCatalog):
    """An index in a database, open for asking; each part is read when it is first used."""

    warnings: tuple[str, ...] = ()

    def __init__(self, snapshot: Snapshot) -> None:
        """Take over a snapshot; ``close`` ends it."""
        super().__init__(snapshot)
        self.snapshot = snapshot
        self.name = snapshot.state.name
        # What the index of a folder keeps in a file stands beside the documents.
        manifest = {**snapshot.state.manifest, "files": {READINGS: {}, FILE_RECORDS: {}}}
        self.manifest = cast("Manifest", manifest)
        self.passages_by_language: Mapping[str, int] = self.manifest["passages_by_language"]
        self._sentences = StoredSentences(snapshot)

    @property
    def size(self) -> int:
        """How many passages there are."""
        return self.manifest["counts"]["passages"]

    @property
    def mean_length(self) -> float:
        """How many tokens a passage has on average."""
        return self.snapshot.state.tokens / max(self.size, 1)

    @cached_property
    def token_frequency(self) -> NDArray[np.int32]:
        """How many passages hold each token id."""
        [(data,)] = self._select("SELECT token_frequency FROM state")
        frequency = unpack_numbers(data, "<i4")
        require_rows(len(frequency) > 0 and frequency.min() >= 0, "a count below 0")
        return frequency

    @cached_property
    def vectors(self) -> DatabaseVectors:
        """The sentence vectors."""
        return DatabaseVectors(self._select, dimension=self.snapshot.state.dimension)

    @cached_property
    def terms(self) -> DatabaseTerms:
        """The terms of the passages."""
        return DatabaseTerms(self._select, passages=self.size, lengths=self.snapshot.state.lengths)

    @cached_property
    def vocabulary(self) -> DatabaseWords:
        """The words as they are written."""
        return DatabaseWords(self._select)

    def nearest_passages(
        self, vector: NDArray[np.float32], sentences: int, filters: Filters
    ) -> list[int]:
        """Return the passage of each of the nearest sentences that the filters let through."""
        return self.vectors.nearest_passages(vector, sentences, filters)

    def languages(self, rows: Sequence[int]) -> list[str]:
        """Return the language of each of these passages; their sentences will be asked for."""
        self._sentences.announce(rows)
        return super().languages(rows)

    def sentence_rows(self, passage_row: int) -> range:
        """Return the rows of a passage's sentences."""
        return self._sentences.sentence_rows(passage_row)

    def spans(self, sentence_rows: Sequence[int]) -> list[Span]:
        """Return where these sentences stand in their documents."""
        return self._sentences.spans(sentence_rows)

    def tokens(self, sentence_rows: Sequence[int]) -> list[NDArray[np.uint16]]:
        """Return the token ids of each of these sentences."""
        tokens = self._sentences.tokens(sentence_rows)
        greatest = max((ids.max(initial=0) for ids in tokens), default=0)
        require_rows(greatest < len(self.token_frequency), "an unknown token")
        return tokens

    def list_files(self) -> list[Path]:
        """Return no file."""
        return []

    def count_bytes(self) -> int:
        """Return how much room the tables and their indexes take on the server."""
        [(size,)] = self._select(
            "SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relkind = 'r'"
        )
        return int(size or 0)

    def close(self) -> None:
        """End the snapshot."""
        self.snapshot.close()

    def __enter__(self) -> StoredIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@explain_misfits
def open_stored_index(store: PostgresStore) -> StoredIndex:
    """Return the index that is kept in a store. Raises IndexProblem."""
    with ExitStack() as stack:
        snapshot = open_snapshot(store)
        stack.callback(snapshot.close)
        index = StoredIndex(snapshot)
        stack.pop_all()  # it stays open
    return index
