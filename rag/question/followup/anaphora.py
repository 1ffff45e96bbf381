"""Anaphora: whether a question depends on what was said before it.

Two signs. It carries too little information to stand alone (``information_content``): "why so
low?". Or it refers to something that it does not name itself, by a pronoun, a demonstrative or an
adverb of place: "how many people work there?".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.question_types import get_question_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.question.followup.names import Name
    from rag.question.followup.turn import Turn

# Bits that a question must carry to stand alone. Chosen by hand on tests/data/followups.jsonl and
# followups-natural.jsonl (scripts/measure_followups.py, 2026-11).
MIN_BITS = 27.0  # without a name
MIN_BITS_WITH_NAME = 20.0  # with a name, after "and"; without "and" a name is enough
MIN_BITS_AFTER_OPENING = 50.0  # without a name, after "and"

# Templates of ``grammar.compile_template``
PRONOUNS = "{subject_pronouns}|{object_pronouns}|{possessives}|{demonstrative_pronouns}"
QUESTION_WORD = r"(?:{openings}\s+)?(?P<word>{question_words})(?=[\s,])"
POSSESSIVE = r"{possessives}(?!\w)"
DETERMINER = r"{word_start}(?:{articles}|{noun_determiners})(?:\s|(?<='))"
SUBJECT_NOUN = r"{word_start}{articles}{word_gap}[\w-]+\s+(?!{prepositions}{word_end})[\w'-]+"


def is_follow_up(turn: Turn) -> bool:
    """Return whether a question needs those before it to be understood."""
    if not is_question(turn):
        return False
    if has_unexplained_reference(turn):
        return True
    has_opening = turn.opening != ""
    has_days = turn.days is not None and not has_opening
    if turn.names:
        return has_opening and turn.information < MIN_BITS_WITH_NAME
    if has_days:
        return False
    least_bits = MIN_BITS_AFTER_OPENING if has_opening else MIN_BITS
    return turn.information < least_bits


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
    return _says_something(turn, other_words)


def _is_thanks(turn: Turn, word: str) -> bool:
    """Return whether a word thanks, in either language of the turn."""
    in_question = turn.grammar.fullmatch("{thanks}", word)
    in_previous = turn.previous_grammar.fullmatch("{thanks}", word)
    return bool(in_question or in_previous)


def _says_something(turn: Turn, words: set[str] | list[str]) -> bool:
    """Return whether any of the words is none of function."""
    grammar = turn.grammar
    return not all(grammar.fullmatch("{function_words}", word) for word in words)


def has_unexplained_reference(turn: Turn) -> bool:
    """Return whether a pronoun, a demonstrative or "there" means something outside the question."""
    if find_unexplained(turn, PRONOUNS) is not None:
        return True
    if not turn.has_location and any(find_references(turn, "{place_adverbs}")):
        return True
    return not turn.names and any(find_references(turn, "{demonstratives}"))


def find_unexplained(turn: Turn, pronouns: str) -> re.Match[str] | None:
    """Return the first of the pronouns (a template) that nothing in the question explains."""
    for match in find_references(turn, pronouns):
        if not is_explained(turn, match.start()):
            return match
    return None


def find_references(turn: Turn, words: str) -> Iterator[re.Match[str]]:
    """Yield the words of a template in the folded question that stand for something.

    The group ``word`` holds each.
    """
    template = rf"{{word_start}}(?P<word>{words})(?!\w)"
    for match in turn.find_all(template):
        position = match.start()
        # The polite "Sie" is no "sie", and "IT" no "it": but any question may open with a capital.
        letter = turn.bare_question[position]
        is_proper = position > 0 and letter.isupper()
        if is_proper or turn.is_within_days(position) or _is_impersonal(turn, position):
            continue
        yield match


def _is_impersonal(turn: Turn, position: int) -> bool:
    """Return whether a pronoun stands for nothing: "is it possible"."""
    for phrase in turn.find_all(r"\b{impersonal}"):
        start, end = phrase.span()
        if start <= position < end:
            return True
    return False


def is_explained(turn: Turn, position: int) -> bool:
    """Return whether the question itself holds the antecedent of the pronoun at a position.

    The antecedent is a name, a noun with its article ("does the company sell its shares?") or the
    question word ("which company said it would?"). Positions are those of the folded question.
    """
    grammar = turn.grammar
    before = turn.folded_question[:position]
    after = turn.folded_question[position:]
    is_inverted = before.endswith("-")  # French: "Amazon investit-il"
    is_possessive = grammar.match(POSSESSIVE, after) is not None
    if is_possessive or is_inverted:
        is_named = _has_name_before(turn, position)
        # "His wife, X": the name after a possessive explains it where nothing ties the question
        # to the last one.
        if is_possessive and not turn.opening:
            is_named = bool(turn.names)
    else:
        is_named = any(_may_be_antecedent(turn, name) for name in turn.names)
    if is_named:
        return True
    question_word = _match_question_word(turn, position)
    clause_start = question_word.end() if question_word else 0
    clause = before[clause_start:]
    if is_inverted and grammar.search(DETERMINER, clause):
        return True
    if is_possessive:
        clause += after
    if grammar.search(SUBJECT_NOUN, clause):
        return True
    return question_word is not None and _asks_for_antecedent(turn, question_word, position)


def _has_name_before(turn: Turn, position: int) -> bool:
    """Return whether a name begins before a position of the folded question."""
    limit = position + turn.offset
    return any(name.start < limit for name in turn.names)


def _may_be_antecedent(turn: Turn, name: Name) -> bool:
    """Return whether a pronoun may mean a name: nothing that something happens in, with or to."""
    if name.follows_place_preposition:
        return False
    if not name.preposition:
        return True
    is_owner = turn.grammar.fullmatch("{genitive_prepositions}", name.preposition)
    return is_owner is not None


def _match_question_word(turn: Turn, position: int) -> re.Match[str] | None:
    """Return the question word (group ``word``) that the question opens with, before a position."""
    match = turn.match(QUESTION_WORD)
    if match is None or match.end() > position:
        return None
    return match


def _asks_for_antecedent(turn: Turn, question_word: re.Match[str], position: int) -> bool:
    """Return whether the question word may be whom a pronoun means.

    "Which company said it would" asks for whom "it" is. "Which job does he have" does not: there
    is only an auxiliary between the two.
    """
    grammar = turn.grammar
    text = turn.folded_question
    word = question_word["word"]
    is_subject = " " in word or grammar.fullmatch("{who}", word)
    follows_preposition = grammar.fullmatch(r"{other_prepositions} \w+", word)
    after = text[position:]
    ends_question = " " not in after
    if not is_subject or follows_preposition or ends_question:
        return False
    word_end = question_word.end()
    words_between = text[word_end:position].split()
    return _says_something(turn, words_between)
