"""Pages made by hand and what is written of them, for the tests of what is shown."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
from answers import (
    FIRST,
    SECOND,
    TEXT,
    answered,
    article,
    citation,
    dated,
    laid_out,
    refused,
    summarised,
)

from rag import show
from rag.index.references import view_item
from rag.records import Span

SCHEMA = json.loads((Path(show.__file__).parent / "answer.schema.json").read_text(encoding="utf-8"))
PAGES = {
    "answered": lambda: show.answer_page(
        answered(citations=(answered().citations[0], citation(2, article(), SECOND, "near")))
    ),
    "dates": lambda: show.answer_page(dated()),
    "timeline": lambda: show.answer_page(laid_out()),
    "long-timeline": lambda: show.answer_page(laid_out(14)),
    "summary": lambda: show.answer_page(summarised()),
    "quotes": lambda: show.answer_page(answered(), quotes=True),
    "explain": lambda: show.answer_page(answered(), explain=True),
    "refused": lambda: show.answer_page(refused()),
    "search": lambda: show.search_page(answered()),
    "sources": lambda: show.sources_page(answered()),
    "reasons": lambda: show.reasons_page(answered()),
    "reasons-refused": lambda: show.reasons_page(refused()),
    "view": lambda: show.view_page(
        view_item(article(), cited=Span(TEXT.index(FIRST), TEXT.index(FIRST) + len(FIRST)))
    ),
}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def written(
    page: show.Page,
    *,
    color: str = "auto",
    width: int | None = None,
    terminal: bool = False,
    **environ: str,
) -> str:
    stream = Terminal() if terminal else io.StringIO()
    show.Screen(stream, color=color, width=width, environ=environ).write(page)
    return stream.getvalue()


def valid(value: dict[str, object]) -> dict[str, object]:
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    return value
