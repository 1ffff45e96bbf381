"""Articles written for a question: scripts/measure_stuffing.py, counted as the other tortures are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure_stuffing import PRESS, measure_folder
from tortures.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path


def torture(_folder: Path, questions: int, _seed: int) -> Tally:
    """Count an answer that no longer holds the truth as wrong, a refusal answered as let through."""
    tally = Tally("stuffing")
    for line in measure_folder(PRESS, "fr", questions):
        name, *counts = [cell.strip() for cell in line.strip("| \n").split("|")]
        if not counts or not counts[0].isdigit():
            continue
        _first, _quoted, gone, answered = map(int, counts)
        tally.tried += questions + questions // 2
        for _ in range(gone):
            tally.add("wrong", f"{name}: the truth is gone from an answer")
        for _ in range(answered):
            tally.add("let_through", f"{name}: a refusal became an answer")
    return tally
