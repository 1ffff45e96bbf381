"""Answers and passages as lines for a screen.

Whatever an article or a user wrote goes through ``to_one_line``, so that it cannot steer the
terminal. What rag itself says comes from ``phrases``, in the question's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.days import describe_article, describe_search, format_days
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
    from collections.abc import Iterator, Sequence

    from rag.records import Answer, Article, Citation, Hit, Passage, Reprint

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
    """Return an answer with its sources, or a refusal; then conflicts, and what was searched.

    With ``quotes`` only the quotations, each with its source; with ``explain`` also why these
    sentences.
    """
    if answer.status == "not_in_sources":
        blocks = list(_show_refusal(answer))
    elif quotes:
        blocks = list(_show_quotations(answer))
    else:
        blocks = list(_show_sentences_and_sources(answer))
    blocks.append(list(_show_conflicts(answer)))
    blocks.append(_show_search(answer))
    if explain:
        blocks += explain_answer(answer)
    return join_blocks(blocks)


def sources_page(answer: Answer) -> Page:
    """Return the sources of an answer and where each stands; without citations, its passages."""
    blocks = list(_show_sources(answer))
    if not blocks:
        blocks = list(_show_hits(answer))
    return join_blocks(blocks)


def search_page(answer: Answer) -> Page:
    """Return the passages of a search, best first."""
    blocks = list(_show_hits_with_snippets(answer))
    if not blocks:
        blocks.append(_show_not_in_sources(answer))
    blocks.append(_show_search(answer))
    return join_blocks(blocks)


def _show_refusal(answer: Answer) -> Iterator[Page]:
    """Yield that the articles do not say, what is missing, and the nearest passages."""
    yield _show_not_in_sources(answer) + _show_missing_terms(answer)
    if not answer.hits:
        return
    heading = get_phrase(answer.language, "nearest_passages")
    yield [make_line(heading, style="dim")]
    for hit in answer.hits[:MAX_NEAREST]:
        passage = hit.passage
        title = _describe_article(passage.article, answer)
        snippet = cut_snippet(passage.shown)
        yield [
            make_line(title, style="head"),
            make_line(snippet),
            _show_place(passage),
        ]


def _show_quotations(answer: Answer) -> Iterator[Page]:
    """Yield the quotations of an answer, each with its source below it."""
    for citation in answer.citations:
        yield [
            _show_quote(citation, answer),
            *_show_relative_days(citation),
            _show_source(citation, answer),
            *_show_places(citation, answer),
        ]


def _show_sentences_and_sources(answer: Answer) -> Iterator[Page]:
    """Yield the sentences as one paragraph, then the sources with their quotations."""
    paragraph = Line(tuple(_show_sentences(answer)))
    yield [paragraph, *_show_missing_terms(answer)]
    for citation in answer.citations:
        yield [
            _show_source(citation, answer),
            _show_quote(citation, answer, lead=INDENT),
            *_show_relative_days(citation, lead=INDENT),
            *_show_places(citation, answer),
        ]


def _show_sentences(answer: Answer) -> Iterator[Segment]:
    """Yield the sentences of the answer, each followed by the numbers of its citations."""
    space = ""
    for sentence in answer.sentences:
        text = to_one_line(sentence.text)
        yield Segment(space + text)
        space = " "
        numbers = "".join(f"[{number}]" for number in sentence.citations)
        if numbers:
            yield Segment(f" {numbers}", "dim")


def _show_sources(answer: Answer) -> Iterator[Page]:
    """Yield the cited articles, each with the places of its quotation."""
    for citation in answer.citations:
        yield [
            _show_source(citation, answer),
            *_show_places(citation, answer),
        ]


def _show_hits(answer: Answer) -> Iterator[Page]:
    """Yield the passages of an answer, each with its place."""
    for rank, hit in enumerate(answer.hits, 1):
        yield [
            _show_hit_title(rank, hit, answer),
            _show_place(hit.passage, lead=INDENT),
        ]


def _show_hits_with_snippets(answer: Answer) -> Iterator[Page]:
    """Yield the passages of a search, each with its place, its score and a snippet."""
    for rank, hit in enumerate(answer.hits, 1):
        snippet = cut_snippet(hit.passage.shown, answer.question)
        place_and_score = (
            Segment(format_place(hit.passage)),
            Segment(f"  score {hit.score:.4g}", "dim"),
        )
        yield [
            _show_hit_title(rank, hit, answer),
            Line(place_and_score, INDENT),
            Line(tuple(mark_terms(snippet, answer.question)), INDENT),
        ]


def _show_not_in_sources(answer: Answer) -> Page:
    phrase = get_phrase(answer.language, "not_in_sources")
    return [make_line(phrase, style="head")]


def _show_missing_terms(answer: Answer) -> Page:
    """Return the words of the question that nothing covers.

    They are what a partial answer leaves open, and why a refusal may be one.
    """
    if not answer.missing_terms:
        return []
    phrase = get_phrase(answer.language, "missing_terms")
    terms = [f"“{term}”" for term in answer.missing_terms]
    text = phrase.format(", ".join(terms))
    return [make_line(text, style="warn")]


def _show_conflicts(answer: Answer) -> Iterator[Line]:
    """Yield a line for each thing of which the sources give different figures."""
    sources = {}
    for citation in answer.citations:
        sources[citation.n] = _name_source(citation.passage.article)
    heading = get_phrase(answer.language, "sources_differ")
    for figures in answer.conflicts:
        parts = []
        for value, number in figures:
            source = sources[number]
            parts.append(f"{value} ({source}) [{number}]")
        text = " · ".join(parts)
        yield make_line(f"{heading} {text}", style="warn")


def _show_search(answer: Answer) -> Page:
    search = describe_search(answer)
    return [make_line(search, style="dim")]


def _show_source(citation: Citation, answer: Answer) -> Line:
    """Return the head of a source: its number, whether the quotation was verified, its article."""
    mark, style = VERIFIED[citation.verified]
    title = _describe_article(citation.passage.article, answer)
    return Line(
        segments=(
            Segment(mark, style),
            Segment("  "),
            Segment(title, "head"),
        ),
        lead=f"[{citation.n}] ",
    )


def _show_quote(citation: Citation, answer: Answer, *, lead: str = "") -> Line:
    """Return the quotation between « and », the words of the question marked."""
    quote = to_one_line(citation.shown)
    segments = (
        Segment("« "),
        *mark_terms(quote, answer.question),
        Segment(" »"),
    )
    return Line(segments, lead)


def _show_relative_days(citation: Citation, *, lead: str = "") -> Page:
    """Return what relative days of the quotation mean: « il y a huit jours » = 2025-12-04."""
    meanings = []
    for words, first, last in citation.relative_days:
        days = format_days(first, last)
        meanings.append(f"« {to_one_line(words)} » = {days}")
    if not meanings:
        return []
    text = ", ".join(meanings)
    return [make_line(text, style="dim", lead=lead)]


def _show_places(citation: Citation, answer: Answer) -> Iterator[Line]:
    """Yield the file and line of a quotation; then the other articles that hold it."""
    yield make_line(citation.location, style="dim", lead=INDENT)
    if not citation.also:
        return
    also_in = get_phrase(answer.language, "also_in")
    names = _name_reprints(citation.also, answer.language)
    reprints = also_in.format(names)
    yield make_line(reprints, style="dim", lead=INDENT)


def _show_place(passage: Passage, *, lead: str = "") -> Line:
    return make_line(format_place(passage), style="dim", lead=lead)


def _show_hit_title(rank: int, hit: Hit, answer: Answer) -> Line:
    title = _describe_article(hit.passage.article, answer)
    return make_line(title, style="head", lead=f"[{rank}] ")


def _describe_article(article: Article, answer: Answer) -> str:
    """Return an article in words, its age told in the question's language on the answer's day."""
    return describe_article(article, today=answer.today, language=answer.language)


def _name_source(article: Article) -> str:
    """Return publisher and date of an article, as far as they are known."""
    known = []
    if article.publisher:
        known.append(article.publisher)
    if article.date:
        known.append(article.date.isoformat())
    return ", ".join(known)


def _name_reprints(reprints: Sequence[Reprint], language: str) -> str:
    """Return the first articles that hold the same quotation, and how many more there are."""
    names = []
    for reprint in reprints[:MAX_REPRINTS]:
        article = reprint.article
        name = article.publisher or article.title
        if article.date:
            name = f"{name} · {article.date}"
        names.append(name)
    unnamed = len(reprints) - MAX_REPRINTS
    if unnamed > 0:
        more = get_phrase(language, "more")
        names.append(more.format(unnamed))
    return ", ".join(names)
