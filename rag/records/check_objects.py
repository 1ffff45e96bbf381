"""A check of a draft as values that JSON can hold: ``rag check --json`` and ``to_dict``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.records.checks import CLAIM_STATUSES, QUOTATION_STATUSES
from rag.records.objects import (
    SCHEMA,
    make_citation_object,
    make_coverage_object,
    round_times,
)

if TYPE_CHECKING:
    from rag.records.checks import CheckedItem, DraftCheck
    from rag.records.objects import JsonObject


def make_check_object(check: DraftCheck) -> JsonObject:
    """Return a check as ``rag check --json`` prints it."""
    counts: JsonObject = {}
    for status in (*QUOTATION_STATUSES, *CLAIM_STATUSES):
        counts[status] = check.count(status)
    counts["short_quotations"] = check.short_quotations
    return {
        "schema": SCHEMA,
        "status": "done",
        "draft": check.path,
        "language": check.language,
        "counts": counts,
        "items": [_make_item(number, item) for number, item in enumerate(check.items, 1)],
        "coverage": make_coverage_object(check.coverage),
        "index": {
            "generation": check.generation,
            "model": check.model,
            "fingerprint": check.fingerprint,
        },
        "timing_ms": round_times(check.timing_ms),
        "warnings": list(check.warnings),
        "error": None,
    }


def _make_item(number: int, item: CheckedItem) -> JsonObject:
    return {
        "n": number,
        "kind": item.kind,
        "text": item.text,
        "line": item.line,
        "start": item.start,
        "end": item.end,
        "status": item.status,
        "citation": item.citation and make_citation_object(item.citation, None),
        "difference": _make_difference(item),
        "missing": list(item.missing),
        "doubt": item.doubt or None,
        "doubted": item.doubted and make_citation_object(item.doubted, None),
    }


def _make_difference(item: CheckedItem) -> JsonObject | None:
    """Return what differs, or None where nothing does."""
    if not (item.changes or item.facts):
        return None
    words = [{"kind": change.kind, "text": change.text} for change in item.changes]
    facts = [{"draft": fact.draft, "source": fact.source} for fact in item.facts]
    return {"words": words, "facts": facts}
