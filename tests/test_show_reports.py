"""What was indexed, what was measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pages import written

from rag import show
from rag.errors import UsageError
from rag.reading.formats import NOT_READ
from rag.reading.skipped import SkippedFile

if TYPE_CHECKING:
    from rag.index.build import BuildReport


def report(**changes: object) -> BuildReport:
    from rag.index.build import BuildReport

    values: dict[str, object] = dict.fromkeys(
        ("documents", "articles", "passages", "sentences", "added", "removed", "reused", "gone"), 2
    )
    values |= {
        "skipped": (),
        "generation": "g1",
        "seconds": 1.25,
        "changed": True,
        "dry_run": False,
    }
    return BuildReport(**(values | changes))  # type: ignore[arg-type]


def test_the_report_counts_and_names_what_was_skipped() -> None:
    """Catches skipped files that are not named, a list without end, and a dry run that claims to
    have done it.
    """
    skipped = tuple(SkippedFile(f"f{n}.pdf", "not .txt or .md") for n in range(13))
    text = written(show.report_page(report(skipped=skipped)))
    assert "2 documents, 2 articles, 2 passages: 2 added, 2 removed, 2 unchanged (1.2 s)" in text
    assert (
        "13 files skipped:" in text
        and "f9.pdf: not .txt or .md" in text
        and "f10" not in text
        and "and 3 more" in text
    )
    assert "would be added" in written(show.report_page(report(dry_run=True)))


def test_the_evaluation_is_a_table() -> None:
    """Catches a measure left out, and a part without data that breaks the page."""
    retrieval = {"dense": {"R@1": 0.5, "MRR@10": 0.625}, "lexical": {"R@1": 0.25, "MRR@10": None}}
    result = {
        "queries": 4,
        "retrieval": retrieval,
        "answers": {"accuracy": 0.75, "top3": 1.0},
        "refusals": None,
    }
    text = written(show.evaluation_page(result))
    assert re.search(r"R@1 +MRR@10\ndense +0\.500 +0\.625\nlexical +0\.250 +-\n", text)
    assert "queries   4" in text and "accuracy 0.75, top3 1" in text and "no data" in text


@pytest.mark.parametrize(("skipped", "named", "more"), [(1, 1, 0), (10, 10, 0), (11, 10, 1)])
def test_ten_skipped_files_are_named(skipped: int, named: int, more: int) -> None:
    """Catches "and 0 more", a file that is neither named nor counted, and "1 files"."""
    files = tuple(SkippedFile(f"f{number}.pdf", "not .txt") for number in range(skipped))
    text = written(show.report_page(report(skipped=files)))
    assert text.count(".pdf: not .txt") == named
    assert (f"and {more} more" in text) == bool(more)
    assert ("1 file skipped:" in text) == (skipped == 1)


@pytest.mark.parametrize(
    ("gone", "line"), [(0, None), (1, "1 article kept"), (2, "2 articles kept")]
)
def test_articles_whose_file_is_gone_are_told_of(gone: int, line: str | None) -> None:
    """Catches a warning about nothing, and files that vanish in silence."""
    text = written(show.report_page(report(gone=gone)))
    assert ("--prune" in text) == bool(gone)
    if line:
        assert line in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.5, "0.5"),
        (0.1236, "0.124"),
        (2.0, "2"),
        (0.0004, "0"),
        (True, "True"),
        ([], ""),
        (["a", None], "a, -"),
        ({"a": 1, "b": {"c": 0.25}}, "a 1, b c 0.25"),
    ],
)
def test_values_are_written_as_people_write_them(value: object, text: str) -> None:
    """Catches trailing zeros, a lost decimal, "None", brackets of Python."""
    (line,) = show.mapping_page({"name": value})
    assert line.plain == f"name  {text}"


def test_names_and_values_stand_in_two_columns() -> None:
    """Catches values that do not line up."""
    rows = [line.plain for line in show.mapping_page({"a": 1, "long name": 2})]
    assert rows == ["a          1", "long name  2"]


def test_an_error_is_a_message_and_its_ways_out() -> None:
    """Catches a way out that is lost where there are two, and an arrow to nowhere."""
    page = show.error_page(UsageError("it failed", hint="do this\nor that"))
    assert [line.plain for line in page] == ["rag: it failed", "  → do this", "  → or that"]
    assert [line.plain for line in show.error_page(UsageError("it failed"))] == ["rag: it failed"]


def test_what_could_not_be_read_is_told_first_three_then_all() -> None:
    """Catches warnings of pages that nobody sees, that fill the screen, or are cut under -v."""
    warnings = tuple(f"a.pdf: page {number} is scanned: no text" for number in range(1, 9))
    text = written(show.report_page(report(file_warnings=warnings)))
    assert "page 3 is" in text and "page 4" not in text and "and 5 more" in text
    text = written(show.report_page(report(file_warnings=warnings), verbose=True))
    assert "page 8" in text and " more" not in text
    assert show.report_json(report(file_warnings=warnings))["warnings"] == list(warnings)


def test_files_that_could_be_mended_are_named_before_pictures() -> None:
    """Catches ten pictures in front of the scan, and kinds without their number."""
    skipped = [SkippedFile(f"f{number}.jpg", NOT_READ) for number in range(12)]
    skipped.append(SkippedFile("x.pdf", "scanned: no text"))
    text = written(show.report_page(report(skipped=tuple(skipped))))
    assert "13 files skipped: 12 × .jpg not read, 1 × .pdf scanned" in text
    assert "x.pdf: scanned: no text" in text and "and 3 more" in text
    assert "f11.jpg" in written(show.report_page(report(skipped=tuple(skipped)), verbose=True))
    kinds = show.report_json(report(skipped=tuple(skipped)))["skipped_kinds"]
    assert kinds == {".jpg not read": 12, ".pdf scanned": 1}


def test_of_very_many_publishers_the_most_frequent_are_named():
    """Wrong: a screen of three thousand names, or the first of the alphabet."""
    counts = {f"P{number:02}": number % 30 + 1 for number in range(60)}
    (line,) = show.status_page({"publishers": counts})
    assert line.plain.startswith("publishers  P29 30, P59 30, P28 29, ")
    assert line.plain.endswith(", and 40 others")
    (line,) = show.status_page({"publishers": {"B": 1, "A": 2}})
    assert line.plain == "publishers  B 1, A 2"
