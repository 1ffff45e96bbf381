"""Terms and their BM25 scores, checked in value against BM25 written out."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import IndexDamaged, WriteError
from rag.index import term_scores
from rag.index.term_runs import TermsWriter
from rag.index.term_scores import find_best
from rag.index.term_table import LENGTHS, encode_lengths
from rag.index.terms import FIELDS, QueryTerm, TermDoc, Terms, gather_terms
from rag.records import Filters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


def doc(
    row: int,
    words: str,
    *,
    title: str = "",
    stems: str = "",
    language: str = "fr",
) -> TermDoc:
    """A passage from texts."""
    return TermDoc(row, title.split(), words.split(), stems.split(), language, None, 0)


def built(folder: Path, docs: Sequence[TermDoc]) -> Terms:
    """The index of these passages; of filters the catalog decides."""
    folder.mkdir()
    write_terms(docs, folder / "terms")
    return Terms(folder, {}, passages=len(docs), find_rows=lambda filters: find_rows(docs, filters))


def write_terms(docs: Sequence[TermDoc], folder: Path) -> None:
    """Write the terms of these passages into a new folder."""
    writer = TermsWriter(folder)
    writer.add(gather_terms(docs))
    writer.finish()


def find_rows(docs: Sequence[TermDoc], filters: Filters) -> NDArray[np.int64] | None:
    """The rows in these languages, slow and obvious; None without a filter."""
    if not any(filters):
        return None
    rows = [each.row for each in docs if each.language in filters.languages]
    return np.array(rows, np.int64)


def words(*terms: str) -> list[QueryTerm]:
    """A query of plain words."""
    return [QueryTerm("words", term) for term in terms]


def bm25(docs: Sequence[TermDoc], query: Sequence[QueryTerm]) -> dict[int, float]:
    """Robertson and Zaragoza (2009) with k1 = 1.2, b = .75, one field at a time, scores added."""
    scores: dict[int, float] = {}
    for field, term, boost in query:
        texts = [getattr(each, field) for each in docs]
        mean = sum(map(len, texts)) / len(docs)
        holding = sum(term in text for text in texts)
        idf = math.log(1 + (len(docs) - holding + 0.5) / (holding + 0.5))
        for each, text in zip(docs, texts, strict=True):
            if frequency := text.count(term):
                length = 1.2 * (1 - 0.75 + 0.75 * len(text) / mean)
                scores[each.row] = scores.get(each.row, 0.0) + boost * idf * frequency * 2.2 / (
                    frequency + length
                )
    return scores


TERM = st.sampled_from(["a", "b", "c", "élu", "x-ray", "日本", "14000", "8.5", "d'or"])
DOCS = st.lists(
    st.tuples(st.lists(TERM, max_size=6), st.lists(TERM, max_size=30), st.lists(TERM, max_size=30)),
    min_size=1,
    max_size=12,
)
QUERY = st.lists(
    st.builds(QueryTerm, st.sampled_from(FIELDS), TERM, st.sampled_from([0.5, 1.0, 3.0])),
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(texts=DOCS, query=QUERY)
def test_scores_are_bm25(tmp_path_factory: pytest.TempPathFactory, texts, query) -> None:
    """Catches lost term frequencies, a tokenizer that cuts or drops terms, boosts that are ignored,
    rows mixed up."""
    docs = [TermDoc(n, *fields, "fr", None, 0) for n, fields in enumerate(texts)]
    rows, scores = built(tmp_path_factory.mktemp("lexical") / "terms", docs).search(query, 100)
    wanted = bm25(docs, query)
    assert (rows.dtype, scores.dtype) == (np.int64, np.float32)
    assert set(rows.tolist()) == set(wanted)
    np.testing.assert_allclose(scores, [wanted[row] for row in rows.tolist()], rtol=1e-4)
    assert list(zip((-scores).tolist(), rows.tolist(), strict=True)) == sorted(
        zip((-scores).tolist(), rows.tolist(), strict=True)
    )


def test_doc_freq_counts_passages_of_a_field(tmp_path: Path) -> None:
    """Catches counting occurrences instead of passages, and fields that share their terms."""
    terms = built(tmp_path / "t", [doc(0, "a a b", title="c"), doc(1, "a"), doc(2, "b", stems="a")])
    assert [terms.doc_freq("words", term) for term in "abcd"] == [2, 2, 0, 0]
    assert terms.doc_freq("title", "c") == 1
    assert terms.size == 3


def test_filters_exclude_and_change_no_score(tmp_path: Path) -> None:
    """Catches filters that add to the score, that come after the best k were taken, and a query in
    which the terms became optional beside the filter."""
    docs = [doc(n, "w w w") for n in range(50)]
    docs.append(doc(50, "w and much else besides", language="de"))
    terms = built(tmp_path / "t", docs)
    german = Filters(languages=("de",))
    rows, scores = terms.search(words("w"), 1, german)
    assert rows.tolist() == [50]
    every, all_scores = terms.search(words("w"), 100, Filters())
    assert scores.tolist() == [all_scores[every.tolist().index(50)]]
    assert terms.search(words("absent"), 10, german)[0].tolist() == []
    assert terms.search(words("w"), 10, Filters(languages=("xx",)))[0].tolist() == []
    assert terms.search([], 10, german)[0].tolist() == []
    assert terms.search(words("w"), 0)[0].tolist() == []


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 40))
def test_what_is_passed_over_is_not_among_the_best(seed: int, k: int) -> None:
    """Catches a bound that is too low, and a passage that is given up too early."""
    chance = np.random.default_rng(seed)
    size = 400
    norms = term_scores.FieldNorms.of(encode_lengths(chance.integers(1, 90, size)), LENGTHS, 40)
    postings = []
    for _ in range(6):
        rows = np.sort(chance.choice(size, int(chance.integers(1, size)), replace=False))
        counts = chance.integers(1, 9, len(rows)).astype(np.uint8)
        weight = term_scores.compute_idf(len(rows), size) * float(chance.choice([0.1, 1, 5]))
        postings.append(term_scores.Posting(rows.astype(np.int32), counts, norms, weight))
    allowed = np.flatnonzero(chance.random(size) < 0.7) if seed % 2 else None
    scores = np.zeros(size)
    for posting in sorted(postings, key=lambda one: -one.bound):
        scores[posting.rows] += posting.score()
    wanted = [row for row in np.flatnonzero(scores) if allowed is None or row in allowed]
    wanted.sort(key=lambda row: (-np.float32(scores[row]), row))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(term_scores, "_LONG_POSTING", (1, 150, 1000)[seed % 3])
        patch.setattr(term_scores, "_COST_OF_LOOKUP", seed % 3)
        rows, best = find_best(postings, k, size=size, allowed=allowed)
    assert rows.tolist() == wanted[:k]
    np.testing.assert_allclose(best, scores[wanted[:k]], rtol=1e-6)


def test_lengths_are_kept_as_lucene_keeps_them() -> None:
    """Catches another table: scores would differ from those of before, and from other engines'."""
    assert LENGTHS[:40].tolist() == list(range(40))
    assert LENGTHS[40:60].tolist() == [*range(40, 56, 2), *range(56, 88, 4), 88, 96, 104, 112]
    assert LENGTHS[255] == 2_013_265_944
    codes = encode_lengths(np.array([0, 39, 41, 55, 56, 111, 112]))
    assert LENGTHS[codes].tolist() == [0, 39, 40, 54, 56, 104, 112]


