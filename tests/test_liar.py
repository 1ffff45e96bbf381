"""What a small language model made up of hundred French questions: none of it gets a tick."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from measure_liar import mark_answers
from rag.records import STRUCK, SUPPORTED


def test_what_a_reader_marked_as_false_is_struck() -> None:
    """Catches a check that strikes less of a real model's false numbers and names, or nothing else."""
    marked = list(mark_answers())
    false = Counter(each.mark for each in marked if each.false)
    assert false.total() == 74 and false[SUPPORTED] == 0 and false[STRUCK] == 74
    cited = Counter(each.cited for each in marked if each.false)
    assert cited[STRUCK] >= 67 and cited[SUPPORTED] <= 2
    # It is no proof to strike everything: what the model copied is told from what it made up.
    others = Counter(each.cited for each in marked if not each.false)
    assert others[SUPPORTED] >= 20
