"""Follow-ups: a question that depends on those before it, made one that stands alone.

No language model: closed classes of words by language (``[followup]`` in its file), names by their
capitals, and days by ``rag.dates``. How short a question is says nothing. What is sure is put in
other words. Whatever else depends on the last question stays as it was typed, with what it depends
on in parentheses. What stands alone is left exactly as it is.

One follow-up, step by step. After "How much did Google invest in India in 2025?" and its answer,
somebody types "and in germany":

1. ``turn``       The turn holds both questions and the answer. "germany" gets the capital that the
                  passages write it with. The language is English: the question opens with "and".
2. ``names``      "Germany" is a name. It has a preposition of place before it, and every language
                  spells it in its own way. The last question has two names, "Google" and "India",
                  and the days "in 2025" (``days``).
3. ``rules``      The rules are tried in order. No source is asked for, no "year before"
                  (``shift``), no question word alone (``reword``).
4. ``fragments``  Nothing is left once "and" and "in Germany" are taken away: a fragment. The
                  counterpart of "in Germany" is "in India", which says where too (``exchange``).
                  "How much did Google invest in Germany in 2025?" is what is asked.

Had it been "who leads it?", ``pronouns`` would have replaced "it" by "Google", the only name that
is no place. Had it been "why so little?", only the last rule would have applied: ``ellipsis``
finds that it does not say what of, and ``context`` adds "(Google, India, in 2025)".

Where a language model is on, it is asked for the same, and ``proposals`` decides whether what it
writes takes the place of the rules' completion.

What a newcomer may touch: a language is a section of its file, see ``grammar``. A rule is a
function in ``rules.RULES``. ``scripts/measure_followups.py`` measures what a change does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.question.followup.context import add_context, add_possible_context
from rag.question.followup.rules import DOUBTFUL_RULES, RULES, asks_for_source
from rag.question.followup.turn import Turn

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from rag.records import Answer

__all__ = ["Readings", "complete_question", "find_readings"]
MAX_LENGTH = 300  # characters of a question that may depend on another, and of that one; by hand


class Readings(NamedTuple):
    """How a question may be meant."""

    likely: str  # that is asked where nothing decides between the two
    other: str = ""  # as typed, or completed; empty where there is no doubt


def complete_question(question: str, before: Sequence[Answer], today: datetime.date) -> str:
    """Return the question as it would be asked alone, after the answers ``before``.

    Itself where it depends on none of them, and in languages without a grammar of follow-ups.
    """
    return find_readings(question, before, today).likely


def find_readings(question: str, before: Sequence[Answer], today: datetime.date) -> Readings:
    """Return a question as it would be asked alone, and as it was typed where both are possible."""
    answers = list(before)
    # After "who said that: …?" people go on with what they spoke of before it.
    while answers and asks_for_source(answers[-1].question):
        answers.pop()
    turn = _make_turn(question, answers, today)
    if turn is None:
        return Readings(question)
    # The words of a question that was refused are no context: those of the last answer are.
    turn_of_answer = _make_turn(question, _drop_refused(answers), today) or turn
    by_rule = _apply_rules(turn, question)
    if by_rule is not None and turn_of_answer is not turn:
        # "And Amazon?" may still ask what was refused, of another.
        of_answer = _apply_rules(turn_of_answer, question)
        return Readings(of_answer.likely, by_rule.likely) if of_answer else by_rule
    if by_rule is not None:
        return by_rule
    turn = turn_of_answer
    completed = _write_on_one_line(add_context(turn))
    if completed:
        return Readings(completed)
    return Readings(question, _write_on_one_line(add_possible_context(turn)))


def _apply_rules(turn: Turn, question: str) -> Readings | None:
    """Return how the first rule that fits completes a question as typed; None where none does."""
    for rule in RULES:
        completed = _write_on_one_line(rule(turn))
        if completed:
            return Readings(completed, question if rule in DOUBTFUL_RULES else "")
    return None


def _make_turn(question: str, answers: Sequence[Answer], today: datetime.date) -> Turn | None:
    """Return the turn of a question; None where no rule applies, as after no question."""
    if not answers or len(question) > MAX_LENGTH or len(answers[-1].question) > MAX_LENGTH:
        return None
    return Turn.of(question, answers, today)


def _drop_refused(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers up to the last that answers anything."""
    kept = list(answers)
    while kept and kept[-1].status == "not_in_sources":
        kept.pop()
    return kept


def _write_on_one_line(question: str) -> str:
    return " ".join(question.split())
