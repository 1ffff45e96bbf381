"""What a person or a script reads: pages of lines for a screen, and objects for ``--json``. The only door to rich."""

from __future__ import annotations

from rag.show.days import about, extent
from rag.show.lines import Line, Page, Segment
from rag.show.markdown import answers_markdown
from rag.show.objects import answer_json, dumps, error_json, report_json, search_json, view_json
from rag.show.page import (
    answer_page,
    error_page,
    evaluation_page,
    mapping_page,
    report_page,
    search_page,
    sources_page,
)
from rag.show.progress import Bar
from rag.show.screen import Screen
from rag.show.view import Source, View, looked_up, view, view_page
from rag.show.why import why_page
from rag.text.words import to_one_line

__all__ = [
    "Bar",
    "Line",
    "Page",
    "Screen",
    "Segment",
    "Source",
    "View",
    "about",
    "answer_json",
    "answer_page",
    "answers_markdown",
    "dumps",
    "error_json",
    "error_page",
    "evaluation_page",
    "extent",
    "looked_up",
    "mapping_page",
    "report_json",
    "report_page",
    "search_json",
    "search_page",
    "sources_page",
    "to_one_line",
    "view",
    "view_json",
    "view_page",
    "why_page",
]
