"""A generation that is open and held: its manifest is locked until it is closed."""

from __future__ import annotations

from functools import cached_property
from typing import IO, TYPE_CHECKING, NamedTuple, TypeGuard

from rag.index.catalog import Catalog
from rag.index.manifest import VECTORS
from rag.index.sentences_table import SentencesTable
from rag.index.terms import Terms
from rag.index.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.manifest import Manifest
    from rag.index.opened import OpenedIndex
    from rag.index.segmented_index import SegmentedIndex
    from rag.records import Filters

    FolderIndex: TypeAlias = "Generation | SegmentedIndex"


class LockedManifest(NamedTuple):
    """A generation that is held: its folder, its manifest, that file, locked, and warnings."""

    folder: Path
    manifest: Manifest
    file: IO[bytes]
    warnings: tuple[str, ...] = ()


class Generation(Catalog, SentencesTable):
    """A generation, open for reading; every file is opened when it is first used.

    It is its catalog and its table of sentences, by inheritance: the rooms that answer questions
    read one index, and need not know which file a passage, a sentence or a vector comes from. Both
    parts share the check of their files (``CheckedFiles``) and have no other state in common.
    """

    def __init__(self, opened: LockedManifest) -> None:
        """Take over the manifest's locked file; ``close`` lets go of it."""
        folder, manifest, locked_manifest, _ = opened
        super().__init__(folder, manifest["files"])
        self.name = folder.name
        self.folder = folder
        self.manifest = manifest
        # The manifest of a generation that has segments counts what all of them hold.
        self.own_counts = manifest.get("own", manifest["counts"])
        self.passage_count = self.own_counts["passages"]
        self.sentence_count = self.own_counts["sentences"]
        self.warnings = opened.warnings  # of an index that is not as it should be
        # The most frequent language first.
        self.passages_by_language: Mapping[str, int] = manifest["passages_by_language"]
        self._locked_manifest = locked_manifest

    @property
    def size(self) -> int:
        """How many passages there are."""
        return self.own_counts["passages"]

    @property
    def mean_length(self) -> float:
        """How many tokens a passage has on average."""
        return self.token_count / max(self.size, 1)

    @cached_property
    def vectors(self) -> Vectors:
        """The sentence vectors."""
        return Vectors.open(self.check(VECTORS), rows=self.own_counts["sentences"])

    @cached_property
    def terms(self) -> Terms:
        """The passages' terms."""
        return Terms(
            self._folder,
            self._digests,
            passages=self.size,
            find_rows=self.rows_where,
        )

    def nearest_passages(
        self, vector: NDArray[np.float32], sentences: int, filters: Filters
    ) -> list[int]:
        """Return the passage of each of the nearest sentences that the filters let through."""
        allowed = self.sentences_where(filters)
        nearest, _ = self.nearest_sentences(
            vector,
            sentences,
            allowed,
        )
        passages: list[int] = self.owners[nearest].tolist()
        return passages

    def sentences_where(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the sentences that a search may find, in order; None when none is excluded."""
        import numpy as np

        allowed_rows = self.rows_where(filters)
        if allowed_rows is None:
            return None
        is_allowed = np.isin(self.owners, allowed_rows)
        return np.flatnonzero(is_allowed)

    def nearest_sentences(
        self, vector: NDArray[np.float32], count: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows of the nearest of the sentences that are allowed, and their scores."""
        import numpy as np

        if allowed is not None and not len(allowed):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return self.vectors.search(
            vector,
            count,
            allowed,
        )

    def list_segments(self) -> list[Generation]:
        """Return the generations that answer together, oldest first: this one."""
        return [self]

    def list_files(self) -> list[Path]:
        """Return the files that are read."""
        return [self.folder / name for name in self.manifest["files"]]

    def count_bytes(self) -> int:
        """Return how many bytes the files have."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def close(self) -> None:
        """Let go of the files: a builder may remove them from now on."""
        super().close()
        self._locked_manifest.close()

    def __enter__(self) -> Generation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def is_folder_index(index: OpenedIndex | None) -> TypeGuard[FolderIndex]:
    """Return whether an open index is that of a folder, of one generation or of several."""
    if isinstance(index, Generation):
        return True
    from rag.index.segmented_index import SegmentedIndex

    return isinstance(index, SegmentedIndex)
