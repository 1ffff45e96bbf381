"""The words of a store as they are mostly written; ``rag.index.vocabulary`` has them in arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.index.vocabulary import Form, Vocabulary, describe_word
from rag.store.damaged_rows import explain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rag.store.stored_terms import Select

# Of a word that is written in several ways, the most frequent; of those as frequent, the first.
_GROUPED = """
SELECT language, (array_agg(written ORDER BY passages DESC, written))[1], sum(passages)::integer
FROM words WHERE passages > 0 AND {condition} GROUP BY language, lowered
"""
_NEAR = (
    "length BETWEEN %(shortest)s AND %(longest)s"
    " AND bit_count((letters # %(letters)s)::bit(32)) <= %(bits)s"
)


@explain_rows
class DatabaseWords:
    """The words of a store as it was when it was opened."""

    def __init__(self, select: Select) -> None:
        self._select = select
        self._forms: dict[str, list[Form]] = {}

    def forms(self, term: str) -> list[Form]:
        """Return how a folded word is written, in any language, the most frequent first."""
        if term not in self._forms:
            query = _GROUPED.format(condition="folded = %(term)s")
            self._forms[term] = self._list_forms(query, {"term": term.replace("\0", "?")})
        return self._forms[term]

    def near(self, term: str, edits: int) -> list[Form]:
        """Return the words at most so many edits away from a folded word.

        The server leaves out what no such edit can reach, by length and letters.
        """
        described = describe_word(term)
        condition = _NEAR
        if edits > 1:
            condition += " AND initial = %(initial)s"
        values = {
            "shortest": max(described.length - edits, 0),
            "longest": described.length + edits,
            "letters": described.letters,
            "initial": described.initial,
            "bits": 2 * edits,
        }
        candidates = self._list_forms(_GROUPED.format(condition=condition), values)
        return Vocabulary.of(candidates).near(term, edits)

    def _list_forms(self, query: str, values: Mapping[str, Any]) -> list[Form]:
        """Return words, the most frequent first."""
        forms = [Form(*row) for row in self._select(query, values)]
        return sorted(forms, key=lambda form: (-form.passages, form.language, form.written))
