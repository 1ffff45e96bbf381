"""The last question asked with another question word, what went with the old one put where it belongs.

"How many jobs is Amazon cutting?" asked with "why" is "Why is Amazon cutting jobs?", and the other way round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.editing import fold_in_place
from rag.question.followup.grammar import WORD_START, load_grammar
from rag.question.followup.names import find_names
from rag.records import Span

if TYPE_CHECKING:
    from rag.question.followup.turn import Turn


def replace_question_word(turn: Turn, question_word: str) -> str:
    """Return the last question, asking for what another question word asks for."""
    language = turn.previous_language
    grammar = turn.previous_grammar
    question = turn.previous_question
    new_word = question_word[:1].upper() + question_word[1:]
    span = find_question_word(question, language)
    if span is None:
        new_word, rest = _take_counted_noun(_uncapitalise(question, language), new_word, language)
        return f"{grammar.templates.opening_mark}{new_word} {rest}"
    head = question[: span.start].strip(" ¿")
    rest = question[span.end :].lstrip()
    old_word = question[span.start : span.end]
    if re.fullmatch(grammar.who, fold_in_place(old_word)) and turn.answer_name:
        rest = _insert_answer(turn, rest, new_word)
    counted = _match_counted_noun(old_word, language)
    is_count = re.search(grammar.count_words, fold_in_place(new_word)) is not None
    if counted and not is_count:
        rest = _put_back_noun(rest, old_word[counted.start("noun") :], language)
    if is_count and not counted:
        new_word, rest = _take_counted_noun(rest, new_word, language)
    words = [word for word in (new_word, head, rest) if word]
    return grammar.templates.opening_mark + " ".join(words)


def find_question_word(question: str, language: str) -> Span | None:
    """Return where the question word of a question stands, with the noun it counts: at its beginning, else anywhere."""
    grammar = load_grammar(language)
    folded = fold_in_place(question)
    beginning = rf"[¿\s]*(?:{grammar.openings}\s+)?"
    question_word = rf"(?P<word>{grammar.question_words})"
    match = (
        re.match(rf"{beginning}{question_word}(?=[\s,]|$)", folded)
        or re.match(rf"{beginning}(?P<word>{grammar.what})(?:(?=\s)|(?<='))", folded)
        or re.search(rf"(?<![\w'-]){question_word}(?=[\s,?]|$)", folded)
    )
    if match is None:
        return None
    start, end = match.span("word")
    if grammar.capitalised_nouns and re.match(grammar.degree_words, folded[start:end]):
        end = _cut_verb(question, start, end)
    return Span(start, end)


def _cut_verb(question: str, start: int, end: int) -> int:
    """Return the end of a German question word ("wie hoch") without a verb in the place of its noun ("wie hoch liegt")."""
    last_word = re.search(r" [a-zäöü][\w-]*$", question[start:end])
    if last_word is None:
        return end
    cut = start + last_word.start()
    is_adjective = " " not in question[start:cut]  # "wie hoch" itself
    return end if is_adjective else cut


def _uncapitalise(question: str, language: str) -> str:
    """Return a question as it goes on after a question word, the capital of its first word gone where that is no name."""
    body = question.lstrip(" ¿")
    names = find_names(body, language)
    opens_with_name = bool(names) and names[0].start == 0
    return body if opens_with_name else body[:1].lower() + body[1:]


def _insert_answer(turn: Turn, rest: str, new_word: str) -> str:
    """Return what was asked about someone, with the name that the answer gave them: "Who left?", "When did X left?"."""
    grammar = turn.previous_grammar
    if re.fullmatch(grammar.who, fold_in_place(new_word)):
        return rest
    verb, _, after_verb = rest.partition(" ")
    is_auxiliary = re.fullmatch(grammar.auxiliaries, fold_in_place(verb)) is not None
    if grammar.subject_after_verb or is_auxiliary:
        return f"{verb} {turn.answer_name} {after_verb}"
    return f"{turn.answer_name} {rest}"


def _match_counted_noun(question_word: str, language: str) -> re.Match[str] | None:
    """Return the ``noun`` of a question word that counts one: "how many jobs"."""
    count_words = load_grammar(language).count_words
    pattern = rf"{count_words}\w*(?: d(?:e |'|’)| )(?P<noun>.+)"
    return re.match(pattern, fold_in_place(question_word))


def _take_counted_noun(rest: str, question_word: str, language: str) -> tuple[str, str]:
    """Return the question word with the noun it counts, and the question without: "how many jobs", "is Amazon cutting?".

    The noun is the last of the question before a preposition or the end.
    """
    grammar = load_grammar(language)
    templates = grammar.templates
    if not re.fullmatch(templates.count_question_words, fold_in_place(question_word)):
        return question_word, rest
    after_noun = rf"(?=\s+{grammar.prepositions}(?:\b|(?<='))|\s*\?|$)"
    match = re.search(templates.counted_noun + after_noun, rest)
    if match is None:
        return question_word, rest
    counting = templates.count_question.format(question_word=question_word, noun=match["noun"])
    return counting, rest[: match.start()] + rest[match.end() :]


def _put_back_noun(rest: str, noun: str, language: str) -> str:
    """Return a question that counts no longer, with the noun it counted before its first preposition, or at its end."""
    grammar = load_grammar(language)
    templates = grammar.templates
    begins_with_vowel = re.match("[aeiouh]", fold_in_place(noun)) is not None
    template = templates.uncounted_noun
    if templates.uncounted_noun_elided and begins_with_vowel and not noun.endswith("s"):
        template = templates.uncounted_noun_elided
    words = template.format(noun=noun)
    preposition = rf"{WORD_START}{grammar.prepositions}(?:\s|(?<='))"
    for match in re.finditer(preposition, fold_in_place(rest)):
        if match.start() > 0:
            before, after = rest[: match.start()], rest[match.start() :]
            return f"{before.rstrip(' ?,')} {words} {after.lstrip()}"
    body = rest.rstrip(" ?")
    return f"{body} {words}{rest[len(body) :]}"
