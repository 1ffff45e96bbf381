"""Terms that come block by block end as the table that is made of all of them at once."""

from __future__ import annotations

import shutil
from array import array
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import WriteError
from rag.index import term_runs
from rag.index.term_runs import TermsWriter
from rag.index.term_table import build_table
from rag.index.terms import FIELDS, GatheredTerms

if TYPE_CHECKING:
    from pathlib import Path

# Hashes at both ends of what 64 bits hold, and passages without a term.
TERM = st.sampled_from([0, 1, 2, 3, 1 << 62, (1 << 63) + 5, (1 << 64) - 2, (1 << 64) - 1])
BLOCKS = st.lists(st.lists(st.lists(TERM, max_size=300), max_size=4), max_size=5)


def gather(block: list[list[int]]) -> GatheredTerms:
    """The terms of a field in some passages."""
    hashes = array("Q", [term for terms in block for term in terms])
    return GatheredTerms(hashes, [len(terms) for terms in block])


@settings(max_examples=60, deadline=None)
@given(blocks=BLOCKS, hashes=st.integers(1, 400), postings=st.integers(1, 40))
def test_runs_are_merged_into_the_table_of_all(tmp_path_factory, blocks, hashes, postings) -> None:
    """Catches a term cut in two by a range, rows counted from a run, and a run that is left out."""
    folder = tmp_path_factory.mktemp("runs") / "terms"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(term_runs, "MAX_HASHES", hashes)
        patch.setattr(term_runs, "MAX_POSTINGS", postings)
        writer = TermsWriter(folder)
        for block in blocks:
            writer.add({field: gather(block) for field in FIELDS})
        writer.finish()
    whole = gather([terms for block in blocks for terms in block])
    table = build_table(np.array(whole.hashes, np.uint64), whole.lengths)
    for field in FIELDS:
        for part, values in table._asdict().items():
            written = np.load(folder / f"{field}_{part}.npy")
            assert written.tolist() == values.tolist(), part
            assert written.dtype == values.dtype, part
    assert len(list(folder.iterdir())) == len(FIELDS) * len(table)
    shutil.rmtree(folder.parent)


def test_a_folder_that_is_there_is_an_error(tmp_path: Path) -> None:
    """Catches an error of Python's."""
    with pytest.raises(WriteError, match="cannot be written"):
        TermsWriter(tmp_path)
