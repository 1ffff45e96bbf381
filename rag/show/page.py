"""Answers and passages as lines for a screen: the answer first, then a line for each source.

Whatever an article or a user wrote goes through ``to_one_line``, so that it cannot steer the
terminal. What rag itself says comes from ``phrases``, in the question's language.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from rag.question.question_types import asks_for_development
from rag.show.days import describe_search, format_day, format_days, is_narrowed
from rag.show.form_page import has_sources_apart, show_form
from rag.show.lines import (
    Line,
    Page,
    Segment,
    cut_snippet,
    join_blocks,
    make_line,
    mark_terms,
    mark_value,
)
from rag.show.nearest import choose_sentence
from rag.show.phrases import get_phrase
from rag.show.quotation_marks import choose_marks
from rag.show.sources import (
    INDENT,
    SEPARATOR,
    Spot,
    Wording,
    make_nearest_line,
    make_source_line,
    name_source,
)
from rag.show.why import explain_answer
from rag.show.written_page import (
    describe_writing,
    has_standing,
    list_shown_citations,
    show_written,
)
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.records import Answer, AnswerSentence, Citation, Hit, Reprint

# How a citation was verified: its mark, its style, and the phrase that goes with it.
VERIFIED = {
    "exact": ("✓", "good", ""),
    "near": ("≈", "warn", "near"),
    "none": ("✗", "bad", "not_found"),
}
# Chosen by hand: enough to see what is there, and the page stays short.
MAX_NEAREST = 3  # passages shown when the articles do not answer
MAX_REPRINTS = 3  # articles named that hold the same quotation


def answer_page(
    answer: Answer, *, quotes: bool = False, explain: bool = False, root: Path | None = None
) -> Page:
    """Return an answer with a line for each source, or a refusal; then conflicts.

    With ``quotes`` only the quotations, each below its source; with ``explain`` also why these
    sentences. ``root`` is the folder that paths begin at, where sources can be opened by a click.
    """
    wording = Wording.of(answer, root)
    if answer.status == "not_in_sources":
        blocks = list(_show_refusal(answer, wording))
    else:
        blocks = list(_show_answer(answer, wording, quotes=quotes))
    if explain:
        blocks += explain_answer(answer)
    return join_blocks(blocks)


def page_below_sentences(
    answer: Answer, *, explain: bool = False, root: Path | None = None
) -> Page:
    """Return what stands below the sentences of an answer that are on the screen already."""
    wording = Wording.of(answer, root)
    blocks = list(_show_below(answer, wording))
    if explain:
        blocks += explain_answer(answer)
    return [Line(), *join_blocks(blocks)]


def sources_page(answer: Answer, *, root: Path | None = None) -> Page:
    """Return the sources of an answer with their quotations; without citations, its passages."""
    wording = Wording.of(answer, root)
    blocks = []
    for citation in answer.citations:
        blocks.append(_show_quotation(citation, wording))
    if blocks:
        return join_blocks(blocks)
    page = []
    for rank, hit in enumerate(answer.hits, 1):
        page.append(_show_hit(rank, hit, wording))
    return page


def search_page(answer: Answer, *, root: Path | None = None) -> Page:
    """Return the passages of a search, best first."""
    wording = Wording.of(answer, root)
    blocks = list(_show_hits_with_snippets(answer, wording))
    if not blocks:
        blocks.append([_show_not_in_sources(answer)])
    blocks.append(_show_search(answer))
    return join_blocks(blocks)


def _show_refusal(answer: Answer, wording: Wording) -> Iterator[Page]:
    """Yield that the articles do not say, what is nearest, and what was searched."""
    yield [_show_not_in_sources(answer)]
    nearest = answer.hits[:MAX_NEAREST]
    if nearest:
        heading = get_phrase(answer.language, "nearest")
        lines = [make_line(heading, style="dim")]
        for rank, hit in enumerate(nearest, 1):
            lead = f"[{rank}] "
            sentence = choose_sentence(hit.passage, answer)
            spot = Spot.of(hit.passage)
            line = make_nearest_line(spot, sentence, wording, lead=lead)
            lines.append(line)
        yield lines
    yield _show_search(answer)


def _show_answer(answer: Answer, wording: Wording, *, quotes: bool) -> Iterator[Page]:
    """Yield the sentences, the sources, the conflicts, and what was searched where not all was."""
    if quotes:
        for citation in answer.citations:
            yield _show_quotation(citation, wording)
    else:
        yield [*_show_sentences(answer, wording), *_show_missing_terms(answer)]
        yield from _show_below(answer, wording)
        return
    yield from _show_foot(answer)


def _show_below(answer: Answer, wording: Wording) -> Iterator[Page]:
    """Yield what stands below the sentences."""
    if answer.form is None or has_sources_apart(answer.form):
        sources: Page = []
        for citations in _group_by_source(list_shown_citations(answer)):
            sources += _show_source(citations, wording)
        yield sources
    yield from _show_foot(answer)


def _show_foot(answer: Answer) -> Iterator[Page]:
    """Yield who wrote the answer, the conflicts, and what was searched where not all was."""
    yield describe_writing(answer)
    yield list(_show_conflicts(answer))
    if is_narrowed(answer):
        yield _show_search(answer)


def _show_sentences(answer: Answer, wording: Wording) -> Iterator[Line]:
    """Yield the sentences of the answer, a line each, with the numbers of their citations.

    The day of its article stands before each where they are of several days. Those of a form are
    its rows.
    """
    if has_standing(answer):
        yield from show_written(answer)
        return
    if answer.form is not None:
        yield from show_form(answer, answer.form, wording)
        return
    days = _find_days(answer)
    sentences = _order_sentences(answer, days)
    is_of_several_days = len(set(days.values())) > 1
    for sentence in sentences:
        before = ""
        day = days[sentence]
        if day and is_of_several_days:
            words = format_day(day, answer.language)
            before = words + SEPARATOR
        text = to_one_line(sentence.text)
        numbers = "".join(f"[{number}]" for number in sentence.citations)
        after = f" {numbers}" if numbers else ""
        yield _make_line(
            Segment(before, "dim"),
            Segment(text, "head"),
            Segment(after, "dim"),
        )


def _find_days(answer: Answer) -> dict[AnswerSentence, datetime.date | None]:
    """Return the day of the article that each sentence is quoted from."""
    days_by_number = {}
    for citation in answer.citations:
        days_by_number[citation.n] = citation.passage.article.date
    days = {}
    for sentence in answer.sentences:
        numbers = sentence.citations
        days[sentence] = days_by_number[numbers[0]] if numbers else None
    return days


def _order_sentences(
    answer: Answer, days: Mapping[AnswerSentence, datetime.date | None]
) -> list[AnswerSentence]:
    """Return the sentences as they were ranked, or oldest first where a development is asked for.

    Those of no known day come last.
    """
    sentences = list(answer.sentences)
    if not asks_for_development(answer.question, answer.language):
        return sentences
    return sorted(sentences, key=lambda sentence: days[sentence] or datetime.date.max)


def _group_by_source(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Return the citations of one article together, where one line can say where they stand."""
    groups: dict[tuple[str, ...], list[Citation]] = {}
    for citation in citations:
        article = citation.passage.article
        document = article.document
        # A page, a chapter or a row is named; of a text the lines are listed.
        place = document.path if document.is_plain else citation.location
        key = (article.id, citation.verified, place)
        group = groups.setdefault(key, [])
        group.append(citation)
    return list(groups.values())


