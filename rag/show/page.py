"""Answers and passages as lines for a screen.

Whatever an article or a user wrote goes through ``to_one_line``, so that it cannot steer the terminal. What rag itself says
comes from ``phrases``, in the question's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.days import describe_article, describe_search, find_relative_days, format_days
from rag.show.lines import (
    Line,
    Page,
    Segment,
    cut_snippet,
    format_place,
    join_blocks,
    make_line,
    mark_terms,
)
from rag.show.phrases import get_phrase
from rag.show.why import explain_answer
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Answer, Article, Citation, Figure, Passage

# How a citation was verified: what the page says, in which style.
VERIFIED = {
    "exact": ("✓ exact", "good"),
    "near": ("≈ near", "warn"),
    "none": ("✗ not found", "bad"),
}
# Chosen by hand: enough to see what is there, and the page stays short.
MAX_NEAREST = 3  # passages shown when the articles do not answer
MAX_REPRINTS = 3  # articles named that hold the same quotation
INDENT = "    "


def answer_page(answer: Answer, *, quotes: bool = False, explain: bool = False) -> Page:
    """Return an answer with its sources, or a refusal with the nearest passages; then what was searched.

    With ``quotes`` only the quotations, each with its source; with ``explain`` also why these sentences.
    """
    if answer.status == "not_in_sources":
        blocks = _show_refusal(answer)
    elif quotes:
        blocks = [_show_quotation(citation, answer) for citation in answer.citations]
    else:
        blocks = _show_sentences(answer)
    blocks.append([_show_conflict(figures, answer) for figures in answer.conflicts])
    blocks.append(_show_search(answer))
    if explain:
        blocks += explain_answer(answer)
    return join_blocks(blocks)


def sources_page(answer: Answer) -> Page:
    """Return the sources of an answer and where each stands; of an answer without citations, its passages."""
    blocks = []
    for citation in answer.citations:
        blocks.append([_show_source(citation, answer), *_show_places(citation, answer.language)])
    if blocks:
        return join_blocks(blocks)
    for rank, hit in enumerate(answer.hits, 1):
        place = make_line(format_place(hit.passage), style="dim", lead=INDENT)
        blocks.append([_show_hit_title(rank, hit.passage, answer), place])
    return join_blocks(blocks)


def search_page(answer: Answer) -> Page:
    """Return the passages of a search, best first."""
    if not answer.hits:
        return join_blocks([_show_not_in_sources(answer), _show_search(answer)])
    blocks = []
    for rank, hit in enumerate(answer.hits, 1):
        title = _show_hit_title(rank, hit.passage, answer)
        place = Segment(format_place(hit.passage))
        score = Segment(f"  score {hit.score:.4g}", "dim")
        snippet = cut_snippet(hit.passage.text, answer.question)
        marked_snippet = tuple(mark_terms(snippet, answer.question))
        blocks.append([title, Line((place, score), INDENT), Line(marked_snippet, INDENT)])
    blocks.append(_show_search(answer))
    return join_blocks(blocks)


def _show_refusal(answer: Answer) -> list[Page]:
    """Return that the articles do not say, what is missing, and the nearest passages."""
    blocks = [_show_not_in_sources(answer) + _show_missing_terms(answer)]
    if not answer.hits:
        return blocks
    heading = get_phrase(answer.language, "nearest_passages")
    blocks.append([make_line(heading, style="dim")])
    for hit in answer.hits[:MAX_NEAREST]:
        passage = hit.passage
        blocks.append(
            [
                make_line(_describe_article(passage.article, answer), style="head"),
                make_line(cut_snippet(passage.text)),
                make_line(format_place(passage), style="dim"),
            ]
        )
    return blocks


def _show_sentences(answer: Answer) -> list[Page]:
    """Return the sentences of the answer as one paragraph, then its sources with their quotations."""
    segments: list[Segment] = []
    for sentence in answer.sentences:
        numbers = "".join(f"[{number}]" for number in sentence.citations)
        if segments:
            segments.append(Segment(" "))
        segments.append(Segment(to_one_line(sentence.text)))
        if numbers:
            segments.append(Segment(f" {numbers}", "dim"))
    blocks = [[Line(tuple(segments)), *_show_missing_terms(answer)]]
    for citation in answer.citations:
        blocks.append(
            [
                _show_source(citation, answer),
                _show_quote(citation, answer.question, lead=INDENT),
                *_show_relative_days(citation, lead=INDENT),
                *_show_places(citation, answer.language),
            ]
        )
    return blocks


def _show_quotation(citation: Citation, answer: Answer) -> Page:
    """Return a quotation that stands for itself, its source below it."""
    return [
        _show_quote(citation, answer.question),
        *_show_relative_days(citation),
        _show_source(citation, answer),
        *_show_places(citation, answer.language),
    ]


def _show_not_in_sources(answer: Answer) -> Page:
    return [make_line(get_phrase(answer.language, "not_in_sources"), style="head")]


def _show_missing_terms(answer: Answer) -> Page:
    """Return the words of the question that nothing covers: what a partial answer leaves open, why a refusal is one."""
    if not answer.missing_terms:
        return []
    terms = ", ".join(f"“{term}”" for term in answer.missing_terms)
    text = get_phrase(answer.language, "missing_terms").format(terms)
    return [make_line(text, style="warn")]


def _show_conflict(figures: Sequence[Figure], answer: Answer) -> Line:
    """Return which sources give which figure for the same thing."""
    articles = {citation.n: citation.passage.article for citation in answer.citations}
    parts = []
    for figure in figures:
        article = articles[figure.citation]
        source = [article.publisher, str(article.date or "")]
        known = ", ".join(part for part in source if part)
        parts.append(f"{figure.value} ({known}) [{figure.citation}]")
    heading = get_phrase(answer.language, "sources_differ")
    return make_line(f"{heading} {' · '.join(parts)}", style="warn")


def _show_search(answer: Answer) -> Page:
    return [make_line(describe_search(answer), style="dim")]


def _show_source(citation: Citation, answer: Answer) -> Line:
    """Return the head of a source: its number, whether the quotation was verified, its article."""
    mark, style = VERIFIED[citation.verified]
    article = _describe_article(citation.passage.article, answer)
    segments = (Segment(mark, style), Segment("  "), Segment(article, "head"))
    return Line(segments, f"[{citation.n}] ")


def _show_quote(citation: Citation, question: str, *, lead: str = "") -> Line:
    """Return the quotation between « and », the words of the question marked."""
    quote = mark_terms(to_one_line(citation.quote), question)
    return Line((Segment("« "), *quote, Segment(" »")), lead)


def _show_relative_days(citation: Citation, *, lead: str = "") -> Page:
    """Return which days the quotation names by their distance: « il y a huit jours » = 2025-12-04."""
    meanings = []
    for days in find_relative_days(citation):
        meanings.append(f"« {to_one_line(days.text)} » = {format_days(days.first, days.last)}")
    if not meanings:
        return []
    return [make_line(", ".join(meanings), style="dim", lead=lead)]


def _show_places(citation: Citation, language: str) -> Page:
    """Return the file and line of a quotation; then the other articles that hold it."""
    place = f"{citation.passage.article.document.path}:{citation.line}"
    page = [make_line(place, style="dim", lead=INDENT)]
    if not citation.also:
        return page
    names = [_name_reprint(reprint.article) for reprint in citation.also[:MAX_REPRINTS]]
    unnamed = len(citation.also) - MAX_REPRINTS
    if unnamed > 0:
        names.append(get_phrase(language, "more").format(unnamed))
    reprints = get_phrase(language, "also_in").format(", ".join(names))
    page.append(make_line(reprints, style="dim", lead=INDENT))
    return page


def _name_reprint(article: Article) -> str:
    """Return publisher, or else title, and date of an article."""
    name = article.publisher or article.title
    return f"{name} · {article.date}" if article.date else name


def _show_hit_title(rank: int, passage: Passage, answer: Answer) -> Line:
    title = _describe_article(passage.article, answer)
    return Line((Segment(title, "head"),), f"[{rank}] ")


def _describe_article(article: Article, answer: Answer) -> str:
    """Return an article in words, its age told in the question's language as of the day of the answer."""
    return describe_article(article, today=answer.today, language=answer.language)
