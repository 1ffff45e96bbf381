"""What a person or a script reads: pages of lines for a screen, objects for ``--json``.

The only door to rich.

phrases     what rag itself says, from the language files
ages, days  how old, and which days, in words
lines       segments with a style, lines, blocks, snippets
page        answers, passages and sources
check_page  what was checked of a draft; footnotes, the draft with its sources
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

from rag.show.article_list import list_json, list_page, list_rows
from rag.show.check_page import check_page
from rag.show.days import describe_article, describe_coverage
from rag.show.footnotes import footnoted_draft
from rag.show.lines import Line, Page, Segment, make_line
from rag.show.markdown import answers_markdown
from rag.show.objects import dumps, error_json, report_json, search_json, view_json
from rag.show.page import answer_page, search_page, sources_page
from rag.show.phrases import format_count, get_phrase
from rag.show.progress import Bar
from rag.show.reasons import reasons_page
from rag.show.remarks import warnings_page
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
    "get_phrase",
    "list_json",
    "list_page",
    "list_rows",
    "make_line",
    "mapping_page",
    "reasons_page",
    "report_json",
    "report_page",
    "search_json",
    "search_page",
    "sources_page",
    "status_page",
    "to_one_line",
    "view_json",
    "view_page",
    "warnings_page",
]
