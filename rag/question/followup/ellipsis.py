"""Ellipsis: whether a question leaves out what only the last one says: "why so low?", "and there?".

How short a question is says nothing: "who runs the police" is one of its own. It leaves something
out where it has no word that says what it is about, where its verb has no subject, or where it
counts from days that it does not name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.question_types import get_question_words

if TYPE_CHECKING:
    from rag.question.followup.turn import Turn

MAX_DOUBTFUL_WORDS = 6  # after "and": a longer question says what it is about; by hand
MAX_FRAGMENT_WORDS = 4  # after "and", of a question without a verb; by hand

# Templates of ``grammar.compile_template``
OPENING = r"{openings}\s+"
CLOSED_WORDS = r"{word_start}(?:{closed_classes}|{thanks}){word_end}"
# "why so low": an adjective alone after the question word.
DEGREE = r"{question_words}\s+{degree_adverbs}\s+\w+\W*$"
# "two months before", which names no days.
RELATIVE_DAYS = r"\b(?:{year_words}|{quarter_words}|{month_words}|{day_words})\w*\s+{earlier}"
VERB = r"{question_words}|{what}|{function_words}|{subject_pronouns}|{opening_verbs}"
VERB_ANYWHERE = r"{word_start}(?:" + VERB + r"){word_end}"
# Spanish "¿Y cuándo empieza?": whose, the verb does not say.
SUBJECTLESS_VERB = (
    r"(?:\w+\s+)?(?!{count_words}\w*s\b)(?:{question_words}|(?:{prepositions}\s+)?{what})\s+"
    r"(?:{proclitics}\s+)*(?!{subjectless_verbs_not}(?!\w))\w+"
)
DEFINITE_NOUN = r"{word_start}{articles}{word_gap}\w+"


def is_question(turn: Turn) -> bool:
    """Return whether something is asked at all: no "thanks"."""
    words = set(re.findall(r"\w+", turn.folded_question))
    is_thanks = any(_is_thanks(turn, word) for word in words)
    if not words or is_thanks:
        return False
    if turn.ends_with_question_mark or words & get_question_words(turn.language):
        return True
    opening_words = turn.opening.split()
    if not opening_words:
        return False
    other_words = words.difference(opening_words)
    return turn.says_something(other_words)


def _is_thanks(turn: Turn, word: str) -> bool:
    """Return whether a word thanks, in either language of the turn."""
    in_question = turn.grammar.fullmatch("{thanks}", word)
    in_previous = turn.previous_grammar.fullmatch("{thanks}", word)
    return bool(in_question or in_previous)


def is_elliptical(turn: Turn) -> bool:
    """Return whether a question surely leaves something out."""
    grammar = turn.grammar
    text = _remove_opening(turn)
    has_opening = turn.opening != ""
    if has_opening and grammar.search(RELATIVE_DAYS, text):
        return True
    if not has_opening and (turn.names or turn.days):
        return False
    if _has_no_content(turn, text) or grammar.match(DEGREE, text):
        return True
    if has_opening and _is_without_verb(turn, text):
        return True
    return _has_subjectless_verb(turn, text)


def may_be_elliptical(turn: Turn) -> bool:
    """Return whether a question that opens with "and" may leave something out, or nothing.

    "And how much does the app cost?" may be of the app that was spoken of, or of any.
    """
    if not turn.opening or turn.names or turn.days:
        return False
    grammar = turn.grammar
    text = _remove_opening(turn)
    if len(text.split()) > MAX_DOUBTFUL_WORDS:
        return False
    return grammar.search(DEFINITE_NOUN, text) is not None or _is_verb_alone(turn, text)


def _remove_opening(turn: Turn) -> str:
    """Return the folded question without the words that tie it to something before."""
    opening = turn.match(OPENING)
    start = opening.end() if opening else 0
    return turn.folded_question[start:]


def _has_no_content(turn: Turn, text: str) -> bool:
    """Return whether no word says what a question is about: "on what?", "which ones?"."""
    rest = turn.grammar.substitute(CLOSED_WORDS, " ", text)
    for name in turn.names:
        folded_name = name.text.lower()
        rest = rest.replace(folded_name, " ")
    return re.search(r"\w", rest) is None


def _is_without_verb(turn: Turn, text: str) -> bool:
    """Return whether a question is a few words without a verb: "in the third quarter"."""
    words = text.split()
    if len(words) > MAX_FRAGMENT_WORDS:
        return False
    return turn.grammar.search(VERB_ANYWHERE, text) is None


def _has_subjectless_verb(turn: Turn, text: str) -> bool:
    """Return whether a verb stands without its subject, after a question word."""
    if not _is_subjectless(turn):
        return False
    template = SUBJECTLESS_VERB
    if turn.opening:
        template += r"(?:\s+{prepositions}\s.*)?"
    return turn.grammar.fullmatch(template, text) is not None


def _is_verb_alone(turn: Turn, text: str) -> bool:
    """Return whether a question of a subjectless language has no article at all."""
    return _is_subjectless(turn) and not turn.grammar.search(DEFINITE_NOUN, text)


def _is_subjectless(turn: Turn) -> bool:
    """Return whether subjects may be left out in the question's language."""
    return turn.grammar.fullmatch("{subjectless_verbs_not}", "se") is not None
