"""Pages of comparisons, lists and answers of yes or no, on small screens and in pipes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from answers import FIRST, SECOND, answered
from pages import valid, written

from rag import show
from rag.records import AnswerForm, FormRow

GOLDEN = Path(__file__).parent / "golden"
SECOND_ROW = FormRow(None, "Saint-Aubin", 1, (2,), "18 000")
FORMS = {
    "comparison": AnswerForm(
        "comparison",
        "compare l'usine de Saint-Aubin et celle de Trèfles",
        (SECOND_ROW, FormRow(None, "Trèfles", None, ())),
    ),
    "list": AnswerForm(
        "list",
        "les dirigeants",
        (FormRow(None, "Jeanne Morel", 0, (1, 2)), FormRow(None, "Paul Durand", 0, (1,))),
    ),
    "yes_no": AnswerForm("yes_no", "", (FormRow(None, "", 0, (1,)),), verdict="yes"),
}


def make_page(name: str) -> show.Page:
    return show.answer_page(answered(form=FORMS[name]))


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("name", FORMS)
def test_pages_read_as_agreed(name: str, width: int) -> None:
    """Catches lost labels, wrong wrapping, and a page that a small screen does not hold."""
    text = written(make_page(name), width=width, terminal=True, TERM="xterm")
    path = GOLDEN / f"{name}-{width}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert text.count("\n") <= {40: 20, 80: 24}[width]


@pytest.mark.parametrize("name", FORMS)
def test_objects_are_as_the_schema_says(name: str) -> None:
    """Catches a field that the schema lacks: scripts read these."""
    value = valid(answered(form=FORMS[name]).to_dict())
    assert value["form"]["name"] == name  # type: ignore[index]


def test_the_figure_that_is_compared_stands_out() -> None:
    """Catches a row in which the eye looks for the figure."""
    line = make_page("comparison")[0]
    assert [part.text for part in line.segments if part.style == "mark"] == ["18 000"]
    assert line.plain == f"Saint-Aubin  {SECOND} [2]"


def test_a_verdict_is_said_in_the_language_of_the_question() -> None:
    """Catches "yes" before a French sentence."""
    assert make_page("yes_no")[0].plain == f"Oui — {FIRST} [1]"
