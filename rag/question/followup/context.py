"""What a question leans on, added at its end: "why so low (Amazon, free cash flow, second quarter)?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag import dates as periods
from rag.question.followup.information_content import TELLING, compute_information
from rag.question.followup.judge import has_unexplained_reference, is_follow_up
from rag.question.followup.names import fold_in_place
from rag.question.followup.turn import append_words
from rag.text.stemming import stem_word
from rag.text.words import find_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.question.followup.turn import Turn

MOST = 3  # names, days and phrases that are added
NAME = 100.0  # what a name weighs more than any word
BETWEEN = r"[\s-]|\s*(?:\b(?:d['’]|de |du |of |von ))"  # what may stand inside a phrase


class Part(NamedTuple):
    """A name, a day or a telling word of the last question, and how much it tells."""

    start: int
    end: int
    weight: float


def add_context(turn: Turn) -> str:
    """The question as it was typed, with what it leans on in parentheses; empty where it leans on nothing."""
    if not is_follow_up(turn):
        return ""
    own = _stems(turn.question, turn.language)
    chosen = sorted(_parts(turn), key=lambda part: -part.weight)
    chosen = [
        part
        for part in chosen
        if not _stems(turn.previous_question[part.start : part.end], turn.previous_language) <= own
    ][:MOST]
    phrases = [*_whom(turn), *_joined(turn.previous_question, sorted(chosen))]
    again = dict.fromkeys(
        phrase for phrase in phrases if not _stems(phrase, turn.previous_language) <= own
    )
    return append_words(turn.question, f"({', '.join(again)})") if again else ""


def _whom(turn: Turn) -> list[str]:
    """Who or what answered the last question; where nobody did and it named no one, whom those before it named."""
    if turn.answered:
        return [turn.answered]
    found = [turn.answering] if turn.answering and has_unexplained_reference(turn) else []
    return found + ([] if turn.named else list(turn.known[-2:]))


def _parts(turn: Turn) -> Iterator[Part]:
    """What of the last question may be added: what the new one does not replace."""
    text, language = turn.previous_question, turn.previous_language
    placed = any(name.here or name.kind == "place" for name in turn.own)
    other = any(
        name.kind != "place" and not name.here for name in turn.own
    ) and not has_unexplained_reference(turn)
    apart = []
    for name in turn.named:
        place = name.here or name.kind == "place"
        apart.append((name.start, name.end))
        if not (placed if place else other):
            yield Part(name.start, name.end, NAME)
    told = periods.find_period(text, language, turn.today)
    if told:
        apart.append(told.span)
        if turn.day is None:
            yield Part(*told.span, NAME)
    for word in find_words(text):
        weight = compute_information(word.form, language)
        closed = re.fullmatch(turn.closed, fold_in_place(text[word.start : word.end]))
        if (
            weight > TELLING
            and not closed
            and not any(start < word.end and word.start < end for start, end in apart)
        ):
            yield Part(word.start, word.end, weight)


def _joined(text: str, parts: list[Part]) -> Iterator[str]:
    """The parts as they are written, telling words that stand together as one phrase."""
    while parts:
        first, *parts = parts
        end = first.end
        while (
            parts
            and max(first.weight, parts[0].weight) < NAME
            and re.fullmatch(BETWEEN, text[end : parts[0].start])
        ):
            end, parts = parts[0].end, parts[1:]
        yield text[first.start : end]


def _stems(text: str, language: str) -> set[str]:
    return {fold_in_place(stem_word(word.form, language)) for word in find_words(text)}
