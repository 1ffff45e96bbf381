"""Anaphora: whether a question depends on what was said before it.

Two signs. It carries too little information to stand alone (``information_content``): "why so low?". Or it refers to something
that it does not name itself, by a pronoun, a demonstrative or an adverb of place: "how many people work there?".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.grammar import WORD_GAP, WORD_START, Pattern
from rag.question.question_types import get_question_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.question.followup.names import Name
    from rag.question.followup.turn import Turn

# Bits that a question must carry to stand alone. Chosen by hand on the conversations of tests/data/followups.jsonl and
# followups-natural.jsonl (scripts/measure_followups.py, 2026-11).
MIN_BITS = 27.0  # without a name
MIN_BITS_WITH_NAME = 20.0  # with a name, after "and"; without "and" a name is enough
MIN_BITS_AFTER_OPENING = 50.0  # without a name, after "and"


def is_follow_up(turn: Turn) -> bool:
    """Return whether a question needs those before it to be understood."""
    if not _is_question(turn):
        return False
    says_who_or_when = bool(turn.names) or (turn.days is not None and not turn.opening)
    if says_who_or_when:
        is_short = bool(turn.opening) and turn.information < MIN_BITS_WITH_NAME
    else:
        least = MIN_BITS_AFTER_OPENING if turn.opening else MIN_BITS
        is_short = turn.information < least
    return is_short or has_unexplained_reference(turn)


def has_unexplained_reference(turn: Turn) -> bool:
    """Return whether a pronoun, a demonstrative or "there" means something outside the question."""
    grammar = turn.grammar
    pronouns = (
        grammar.subject_pronouns,
        grammar.object_pronouns,
        grammar.possessives,
        grammar.demonstrative_pronouns,
    )
    if find_unexplained(turn, f"(?:{'|'.join(pronouns)})") is not None:
        return True
    if not turn.has_location and any(find_references(turn, grammar.place_adverbs)):
        return True
    return not turn.names and any(find_references(turn, grammar.demonstratives))


def find_unexplained(turn: Turn, pronouns: Pattern) -> re.Match[str] | None:
    """Return the first pronoun of a class that nothing in the question explains."""
    for match in find_references(turn, pronouns):
        if not is_explained(turn, match.start()):
            return match
    return None


def find_references(turn: Turn, words: Pattern) -> Iterator[re.Match[str]]:
    """Yield the words of a class in the folded question that stand for something; ``word`` is the group that holds them."""
    for match in re.finditer(rf"{WORD_START}(?P<word>{words})(?!\w)", turn.folded_question):
        start = match.start()
        # The polite "Sie" is no "sie", and "IT" no "it": but a question may open with a capital.
        is_proper = start > 0 and turn.bare_question[start].isupper()
        if not (is_proper or _is_of_days(turn, start) or _is_impersonal(turn, start)):
            yield match


def _is_of_days(turn: Turn, at: int) -> bool:
    """Return whether a word belongs to the days that the question says: "this year"."""
    days = turn.days
    return days is not None and days.start <= at + turn.offset < days.end


def _is_impersonal(turn: Turn, at: int) -> bool:
    """Return whether a pronoun stands for nothing: "is it possible"."""
    phrases = re.finditer(rf"\b{turn.grammar.impersonal}", turn.folded_question)
    return any(phrase.start() <= at < phrase.end() for phrase in phrases)


def is_explained(turn: Turn, at: int) -> bool:
    """Return whether the question itself holds the antecedent of the pronoun at an offset of the folded question.

    The antecedent is a name, a noun with its article ("does the company sell its shares?"), or the question word ("which
    company said it would?").
    """
    text = turn.folded_question
    is_inverted = text[:at].endswith("-")  # French: "Amazon investit-il"
    is_possessive = re.match(rf"{turn.grammar.possessives}(?!\w)", text[at:]) is not None
    for name in turn.names:
        stands_before = name.start < at + turn.offset
        if is_possessive or is_inverted:
            # A name after a possessive explains it only where nothing ties the question to the last: "his wife, X".
            is_antecedent = stands_before or (is_possessive and not turn.opening)
        else:
            is_antecedent = _may_be_antecedent(name, turn)
        if is_antecedent:
            return True
    question_word = _match_question_word(turn)
    if question_word and question_word.end() > at:
        question_word = None
    clause_start = question_word.end() if question_word else 0
    if is_inverted and _has_determiner(turn, text[clause_start:at]):
        return True
    clause = text[clause_start:] if is_possessive else text[clause_start:at]
    if _has_subject_noun(turn, clause):
        return True
    return question_word is not None and _asks_for_antecedent(turn, question_word, at)


def _may_be_antecedent(name: Name, turn: Turn) -> bool:
    """Return whether a name may be what a pronoun means: nothing that something happens in, with or to."""
    if name.follows_place_preposition:
        return False
    preposition = name.preposition.lower()
    return not preposition or bool(re.fullmatch(turn.grammar.genitive_prepositions, preposition))


def _match_question_word(turn: Turn) -> re.Match[str] | None:
    """Return the question word that the question opens with; ``word`` is the group that holds it."""
    grammar = turn.grammar
    pattern = rf"(?:{grammar.openings}\s+)?(?P<word>{grammar.question_words})(?=[\s,])"
    return re.match(pattern, turn.folded_question)


def _has_determiner(turn: Turn, clause: str) -> bool:
    """Return whether a clause holds an article or the like, and so a noun."""
    grammar = turn.grammar
    determiners = rf"(?:{grammar.articles}|{grammar.noun_determiners})"
    return re.search(rf"{WORD_START}{determiners}(?:\s|(?<='))", clause) is not None


def _has_subject_noun(turn: Turn, clause: str) -> bool:
    """Return whether a clause holds a noun with its article, and no preposition after it: "the company sells"."""
    grammar = turn.grammar
    noun = rf"{WORD_START}{grammar.articles}{WORD_GAP}[\w-]+"
    no_preposition = rf"(?!{grammar.prepositions}(?:\b|(?<=')))"
    return re.search(rf"{noun}\s+{no_preposition}[\w'-]+", clause) is not None


def _asks_for_antecedent(turn: Turn, question_word: re.Match[str], at: int) -> bool:
    """Return whether the question word may be whom a pronoun means.

    "Which company said it would" asks for it; "which job does he have" does not, having only an auxiliary in between.
    """
    grammar, text = turn.grammar, turn.folded_question
    word = question_word["word"]
    may_be_subject = " " in word or re.fullmatch(grammar.who, word) is not None
    follows_preposition = re.fullmatch(rf"{grammar.other_prepositions} \w+", word) is not None
    ends_question = " " not in text[at:]
    if not may_be_subject or follows_preposition or ends_question:
        return False
    words_between = text[question_word.end() : at].split()
    return any(not re.fullmatch(grammar.function_words, word) for word in words_between)


def _is_question(turn: Turn) -> bool:
    """Return whether something is asked at all: no "thanks"."""
    words = set(re.findall(r"\w+", turn.folded_question))
    thanks = rf"{turn.grammar.thanks}|{turn.previous_grammar.thanks}"
    if not words or any(re.fullmatch(thanks, word) for word in words):
        return False
    if turn.question.rstrip().endswith("?") or words & get_question_words(turn.language):
        return True
    other_words = words.difference(turn.opening.split())
    function_words = turn.grammar.function_words
    says_something = any(not re.fullmatch(function_words, word) for word in other_words)
    return bool(turn.opening) and says_something
