"""The rule for everything else: the question as typed, with what it depends on in parentheses.

"why so low?" becomes "why so low (Amazon, free cash flow, in the second quarter)?": search and answer then know what is
spoken of, and nothing was put into words that the person did not mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag import dates
from rag.question.followup.anaphora import has_unexplained_reference, is_follow_up
from rag.question.followup.editing import append_words, fold_in_place
from rag.question.followup.grammar import WORD_GAP
from rag.question.followup.information_content import MIN_TOPIC_INFORMATION, compute_information
from rag.text.stemming import stem_word
from rag.text.words import find_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.question.followup.names import Name
    from rag.question.followup.turn import Turn

MAX_PARTS = 3  # names, days and words of the last question that are added; by hand
NAME_WEIGHT = 100.0  # of a name or days: more than any word carries bits
EARLIER_NAMES = 2  # that are added where the last question named no one; by hand


class Part(NamedTuple):
    """A name, days or a word of the last question, and how much it says."""

    start: int
    end: int
    weight: float


def add_context(turn: Turn) -> str:
    """Return the question with what it depends on in parentheses; empty where it depends on nothing."""
    if not is_follow_up(turn):
        return ""
    stems = _find_stems(turn.question, turn.language)
    parts = [
        part
        for part in _find_parts(turn)
        if not _is_said(turn.previous_question[part.start : part.end], stems, turn)
    ]
    # The order of the question is kept among parts of one weight, and restored among those that are chosen.
    heaviest = sorted(parts, key=lambda part: -part.weight)[:MAX_PARTS]
    phrases = [*_find_answer_names(turn), *_join_parts(turn, sorted(heaviest))]
    new_phrases = dict.fromkeys(phrase for phrase in phrases if not _is_said(phrase, stems, turn))
    if not new_phrases:
        return ""
    return append_words(turn.question, f"({', '.join(new_phrases)})")


def _is_said(phrase: str, stems: set[str], turn: Turn) -> bool:
    """Return whether the question, whose stems are given, says a phrase already."""
    return _find_stems(phrase, turn.previous_language) <= stems


def _find_stems(text: str, language: str) -> set[str]:
    return {fold_in_place(stem_word(word.form, language)) for word in find_words(text)}


def _find_answer_names(turn: Turn) -> list[str]:
    """Return who or what answered the last question; where it named no one, also whom those before it named."""
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
    period = dates.find_period(turn.previous_question, turn.previous_language, turn.today)
    covered = [(name.start, name.end) for name in turn.previous_names]
    for name in _find_kept_names(turn):
        yield Part(name.start, name.end, NAME_WEIGHT)
    if period:
        covered.append(period.span)
        if turn.days is None:
            yield Part(*period.span, NAME_WEIGHT)
    yield from _find_topic_words(turn, covered)


def _find_kept_names(turn: Turn) -> list[Name]:
    """Return the names of the last question that none of the new one takes the place of: places for places, others for others."""
    names_other = any(not name.is_location for name in turn.names)
    replaces_others = names_other and not has_unexplained_reference(turn)
    return [
        name
        for name in turn.previous_names
        if not (turn.has_location if name.is_location else replaces_others)
    ]


def _find_topic_words(turn: Turn, covered: Sequence[tuple[int, int]]) -> Iterator[Part]:
    """Yield the words of the last question that carry much information, outside the spans that are covered."""
    question = turn.previous_question
    for word in find_words(question):
        weight = compute_information(word.form, turn.previous_language)
        if weight <= MIN_TOPIC_INFORMATION:
            continue
        folded = fold_in_place(question[word.start : word.end])
        is_closed = re.fullmatch(turn.previous_grammar.closed_classes, folded)
        is_covered = any(start < word.end and word.start < end for start, end in covered)
        if not is_closed and not is_covered:
            yield Part(word.start, word.end, weight)


def _join_parts(turn: Turn, parts: Sequence[Part]) -> list[str]:
    """Return parts, in the order of the question, as they are written; words that stand together make one phrase."""
    question = turn.previous_question
    spans: list[tuple[int, int]] = []
    last_weight = NAME_WEIGHT
    for part in parts:
        between = question[spans[-1][1] : part.start] if spans else ""
        are_words = max(last_weight, part.weight) < NAME_WEIGHT
        if are_words and _is_link(turn, between):
            spans[-1] = (spans[-1][0], part.end)
        else:
            spans.append((part.start, part.end))
        last_weight = part.weight
    return [question[start:end] for start, end in spans]


def _is_link(turn: Turn, text: str) -> bool:
    """Return whether a text may stand between two words of one phrase: a space, a hyphen, "of"."""
    link = rf"[\s-]|\s*\b{turn.previous_grammar.phrase_links}{WORD_GAP}"
    return re.fullmatch(link, fold_in_place(text)) is not None
