"""What a question leans on, added at its end: "why so low (Amazon, free cash flow, second quarter)?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag import dates as periods
from rag.models import tokenizer as tokens
from rag.question.followup.information_content import TELLING, bits
from rag.question.followup.judge import leans, refers
from rag.question.followup.names import flat
from rag.question.followup.turn import added
from rag.text.words import words

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


def in_context(turn: Turn) -> str:
    """The question as it was typed, with what it leans on in parentheses; empty where it leans on nothing."""
    if not leans(turn):
        return ""
    own = _stems(turn.asked, turn.language)
    chosen = sorted(_parts(turn), key=lambda part: -part.weight)
    chosen = [part for part in chosen if not _stems(turn.said[part.start : part.end], turn.spoken) <= own][:MOST]
    phrases = [*_whom(turn), *_joined(turn.said, sorted(chosen))]
    again = dict.fromkeys(phrase for phrase in phrases if not _stems(phrase, turn.spoken) <= own)
    return added(turn.asked, f"({', '.join(again)})") if again else ""


def _whom(turn: Turn) -> list[str]:
    """Who or what answered the last question; where nobody did and it named no one, whom those before it named."""
    if turn.answered:
        return [turn.answered]
    found = [turn.answering] if turn.answering and refers(turn) else []
    return found + ([] if turn.named else list(turn.known[-2:]))


def _parts(turn: Turn) -> Iterator[Part]:
    """What of the last question may be added: what the new one does not replace."""
    text, language = turn.said, turn.spoken
    placed = any(name.here or name.kind == "place" for name in turn.own)
    other = any(name.kind != "place" and not name.here for name in turn.own) and not refers(turn)
    apart = []
    for name in turn.named:
        place = name.here or name.kind == "place"
        apart.append((name.start, name.end))
        if not (placed if place else other):
            yield Part(name.start, name.end, NAME)
    told = periods.period(text, language, turn.today)
    if told:
        apart.append(told.span)
        if turn.day is None:
            yield Part(*told.span, NAME)
    for word in words(text):
        weight = bits(word.form, language)
        closed = re.fullmatch(turn.closed, flat(text[word.start : word.end]))
        if weight > TELLING and not closed and not any(start < word.end and word.start < end for start, end in apart):
            yield Part(word.start, word.end, weight)


def _joined(text: str, parts: list[Part]) -> Iterator[str]:
    """The parts as they are written, telling words that stand together as one phrase."""
    while parts:
        first, *parts = parts
        end = first.end
        while parts and max(first.weight, parts[0].weight) < NAME and re.fullmatch(BETWEEN, text[end : parts[0].start]):
            end, parts = parts[0].end, parts[1:]
        yield text[first.start : end]


def _stems(text: str, language: str) -> set[str]:
    return {flat(tokens.stem(word.form, language)) for word in words(text)}
