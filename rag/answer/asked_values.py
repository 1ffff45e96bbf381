"""The value that a question asks for, in the quotation that answers it: a number, a day, a name.

The reader says which stretch of a sentence it takes for the value. Without a reader the first
number, day or name is taken that the question does not have itself. Questions for a reason, a
manner or a definition ask for no value.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answer.amounts import find_amounts
from rag.answer.answer_types import FULL_NAME, NAME, YEAR
from rag.dates import find_date
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from re import Pattern

    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.records import Citation

VALUE_TYPES = ("number", "time", "person", "place", "which", "what")
# Words of a value, and of a name; what is longer is a clause. Chosen by hand.
MAX_WORDS = 10
MAX_NAME_WORDS = 4
MARKS_AROUND = ' .,;:!?«»“”„"()–-'


def add_values(
    citations: Iterable[Citation], choice: Choice, sentences: Sequence[Candidate], question: str
) -> tuple[Citation, ...]:
    """Return the citations, each with the value asked for where its quotation holds one."""
    if choice.question_type not in VALUE_TYPES:
        return tuple(citations)
    folded_question = fold(question)
    with_values = []
    for citation in citations:
        value = _choose_value(citation, choice, sentences)
        if choice.question_type == "person":
            value = _narrow_to_name(value, folded_question)
        if not value:
            value = find_value(citation, choice.question_type, folded_question)
        with_values.append(replace(citation, value=value))
    return tuple(with_values)


def find_value(citation: Citation, question_type: str, question: str) -> str:
    """Return the first value of the type asked for that the folded question lacks, or nothing."""
    find = FINDERS.get(question_type)
    if find is None:
        return ""
    language = citation.passage.article.language
    for value in find(citation.shown, language):
        if fold(value) not in question:
            return value
    return ""


def _choose_value(citation: Citation, choice: Choice, sentences: Sequence[Candidate]) -> str:
    """Return the value that the reader read in the best sentence of a citation, or nothing."""
    for place in choice.sentence_order:
        candidate = sentences[place]
        is_of_passage = candidate.hit.passage.id == citation.passage.id
        start, end = candidate.span
        is_quoted = citation.start <= start and end <= citation.end
        if is_of_passage and is_quoted:
            value = choice.values.get(place, "")
            value = value.strip(MARKS_AROUND)
            words = value.split()
            return value if len(words) <= MAX_WORDS else ""
    return ""


def _narrow_to_name(value: str, question: str) -> str:
    """Return the name in a value that holds more than one; a person is seldom a whole clause."""
    words = value.split()
    if len(words) <= MAX_NAME_WORDS:
        return value
    names = FULL_NAME.findall(value)
    others = [name for name in names if fold(name) not in question]
    return others[0] if others else value


def _find_numbers(text: str, language: str) -> list[str]:
    return [amount.text for amount in find_amounts(text, language)]


def _find_days(text: str, language: str) -> list[str]:
    """Return the first full date of a text, then its years."""
    days = []
    date = find_date(text, language=language)
    if date is not None:
        days.append(text[date.start : date.end])
    return days + YEAR.findall(text)


def _find_names(text: str, language: str) -> list[str]:
    """Return the names of a text, those of more than one word first."""
    names: list[str] = []
    patterns: tuple[Pattern[str], ...] = (FULL_NAME, NAME)
    for pattern in patterns:
        names += [match[0] for match in pattern.finditer(text)]
    return names


FINDERS: dict[str, Callable[[str, str], list[str]]] = {
    "number": _find_numbers,
    "time": _find_days,
    "person": _find_names,
    "place": _find_names,
}
