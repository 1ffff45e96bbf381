"""Greetings and thanks are told from questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.pipeline import Rag
from rag.question.small_talk import MAX_LENGTH, asks_nothing
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "language"),
    [("Qui es-tu ?", "fr"), ("merci", "fr"), ("Who are you?", "en"), ("¡Gracias!", "es")],
)
def test_a_greeting_asks_nothing(line: str, language: str) -> None:
    """Catches marks and capitals that hide a greeting, and one of a language that is not asked."""
    assert asks_nothing(line, ["it", language])
    assert not asks_nothing(line, [])


@pytest.mark.parametrize("line", ["Qui dit merci ?", "Qui es-tu, Jassy ?", "", " " * MAX_LENGTH])
def test_a_question_that_holds_one_is_a_question(line: str) -> None:
    """Catches a greeting told by one of its words, and an empty line for one."""
    assert not asks_nothing(line, ["fr"])


@pytest.mark.parametrize("line", ["Qui es-tu ?", "Merci."])
def test_nothing_is_quoted_for_a_greeting(seeds_index: Path, line: str) -> None:
    """Catches whoever the articles name told for "Who are you?", as sources that differ."""
    with Rag.open(Settings(index=seeds_index)) as rag:
        answer = rag.ask(line)
    assert (answer.status, answer.citations, answer.hits) == ("not_in_sources", (), ())
    assert not answer.conflicts