def _show_source(citations: Sequence[Citation], wording: Wording) -> Iterator[Line]:
    """Yield the line of a source; then its days in figures, and the other articles that hold it.

    ``citations`` are those of one article, verified alike.
    """
    first, *others = citations
    mark, style, phrase = VERIFIED[first.verified]
    head = [Segment(f"{mark} ", style)]
    if phrase:
        words = get_phrase(wording.language, phrase)
        beside = Segment(f"{words}{SEPARATOR}", style)
        head.append(beside)
    numbers = "".join(f"[{citation.n}]" for citation in citations)
    further = tuple(citation.start for citation in others)
    spot = Spot(first.passage.article, first.start, further)
    yield make_source_line(spot, wording, head=head, lead=f"{numbers} ")
    remarks = []
    for citation in citations:
        remarks.append(_describe_relative_days(citation, wording))
        remarks.append(_describe_reprints(citation, wording))
    for remark in dict.fromkeys(remarks):
        if remark:
            yield make_line(remark, style="dim", lead=INDENT)


def _show_quotation(citation: Citation, wording: Wording) -> Page:
    """Return a source and its quotation between marks, the value that was asked for marked."""
    source, *remarks = _show_source([citation], wording)
    quote = to_one_line(citation.shown)
    value = to_one_line(citation.value)
    opening, closing = choose_marks(quote, wording.language)
    quotation = _make_line(
        Segment(opening),
        *mark_value(quote, value),
        Segment(closing),
        lead=INDENT,
    )
    return [source, quotation, *remarks]


