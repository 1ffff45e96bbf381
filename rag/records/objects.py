"""An answer as values that JSON can hold: ``rag ask --json`` and ``Answer.to_dict``.

show/answer.schema.json describes them. Fields are only ever added, and never renamed: scripts read
them. Their names are older than the names in the code.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from rag.records.conflicts import Conflict
    from rag.records.values import (
        Answer,
        Article,
        Citation,
        Coverage,
        Explanation,
        Hit,
        Place,
        RelativeDays,
        Reprint,
        RequestedPeriod,
    )

    JsonObject = dict[str, object]

SCHEMA = 1  # raised when a field changes its meaning


def make_answer_object(answer: Answer, *, explain: bool = False) -> JsonObject:
    """Return an answer as ``rag ask --json`` prints it; with ``explain`` also why."""
    sentences = []
    for sentence in answer.sentences:
        sentences.append({"text": sentence.text, "citations": list(sentence.citations)})
    value: JsonObject = {
        "schema": SCHEMA,
        "status": answer.status,
        "question": answer.question,
        "language": answer.language,
        "answer": answer.text,
        "sentences": sentences,
        "citations": [make_citation_object(each, answer.today) for each in answer.citations],
        "passages": [_make_hit(rank, hit) for rank, hit in enumerate(answer.hits, 1)],
        "coverage": make_coverage_object(answer.coverage),
        "index": {
            "generation": answer.generation,
            "model": answer.model,
            "fingerprint": answer.fingerprint,
        },
        "timing_ms": round_times(answer.timing_ms),
    }
    value |= _make_optional_fields(answer, explain=explain)
    value["warnings"] = list(answer.warnings)
    value["error"] = None
    return value


def _make_optional_fields(answer: Answer, *, explain: bool) -> JsonObject:
    """Return the fields that an object has only where there is something to say."""
    fields: JsonObject = {}
    if answer.missing_terms:
        fields["lacks"] = list(answer.missing_terms)
    if explain and answer.explanation:
        fields["explanation"] = _make_explanation(answer.explanation)
    if answer.period:
        fields["asked"] = _make_period(answer.period)
    if answer.collection is not None:
        fields["collection"] = answer.collection.to_object()
    if answer.form is not None:
        fields["form"] = answer.form.to_object()
    if answer.llm:
        fields["llm"] = answer.llm
        fields["written"] = [sentence.to_object() for sentence in answer.written]
    if answer.conflicts:
        fields["conflicts"] = [_make_conflict(each) for each in answer.conflicts]
    return fields


def make_coverage_object(coverage: Coverage) -> JsonObject:
    """Return what was searched."""
    return {
        "articles": coverage.articles,
        "from": _format_day(coverage.first),
        "to": _format_day(coverage.last),
        "publishers": coverage.publishers,
    }


def make_article_object(article: Article) -> JsonObject:
    """Return what every object that speaks of an article says of it."""
    return {
        "article": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "date": _format_day(article.date),
        "language": article.language,
        "path": article.document.path,
    }


def make_place_object(place: Place | None) -> JsonObject:
    """Return the page of a place, where it is one, and the place, where there is one."""
    if place is None:
        return {"page": None, "place": None}
    is_page = place.kind == "page" and place.name.isdecimal()
    return {
        "page": int(place.name) if is_page else None,
        "place": {"kind": place.kind, "name": place.name},
    }


def make_citation_object(citation: Citation, today: datetime.date | None) -> JsonObject:
    """Return a citation with the age of its article in days, where both days are known."""
    article = citation.passage.article
    age_days = None
    if today and article.date:
        age_days = (today - article.date).days
    value: JsonObject = {
        "n": citation.n,
        **make_article_object(article),
        "age_days": age_days,
        "line": citation.line,
        **make_place_object(citation.place),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "verified": citation.verified,
    }
    if citation.shown != citation.quote:
        value["shown"] = citation.shown
    relative_days = citation.relative_days
    if relative_days:
        value["dates"] = [_make_relative_days(days) for days in relative_days]
    if citation.also:
        value["also"] = [_make_reprint(reprint) for reprint in citation.also]
    return value


def _make_relative_days(days: RelativeDays) -> JsonObject:
    return {"text": days.text, "from": _format_day(days.first), "to": _format_day(days.last)}


def _make_reprint(reprint: Reprint) -> JsonObject:
    value = make_article_object(reprint.article)
    del value["language"]  # the schema has none here: a reprint is in the words of the quotation
    value["line"] = reprint.line
    document = reprint.article.document
    value |= make_place_object(document.find_place(reprint.start))
    return value


def _make_explanation(explanation: Explanation) -> JsonObject:
    top_sentences = []
    for reason in explanation.top_sentences:
        parts = {family: _round_finite(gain) for family, gain in reason.contributions.items()}
        score = _round_finite(reason.score)
        top_sentences.append({"sentence": reason.sentence, "score": score, "parts": parts})
    return {
        "asks": explanation.question_type,
        "confidence": _round_finite(explanation.confidence),
        "needed": explanation.confidence_threshold,
        "best": top_sentences,
    }


def _make_period(period: RequestedPeriod) -> JsonObject:
    return {
        "from": _format_day(period.first),
        "to": _format_day(period.last),
        "words": period.words,
        "use": period.use,
    }


def _make_conflict(conflict: Conflict) -> JsonObject:
    figures = []
    for figure in conflict.figures:
        figures.append({"value": figure.value, "citation": figure.citation})
    return {"kind": conflict.kind, "figures": figures}


def _make_hit(rank: int, hit: Hit) -> JsonObject:
    passage = hit.passage
    article = passage.article
    matches = []
    for match in hit.matches:
        weight = _round_finite(match.weight)
        matches.append(
            {"asked": match.question_word, "found": match.passage_word, "weight": weight}
        )
    value: JsonObject = {
        "rank": rank,
        "id": passage.id,
        "article": article.id,
        "title": article.title,
        "date": _format_day(article.date),
        "path": article.document.path,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": _round_finite(hit.score),
        "scores": {channel: _round_finite(score) for channel, score in hit.scores.items()},
        "matches": matches,
    }
    if passage.shown != passage.text:
        value["shown"] = passage.shown
    return value


def round_times(timing_ms: Mapping[str, float]) -> JsonObject:
    """Return the time that each stage took, to a tenth of a millisecond."""
    return {stage: round(_round_finite(time), 1) for stage, time in timing_ms.items()}


def _format_day(day: datetime.date | None) -> str | None:
    return None if day is None else str(day)


def _round_finite(number: float) -> float:
    """Return a number that JSON has: rounded to six decimals, 0 for infinity and NaN."""
    number = float(number)  # numpy's numbers are not JSON's
    return round(number, 6) if math.isfinite(number) else 0.0
