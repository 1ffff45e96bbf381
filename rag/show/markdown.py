"""Answers as a Markdown file, each source a footnote."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from rag.show.days import about
from rag.show.page import NEAREST, NOTHING
from rag.text.words import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rag.records import Answer, Passage

ACTIVE = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#|~"})


def answers_markdown(answers: Iterable[Answer]) -> str:
    """Questions as headings, answers below them, the footnotes at the end; numbered through."""
    numbers = itertools.count(1)
    body: list[str] = []
    notes: list[str] = []
    for answer in answers:
        own = {citation.n: next(numbers) for citation in answer.citations}
        said = " ".join(
            _plain(s.text) + "".join(f"[^{own[n]}]" for n in s.citations) for s in answer.sentences
        )
        body += [f"## {_plain(answer.question)}", said or "\n\n".join(_refused(answer))]
        for citation in answer.citations:
            where = _code(f"{citation.passage.article.document.path}:{citation.line}")
            notes.append(
                f"[^{own[citation.n]}]: {_about(citation.passage)}: « {_plain(citation.quote)} » {where}"
            )
    return "\n\n".join([*body, *notes]) + "\n"


def _refused(answer: Answer) -> Iterator[str]:
    yield NOTHING.get(answer.language, NOTHING["en"])
    for hit in answer.hits[:NEAREST]:
        yield f"- {_about(hit.passage)}"


def _about(passage: Passage) -> str:
    article = passage.article
    known = _plain(about(article))
    web = (
        article.url
        if article.url
        and article.url.startswith(("https://", "http://"))
        and not set(article.url) & set("<> ()")
        else ""
    )
    return f"[{known}]({to_one_line(web)})" if web else known


def _plain(text: str) -> str:
    """Text on one line that Markdown takes as it is."""
    return to_one_line(text).translate(ACTIVE)


def _code(text: str) -> str:
    return f"`{to_one_line(text).replace('`', '')}`"