def test_terms_of_any_length_and_content(tmp_path: Path) -> None:
    """Catches long terms dropped, lone surrogates refused, case changed."""
    odd = ["x" * 300, "y" * 100_000, "a\ud800", "É", "a\u00a0b", "\U0001f600", "\x00"]
    terms = built(tmp_path / "t", [TermDoc(0, [], odd, [], "fr", "\ud800", 0), doc(1, "e")])
    for term in odd:
        assert terms.doc_freq("words", term) == 1, term[:10]
        assert terms.search(words(term), 5)[0].tolist() == [0]
    assert terms.search(words("é"), 5)[0].tolist() == []


def test_equal_scores_come_in_row_order(tmp_path: Path) -> None:
    """Catches answers that differ from run to run."""
    docs = [doc(n, "same words here") for n in range(300)]
    rows, _ = built(tmp_path / "t", docs).search(words("same"), 20)
    assert rows.tolist() == list(range(20))


def test_empty_index(tmp_path: Path) -> None:
    """Catches a mean of no lengths, and a table without a row."""
    terms = built(tmp_path / "t", [])
    assert terms.size == 0
    assert terms.search(words("a"), 5)[0].tolist() == []
    assert terms.doc_freq("words", "a") == 0


def test_what_is_no_index_is_said_to_be_damaged(tmp_path: Path) -> None:
    """Catches arrays of NumPy that do not belong together."""
    built(tmp_path / "t", [doc(0, "a b"), doc(1, "b")])
    folder = tmp_path / "t"
    terms = Terms(folder, {}, passages=3, find_rows=lambda filters: None)
    with pytest.raises(IndexDamaged):
        terms.search(words("a"), 3)
    np.save(folder / "terms" / "words_starts.npy", np.array([0, 9, 99], np.int64))
    terms = Terms(folder, {}, passages=2, find_rows=lambda filters: None)
    with pytest.raises(IndexDamaged):
        terms.search(words("b"), 3)
    np.save(folder / "terms" / "words_starts.npy", np.array([0, 1, 3], np.int64))
    np.save(folder / "terms" / "words_rows.npy", np.array([0, 0, 9], np.int32))
    terms = Terms(folder, {}, passages=2, find_rows=lambda filters: None)
    with pytest.raises(IndexDamaged):
        [terms.search(words(term), 3) for term in "ab"]
    with pytest.raises(WriteError):
        write_terms([], folder / "terms")


