"""The readings of a question in a conversation: as typed, as completed; the reader decides."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.pipeline.request import Trace
    from rag.question.followup.proposals import Completer
    from rag.records import Answer

# By how much likelier the best sentence must be for the completed question. Chosen by hand: its
# additional words stand in the articles, which makes it a little likelier than it is.
MIN_GAIN = 0.1


def list_readings(
    question: str,
    before: Sequence[Answer],
    today: datetime.date | None,
    *,
    has_reader: bool,
    complete: Completer | None = None,
) -> list[str]:
    """Return the question as typed, or completed; both, as typed first, where both are possible.

    Of two completions the likelier comes first, and what ``complete`` proposes takes the place of
    both. Without a reader nothing decides, and the likely one is taken.
    """
    if not before:
        return [question]
    listed = _list_by_rule(question, before, today, has_reader=has_reader)
    completions = [reading for reading in listed if reading != question]
    if not completions or complete is None:
        return listed
    from rag.question.followup.proposals import is_completion, make_follow_up

    follow_up = make_follow_up(question, completions[0], before)
    proposal = complete(follow_up) if follow_up else ""
    if not follow_up or not is_completion(proposal, follow_up):
        return listed
    as_typed = [reading for reading in listed if reading == question]
    return [*as_typed, proposal]


def _list_by_rule(
    question: str, before: Sequence[Answer], today: datetime.date | None, *, has_reader: bool
) -> list[str]:
    """Return the readings of a question as the rules complete it."""
    from rag.question.followup import find_readings  # seldom needed

    readings = find_readings(question, before, today or datetime.date.today())
    if not readings.other or not has_reader:
        return [readings.likely]
    if readings.other == question:
        return [question, readings.likely]
    return [readings.likely, readings.other]


def choose_trace(traces: Sequence[Trace]) -> Trace:
    """Return the first, or the second where its best sentence is likelier by ``MIN_GAIN``.

    Where neither is answered the first stays: as typed.
    """
    best, *others = traces
    for trace in others:
        if trace.answer.status == "not_in_sources":
            continue
        is_refused = best.answer.status == "not_in_sources"
        if is_refused or _get_confidence(trace) > _get_confidence(best) + MIN_GAIN:
            best = trace
    return best


def _get_confidence(trace: Trace) -> float:
    """Return how sure the reader is of the best sentence; nothing where it read none."""
    explanation = trace.answer.explanation
    return explanation.confidence if explanation else 0.0
