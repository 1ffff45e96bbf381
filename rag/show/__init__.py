"""What a person or a script reads: pages of lines for a screen, objects for ``--json``.

The only door to rich.

phrases     what rag itself says, from the language files
ages, days  how old, and which days, in words
lines       segments with a style, lines, blocks, snippets
page        answers, passages and sources
written_page  what a language model wrote
checked_draft  what was checked of a draft; footnotes, the draft with its sources
reasons     why an answer was given, in words
why         what --explain shows
view        lines of a file with the citation marked
article_list  the articles, sorted
reports     what was indexed, what was measured, what went wrong
objects     the objects of --json, as answer.schema.json describes them
markdown    answers as a file with footnotes
screen      a terminal or a pipe, and progress: a bar

Whoever translates rag writes phrases into ``rag/text/languages/``. Golden pages in
``tests/golden/`` say how each page looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.front_door import make_front_door

if TYPE_CHECKING:
    from rag.show.article_list import list_json, list_page, list_rows
    from rag.show.checked_draft import check_page
    from rag.show.days import describe_article, describe_coverage, format_day
    from rag.show.footnotes import footnoted_draft
    from rag.show.lines import Line, Page, Segment, make_line
    from rag.show.markdown import answers_markdown
    from rag.show.objects import dumps, error_json, report_json, search_json, view_json
    from rag.show.page import answer_page, page_below_sentences, search_page, sources_page
    from rag.show.phrases import format_count, get_phrase, get_phrase_table
    from rag.show.progress import Bar
    from rag.show.reasons import reasons_page
    from rag.show.remarks import translate_warning, warnings_page
    from rag.show.reports import (
        error_page,
        evaluation_page,
        findings_page,
        mapping_page,
        report_page,
        status_page,
    )
    from rag.show.screen import Screen
    from rag.show.view import view_page
    from rag.show.written_page import make_written_line
    from rag.text import to_one_line

__all__ = [
    "Bar",
    "Line",
    "Page",
    "Screen",
    "Segment",
    "answer_page",
    "answers_markdown",
    "check_page",
    "describe_article",
    "describe_coverage",
    "dumps",
    "error_json",
    "error_page",
    "evaluation_page",
    "findings_page",
    "footnoted_draft",
    "format_count",
    "format_day",
    "get_phrase",
    "get_phrase_table",
    "list_json",
    "list_page",
    "list_rows",
    "make_line",
    "make_written_line",
    "mapping_page",
    "page_below_sentences",
    "reasons_page",
    "report_json",
    "report_page",
    "search_json",
    "search_page",
    "sources_page",
    "status_page",
    "to_one_line",
    "translate_warning",
    "view_json",
    "view_page",
    "warnings_page",
]

_MODULES = {
    "Bar": "rag.show.progress",
    "Line": "rag.show.lines",
    "Page": "rag.show.lines",
    "Screen": "rag.show.screen",
    "Segment": "rag.show.lines",
    "answer_page": "rag.show.page",
    "answers_markdown": "rag.show.markdown",
    "check_page": "rag.show.checked_draft",
    "describe_article": "rag.show.days",
    "describe_coverage": "rag.show.days",
    "dumps": "rag.show.objects",
    "error_json": "rag.show.objects",
    "error_page": "rag.show.reports",
    "evaluation_page": "rag.show.reports",
    "findings_page": "rag.show.reports",
    "footnoted_draft": "rag.show.footnotes",
    "format_count": "rag.show.phrases",
    "format_day": "rag.show.days",
    "get_phrase": "rag.show.phrases",
    "get_phrase_table": "rag.show.phrases",
    "list_json": "rag.show.article_list",
    "list_page": "rag.show.article_list",
    "list_rows": "rag.show.article_list",
    "make_line": "rag.show.lines",
    "make_written_line": "rag.show.written_page",
    "mapping_page": "rag.show.reports",
    "page_below_sentences": "rag.show.page",
    "reasons_page": "rag.show.reasons",
    "report_json": "rag.show.objects",
    "report_page": "rag.show.reports",
    "search_json": "rag.show.objects",
    "search_page": "rag.show.page",
    "sources_page": "rag.show.page",
    "status_page": "rag.show.reports",
    "to_one_line": "rag.text",
    "translate_warning": "rag.show.remarks",
    "view_json": "rag.show.objects",
    "view_page": "rag.show.view",
    "warnings_page": "rag.show.remarks",
}

__getattr__ = make_front_door(__name__, _MODULES)
