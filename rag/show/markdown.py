"""Answers as a Markdown file, each source a footnote."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from rag.show.days import describe_article
from rag.show.page import MAX_NEAREST
from rag.show.phrases import get_phrase
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rag.records import Answer, Citation, Passage

# Characters that Markdown or HTML would take for markup, and how they are written to be themselves.
ESCAPES = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#|~"})
# Characters that would end the address of a link.
UNSAFE_IN_ADDRESS = frozenset("<> ()")


def answers_markdown(answers: Iterable[Answer]) -> str:
    """Return questions as headings, answers below them, the footnotes at the end; numbered through."""
    footnote_numbers = itertools.count(1)
    body: list[str] = []
    footnotes: list[str] = []
    for answer in answers:
        numbers = {citation.n: next(footnote_numbers) for citation in answer.citations}
        body.append(f"## {_escape(answer.question)}")
        body.append(_format_sentences(answer, numbers) or _format_refusal(answer))
        for citation in answer.citations:
            footnotes.append(_format_footnote(citation, numbers[citation.n]))
    return "\n\n".join([*body, *footnotes]) + "\n"


def _format_sentences(answer: Answer, numbers: Mapping[int, int]) -> str:
    """Return the sentences of an answer with their footnotes; ``numbers`` gives a citation's footnote."""
    sentences = []
    for sentence in answer.sentences:
        marks = "".join(f"[^{numbers[citation]}]" for citation in sentence.citations)
        sentences.append(_escape(sentence.text) + marks)
    return " ".join(sentences)


def _format_refusal(answer: Answer) -> str:
    """Return that the articles do not say, and a list of the nearest passages."""
    paragraphs = [get_phrase(answer.language, "not_in_sources")]
    for hit in answer.hits[:MAX_NEAREST]:
        paragraphs.append(f"- {_format_source(hit.passage)}")
    return "\n\n".join(paragraphs)


def _format_footnote(citation: Citation, number: int) -> str:
    source = _format_source(citation.passage)
    quote = _escape(citation.quote)
    place = _format_code(f"{citation.passage.article.document.path}:{citation.line}")
    return f"[^{number}]: {source}: « {quote} » {place}"


def _format_source(passage: Passage) -> str:
    """Return an article in words, as a link where its address on the web is known."""
    description = _escape(describe_article(passage.article))
    url = passage.article.url
    if not url or not url.startswith(("https://", "http://")):
        return description
    if UNSAFE_IN_ADDRESS.intersection(url):
        return description
    return f"[{description}]({to_one_line(url)})"


def _escape(text: str) -> str:
    """Return a text on one line that Markdown takes as it is."""
    return to_one_line(text).translate(ESCAPES)


def _format_code(text: str) -> str:
    return f"`{to_one_line(text).replace('`', '')}`"
