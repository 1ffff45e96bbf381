"""Days in words: relative days of quotations, days that were searched."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from answers import (
    dated,
)
from pages import written

from rag import show
from rag.records import Coverage
from rag.show.days import format_days


def test_days_told_by_their_distance_are_reckoned_from_the_story() -> None:
    """Catches a day reckoned from today or from the file, a quotation that is changed, dates where
    none is told.
    """
    answer = dated()
    first, second = answer.to_dict()["citations"]  # type: ignore[misc]
    assert "dates" not in first
    assert second["dates"] == [
        {"text": "Il y a huit jours", "from": "2025-12-04", "to": "2025-12-04"}
    ]
    lines = written(show.answer_page(answer, quotes=True)).splitlines()
    at = lines.index("    « Il y a huit jours, le groupe a annoncé 350 départs. »")
    assert lines[at + 1] == "    « Il y a huit jours » = 4 déc. 2025"


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({}, "asked of 1 Dec 2025 – 31 Dec 2025 (“en décembre”); --no-dates searches all"),
        ({"last": None}, "asked of 1 Dec 2025 on (“en décembre”); --no-dates searches all"),
        (
            {"first": None},
            "asked of the days up to 31 Dec 2025 (“en décembre”); --no-dates searches all",
        ),
        (
            {"use": "preference"},
            "those of 1 Dec 2025 – 31 Dec 2025 first (“en décembre”); "
            "--no-dates takes them as they come",
        ),
        (
            {"use": "dropped"},
            "none of 1 Dec 2025 – 31 Dec 2025 (“en décembre”) answers: asked of all",
        ),
    ],
)
def test_the_last_line_says_what_was_searched(asked: dict[str, object], line: str) -> None:
    """Catches a refusal that does not say of how many articles it was asked, and days that choose
    without a word.
    """
    answer = dated(language="en")
    assert answer.period is not None
    answer = replace(answer, period=answer.period._replace(**asked))
    searched = "searched 4 of 9 articles, 9 Dec 2025 – 16 Dec 2025, 3 publishers"
    assert written(show.answer_page(answer)).splitlines()[-1] == f"{searched} · {line}"
    assert (
        written(show.search_page(replace(answer, hits=()))).splitlines()[-1]
        == f"{searched} · {line}"
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 articles"), (1, "1 article"), (2, "2 articles"), (21, "21 articles")],
)
def test_one_is_singular_and_everything_else_plural(count: int, text: str) -> None:
    """Catches "1 articles" and "0 article", and a language without plurals that fails."""
    assert show.format_count(count, "article") == text
    assert show.format_count(count, "article", "ja") == text


@pytest.mark.parametrize(
    ("articles", "indexed", "text"),
    [
        (4, None, "4 articles, 1 publisher"),
        (4, 4, "4 articles, 1 publisher"),
        (4, 5, "4 of 5 articles, 1 publisher"),
        (1, 2, "1 of 2 articles, 1 publisher"),
        (0, 1, "0 of 1 article, 1 publisher"),
    ],
)
def test_a_part_of_the_articles_is_said_to_be_one(
    articles: int, indexed: int | None, text: str
) -> None:
    """Catches a filtered search that claims to have read everything, and the reverse."""
    coverage = Coverage(articles, None, None, 1, indexed)
    assert show.describe_coverage(coverage) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2025-12-01", "2025-12-31", "1 Dec 2025 – 31 Dec 2025"),
        ("2025-12-01", "2025-12-01", "1 Dec 2025"),
        ("2025-12-01", None, "1 Dec 2025 on"),
        (None, "2025-12-31", "the days up to 31 Dec 2025"),
        (None, None, ""),
    ],
)
def test_spans_of_days(first: str | None, last: str | None, text: str) -> None:
    """Catches an open end that is written as a closed one, and a day written twice."""
    days = [day and datetime.date.fromisoformat(day) for day in (first, last)]
    assert format_days(*days) == text
