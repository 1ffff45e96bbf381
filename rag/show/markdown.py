"""Answers as a Markdown file, each source a footnote."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from rag.show.days import describe_article, format_day
from rag.show.page import MAX_NEAREST
from rag.show.phrases import get_phrase, get_phrase_table
from rag.show.quotation_marks import choose_marks
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rag.records import Answer, AnswerForm, Article, Citation, FormRow

# Characters that Markdown or HTML would take for markup, and how they are written to be themselves.
ESCAPES = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#|~"})
# Characters that would end the address of a link.
UNSAFE_IN_ADDRESS = frozenset("<> ()")


def answers_markdown(answers: Iterable[Answer]) -> str:
    """Return questions as headings, answers below them, footnotes at the end; numbered through."""
    footnote_numbers = itertools.count(1)
    body: list[str] = []
    footnotes: list[str] = []
    for answer in answers:
        numbers = {citation.n: next(footnote_numbers) for citation in answer.citations}
        question = escape_markdown(answer.question)
        body.append(f"## {question}")
        if answer.form is not None and answer.sentences:
            body += _format_rows(answer, answer.form, numbers)
        elif answer.sentences:
            body.append(_format_sentences(answer, numbers))
        else:
            body += _format_refusal(answer)
        body += _format_conflicts(answer, numbers)
        for citation in answer.citations:
            number = numbers[citation.n]
            footnotes.append(_format_footnote(citation, number, answer.language))
    paragraphs = body + footnotes
    return "\n\n".join(paragraphs) + "\n"


def _format_sentences(answer: Answer, numbers: Mapping[int, int]) -> str:
    """Return the sentences of an answer; ``numbers`` gives the footnote of a citation."""
    sentences = []
    for sentence in answer.sentences:
        text = escape_markdown(sentence.text)
        for citation in sentence.citations:
            text += f"[^{numbers[citation]}]"
        sentences.append(text)
    return " ".join(sentences)


def _format_rows(answer: Answer, form: AnswerForm, numbers: Mapping[int, int]) -> Iterator[str]:
    """Yield a verdict, then the rows of a form as a list."""
    statements = get_phrase_table(answer.language, "statements")
    if form.verdict:
        yield str(statements[form.verdict])
    rows = []
    for row in form.rows:
        notes = ""
        for number in row.citations:
            notes += f"[^{numbers[number]}]"
        said = _say_row(
            answer,
            form,
            row,
        )
        rows.append(f"- {said}{notes}")
    yield "\n".join(rows)


def _say_row(answer: Answer, form: AnswerForm, row: FormRow) -> str:
    """Return the day of an event or what a row is of, and what is said of it.

    An item of a list is said by its label; the publisher of an event is in the footnote.
    """
    label = escape_markdown(row.label)
    if form.name == "list" and label:
        return label
    statements = get_phrase_table(answer.language, "statements")
    text = str(statements["nothing_said"])
    if row.sentence is not None:
        text = escape_markdown(answer.sentences[row.sentence].text)
    if form.name != "comparison":
        has_day = row.day is not None and not form.title
        label = format_day(row.day, answer.language) if row.day and has_day else ""
    return f"**{label}** {text}" if label else text


def _format_conflicts(answer: Answer, numbers: Mapping[int, int]) -> Iterator[str]:
    """Yield a line for each thing of which the sources give different figures, or gave them."""
    for conflict in answer.conflicts:
        is_earlier = conflict.kind == "earlier"
        heading = get_phrase(answer.language, "stated_earlier" if is_earlier else "sources_differ")
        # The newest is the answer itself.
        figures = conflict.figures[1:] if is_earlier else conflict.figures
        values = []
        for figure in figures:
            value = escape_markdown(figure.value)
            number = numbers[figure.citation]
            values.append(f"{value}[^{number}]")
        joined = " · ".join(values)
        yield f"{heading} {joined}"


def _format_refusal(answer: Answer) -> Iterator[str]:
    """Yield that the articles do not say, then the nearest passages as a list."""
    phrase = get_phrase(answer.language, "not_in_sources")
    if answer.collection is not None:
        phrase = escape_markdown(answer.collection.statement)
    yield phrase
    for hit in answer.hits[:MAX_NEAREST]:
        source = _format_source(hit.passage.article, answer.language)
        yield f"- {source}"


def _format_footnote(citation: Citation, number: int, language: str) -> str:
    article = citation.passage.article
    source = _format_source(article, language)
    opening, closing = choose_marks(citation.shown, language)
    quote = escape_markdown(citation.shown)
    place = format_code(citation.location)
    footnote = f"{source}: {opening}{quote}{closing} {place}"
    return f"[^{number}]: {footnote}"


def _format_source(article: Article, language: str) -> str:
    """Return an article in words, as a link where its address on the web is known."""
    description = escape_markdown(describe_article(article, language))
    url = article.url or ""
    if not url.startswith(("https://", "http://")):
        return description
    if UNSAFE_IN_ADDRESS.intersection(url):
        return description
    return f"[{description}]({to_one_line(url)})"


def escape_markdown(text: str) -> str:
    """Return a text on one line that Markdown takes as it is."""
    return to_one_line(text).translate(ESCAPES)


def format_code(text: str) -> str:
    """Return a text as Markdown sets code, on one line."""
    code = to_one_line(text).replace("`", "")
    return f"`{code}`"
