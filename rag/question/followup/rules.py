"""The rules that complete a follow-up, in the order in which they are tried; each one says in its name what it does.

A rule is a function of the turn. It returns the completed question, or an empty string where it does not apply.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.context import add_context
from rag.question.followup.editing import fold_in_place
from rag.question.followup.fragments import (
    complete_fragment,
    insert_fragment,
    read_fragment,
    replace_year,
)
from rag.question.followup.pronouns import resolve_pronouns
from rag.question.followup.reword import replace_question_word
from rag.question.followup.shift import shift_days

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.question.followup.turn import Turn

MAX_QUOTED_WORDS = 30  # of a quotation that is asked about; by hand


def ask_for_source(turn: Turn) -> str:
    """Return "who said that" with the quotation that is meant: the last answer's."""
    grammar = turn.grammar
    opening = rf"(?:{grammar.openings}\s+)?"
    speech_object = rf"(?:{grammar.demonstrative_pronouns}|{grammar.speech_objects})"
    who_said_that = rf"{grammar.who}\s+{grammar.speech_verbs}(?:\s+{speech_object})?"
    says_who = rf"{grammar.speech_verbs}\s+{grammar.who}"
    pattern = rf"{opening}(?:{who_said_that}|{says_who})"
    if not turn.quotation or not re.fullmatch(pattern, turn.folded_question):
        return ""
    words = turn.quotation.split()
    quotation = " ".join(words[:MAX_QUOTED_WORDS])
    if len(words) > MAX_QUOTED_WORDS:
        quotation += " …"
    return grammar.templates.question_about_quotation.format(
        question=turn.question.rstrip(" ?!."), quotation=quotation
    )


def asks_for_source(question: str) -> bool:
    """Return whether a question is one that ``ask_for_source`` completed."""
    return re.search(r": ?[“«].+[”»] ?\?$", question) is not None


def change_question_word(turn: Turn) -> str:
    """Return the last question asked with another question word: "Why?", "And when in India?"."""
    grammar = turn.grammar
    if turn.language != turn.previous_language:
        return ""
    opening = rf"(?:{grammar.openings}\s+)?(?:{grammar.event_phrases}\s+)?"
    word = rf"(?P<word>(?:{grammar.other_prepositions}\s+)??{grammar.question_words})"
    ending = rf"(?:\s+{grammar.event_phrases})?(?=[\s,]|$)"
    match = re.match(opening + word + ending, turn.folded_question)
    if match is None:
        return ""
    question_word = turn.bare_question[match.start("word") : match.end("word")]
    if _counts_verb(turn, question_word):
        return ""
    fragment = read_fragment(turn, turn.bare_question[match.end() :].strip(" ,"))
    names_someone_else = bool(fragment.names) and not turn.opening
    if fragment.rest or names_someone_else:
        return ""
    return insert_fragment(turn, replace_question_word(turn, question_word), fragment)


def _counts_verb(turn: Turn, question_word: str) -> bool:
    """Return whether a question word counts what has no capital, in German no noun: "wie viele arbeiten dort"."""
    grammar = turn.grammar
    if not grammar.capitalised_nouns:
        return False
    counting = re.match(rf"{grammar.count_words}\w* ", fold_in_place(question_word))
    return counting is not None and question_word[counting.end()].islower()


# The first that returns a question wins; the last takes every question that depends on something.
RULES: Sequence[Callable[[Turn], str]] = (
    ask_for_source,
    shift_days,
    change_question_word,
    replace_year,
    complete_fragment,
    resolve_pronouns,
    add_context,
)
