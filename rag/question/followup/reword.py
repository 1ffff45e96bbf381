"""The last question asked with another question word, what went with the old one put back.

"How many jobs is Amazon cutting?" asked with "why" is "Why is Amazon cutting jobs?", and the other
way round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.question.followup.editing import append_words, begins_with, fold_in_place
from rag.question.followup.names import find_names
from rag.records import Span

if TYPE_CHECKING:
    from rag.question.followup.grammar import FollowUpGrammar
    from rag.question.followup.turn import Turn

# Templates of ``grammar.compile_template``
WORD_AT_START = r"[¿\s]*(?:{openings}\s+)?(?P<word>{question_words})(?=[\s,]|$)"
WHAT_AT_START = r"[¿\s]*(?:{openings}\s+)?(?P<word>{what})(?:(?=\s)|(?<='))"
WORD_ANYWHERE = r"(?<![\w'-])(?P<word>{question_words})(?=[\s,?]|$)"
COUNTED_NOUN = r"{count_words}\w*(?: d(?:e |'|’)| )(?P<noun>.+)"
AFTER_NOUN = r"\s+{prepositions}{word_end}|\s*\?|$"
PREPOSITION = r"(?!^){word_start}{prepositions}(?:\s|(?<='))"


def replace_question_word(turn: Turn, question_word: str) -> str:
    """Return the last question, asking for what another question word asks for."""
    grammar = turn.previous_grammar
    parts = split_question(turn.previous_question, grammar)
    new_word = _capitalise(question_word)
    rest = parts.rest
    if turn.answer_name and grammar.fullmatch("{who}", parts.question_word):
        rest = _insert_answer(turn, rest, new_word)
    counted = grammar.match(COUNTED_NOUN, parts.question_word)
    if counted is None:
        new_word, rest = _take_counted_noun(rest, new_word, grammar)
    elif not grammar.search("{count_words}", new_word):
        noun_start = counted.start("noun")
        noun = parts.question_word[noun_start:]
        rest = _put_back_noun(rest, noun, grammar)
    mark = grammar.templates.opening_mark
    return f"{mark}{new_word} {parts.head} {rest}"


class QuestionParts(NamedTuple):
    """A question around its question word, which is empty where it has none."""

    head: str
    question_word: str
    rest: str


def split_question(question: str, grammar: FollowUpGrammar) -> QuestionParts:
    """Return the question word of a question, what stands before it, and what after."""
    span = find_question_word(question, grammar)
    if span is None:
        rest = _uncapitalise(question, grammar)
        return QuestionParts("", "", rest)
    start, end = span
    return QuestionParts(
        head=question[:start].strip(" ¿"),
        question_word=question[start:end],
        rest=question[end:].lstrip(),
    )


def _capitalise(words: str) -> str:
    """Return words with a capital first letter, the others as they are."""
    first_letter, others = words[:1], words[1:]
    return first_letter.upper() + others


def _uncapitalise(question: str, grammar: FollowUpGrammar) -> str:
    """Return a question without the capital of its first word, where that is no name's."""
    body = question.lstrip(" ¿")
    first_letter, others = body[:1], body[1:]
    for name in find_names(body, grammar.language):
        if name.start == 0:
            return body
    return first_letter.lower() + others


def find_question_word(question: str, grammar: FollowUpGrammar) -> Span | None:
    """Return where the question word of a question stands, with the noun it counts.

    It is sought at the beginning, then anywhere.
    """
    match = (
        grammar.match(WORD_AT_START, question)
        or grammar.match(WHAT_AT_START, question)
        or grammar.search(WORD_ANYWHERE, question)
    )
    if match is None:
        return None
    start, end = match.span("word")
    question_word = question[start:end]
    if grammar.capitalised_nouns and grammar.match("{degree_words}", question_word):
        question_word = _cut_verb(question_word)
        end = start + len(question_word)
    return Span(start, end)


def _cut_verb(question_word: str) -> str:
    """Return a German question word without a verb in the place of its noun.

    "wie hoch liegt" is cut to "wie hoch", which stays: it has one word after "wie", its adjective.
    """
    words_before, _, last_word = question_word.rpartition(" ")
    first_letter = last_word[0]
    if " " in words_before and first_letter.islower():
        return words_before
    return question_word


def _insert_answer(turn: Turn, rest: str, new_word: str) -> str:
    """Return what was asked about someone, with the name that the answer gave.

    "Who is leaving?" asked with "when": "When is X leaving?".
    """
    grammar = turn.previous_grammar
    if grammar.fullmatch("{who}", new_word):
        return rest
    name = turn.answer_name
    verb, _, after_verb = rest.partition(" ")
    is_auxiliary = grammar.fullmatch("{auxiliaries}", verb)
    if grammar.subject_after_verb or is_auxiliary:
        return f"{verb} {name} {after_verb}"
    return f"{name} {rest}"


def _take_counted_noun(rest: str, question_word: str, grammar: FollowUpGrammar) -> tuple[str, str]:
    """Return the question word with the noun it counts, and the question without.

    "How many jobs", "is Amazon cutting in India?". The noun is the last before a preposition or
    the end.
    """
    templates = grammar.templates
    folded_word = fold_in_place(question_word)
    if not re.fullmatch(templates.count_question_words, folded_word):
        return question_word, rest
    # The noun is read as written, since German nouns have capitals; what follows it is folded.
    for match in re.finditer(templates.counted_noun, rest):
        start, end = match.span()
        before = rest[:start]
        after = rest[end:]
        if grammar.match(AFTER_NOUN, after):
            counting = templates.count_question.format(
                question_word=question_word,
                noun=match["noun"],
            )
            return counting, before + after
    return question_word, rest


def _put_back_noun(rest: str, noun: str, grammar: FollowUpGrammar) -> str:
    """Return a question that counts no longer, with the noun before its first preposition.

    At its end where it has none.
    """
    words = _write_uncounted_noun(noun, grammar)
    preposition = grammar.search(PREPOSITION, rest)
    if preposition is None:
        return append_words(rest, words)
    start = preposition.start()
    before = rest[:start].rstrip(" ?,")
    after = rest[start:]
    return " ".join([before, words, after])


def _write_uncounted_noun(noun: str, grammar: FollowUpGrammar) -> str:
    """Return a noun as it stands where nothing counts it: French "des emplois", "d’argent"."""
    templates = grammar.templates
    template = templates.uncounted_noun
    is_plural = noun.endswith("s")
    if templates.uncounted_noun_elided and not is_plural and begins_with(noun, "aeiouh"):
        template = templates.uncounted_noun_elided
    return template.format(noun=noun)
