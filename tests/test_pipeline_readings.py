"""The reader decides between a question as typed and as completed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

import pytest
from answers import answered, refused

from rag.pipeline.readings import choose_trace
from rag.pipeline.request import Trace
from rag.records import Explanation

if TYPE_CHECKING:
    from rag.answer.choosing import Choice
    from rag.search import RankedPassages


def make_trace(confidence: float, *, is_answered: bool = True) -> Trace:
    """An answer, or a refusal, of which the reader is so sure."""
    answer = answered(question="Q?") if is_answered else refused(question="Q?")
    explanation = Explanation(None, confidence, 0.27, ())
    answer = dataclasses.replace(answer, explanation=explanation)
    return Trace(answer, cast("RankedPassages", None), cast("Choice", None), ())


@pytest.mark.parametrize(
    ("typed", "completed", "place"),
    [
        (make_trace(0.6), make_trace(0.65), 0),  # no surer than its own words make it
        (make_trace(0.6), make_trace(0.75), 1),
        (make_trace(0.2, is_answered=False), make_trace(0.3), 1),
        (make_trace(0.1, is_answered=False), make_trace(0.2, is_answered=False), 0),
        (make_trace(0.5), make_trace(0.9, is_answered=False), 0),
    ],
)
def test_the_likelier_reading_is_answered(typed: Trace, completed: Trace, place: int) -> None:
    """Catches a completion that is preferred without a gain, or kept though nothing answers it."""
    traces = [typed, completed]
    assert choose_trace(traces) is traces[place]
