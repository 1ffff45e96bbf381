"""The objects of ``--json`` beside that of an answer, which ``rag.records`` makes.

They are plain values, as answer.schema.json beside this file describes them. Fields are only ever
added, and never renamed: scripts read them. Their names are older than the names in the code.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING

from rag.reading.skipped import count_kinds
from rag.records import SCHEMA, make_article_object, make_place_object
from rag.text import replace_unshown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.errors import RagError
    from rag.index.build import BuildReport
    from rag.index.references import View
    from rag.records import Answer

    JsonObject = dict[str, object]

ANSWER_FIELDS = frozenset(("answer", "sentences", "citations", "conflicts"))  # not of a search
# Halves of characters, for which UTF-8 has no bytes.
_SURROGATES = re.compile("[\ud800-\udfff]")


def search_json(answer: Answer) -> JsonObject:
    """Return the object of ``rag search --json``: that of an answer without the answer."""
    value = answer.to_dict()
    return {key: part for key, part in value.items() if key not in ANSWER_FIELDS}


def error_json(question: str, error: RagError) -> JsonObject:
    """Return the object of ``--json`` when something went wrong."""
    return {
        "schema": SCHEMA,
        "status": "error",
        "question": question,
        "language": "",
        "answer": "",
        "sentences": [],
        "citations": [],
        "passages": [],
        "coverage": {"articles": 0, "from": None, "to": None, "publishers": 0},
        "index": {"generation": "", "model": "", "fingerprint": ""},
        "timing_ms": {},
        "warnings": [],
        "error": {"type": type(error).__name__, "message": error.message, "hint": error.hint},
    }


def report_json(report: BuildReport) -> JsonObject:
    """Return what ``rag index --json`` prints."""
    skipped = []
    for file in report.skipped:
        skipped.append({"path": file.path, "reason": file.reason})
    return {
        "schema": SCHEMA,
        "status": "done",
        "documents": report.documents,
        "articles": report.articles,
        "passages": report.passages,
        "sentences": report.sentences,
        "added": report.added,
        "removed": report.removed,
        "unchanged": report.reused,
        "skipped": skipped,
        "skipped_kinds": count_kinds(report.skipped),
        "generation": report.generation,
        "seconds": round(report.seconds, 3),
        "changed": report.changed,
        "dry_run": report.dry_run,
        "warnings": [*report.warnings, *report.file_warnings],
        "error": None,
    }


def view_json(view: View) -> JsonObject:
    """Return the object of ``rag show --json``: a stretch of a file, and the cited span in it."""
    document = view.article.document
    cited = None
    if view.cited is not None:
        cited = {"start": view.cited.start, "end": view.cited.end}
    return {
        "schema": SCHEMA,
        "status": "done",
        **make_article_object(view.article),
        "url": view.article.url,
        "section": view.article.section,
        "line": document.line(view.start),
        **make_place_object(document.find_place(view.start)),
        "start": view.start,
        "end": view.end,
        "text": document.text[view.start : view.end],
        "cited": cited,
        "error": None,
    }


def dumps(value: Mapping[str, object], *, encoding: str = "utf-8", pretty: bool = False) -> str:
    """Return an object as JSON that any stream of that encoding holds.

    What a screen would not show as it stands is escaped; whoever reads the JSON gets it back.
    """
    is_utf8 = encoding.lower().replace("-", "").replace("_", "") == "utf8"
    text = json.dumps(
        value,
        ensure_ascii=not is_utf8,
        indent=2 if pretty else None,
        default=_make_plain,
        allow_nan=False,
    )
    text = replace_unshown(text, _escape)
    return _SURROGATES.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    """Return a character as JSON writes it in ASCII, in two halves where it needs them."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _make_plain(value: object) -> object:
    """Return what JSON can hold in place of a dataclass, a day or a path."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)
