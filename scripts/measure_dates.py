#!/usr/bin/env python3
"""Measure what rag makes of days, on the questions in tests/data/dates.

scripts/measure_dates.py [--no-dates] [--wrong]

--no-dates measures the same with the words about days as any others; --wrong prints each question
that went wrong.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tree import ROOT

if TYPE_CHECKING:
    from rag.pipeline import Rag
    from rag.records import Answer

DATA = ROOT / "tests" / "data" / "dates"


class DayScores(NamedTuple):
    """Over all questions: how many had each check, how many passed it, and what went wrong."""

    asked: Counter[str]
    passed: Counter[str]
    failures: list[str]


def read_rows(name: str) -> list[dict[str, Any]]:
    """Return the objects of a JSON lines file."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def open_index(folder: Path, index: Path, *, dates: bool = True) -> Rag:
    """Return the articles of a folder, indexed and open."""
    from rag.pipeline import Rag, build
    from rag.settings.schema import Settings

    settings = Settings(index=index, dates=dates)
    build(settings, [folder])
    return Rag.open(settings)


def ask_on_its_day(rag: Rag, row: dict[str, Any]) -> Answer:
    """Return the answer to a question, as asked on the day of its row."""
    as_of = datetime.date.fromisoformat(row["as_of"])
    settings = replace(rag.settings, as_of=as_of)
    rag_of_that_day = rag.with_settings(settings)
    return rag_of_that_day.ask(row["question"], filters=settings.filters, today=as_of)


def check_answer(row: dict[str, Any], answer: Answer) -> dict[str, bool]:
    """Return what is as it should be: quotation or refusal, use of the days, source, age shown."""
    from rag import show

    use = answer.period.use if answer.period else None
    checks = {"use": use == row["use"]}
    if row.get("unanswerable"):
        checks["refused"] = answer.status == "not_in_sources"
    else:
        quotes = " ".join(citation.quote for citation in answer.citations)
        checks["answer"] = any(wanted in quotes for wanted in row["answers"])
        paths = [citation.passage.article.document.path for citation in answer.citations]
        first_name = [Path(path).name for path in paths[:1]]
        checks["source"] = first_name == [row.get("source", *first_name)]
    if row.get("age"):
        page = "\n".join(line.plain for line in show.answer_page(answer))
        checks["age"] = row["age"] in page
    return checks


def measure_days(rag: Rag) -> DayScores:
    """Return the scores over the questions about days."""
    scores = DayScores(Counter(), Counter(), [])
    for row in read_rows("questions.jsonl"):
        answer = ask_on_its_day(rag, row)
        checks = check_answer(row, answer)
        scores.asked.update(checks.keys())
        scores.passed.update(name for name, passed in checks.items() if passed)
        failed = ", ".join(name for name, passed in checks.items() if not passed)
        if failed:
            outcome = f"{answer.period} {answer.text[:100]!r}"
            scores.failures.append(f"{row['id']} {failed}: {row['question']} → {outcome}")
    return scores


def main() -> None:
    """Print the measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--no-dates", dest="dates", action="store_false")
    parser.add_argument("--wrong", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with open_index(DATA / "articles", place / "days", dates=options.dates) as rag:
            scores = measure_days(rag)
        totals = scores.asked.items()
        print(", ".join(f"{check} {scores.passed[check]} of {total}" for check, total in totals))
    if options.wrong:
        print("\n".join(scores.failures), file=sys.stderr)


if __name__ == "__main__":
    main()
