"""Sentences that a language model wrote, each with the mark of its check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.lines import Line, Page, Segment, make_line
from rag.show.phrases import get_phrase
from rag.text import to_one_line

if TYPE_CHECKING:
    from rag.records import Answer, Citation, WrittenSentence

STYLES = {"✓": "good", "~": "warn", "✗": "bad"}


def make_written_line(sentence: WrittenSentence) -> Line:
    """Return a sentence behind its mark, with the numbers of its citations."""
    numbers = "".join(f"[{number}]" for number in sentence.citations)
    text = to_one_line(sentence.text)
    style = "struck" if sentence.is_struck else "head"
    segments = (
        Segment(text, style),
        Segment(f" {numbers}" if numbers else "", "dim"),
    )
    mark = Segment(f"{sentence.mark} ", STYLES[sentence.mark])
    return Line((mark, *segments))


def has_standing(answer: Answer) -> bool:
    """Return whether the answer is in the words of a language model."""
    return any(not sentence.is_struck for sentence in answer.written)


def show_written(answer: Answer) -> Page:
    """Return the sentences that stand."""
    page = []
    for sentence in answer.written:
        if not sentence.is_struck:
            page.append(make_written_line(sentence))
    return page


def list_shown_citations(answer: Answer) -> list[Citation]:
    """Return the citations of the sentences that are shown."""
    if not has_standing(answer):
        return list(answer.citations)
    numbers: set[int] = set()
    for sentence in answer.sentences:
        numbers.update(sentence.citations)
    return [citation for citation in answer.citations if citation.n in numbers]


def describe_writing(answer: Answer) -> Page:
    """Return who wrote the answer, and how many sentences were left out."""
    page: Page = []
    if has_standing(answer):
        written = get_phrase(answer.language, "written_by").format(answer.llm)
        page.append(make_line(written, style="dim"))
    struck = sum(sentence.is_struck for sentence in answer.written)
    if struck:
        phrase = get_phrase(answer.language, "struck").format(struck)
        page.append(make_line(phrase, style="warn"))
    return page
