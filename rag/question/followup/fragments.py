"""Fragments: names, days and a thing without a verb, put into the last question.

Each takes the place of what is of its kind: "And in Germany?" after "How much did Google invest in
India in 2025?" takes the place of "in India".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.question.followup.days import find_days
from rag.question.followup.editing import (
    EDGES,
    append_words,
    fold_in_place,
    remove_spans,
    replace_span,
)
from rag.question.followup.exchange import find_counterpart, replace_name
from rag.question.followup.names import Name, find_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question.followup.turn import Turn

MAX_WORDS = 8  # of a fragment; longer ones say more than what takes another's place; by hand
MAX_THING_WORDS = 4  # of the thing that takes another's place: "the net profit"; by hand
CONSONANT_AHEAD = "(?=[BCDFGJ-NP-TV-XZ])"  # that begins a name; before H and Y either form stands
VOWEL_AHEAD = "(?=[AEIOUÀÉÈÎ])"
FRAGMENT_EDGES = EDGES + "'’"

# Templates of ``grammar.compile_template``
# A preposition alone, or a conjunction at the end, is what stood beside a name.
LEFTOVER = r"^\s*{other_prepositions}\s*$|\b{conjunctions}\b(?=\s*$)"
YEAR_PREPOSITION = r"{year_prepositions} (?=\d{4})"
# A thing ends where a name, days (both masked by question marks) or a place begins.
THING_END = r"(?=\s+{place_prepositions}\b|\s*\?)"
THING_WITH_ARTICLE = r"{word_start}{articles}{word_gap}(?P<thing>[a-z][^?]*?)" + THING_END
THING_AFTER_GENITIVE = r"(?<=\?'s )(?P<thing>[a-z][^?]*?)" + THING_END
# Words that make a fragment a sentence, which is no thing.
SENTENCE_WORD = (
    r"(?<![\w'-])"
    r"(?:{question_words}|{function_words}|{subject_pronouns}|{speech_verbs}|^{prepositions})"
    r"(?![\w'])"
)


class Fragment(NamedTuple):
    """The names and days of a fragment, and the words left of it."""

    names: Sequence[Name]
    days: str
    rest: str


def complete_fragment(turn: Turn) -> str:
    """Return the last question with the names and days of a fragment in the place of its own.

    Empty where the question says anything else.
    """
    opening, text = _split_opening(turn)
    if not text:
        return ""
    fragment = read_fragment(turn, text)
    is_empty = not (fragment.names or fragment.days)
    if is_empty or fragment.rest:
        return ""
    if opening or _stands_alone(turn, fragment):
        return insert_fragment(turn, turn.previous_question, fragment)
    return ""


def exchange_thing(turn: Turn) -> str:
    """Return the last question about another thing: "And the net profit?"; empty without one."""
    opening, text = _split_opening(turn)
    if not opening or not text:
        return ""
    fragment = read_fragment(turn, text)
    if not fragment.rest or not _is_thing(turn, text, fragment.rest):
        return ""
    question = _replace_thing(turn, fragment.rest)
    return insert_fragment(turn, question, fragment) if question else ""


def _split_opening(turn: Turn) -> tuple[str, str]:
    """Return what ties a question to the last one, and the rest; no rest where that is long."""
    match = turn.match(r"{openings}\s+")
    opening = match[0] if match else ""
    text = turn.bare_question[len(opening) :]
    is_short = len(text.split()) <= MAX_WORDS
    return opening, text if is_short else ""


def _stands_alone(turn: Turn, fragment: Fragment) -> bool:
    """Return whether a fragment without "and" is one all the same: "in Germany", "Microsoft?"."""
    if not fragment.names:
        return fragment.days != ""
    first_name, *other_names = fragment.names
    if first_name.preposition:
        return True
    is_single_name = not other_names and not fragment.days
    return is_single_name and turn.ends_with_question_mark


def read_fragment(turn: Turn, text: str) -> Fragment:
    """Return the names and days of a part of the question, with what is left of it."""
    days = find_days(text, turn.language, turn.today)
    names = find_names(
        text,
        turn.language,
        excluded=[days] if days else [],
        is_question=False,
    )
    removed = [name.phrase_span for name in names]
    days_text = ""
    if days:
        days_text = text[days.start : days.end]
        removed.append(days)
    rest = remove_spans(text, removed, filler=" ")
    return Fragment(names, days_text, _remove_leftover(turn, rest))


def _remove_leftover(turn: Turn, text: str) -> str:
    """Return what is left of a fragment without words and marks that say nothing alone."""
    leftovers = turn.grammar.find_all(LEFTOVER, text)
    spans = [match.span() for match in leftovers]
    rest = remove_spans(text, spans)
    words = rest.strip(FRAGMENT_EDGES).split()
    return " ".join(words)


def insert_fragment(turn: Turn, question: str, fragment: Fragment) -> str:
    """Return a question with new names and days in the place of its own, or added to it."""
    for name in fragment.names:
        is_said = fold_in_place(name.text) in fold_in_place(question)
        if not is_said:
            question = _insert_name(turn, question, name, fragment.names)
    if fragment.days:
        question = _insert_days(turn, question, fragment.days)
    elided_words = turn.previous_grammar.templates.elided
    return _adjust_elisions(question, elided_words)


def _insert_name(turn: Turn, question: str, name: Name, new_names: Sequence[Name]) -> str:
    """Return a question with a name in the place of its counterpart, or at its end."""
    grammar = turn.previous_grammar
    days = find_days(question, turn.previous_language, turn.today)
    excluded = [days] if days else []
    old_names = find_names(
        question,
        turn.previous_language,
        excluded=excluded,
        known_names=turn.earlier_names,
    )
    inserted = {fold_in_place(new_name.text) for new_name in new_names}
    candidates = [old for old in old_names if fold_in_place(old.text) not in inserted]
    counterpart = find_counterpart(name, candidates)
    return replace_name(question, name, counterpart, grammar.templates)


def _insert_days(turn: Turn, question: str, words: str) -> str:
    """Return a question with days in the place of its own, or at its end."""
    days = find_days(question, turn.previous_language, turn.today)
    if days is None:
        return append_words(question, words)
    if words.isdigit():
        # A year alone keeps the preposition of the days that it replaces: "since 2014".
        old_words = question[days.start : days.end]
        preposition = turn.previous_grammar.match(YEAR_PREPOSITION, old_words)
        if preposition:
            words = old_words[: preposition.end()] + words
    return replace_span(question, days, words)


def _adjust_elisions(question: str, elided_words: Sequence[str]) -> str:
    """Return a French question whose "de" and "que" are elided where a vowel now follows them.

    Where none does they are whole.
    """
    for word in elided_words:
        for whole in (word, word.capitalize()):
            elided = whole[:-1]
            before_consonant = rf"\b{elided}['’]{CONSONANT_AHEAD}"
            before_vowel = rf"\b{whole} {VOWEL_AHEAD}"
            question = re.sub(before_consonant, f"{whole} ", question)
            question = re.sub(before_vowel, f"{elided}'", question)
    return question


def _is_thing(turn: Turn, text: str, rest: str) -> bool:
    """Return whether what is left of a fragment is a thing: a few words before everything else."""
    words = rest.split()
    comes_first = text.startswith(words[0])
    if len(words) > MAX_THING_WORDS or not comes_first:
        return False
    return turn.grammar.search(SENTENCE_WORD, rest) is None


def _replace_thing(turn: Turn, thing: str) -> str:
    """Return the last question about another thing, in the place of the first one that it names.

    Empty where it names none.
    """
    old_thing = _find_thing(turn)
    if old_thing is None:
        return ""
    start, end = old_thing.span("thing")
    article = turn.grammar.match(r"{articles}(?:\s|(?<='))", thing)
    if article and old_thing.start() < start:
        start = old_thing.start()  # the old article goes with the old thing
    elif article:
        thing = thing[article.end() :].lstrip()  # "Amazon's revenue" takes no article
    before = turn.previous_question[:start]
    after = turn.previous_question[end:]
    return before + thing + after


def _find_thing(turn: Turn) -> re.Match[str] | None:
    """Return the ``thing`` that the last question names, with its article or after a genitive."""
    masked = [name.phrase_span for name in turn.previous_names]
    if turn.previous_days:
        masked.append(turn.previous_days)
    question = turn.previous_question
    for span in masked:
        length = span.end - span.start
        question = replace_span(question, span, "?" * length)
    grammar = turn.previous_grammar
    with_article = grammar.search(THING_WITH_ARTICLE, question)
    return with_article or grammar.search(THING_AFTER_GENITIVE, question)
