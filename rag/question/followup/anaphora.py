"""Anaphora: whether a question refers to something that it does not name itself.

By a pronoun, a demonstrative or an adverb of place: "how many people work there?".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.grammar import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.question.followup.names import Name
    from rag.question.followup.turn import Turn

# Templates of ``grammar.compile_template``
PRONOUNS = "{subject_pronouns}|{object_pronouns}|{possessives}|{demonstrative_pronouns}"
QUESTION_WORD = r"(?:{openings}\s+)?(?P<word>{question_words})(?=[\s,])"
POSSESSIVE = r"{possessives}(?!\w)"
DETERMINER = r"{word_start}(?:{articles}|{noun_determiners})(?:\s|(?<='))"
# What stands before it may be what the question is about: "potholes, who repairs them".
TOPIC_END = (
    r"{word_start}(?:{question_words}|{what}|{who}|{subject_pronouns}|{demonstrative_pronouns})"
    r"{word_end}"
)
LINK = "{conjunctions}"
NO_TOPIC = r"(?:{function_words}|{prepositions}|{place_adverbs}){word_end}"
REFERENCE = r"{word_start}(?:" + PRONOUNS + r"|{place_adverbs}|{demonstratives})(?!\w)"
SUBJECT_NOUN = r"{word_start}{articles}{word_gap}[\w-]+\s+(?!{prepositions}{word_end})[\w'-]+"
# Right before its pronoun: "et les pompiers, ils sont payés combien".
DISLOCATED_NOUN = r"{word_start}{articles}{word_gap}[\w-]+,?\s+$"
# Before a possessive, of whoever does something: "what did the mayor say about his budget" has the
# verb elsewhere, and "what is the name of his wife" has none but the copula.
AGENT = r"(?P<verb>\w+)\s+{articles}{word_gap}[\w-]+\s+{prepositions}\s+$"
# After its pronoun: "ça coûte combien, un permis".
NOUN_AFTER_QUESTION_WORD = (
    r"{demonstrative_pronouns}\s.*\b(?:{question_words}|{function_words}),?"
    r"\s+{articles}{word_gap}\w"
)


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
        if not _follows_topic(turn, position):
            yield match


def _follows_topic(turn: Turn, position: int) -> bool:
    """Return whether the question names what it is about before it asks, and before a position."""
    grammar = turn.grammar
    opening = turn.match(r"{openings}\s+")
    start = opening.end() if opening else 0
    text = turn.folded_question[start:]
    end = grammar.search(TOPIC_END, text)
    if end is None or start + end.start() > position:
        return False
    topic = text[: end.start()]
    if grammar.match(NO_TOPIC, topic) or grammar.search(REFERENCE, topic):
        return False
    words = re.findall(r"[^\W\d]{3,}", topic)
    return turn.says_something(word for word in words if not grammar.fullmatch(LINK, word))


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
    if _is_named(turn, position, is_possessive=is_possessive, is_inverted=is_inverted):
        return True
    question_word = _match_question_word(turn, position)
    clause_start = question_word.end() if question_word else 0
    clause = before[clause_start:]
    if is_inverted and grammar.search(DETERMINER, clause):
        return True
    if is_possessive:
        clause += after
    if grammar.search("{bare_subjects}|" + SUBJECT_NOUN, clause) or _has_noun_beside(
        turn, before, after
    ):
        return True
    return question_word is not None and _asks_for_antecedent(turn, question_word, position)


def _is_named(turn: Turn, position: int, *, is_possessive: bool, is_inverted: bool) -> bool:
    """Return whether the question has a name that a pronoun may stand for."""
    # "His wife, X": the name after a possessive explains it where nothing ties the question to the
    # last one.
    if is_possessive and not turn.opening:
        return bool(turn.names)
    # A German noun with a capital is no sure name: "seit wann ist er Chef".
    if is_possessive or is_inverted or turn.grammar.capitalised_nouns:
        return _has_name_before(turn, position)
    return any(_may_be_antecedent(turn, name) for name in turn.names)


def _has_noun_beside(turn: Turn, before: str, after: str) -> bool:
    """Return whether a noun beside a pronoun is what it stands for."""
    grammar = turn.grammar
    agent = grammar.search(AGENT, before)
    if agent and turn.says_something([agent["verb"]]):
        return True
    # Not in "the ambassador they quote".
    if grammar.inverted_pronouns != NEVER and grammar.search(DISLOCATED_NOUN, before):
        return True
    return grammar.match(NOUN_AFTER_QUESTION_WORD, after) is not None


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
    return turn.says_something(words_between)