def _make_line(*segments: Segment, lead: str = "") -> Line:
    """Return a line of those segments that are not empty."""
    known_segments = [segment for segment in segments if segment.text]
    return Line(tuple(known_segments), lead)


def _show_hit(rank: int, hit: Hit, wording: Wording) -> Line:
    """Return the line of a passage."""
    lead = f"[{rank}] "
    spot = Spot.of(hit.passage)
    return make_source_line(spot, wording, head=(), lead=lead)


def _show_hits_with_snippets(answer: Answer, wording: Wording) -> Iterator[Page]:
    """Yield the passages of a search, each with a snippet and its score."""
    score_phrase = get_phrase(wording.language, "score")
    for rank, hit in enumerate(answer.hits, 1):
        source = _show_hit(rank, hit, wording)
        snippet = cut_snippet(hit.passage.shown, answer.question)
        marked = mark_terms(snippet, answer.question)
        number = f"{hit.score:.4g}"
        score = score_phrase.format(number)
        score_segment = Segment(f"  {score}", "dim")
        text = _make_line(*marked, score_segment, lead=INDENT)
        yield [source, text]


def _show_not_in_sources(answer: Answer) -> Line:
    """Return that the articles do not say, and the words that stand nowhere in them."""
    phrase = get_phrase(answer.language, "not_in_sources")
    if answer.collection is not None:
        phrase = answer.collection.statement
    segments = [Segment(to_one_line(phrase), "head")]
    for line in _show_missing_terms(answer):
        missing = Segment(f" {line.plain}", "warn")
        segments.append(missing)
    return Line(tuple(segments))


def _show_missing_terms(answer: Answer) -> Page:
    """Return the words of the question that nothing covers.

    They are what a partial answer leaves open, and why a refusal may be one.
    """
    if not answer.missing_terms:
        return []
    phrase = get_phrase(answer.language, "missing_terms")
    terms = []
    for term in answer.missing_terms:
        opening, closing = choose_marks(term, answer.language)
        terms.append(f"{opening}{term}{closing}")
    text = phrase.format(", ".join(terms))
    return [make_line(text, style="warn")]


def _show_conflicts(answer: Answer) -> Iterator[Line]:
    """Yield a line for each thing of which the sources give different figures, or gave them."""
    sources = {}
    for citation in answer.citations:
        article = citation.passage.article
        sources[citation.n] = name_source(article, answer.language)
    for conflict in answer.conflicts:
        figures = conflict.figures
        heading = get_phrase(answer.language, "sources_differ")
        if conflict.kind == "earlier":
            # The newest is the answer itself.
            heading = get_phrase(answer.language, "stated_earlier")
            figures = figures[1:]
        parts = []
        for value, number in figures:
            source = sources[number]
            parts.append(f"{value} ({source}) [{number}]")
        text = SEPARATOR.join(parts)
        yield make_line(f"{heading} {text}", style="warn")


def _show_search(answer: Answer) -> Page:
    search = describe_search(answer)
    return [make_line(search, style="dim")]


def _describe_relative_days(citation: Citation, wording: Wording) -> str:
    """Return what relative days of the quotation mean: « il y a huit jours » = 4 déc. 2025."""
    meanings = []
    for words, first, last in citation.relative_days:
        days = format_days(first, last, wording.language)
        opening, closing = choose_marks(words, wording.language)
        meanings.append(f"{opening}{words}{closing} = {days}")
    return ", ".join(meanings)


def _describe_reprints(citation: Citation, wording: Wording) -> str:
    """Return the first articles that hold the same quotation, and how many more there are."""
    if not citation.also:
        return ""
    names = []
    for reprint in citation.also[:MAX_REPRINTS]:
        names.append(_name_reprint(reprint, wording.language))
    unnamed = len(citation.also) - MAX_REPRINTS
    if unnamed > 0:
        more = get_phrase(wording.language, "more")
        names.append(more.format(unnamed))
    also_in = get_phrase(wording.language, "also_in")
    list_of_names = ", ".join(names)
    return also_in.format(list_of_names)


def _name_reprint(reprint: Reprint, language: str) -> str:
    """Return publisher, or title, and day of an article that holds the same quotation."""
    article = reprint.article
    name = article.publisher or article.title
    if article.date is None:
        return name
    day = format_day(article.date, language)
    return f"{name}{SEPARATOR}{day}"
