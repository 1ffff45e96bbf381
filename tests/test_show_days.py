"""Days in words: relative days of quotations, days that were searched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers import (
    dated,
)
from pages import written

from rag import show


def test_days_told_by_their_distance_are_reckoned_from_the_story() -> None:
    """Catches a day reckoned from today or from the file, a quotation that is changed, dates where none is told."""
    answer = dated()
    first, second = answer.to_dict()["citations"]  # type: ignore[misc]
    assert "dates" not in first
    assert second["dates"] == [
        {"text": "Il y a huit jours", "from": "2025-12-04", "to": "2025-12-04"}
    ]
    lines = written(show.answer_page(answer)).splitlines()
    at = lines.index("    « Il y a huit jours, le groupe a annoncé 350 départs. »")
    assert lines[at + 1] == "    « Il y a huit jours » = 2025-12-04"


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({}, "asked of 2025-12-01 – 2025-12-31 (“en décembre”); --no-dates searches all"),
        ({"last": None}, "asked of 2025-12-01 on (“en décembre”); --no-dates searches all"),
        (
            {"first": None},
            "asked of the days up to 2025-12-31 (“en décembre”); --no-dates searches all",
        ),
        (
            {"use": "preference"},
            "those of 2025-12-01 – 2025-12-31 first (“en décembre”); --no-dates takes them as they come",
        ),
        (
            {"use": "dropped"},
            "none of 2025-12-01 – 2025-12-31 (“en décembre”) answers: asked of all",
        ),
    ],
)
def test_the_last_line_says_what_was_searched(asked: dict[str, object], line: str) -> None:
    """Catches a refusal that does not say of how many articles it was asked, and days that choose without a word."""
    answer = dated()
    assert answer.period is not None
    answer = replace(answer, period=answer.period._replace(**asked))
    searched = "searched 4 of 9 articles, 2025-12-09 – 2025-12-16, 3 publishers"
    assert written(show.answer_page(answer)).splitlines()[-1] == f"{searched} · {line}"
    assert (
        written(show.search_page(replace(answer, hits=()))).splitlines()[-1]
        == f"{searched} · {line}"
    )
