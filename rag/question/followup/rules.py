"""The rules that complete a follow-up, in the order in which they are tried.

A rule is a function of the turn. It returns the completed question, or an empty string where it
does not apply.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.fragments import (
    complete_fragment,
    exchange_thing,
    insert_fragment,
    read_fragment,
)
from rag.question.followup.pronouns import resolve_pronouns
from rag.question.followup.reword import replace_question_word
from rag.question.followup.shift import shift_days

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.question.followup.turn import Turn

MAX_QUOTED_WORDS = 30  # of a quotation that is asked about; by hand
SOURCE_QUESTION = re.compile(r": ?[“«].+[”»] ?\?$")

# Templates of ``grammar.compile_template``
WHO_SAID_THAT = (
    r"(?:{openings}\s+)?"
    r"(?:{who}\s+{speech_verbs}(?:\s+(?:{demonstrative_pronouns}|{speech_objects}))?"
    r"|{speech_verbs}\s+{who})"
)
OTHER_QUESTION_WORD = (
    r"(?:{openings}\s+)?(?:{event_phrases}\s+)?"
    r"(?P<word>(?:{other_prepositions}\s+)??{question_words})"
    r"(?:\s+{event_phrases})?(?=[\s,]|$)"
)


def ask_for_source(turn: Turn) -> str:
    """Return "who said that" with the quotation that is meant: the last answer's."""
    asks = turn.fullmatch(WHO_SAID_THAT)
    if not turn.quotation or not asks:
        return ""
    words = turn.quotation.split()
    quotation = " ".join(words[:MAX_QUOTED_WORDS])
    if len(words) > MAX_QUOTED_WORDS:
        quotation += " …"
    return turn.grammar.templates.question_about_quotation.format(
        question=turn.question.rstrip(" ?!."),
        quotation=quotation,
    )


def asks_for_source(question: str) -> bool:
    """Return whether a question is one that ``ask_for_source`` completed."""
    return SOURCE_QUESTION.search(question) is not None


def change_question_word(turn: Turn) -> str:
    """Return the last question asked with another question word: "Why?", "And when in India?"."""
    if turn.language != turn.previous_language:
        return ""
    match = turn.match(OTHER_QUESTION_WORD)
    if match is None:
        return ""
    start, end = match.span("word")
    question_word = turn.bare_question[start:end]
    after = turn.bare_question[match.end() :]
    fragment = read_fragment(turn, after.strip(" ,"))
    names_someone_else = fragment.names and not turn.opening
    if fragment.rest or names_someone_else:
        return ""
    question = replace_question_word(turn, question_word)
    return insert_fragment(turn, question, fragment)


# The first that returns a question wins; ``context`` takes whatever else depends on something.
RULES: Sequence[Callable[[Turn], str]] = (
    ask_for_source,
    shift_days,
    change_question_word,
    complete_fragment,
    exchange_thing,
    resolve_pronouns,
)
# "And the price of bread?" may be a question of its own.
DOUBTFUL_RULES = (exchange_thing,)
