#!/usr/bin/env python3
"""Measure how many questions that ask for a form are laid out right, and print those that are not.

scripts/measure_forms.py [--questions FILE] [--articles FOLDER] [--no-reader] [-v]

By default the questions and articles of tests/data/forms, whose README says what a right page must hold. Whatever the
form, every sentence of the page must be a quotation that stands in its file.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import pipeline
from rag.pipeline import Rag
from rag.settings.schema import Settings
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.records import Answer, FormRow

DATA = ROOT / "tests" / "data" / "forms"
TODAY = datetime.date(2026, 12, 1)  # after the last article


def has(text: str, words: str | Sequence[str]) -> bool:
    """Whether a text has some words, or one of several such, whatever their capitals."""
    alternatives = [words] if isinstance(words, str) else words
    return any(each.casefold() in text.casefold() for each in alternatives)


def text_of(answer: Answer, row: FormRow) -> str:
    """The sentence of a row."""
    return "" if row.sentence is None else answer.sentences[row.sentence].text


def article_day(answer: Answer, row: FormRow) -> datetime.date | None:
    """The day of the article that a row is quoted from."""
    citations = {citation.n: citation for citation in answer.citations}
    return citations[row.citations[0]].passage.article.date


def rows_of(answer: Answer) -> Sequence[FormRow]:
    """The rows of an answer; none where it is in no form."""
    return answer.form.rows if answer.form else ()


def in_order(found: Sequence[Sequence[int]]) -> bool:
    """Whether places can be taken, one of each list, that ascend."""
    last = -1
    for places in found:
        later = [place for place in places if place > last]
        if not later:
            return False
        last = min(later)
    return True


def is_timeline(answer: Answer, expect: Mapping[str, Any]) -> bool:
    """Whether the events are there, oldest first, each with its day."""
    rows = rows_of(answer)
    days = [row.day for row in rows if row.day]
    found = []
    for day, words in expect["rows"]:
        places = []
        for place, row in enumerate(rows):
            known = {str(row.day), str(article_day(answer, row))}
            if day in known and has(text_of(answer, row), words):
                places.append(place)
        found.append(places)
    return days == sorted(days) and in_order(found)


def is_news(answer: Answer, expect: Mapping[str, Any]) -> bool:
    """Whether the stories are there, newest first."""
    rows = rows_of(answer)
    days = [row.day for row in rows if row.day]
    texts = [text_of(answer, row) for row in rows]
    found = [
        [place for place, text in enumerate(texts) if has(text, words)] for words in expect["rows"]
    ]
    return days == sorted(days, reverse=True) and in_order(found)


def is_summary(answer: Answer, expect: Mapping[str, Any]) -> bool:
    """Whether it is of the right article and holds what carries it."""
    title = answer.form.title if answer.form else ""
    return title == expect["title"] and all(has(answer.text, words) for words in expect["holds"])


def is_comparison(answer: Answer, expect: Mapping[str, Any]) -> bool:
    """Whether each thing has a row with its figure."""
    pairs = [(row.label, text_of(answer, row)) for row in rows_of(answer)]
    return all(
        any(has(label, thing) and has(text, figure) for label, text in pairs)
        for thing, figure in expect["things"].items()
    )


def is_list(answer: Answer, expect: Mapping[str, Any]) -> bool:
    """Whether every item is in some row."""
    texts = [text_of(answer, row) for row in rows_of(answer)]
    return all(any(has(text, item) for text in texts) for item in expect["items"])


def is_verdict(answer: Answer, expect: Mapping[str, Any]) -> bool:
    """Whether the sentence that settles it is quoted, and what it says."""
    value = answer.form.to_object() if answer.form else {}
    verdict = value.get("verdict") or "none"
    right = expect["verdict"]
    verdicts = [right] if isinstance(right, str) else right
    return verdict in verdicts and has(answer.text, expect["quote"])


def is_plain(answer: Answer, expect: Mapping[str, Any]) -> bool:
    """Whether it is answered as any question."""
    return answer.form is None and has(answer.text, expect["answer"])


CHECKS: Mapping[str, Callable[[Answer, Mapping[str, Any]], bool]] = {
    "timeline": is_timeline,
    "comparison": is_comparison,
    "list": is_list,
    "yes_no": is_verdict,
    "summary": is_summary,
    "news": is_news,
    "none": is_plain,
}


def is_right(answer: Answer, form: str, expect: Mapping[str, Any]) -> bool:
    """Whether an answer is in the form that was asked for, quoted exactly, and holds what it must."""
    name = answer.form.name if answer.form else "none"
    is_quoted = all(citation.verified == "exact" for citation in answer.citations)
    return name == form and is_quoted and CHECKS[form](answer, expect)


def describe(answer: Answer) -> str:
    """What came instead: the form, and its rows or sentences."""
    lines = [f"    {answer.form.name if answer.form else answer.status}"]
    for row in rows_of(answer):
        lines.append(f"    {row.day} {row.label}: {text_of(answer, row)}")
    if answer.form is None:
        lines += [f"    {sentence.text}" for sentence in answer.sentences]
    return "\n".join(lines)


def main() -> int:
    """Print how many questions of each form are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=DATA / "questions.jsonl")
    parser.add_argument("--articles", type=Path, default=DATA / "articles")
    parser.add_argument("--no-reader", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true", help="what came instead")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        reader = "off" if options.no_reader else "auto"
        settings = Settings(index=Path(folder) / "index", reader=reader)
        pipeline.build(settings, [options.articles])
        with Rag.open(settings) as rag:
            for item in map(json.loads, lines):
                form = item["form"] or "none"
                answer = rag.ask(item["question"], today=TODAY)
                total[form] += 1
                if is_right(answer, form, item["expect"]):
                    right[form] += 1
                    continue
                print(f"{item['id']} {form}: {item['question']}")
                if options.verbose:
                    print(describe(answer))
    for form, count in total.items():
        print(f"{form:<12} {right[form]:>3} of {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
