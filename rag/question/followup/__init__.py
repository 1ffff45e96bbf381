"""A question that leans on those before it, made one that stands for itself: "Et en Inde ?", "who said that?", "warum?".

No model of language: closed classes of words by language, names by their capitals, days by ``rag.dates``, and how rare words
are. What is sure is put in other words; whatever else leans is left as it was typed, with what it leans on in parentheses: "why
so low (Amazon, free cash flow)?". What stands for itself is left exactly as it is.

tables   what tells a follow-up, by language      names    names, and what they name
telling  how much words tell                      turn     a follow-up beside what was said before
judge    whether a question leans on that         context  on which words of it
days     the year before, the quarter after       reword   with another question word
refer    pronouns, put into words                 rules    one function for each way of leaning
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.question.followup.rules import RULES, asks_for_source
from rag.question.followup.turn import Turn

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from rag.records import Answer

__all__ = ["complete_question"]
LONGEST = 300  # characters of a question that may lean on another


def complete_question(question: str, before: Sequence[Answer], today: datetime.date) -> str:
    """The question as it would be asked alone, after the questions and answers ``before``; itself where it leans on nothing."""
    before = list(before)
    while before and asks_for_source(
        before[-1].question
    ):  # "who said that" stays with what was spoken of
        before.pop()
    turn = Turn.of(question, before, today) if before and len(question) <= LONGEST else None
    if turn is None or len(turn.previous_question) > LONGEST:
        return question
    return next((" ".join(done.split()) for rule in RULES if (done := rule(turn))), question)
