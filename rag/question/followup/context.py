"""The rule for everything else: the question as typed, with what it depends on in parentheses.

"why so low?" becomes "why so low (Amazon, free cash flow, in the second quarter)?": search and
answer then know what is spoken of, and nothing was put into words that the person did not mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag import dates
from rag.question.followup.anaphora import has_unexplained_reference
from rag.question.followup.editing import append_words, fold_in_place
from rag.question.followup.ellipsis import is_elliptical, is_question, may_be_elliptical
from rag.question.followup.information_content import MIN_TOPIC_INFORMATION, compute_information
from rag.question.followup.names import overlaps
from rag.text import find_words, stem_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.question.followup.names import Name
    from rag.question.followup.turn import Turn

MAX_PARTS = 3  # names, days and words of the last question that are added; by hand
NAME_WEIGHT = 100.0  # of a name or days: more bits than any word carries
EARLIER_NAMES = 2  # that are added where the last question named no one; by hand
# What may stand between two words of one phrase: a space, a hyphen, "of".
LINK = r"[\s-]|\s*\b{phrase_links}{word_gap}"


class Part(NamedTuple):
    """A name, days or a word of the last question, and how much it says."""

    start: int
    end: int
    weight: float


def add_context(turn: Turn) -> str:
    """Return the question with what it depends on in parentheses; empty where that is nothing."""
    is_needed = has_unexplained_reference(turn) or is_elliptical(turn)
    return write_context(turn) if is_needed and is_question(turn) else ""


def add_possible_context(turn: Turn) -> str:
    """Return the same where the question may also stand alone; empty where it surely does."""
    return write_context(turn) if may_be_elliptical(turn) and is_question(turn) else ""


def write_context(turn: Turn) -> str:
    """Return the question with what the last one is about, as far as it does not say it."""
    parts = _choose_parts(turn)
    phrases = _find_answer_names(turn)
    phrases += _write_parts(turn, parts)
    unsaid: list[str] = []
    for phrase in phrases:
        if phrase not in unsaid and not _is_said(turn, phrase):
            unsaid.append(phrase)
    if not unsaid:
        return ""
    context = ", ".join(unsaid)
    return append_words(turn.question, f"({context})")


def _choose_parts(turn: Turn) -> list[Part]:
    """Return the parts that say most, in the order in which the last question has them."""
    candidates = []
    for part in _find_parts(turn):
        phrase = _write_part(turn, part)
        if not _is_said(turn, phrase):
            candidates.append(part)
    candidates.sort(key=lambda part: -part.weight)
    heaviest = candidates[:MAX_PARTS]
    return sorted(heaviest)


def _is_said(turn: Turn, phrase: str) -> bool:
    """Return whether the question holds the words of a phrase already, by their stems."""
    question_stems = _find_stems(turn.question, turn.language)
    phrase_stems = _find_stems(phrase, turn.previous_language)
    return phrase_stems <= question_stems


def _find_stems(text: str, language: str) -> set[str]:
    stems = set()
    for word in find_words(text):
        stem = stem_word(word.form, language)
        stems.add(fold_in_place(stem))
    return stems


def _find_answer_names(turn: Turn) -> list[str]:
    """Return who answered the last question; if that named no one, also whom earlier ones did."""
    if turn.answer_name:
        return [turn.answer_name]
    names = []
    if turn.chosen_name and has_unexplained_reference(turn):
        names.append(turn.chosen_name)
    if not turn.previous_names:
        names += turn.earlier_names[-EARLIER_NAMES:]
    return names


def _find_parts(turn: Turn) -> Iterator[Part]:
    """Yield what of the last question may be added: what the new one does not replace."""
    for name in _find_kept_names(turn):
        yield Part(name.start, name.end, NAME_WEIGHT)
    covered = [name.span for name in turn.previous_names]
    period = dates.find_period(turn.previous_question, turn.previous_language, turn.today)
    if period:
        covered.append(period.span)
    if period and turn.days is None:
        start, end = period.span
        yield Part(start, end, NAME_WEIGHT)
    for part in _find_topic_words(turn):
        if not overlaps(part.start, part.end, covered):
            yield part


def _find_kept_names(turn: Turn) -> Iterator[Name]:
    """Yield the names of the last question that none of the new one replaces.

    Places replace places, other names others: unless a pronoun means one of these.
    """
    names_others = any(not name.is_location for name in turn.names)
    means_others = has_unexplained_reference(turn)
    replaces_others = names_others and not means_others
    for name in turn.previous_names:
        is_replaced = turn.has_location if name.is_location else replaces_others
        if not is_replaced:
            yield name


def _find_topic_words(turn: Turn) -> Iterator[Part]:
    """Yield the words of the last question that carry much information."""
    question = turn.previous_question
    for word in find_words(question):
        weight = compute_information(word.form, turn.previous_language)
        if weight <= MIN_TOPIC_INFORMATION:
            continue
        written = question[word.start : word.end]
        if not turn.previous_grammar.fullmatch("{closed_classes}", written):
            yield Part(word.start, word.end, weight)


def _write_parts(turn: Turn, parts: Sequence[Part]) -> list[str]:
    """Return parts as the last question writes them; words that stand together make one phrase."""
    phrases: list[Part] = []
    for part in parts:
        phrase = part
        if phrases and _is_one_phrase(turn, phrases[-1], part):
            beginning = phrases.pop()
            phrase = part._replace(start=beginning.start)
        phrases.append(phrase)
    return [_write_part(turn, phrase) for phrase in phrases]


def _write_part(turn: Turn, part: Part) -> str:
    """Return a part as the last question writes it."""
    return turn.previous_question[part.start : part.end]


def _is_one_phrase(turn: Turn, first: Part, second: Part) -> bool:
    """Return whether two parts are words, no name and no days, with only a link in between."""
    if NAME_WEIGHT in (first.weight, second.weight):
        return False
    between = turn.previous_question[first.end : second.start]
    link = turn.previous_grammar.fullmatch(LINK, between)
    return link is not None
