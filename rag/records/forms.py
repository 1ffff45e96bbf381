"""How an answer is laid out where a question asks for a form: a timeline, a summary, the news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping


@dataclass(frozen=True)
class FormRow:
    """A row: a sentence of the answer, the day that it tells of, and what it is of."""

    day: datetime.date | None
    label: str  # its publisher, the thing compared, the item; "" where nothing is to be named
    sentence: int | None  # its place in ``Answer.sentences``; None where nothing is said
    citations: tuple[int, ...]
    value: str = ""  # the figure that is compared, as the sentence writes it

    def to_object(self) -> Mapping[str, object]:
        """Return a row of the field ``form`` of ``rag ask --json``."""
        return {
            "day": self.day.isoformat() if self.day else None,
            "label": self.label,
            "sentence": self.sentence,
            "citations": list(self.citations),
            "value": self.value,
        }


@dataclass(frozen=True)
class AnswerForm:
    """The form that a question asks for, and its rows in their order."""

    name: str  # a ``rag.question.forms.FormName``
    topic: str  # as it was typed; "" where all articles are asked
    rows: tuple[FormRow, ...]
    title: str = ""  # of the article that is summarised
    verdict: str = ""  # "yes" or "no" where that is sure

    def to_object(self) -> Mapping[str, object]:
        """Return the field ``form`` of ``rag ask --json``."""
        return {
            "name": self.name,
            "topic": self.topic,
            "title": self.title,
            "verdict": self.verdict,
            "rows": [row.to_object() for row in self.rows],
        }
