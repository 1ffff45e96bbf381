"""Answers that were asked for in a form: aligned rows, each a day, a quotation and its source.

On a terminal the page fits on a small screen: the more rows there are, the fewer lines each
quotation takes, and beyond some a row and its source share a line. Written elsewhere, and under
``--quotes``, every quotation is whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.days import format_day
from rag.show.fitting import measure
from rag.show.labelled_rows import LABELLED_FORMS, show_labelled_rows
from rag.show.lines import Line, Page, Segment, Shrink, make_line
from rag.show.phrases import get_phrase_table
from rag.show.sources import SEPARATOR, Spot, make_row_source, name_source
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.records import Answer, AnswerForm, Citation, FormRow
    from rag.show.sources import Wording

# Lines of a screen of 20 that rows may take; beside them stand the question, a heading, the prompt.
SCREEN_LINES = 16
MAX_ROWS_WITH_SOURCES = SCREEN_LINES // 2
LEAST_QUOTATION = 40  # cells of one that shares its line with its source; chosen by hand
MARKS = {"exact": ("✓", "good"), "near": ("≈", "warn"), "none": ("✗", "bad")}
GAP = "  "  # between the day and what stands beside it


def show_form(
    answer: Answer,
    form: AnswerForm,
    wording: Wording,
) -> Page:
    """Return the heading of an answer in a form with its rows, each above its source.

    The sentences of one article have their source below them all.
    """
    if form.name in LABELLED_FORMS:
        return list(show_labelled_rows(answer, form))
    citations = {citation.n: citation for citation in answer.citations}
    days = _format_days(form, wording)
    day_width = max((measure(day) for day in days), default=0)
    lines_each = _count_lines_each(form)
    page = _show_heading(answer, form, wording)
    for row, day in zip(form.rows, days, strict=True):
        padding = " " * (day_width - measure(day))
        lead = f"{day}{padding}{GAP}" if day_width else ""
        text = to_one_line(answer.sentences[row.sentence or 0].text)
        cited = [citations[number] for number in row.citations]
        line = _make_row(text, lead, cited, lines_each)
        if len(form.rows) > MAX_ROWS_WITH_SOURCES:
            line = _add_sources(line, row, cited, wording)
        page.append(line)
        if _has_sources_below(form):
            indent = " " * measure(lead)
            page += _list_sources(row, cited, wording, indent)
    return page


def has_sources_apart(form: AnswerForm) -> bool:
    """Return whether the sources of rows are listed below them all: where they are few."""
    return bool(form.title) or form.name in LABELLED_FORMS


def _has_sources_below(form: AnswerForm) -> bool:
    """Return whether each row has its source below it: where there is room for both."""
    return not has_sources_apart(form) and len(form.rows) <= MAX_ROWS_WITH_SOURCES


def _count_lines_each(form: AnswerForm) -> int:
    """Return how many lines of a small screen each quotation may take."""
    lines = SCREEN_LINES // max(len(form.rows), 1)
    if _has_sources_below(form):
        lines -= 1
    return max(lines, 1)


def _show_heading(
    answer: Answer,
    form: AnswerForm,
    wording: Wording,
) -> Page:
    """Return what the rows are: of which topic, or of which article."""
    if form.title:
        article = answer.citations[0].passage.article
        source = name_source(article, wording.language)
        return [make_line(SEPARATOR.join(filter(None, (form.title, source))), style="dim")]
    phrases: Mapping[str, str] = get_phrase_table(wording.language, "forms")
    key = form.name if form.topic else f"all_{form.name}"
    heading = phrases.get(key, "").format(form.topic)
    return [make_line(heading, style="dim")] if heading else []


def _format_days(form: AnswerForm, wording: Wording) -> list[str]:
    """Return the day of each row; that of the one article is in the heading."""
    days: list[str] = []
    for row in form.rows:
        days.append("")
        if row.day is not None and not form.title:
            days[-1] = format_day(row.day, wording.language)
    return days


def _make_row(
    text: str,
    lead: str,
    cited: Sequence[Citation],
    rows: int,
) -> Line:
    """Return the line of a row; its quotation takes no more than some rows of a screen."""
    numbers = "".join(f"[{citation.n}]" for citation in cited)
    shrink = Shrink("end", rows=rows)
    quotation = Segment(text, "head", shrink=shrink)
    return Line((quotation, Segment(f" {numbers}", "dim")), lead)


def _add_sources(
    line: Line,
    row: FormRow,
    cited: Sequence[Citation],
    wording: Wording,
) -> Line:
    """Return the line of a row with its sources behind it, as far as a terminal has room."""
    quotation, numbers = line.segments
    segments = [quotation._replace(shrink=Shrink("end", least=LEAST_QUOTATION)), numbers]
    for source in _list_sources(row, cited, wording, ""):
        segments += [Segment(" "), *source.segments]
    return Line(tuple(segments), line.lead, narrower=((line,),))


def _list_sources(
    row: FormRow,
    cited: Sequence[Citation],
    wording: Wording,
    lead: str,
) -> Iterator[Line]:
    """Yield a line for each source of a row, with its day where the row tells another."""
    for citation in cited:
        article = citation.passage.article
        mark, style = MARKS[citation.verified]
        head = Segment(f"{mark} ", style)
        yield make_row_source(
            Spot(article, citation.start),
            wording,
            head=[head],
            lead=lead,
            is_dated=article.date != row.day,
        )