FULL = """
import resource, signal, sys
from pathlib import Path
from rag.errors import WriteError
from rag.index.term_runs import TermsWriter
from rag.index.terms import TermDoc, gather_terms
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    docs = (TermDoc(n, [], [f"w{n}", f"x{n * n}"], [], "fr", None, 0) for n in range(20_000))
    writer = TermsWriter(Path(sys.argv[1]))
    writer.add(gather_terms(docs))
    writer.finish()
except WriteError as error:
    print("refused", error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [0, 1000, 30_000, 100_000])
def test_a_full_disk_is_a_write_error(tmp_path: Path, limit: int) -> None:
    """Catches an error of NumPy's, and an index that seems complete."""
    ran = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "t", str(limit)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout.startswith("refused "), ran.stderr


def test_scores_of_a_fixed_index(tmp_path: Path) -> None:
    """Catches another BM25: k1, b, the idf, or how the length of a field is stored."""
    docs = [doc(0, "a a b c"), doc(1, "a"), doc(2, "b b b b b b", title="a"), doc(3, "c")]
    rows, scores = built(tmp_path / "t", docs).search(
        [QueryTerm("words", "a"), QueryTerm("words", "b", 2.0), QueryTerm("title", "a", 0.5)], 9
    )
    # idf of two in four: ln 2; of one in four: ln(10/3); mean length of words 3, of titles .25.
    ln2, ln103 = 0.6931472, 1.2039728
    expected = {
        0: ln2 * 2 * 2.2 / (2 + 1.5) + 2 * ln2 * 2.2 / (1 + 1.5),
        1: ln2 * 2.2 / (1 + 0.6),
        2: 2 * ln2 * 6 * 2.2 / (6 + 2.1) + 0.5 * ln103 * 2.2 / (1 + 3.9),
    }
    assert rows.tolist() == [2, 0, 1]
    assert scores.tolist() == pytest.approx([expected[row] for row in (2, 0, 1)], rel=1e-5)
    assert scores.tolist() == pytest.approx([2.529426, 2.091324, 0.953077], abs=1e-5)


def test_a_unit_is_counted_in_texts_before_headers(tmp_path: Path) -> None:
    """Catches counts of both added up, and the units of another language."""
    docs = [doc(0, "", stems="fr:a", title="fr:a fr:b"), doc(1, "", title="fr:a")]
    terms = built(tmp_path / "t", docs)
    assert terms.frequency("fr", "a") == 1
    assert terms.frequency("fr", "b") == 1
    assert terms.frequency("fr", "c") == terms.frequency("en", "a") == 0
