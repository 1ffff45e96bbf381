"""What is said around the prompt."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from answers import answered

from rag.chat.bar import describe_index, list_filters
from rag.chat.conversation import Conversation
from rag.records import Coverage
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.index.live import LiveIndex
    from rag.pipeline import Rag

DAY = datetime.date(2025, 12, 16)
COVERAGE = Coverage(9, None, DAY, 5)


@dataclasses.dataclass
class FakeIndex:
    """An index as far as the bar looks at it."""

    coverage: Coverage | None
    is_opening: bool = False
    is_newer: bool = False

    def is_rebuilt(self) -> bool:
        return self.is_newer


@pytest.mark.parametrize(
    ("index", "language", "words"),
    [
        (FakeIndex(COVERAGE), "fr", ["9 articles jusqu'au 16 déc. 2025"]),
        (FakeIndex(COVERAGE), "ja", ["9 articles to 16 Dec 2025"]),
        (FakeIndex(Coverage(1, None, None, 0)), "de", ["1 Artikel"]),
        (FakeIndex(None, is_opening=True), "es", ["abriendo el índice"]),
        (FakeIndex(None), "it", ["nessun indice è aperto"]),
    ],
)
def test_the_index_is_described_in_the_language_of_the_page(
    index: FakeIndex, language: str, words: list[str]
) -> None:
    """Catches English below a page of another language, and a count without its noun."""
    assert describe_index(cast("LiveIndex[Settings, Rag]", index), language) == words


def test_a_newer_index_is_told_first() -> None:
    """Catches a rebuilt index that is told behind what is cut off."""
    index = cast("LiveIndex[Settings, Rag]", FakeIndex(COVERAGE, is_newer=True))
    first, second = describe_index(index, "fr")
    assert first.startswith("index refait")
    assert second == "9 articles jusqu'au 16 déc. 2025"


def test_filters_are_in_the_language_that_was_asked_in_last() -> None:
    """Catches "since" below a French page, and French before anything was asked in it."""
    chat = Conversation(Settings(Path("index"), since=DAY, publisher=("La Tribune",)))
    assert list_filters(chat) == ["since 16 Dec 2025", "La Tribune"]
    chat.last_answer = answered(language="fr")
    assert list_filters(chat) == ["depuis le 16 déc. 2025", "La Tribune"]
