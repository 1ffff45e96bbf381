"""How a document writes its days: one value that is handed to all who read days."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.dates import find_date, parse_date

if TYPE_CHECKING:
    import datetime

    from rag.dates import FoundDate


class DateStyle(NamedTuple):
    """What 05/11/2025 means, and which language the names of months are in.

    Without ``day_first`` such a date is only read where one of the two readings is no day.
    """

    day_first: bool | None = None
    language: str | None = None

    @classmethod
    def of_language(cls, language: str) -> DateStyle:
        """Return the style of a language: day before month, but for English, which has both."""
        day_first = None if language == "en" else True
        return cls(day_first, language)

    def find_date(self, text: str) -> FoundDate | None:
        """Return the first full date in a text, or None."""
        return find_date(text, day_first=self.day_first, language=self.language)

    def parse_date(self, text: str) -> datetime.date | None:
        """Return the date that the whole text is, or None."""
        return parse_date(text, day_first=self.day_first, language=self.language)
