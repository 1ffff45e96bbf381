"""Pages of rows on small screens; their golden files are compared by test_show_page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers import HOSTILE, answered, hostile, laid_out
from pages import valid, written

from rag import show
from rag.records import AnswerForm, FormRow


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("count", range(1, 17))
def test_rows_fit_on_a_screen_however_many_they_are(count: int, width: int) -> None:
    """Catches a row too wide or too long, and sources that push the first rows off the screen."""
    page = written(
        show.answer_page(laid_out(count)), width=width, terminal=True, TERM="dumb"
    ).splitlines()
    assert len(page) <= 18
    assert max(map(len, page)) <= width
    for number in range(1, count + 1):
        assert any(f"[{number}]" in line for line in page), number


def test_rows_are_whole_in_a_pipe_and_in_json() -> None:
    """Catches a quotation cut where nothing has to fit."""
    answer = laid_out(14)
    text = written(show.answer_page(answer))
    assert text.count("…") == 0
    assert all(sentence.text in text for sentence in answer.sentences)
    assert text.count("seeds/echo.txt:1") == text.count("seeds/lettre.txt:1") == 7
    value = valid(answer.to_dict())
    assert isinstance(value["form"], dict)
    assert [row["sentence"] for row in value["form"]["rows"]] == list(range(14))


def test_what_articles_hold_cannot_steer_the_terminal() -> None:
    """Catches an escape that a title, a label or a topic brings onto the page."""
    row = FormRow(None, HOSTILE, 0, (1,))
    form = AnswerForm("timeline", HOSTILE, (row,), title=HOSTILE)
    for shown in (form, replace(form, title="")):
        text = written(show.answer_page(replace(hostile(), form=shown)))
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_form_without_rows_is_a_refusal() -> None:
    """Catches a heading over nothing."""
    form = AnswerForm("timeline", "Brelune", ())
    answer = answered(status="not_in_sources", sentences=(), citations=(), form=form)
    assert written(show.answer_page(answer)).startswith("Les articles ne le disent pas.")
