"""The last question asked with another question word, what went with the old one put back.

"How many jobs is Amazon cutting?" asked with "why" is "Why is Amazon cutting jobs?", and the other
way round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.editing import fold_in_place
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
    question = turn.previous_question
    new_word = _capitalise(question_word)
    span = find_question_word(question, grammar)
    if span is None:
        old_word, head = "", ""
        rest = _uncapitalise(question, grammar)
    else:
        old_word = question[span.start : span.end]
        head = question[: span.start].strip(" ¿")
        rest = question[span.end :].lstrip()
    if turn.answer_name and grammar.fullmatch("{who}", old_word):
        rest = _insert_answer(turn, rest, new_word)
    counted = grammar.match(COUNTED_NOUN, old_word)
    is_count = grammar.search("{count_words}", new_word)
    if counted and not is_count:
        noun = old_word[counted.start("noun") :]
        rest = _put_back_noun(rest, noun, grammar)
    if not counted:
        new_word, rest = _take_counted_noun(rest, new_word, grammar)
    words = [word for word in (new_word, head, rest) if word]
    return grammar.templates.opening_mark + " ".join(words)


def _capitalise(words: str) -> str:
    """Return words with a capital first letter, the others as they are."""
    return words[:1].upper() + words[1:]


def _uncapitalise(question: str, grammar: FollowUpGrammar) -> str:
    """Return a question without the capital of its first word, where that is no name's."""
    body = question.lstrip(" ¿")
    names = find_names(body, grammar.language)
    if names and names[0].start == 0:
        return body
    return body[:1].lower() + body[1:]


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
    if grammar.capitalised_nouns and grammar.match("{degree_words}", match["word"]):
        end = start + len(_cut_verb(question[start:end]))
    return Span(start, end)


def _cut_verb(question_word: str) -> str:
    """Return a German question word without a verb in the place of its noun.

    "wie hoch liegt" is cut to "wie hoch", which stays: it has one word after "wie", its adjective.
    """
    words_before, _, last_word = question_word.rpartition(" ")
    is_verb = " " in words_before and last_word[0].islower()
    return words_before if is_verb else question_word


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
    is_count = re.fullmatch(templates.count_question_words, fold_in_place(question_word))
    if not is_count:
        return question_word, rest
    # The noun is read as written, since German nouns have capitals; what follows it is folded.
    for match in re.finditer(templates.counted_noun, rest):
        start, end = match.span()
        if grammar.match(AFTER_NOUN, rest[end:]):
            noun = match["noun"]
            counting = templates.count_question.format(question_word=question_word, noun=noun)
            return counting, rest[:start] + rest[end:]
    return question_word, rest


def _put_back_noun(rest: str, noun: str, grammar: FollowUpGrammar) -> str:
    """Return a question that counts no longer, with the noun before its first preposition.

    At its end where it has none.
    """
    words = _write_uncounted_noun(noun, grammar)
    preposition = grammar.search(PREPOSITION, rest)
    if preposition:
        start = preposition.start()
        before = rest[:start].rstrip(" ?,")
        after = rest[start:].lstrip()
        return f"{before} {words} {after}"
    body = rest.rstrip(" ?")
    mark = rest[len(body) :]
    return f"{body} {words}{mark}"


def _write_uncounted_noun(noun: str, grammar: FollowUpGrammar) -> str:
    """Return a noun as it stands where nothing counts it: French "des emplois", "d’argent"."""
    templates = grammar.templates
    is_plural = noun.endswith("s")
    begins_with_vowel = fold_in_place(noun).startswith(tuple("aeiouh"))
    if templates.uncounted_noun_elided and begins_with_vowel and not is_plural:
        return templates.uncounted_noun_elided.format(noun=noun)
    return templates.uncounted_noun.format(noun=noun)
