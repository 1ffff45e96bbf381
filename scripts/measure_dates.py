#!/usr/bin/env python3
"""Measure what rag makes of days and of sources that differ, on the sets in tests/data/dates.

scripts/measure_dates.py [--no-dates] [--wrong]

--no-dates measures the same with the words about days as any others; --wrong prints each question that went wrong.
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
from typing import TYPE_CHECKING, Any

from tree import ROOT

if TYPE_CHECKING:
    from rag.pipeline import Rag
    from rag.records import Answer

DATA = ROOT / "tests" / "data" / "dates"


def rows(name: str) -> list[dict[str, Any]]:
    """The objects of a JSON lines file."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def index_of(folder: Path, into: Path, *, dates: bool = True) -> Rag:
    """The articles of a folder, indexed and open."""
    from rag.pipeline import Rag, build
    from rag.settings.schema import Settings

    settings = Settings(index=into, dates=dates)
    build(settings, [folder])
    return Rag.open(settings)


def asked(rag: Rag, row: dict[str, Any]) -> Answer:
    """The answer to a question, as on its day."""
    settings = replace(rag.settings, as_of=datetime.date.fromisoformat(row["as_of"]))
    return rag.with_settings(settings).ask(
        row["question"], filters=settings.filters, today=settings.as_of
    )


def right(row: dict[str, Any], answer: Answer) -> dict[str, bool]:
    """What of an answer is as it should be: the quotation or refusal, what the days did, the age shown."""
    from rag import show

    quotes = " ".join(citation.quote for citation in answer.citations)
    checks = {"use": (answer.period.use if answer.period else None) == row["use"]}
    if row.get("unanswerable"):
        checks["refused"] = answer.status == "not_in_sources"
    else:
        checks["answer"] = any(wanted in quotes for wanted in row["answers"])
        first = [
            Path(citation.passage.article.document.path).name for citation in answer.citations[:1]
        ]
        checks["source"] = first == [row.get("source", *first)]
    if row.get("age"):
        checks["age"] = row["age"] in "\n".join(line.plain for line in show.answer_page(answer))
    return checks


def measure_days(rag: Rag) -> tuple[Counter[str], Counter[str], list[str]]:
    """Over all questions: how many of each check, how many of them right, and what went wrong."""
    asked_for, held, wrong = Counter[str](), Counter[str](), []
    for row in rows("questions.jsonl"):
        answer = asked(rag, row)
        checks = right(row, answer)
        asked_for.update(checks.keys())
        held.update(name for name, good in checks.items() if good)
        if not all(checks.values()):
            bad = ", ".join(name for name, good in checks.items() if not good)
            wrong.append(
                f"{row['id']} {bad}: {row['question']} → {answer.period} {answer.text[:100]!r}"
            )
    return asked_for, held, wrong


def write_sources(folder: Path) -> None:
    """The sources of all conflict cases as articles of one folder."""
    for row in rows("conflicts.jsonl"):
        for number, source in enumerate(row["sources"], 1):
            head = "".join(f"{name}: {source[name]}\n" for name in ("title", "publisher", "date"))
            (folder / f"{row['id']}-{number}.md").write_text(
                f"---\n{head}---\n\n{source['text']}\n", encoding="utf-8"
            )


def measure_conflicts(rag: Rag) -> tuple[Counter[str], list[str]]:
    """Conflicts found, missed, rightly silent and invented, and what went wrong."""
    counts, wrong = Counter[str](), []
    for row in rows("conflicts.jsonl"):
        answer = asked(rag, row)
        said = [figure.value for figures in answer.conflicts for figure in figures]
        kind = "found" if row["figures"] else "silent"
        if said != row["figures"]:
            kind = "missed" if row["figures"] and not said else "invented"
            wrong.append(f"{row['id']} {kind}: {row['question']} → {said} {answer.text[:160]!r}")
        counts[kind] += 1
    return counts, wrong


def main() -> None:
    """Print both measures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--no-dates", dest="dates", action="store_false")
    parser.add_argument("--wrong", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        with index_of(DATA / "articles", Path(place) / "days", dates=options.dates) as rag:
            of, held, wrong = measure_days(rag)
        print(", ".join(f"{name} {held[name]} of {count}" for name, count in of.items()))
        folder = Path(place) / "sources"
        folder.mkdir()
        write_sources(folder)
        with index_of(folder, Path(place) / "conflicts", dates=options.dates) as rag:
            counts, also = measure_conflicts(rag)
        print(", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    if options.wrong:
        print("\n".join([*wrong, *also]), file=sys.stderr)


if __name__ == "__main__":
    main()
