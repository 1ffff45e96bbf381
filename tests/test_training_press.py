"""The news that the answer scorers are trained on: every piece of evidence stands where it is said to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDERS = sorted((Path(__file__).parent.parent / "scripts" / "training" / "press").iterdir())


def plain(text: str) -> str:
    """With single spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_question_has_evidence_in_one_place_or_none(folder: Path) -> None:
    """Catches evidence that was edited away, that several sentences hold, or that an unanswerable question has."""
    texts = [
        plain(path.read_text(encoding="utf-8"))
        for path in folder.iterdir()
        if path.suffix != ".jsonl"
    ]
    rows = [
        json.loads(line)
        for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(rows) >= 100 and {row["lang"] for row in rows} >= {"fr", "en", "de", "es"}
    assert len({row["question"] for row in rows}) == len(rows)
    for row in rows:
        assert bool(row.get("evidence")) != bool(row.get("unanswerable")), row["question"]
        for evidence in row.get("evidence", ()):
            assert sum(text.count(plain(evidence)) for text in texts) == 1, evidence
