"""What is kept of sentences and tokens comes back from disk as it went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import IndexDamaged
from rag.files import compute_digests
from rag.index import sentences_table as arrays
from rag.index.checked_files import CheckedFiles
from rag.records import Span

SENTENCE = st.tuples(
    st.integers(0, 2**40), st.integers(0, 2**40), st.lists(st.integers(0, 2**16 - 1), max_size=9)
)


@settings(max_examples=50, deadline=None)
@given(passages=st.lists(st.lists(SENTENCE, max_size=4), max_size=6))
def test_sentences_and_tokens_come_back(tmp_path_factory: pytest.TempPathFactory, passages) -> None:
    """Catches rows shifted by a passage or sentence that is empty, and offsets that do not fit
    their type."""
    folder = tmp_path_factory.mktemp("arrays")
    spans = [[Span(start, end) for start, end, _ in sentences] for sentences in passages]
    ids = [np.array(token_ids, np.uint16) for sentences in passages for *_, token_ids in sentences]
    arrays.write_sentences_table(folder, spans, ids)
    found = arrays.SentencesTable(folder, {})
    first = 0
    for row, sentences in enumerate(passages):
        rows = found.sentence_rows(row)
        assert rows == range(first, first + len(sentences))
        assert found.spans(rows) == spans[row]
        assert [each.tolist() for each in found.tokens(rows)] == [
            token_ids for *_, token_ids in sentences
        ]
        assert found.owners[rows.start : rows.stop].tolist() == [row] * len(rows)
        first += len(sentences)
    texts = [
        {token for *_, token_ids in sentences for token in token_ids} for sentences in passages
    ]
    for token in set().union(*texts):
        assert found.token_frequency[token] == sum(token in text for text in texts)
    assert found.token_count == sum(map(len, ids))
    assert (found.owners.dtype, len(found.owners)) == (np.int32, first)


def test_only_what_is_asked_for_is_opened(tmp_path: Path) -> None:
    """Catches a cold start that reads every file."""
    arrays.write_sentences_table(tmp_path, [[Span(0, 4)]], [np.array([1, 2], np.uint16)])
    for name in ("tokens", "token_starts", "token_frequency", "owners"):
        (tmp_path / f"{name}.npy").unlink()
    assert arrays.SentencesTable(tmp_path, {}).spans([0]) == [Span(0, 4)]


def test_a_wrong_number_of_sentences_is_refused(tmp_path: Path) -> None:
    """Catches tokens that no longer belong to their sentences."""
    with pytest.raises(ValueError, match="1 sentences, tokens of 2"):
        arrays.write_sentences_table(tmp_path, [[Span(0, 4)]], [np.array([1], np.uint16)] * 2)


def test_pickles_are_refused(tmp_path: Path) -> None:
    """Catches an index that runs code when it is read."""
    np.save(tmp_path / "owners.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(IndexDamaged, match="another header"):
        _ = arrays.SentencesTable(tmp_path, {}).owners


def test_the_arrays_of_a_table(tmp_path: Path) -> None:
    """Catches another type, shape or order: an index written before could not be read."""
    spans = [[Span(0, 4), Span(5, 9)], [], [Span(2, 8)]]
    tokens = [np.array(ids, np.uint16) for ids in ([3, 1, 3], [1], [2, 3])]
    arrays.write_sentences_table(tmp_path, spans, tokens)
    expected = {
        "owners": (np.int32, [0, 0, 2]),
        "spans": (np.int64, [[0, 4], [5, 9], [2, 8]]),
        "tokens": (np.uint16, [3, 1, 3, 1, 2, 3]),
        "token_starts": (np.int64, [0, 3, 4, 6]),
        "token_frequency": (np.int32, [0, 1, 1, 2]),  # of 0 to 3: passages, not occurrences
    }
    for name, (kind, values) in expected.items():
        array = np.load(tmp_path / f"{name}.npy")
        assert (array.dtype, array.tolist()) == (kind, values), name


def test_a_file_is_checked_before_it_is_read(tmp_path: Path) -> None:
    """Catches a table that maps what nobody wrote, and one that pays for files it does not use."""
    arrays.write_sentences_table(tmp_path, [[Span(0, 4)]], [np.array([1], np.uint16)])
    digests = compute_digests(tmp_path)
    data = bytearray((tmp_path / "spans.npy").read_bytes())
    data[-1] ^= 1
    (tmp_path / "spans.npy").write_bytes(data)
    table = arrays.SentencesTable(tmp_path, digests)
    assert table.owners.tolist() == [0]
    with pytest.raises(IndexDamaged, match=r"spans\.npy is not what was written"):
        table.spans([0])


def test_a_folder_is_checked_with_all_its_files_and_no_others(tmp_path: Path) -> None:
    """Catches a folder whose files go unchecked, and a name that is taken for a folder's."""
    for name in ("terms/a", "terms/b", "termss"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("right")
    files = CheckedFiles(tmp_path, compute_digests(tmp_path))
    (tmp_path / "termss").write_text("wrong")
    assert files.check("terms") == tmp_path / "terms"
    (tmp_path / "terms" / "b").write_text("wrong")
    with pytest.raises(IndexDamaged, match="b is not what was written"):
        files.check("terms")
    assert files.check("terms/a") == tmp_path / "terms" / "a"
