"""What was indexed, what was measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages import written

from rag import show

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
    """Catches skipped files that are not named, a list without end, and a dry run that claims to have done it."""
    from rag.reading import SkippedFile

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
