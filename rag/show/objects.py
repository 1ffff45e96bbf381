"""The objects of ``--json``: plain values that JSON can hold, as answer.schema.json describes them."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from typing import TYPE_CHECKING

from rag.show.days import told

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from rag.errors import RagError
    from rag.index.build import BuildReport
    from rag.records import (
        Answer,
        Article,
        Citation,
        Explanation,
        Figure,
        Hit,
        Reprint,
        RequestedPeriod,
    )
    from rag.show.view import View

SCHEMA = 1


def answer_json(answer: Answer, *, explain: bool = False) -> dict[str, object]:
    """An answer as ``rag ask --json`` prints it; with ``explain`` also why."""
    return {
        "schema": SCHEMA,
        "status": answer.status,
        "question": answer.question,
        "language": answer.language,
        "answer": answer.text,
        "sentences": [{"text": s.text, "citations": list(s.citations)} for s in answer.sentences],
        "citations": [_citation(citation, answer.today) for citation in answer.citations],
        "passages": [_hit(rank, hit) for rank, hit in enumerate(answer.hits, 1)],
        "coverage": {
            "articles": answer.coverage.articles,
            "from": _day(answer.coverage.first),
            "to": _day(answer.coverage.last),
            "publishers": answer.coverage.publishers,
        },
        "index": {
            "generation": answer.generation,
            "model": answer.model,
            "fingerprint": answer.fingerprint,
        },
        "timing_ms": {stage: round(_finite(time), 1) for stage, time in answer.timing_ms.items()},
        **({"lacks": list(answer.missing_terms)} if answer.missing_terms else {}),
        **(
            {"explanation": _explanation(answer.explanation)}
            if explain and answer.explanation
            else {}
        ),
        **({"asked": _asked(answer.period)} if answer.period else {}),
        **(
            {"conflicts": [_conflict(figures) for figures in answer.conflicts]}
            if answer.conflicts
            else {}
        ),
        "warnings": list(answer.warnings),
        "error": None,
    }


def search_json(answer: Answer) -> dict[str, object]:
    """The passages found as ``rag search --json`` prints them: the same object without an answer."""
    return {
        key: value
        for key, value in answer_json(answer).items()
        if key not in ("answer", "sentences", "citations", "conflicts")
    }


def error_json(question: str, error: RagError) -> dict[str, object]:
    """The object of ``--json`` when something went wrong."""
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


def report_json(report: BuildReport) -> dict[str, object]:
    """What ``rag index --json`` prints."""
    fields = {
        name: getattr(report, name)
        for name in ("documents", "articles", "passages", "sentences", "added", "removed")
    }
    skipped = [{"path": skipped.path, "reason": skipped.reason} for skipped in report.skipped]
    about = {"generation": report.generation, "seconds": round(report.seconds, 3)}
    return {"schema": SCHEMA, "status": "done", **fields, "unchanged": report.reused, "skipped": skipped, **about,
            "changed": report.changed, "dry_run": report.dry_run, "error": None}  # fmt: skip


def view_json(view: View) -> dict[str, object]:
    """What ``rag show --json`` prints: the stretch of a file on view, and the cited span in it."""
    document = view.article.document
    return {
        "schema": SCHEMA,
        "status": "done",
        **_article(view.article),
        "url": view.article.url,
        "line": document.line(view.start),
        "start": view.start,
        "end": view.end,
        "text": document.text[view.start : view.end],
        "cited": None if view.cited is None else {"start": view.cited.start, "end": view.cited.end},
        "error": None,
    }


def dumps(value: Mapping[str, object], *, encoding: str = "utf-8", pretty: bool = False) -> str:
    """An object as JSON that any stream of that encoding holds and that no terminal takes for a command."""
    readable = encoding.lower().replace("-", "").replace("_", "") == "utf8"
    text = json.dumps(
        value,
        ensure_ascii=not readable,
        indent=2 if pretty else None,
        default=_plain,
        allow_nan=False,
    )
    return re.sub(HIDDEN, lambda found: f"\\u{ord(found[0]):04x}", text)


# controls of terminals and of writing direction, and halves of characters: UTF-8 has no bytes for those
HIDDEN = "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def _article(article: Article) -> dict[str, object]:
    return {
        "article": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "date": _day(article.date),
        "language": article.language,
        "path": article.document.path,
    }


def _explanation(why: Explanation) -> dict[str, object]:
    best = [
        {
            "sentence": reason.sentence,
            "score": _finite(reason.score),
            "parts": {name: _finite(gain) for name, gain in reason.contributions.items()},
        }
        for reason in why.top_sentences
    ]
    return {
        "asks": why.question_type,
        "confidence": _finite(why.confidence),
        "needed": why.confidence_threshold,
        "best": best,
    }


def _citation(citation: Citation, today: datetime.date | None) -> dict[str, object]:
    date, days = citation.passage.article.date, told(citation)
    return {
        "n": citation.n,
        **_article(citation.passage.article),
        "age_days": (today - date).days if today and date else None,
        "line": citation.line,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "verified": citation.verified,
        **(
            {
                "dates": [
                    {"text": t, "from": _day(first), "to": _day(last)} for t, first, last in days
                ]
            }
            if days
            else {}
        ),
        **({"also": [_reprint(reprint) for reprint in citation.also]} if citation.also else {}),
    }


def _reprint(reprint: Reprint) -> dict[str, object]:
    about = {name: value for name, value in _article(reprint.article).items() if name != "language"}
    return {**about, "line": reprint.line}


def _asked(asked: RequestedPeriod) -> dict[str, object]:
    return {
        "from": _day(asked.first),
        "to": _day(asked.last),
        "words": asked.words,
        "use": asked.use,
    }


def _conflict(figures: Sequence[Figure]) -> dict[str, object]:
    return {"figures": [{"value": figure.value, "citation": figure.citation} for figure in figures]}


def _hit(rank: int, hit: Hit) -> dict[str, object]:
    passage, article = hit.passage, hit.passage.article
    return {
        "rank": rank,
        "id": passage.id,
        "article": article.id,
        "title": article.title,
        "date": _day(article.date),
        "path": article.document.path,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": _finite(hit.score),
        "scores": {channel: _finite(score) for channel, score in hit.scores.items()},
        "matches": [
            {
                "asked": match.question_word,
                "found": match.passage_word,
                "weight": _finite(match.weight),
            }
            for match in hit.matches
        ],
    }


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _finite(number: float) -> float:
    """JSON has no infinity and no NaN."""
    number = float(number)
    return round(number, 6) if math.isfinite(number) else 0.0
