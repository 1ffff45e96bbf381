"""The words of segments as they are mostly written, counted as one."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from rag.index.vocabulary import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.index.segments import Segment


class SegmentedWords:
    """The words of all segments; one that stands in removed passages alone is none of them."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def forms(self, term: str) -> list[Form]:
        """Return how a folded word is written, in any language, the most frequent first."""
        forms: list[Form] = []
        for segment in self._segments:
            forms += segment.generation.vocabulary.forms(term)
        return sorted(self._join(forms), key=lambda form: -form.passages)

    def near(self, term: str, edits: int) -> list[Form]:
        """Return the words at most so many edits away from a folded word."""
        forms: list[Form] = []
        for segment in self._segments:
            forms += segment.generation.vocabulary.near(term, edits)
        return self._join(forms)

    @cached_property
    def _removed(self) -> Counter[tuple[str, str]]:
        """Return in how many removed passages each word stands, however it is capitalised."""
        removed: Counter[tuple[str, str]] = Counter()
        for segment in self._segments:
            for (language, surface), passages in segment.removal.words.items():
                removed[language, surface.lower()] += passages
        return removed

    def _join(self, forms: Iterable[Form]) -> list[Form]:
        """Return each word once, as it is written in the segment that has it most often."""
        joined: dict[tuple[str, str], list[Form]] = {}
        for form in forms:
            joined.setdefault((form.language, form.written.lower()), []).append(form)
        words = []
        for word, own_forms in joined.items():
            passages = sum(form.passages for form in own_forms) - self._removed[word]
            if passages > 0:
                most = max(own_forms, key=lambda form: form.passages)
                words.append(most._replace(passages=passages))
        return words
