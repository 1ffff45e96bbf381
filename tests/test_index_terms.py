"""Terms in tantivy, checked in value against BM25 written out."""

from __future__ import annotations

import datetime
import math
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import IndexDamaged, WriteError
from rag.index.terms import FIELDS, QueryTerm, TermDoc, Terms, build_terms
from rag.records import Filters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST_DAY, SECOND_DAY, THIRD_DAY = (datetime.date(2025, 12, day) for day in (9, 10, 11))


def doc(
    row: int,
    words: str,
    *,
    title: str = "",
    stems: str = "",
    language: str = "fr",
    publisher: str | None = None,
    day: datetime.date | None = None,
) -> TermDoc:
    """A passage from texts."""
    ordinal = day.toordinal() if day else 0
    return TermDoc(row, title.split(), words.split(), stems.split(), language, publisher, ordinal)


def built(folder: Path, docs: Sequence[TermDoc]) -> Terms:
    """The index of these passages."""
    build_terms(docs, folder)
    return Terms.open(folder)


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
    docs = [TermDoc(7 * n, *fields, "fr", None, 0) for n, fields in enumerate(texts)]
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


FILTERED = [
    doc(0, "w", language="fr", publisher="Le Monde", day=FIRST_DAY),
    doc(1, "w", language="en", publisher="LE MONDE", day=SECOND_DAY),
    doc(2, "w", language="de", publisher="Süddeutsche", day=THIRD_DAY),
    doc(3, "w", language="fr", publisher=None),
]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, [0, 1, 2, 3]),
        ({"languages": ("fr",)}, [0, 3]),
        ({"languages": ("fr", "de")}, [0, 2, 3]),
        ({"publishers": ("le monde",)}, [0, 1]),
        ({"publishers": ("SUDDEUTSCHE", "Le Monde")}, [0, 1, 2]),
        ({"publishers": ("le",)}, []),
        ({"publishers": ("\udcff",), "languages": ("\udcff",)}, []),
        ({"since": SECOND_DAY}, [1, 2]),
        ({"until": SECOND_DAY}, [0, 1]),
        ({"since": FIRST_DAY, "until": FIRST_DAY}, [0]),
        ({"since": SECOND_DAY, "until": FIRST_DAY}, []),
        ({"since": datetime.date.min}, [0, 1, 2]),
        ({"until": datetime.date.min}, []),
        ({"languages": ("fr",), "publishers": ("le monde",), "since": FIRST_DAY}, [0]),
    ],
)
def test_filters_exclude_and_change_no_score(tmp_path: Path, filters, wanted: list[int]) -> None:
    """Catches filters that add to the score, undated passages in a range, and publishers compared
    letter by letter."""
    terms = built(tmp_path / "t", FILTERED)
    rows, scores = terms.search(words("w"), 10, Filters(**filters))
    assert rows.tolist() == wanted
    assert set(scores.tolist()) <= set(terms.search(words("w"), 10)[1].tolist())


def test_filters_work_before_the_best_k_are_taken(tmp_path: Path) -> None:
    """Catches filtering the k best: a rare publisher would vanish behind better passages of
    others."""
    docs = [doc(n, "w w w") for n in range(50)] + [
        doc(50, "w and much else besides", publisher="Rare")
    ]
    assert built(tmp_path / "t", docs).search(words("w"), 1, Filters(publishers=("rare",)))[
        0
    ].tolist() == [50]


def test_a_filter_alone_finds_nothing(tmp_path: Path) -> None:
    """Catches a query in which the terms became optional beside the filter."""
    terms = built(tmp_path / "t", FILTERED)
    assert terms.search(words("absent"), 10, Filters(languages=("fr",)))[0].tolist() == []
    assert terms.search([], 10, Filters(languages=("fr",)))[0].tolist() == []
    assert terms.search(words("w"), 0)[0].tolist() == []


def test_terms_of_any_length_and_content(tmp_path: Path) -> None:
    """Catches tantivy's silent limits: long terms dropped, lone surrogates refused, case
    changed."""
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
    """Catches asking tantivy for zero results, which panics."""
    terms = built(tmp_path / "t", [])
    assert terms.size == 0
    assert terms.search(words("a"), 5)[0].tolist() == []
    assert terms.doc_freq("words", "a") == 0


def test_what_is_no_index_is_said_to_be_damaged(tmp_path: Path) -> None:
    """Catches tantivy's ValueError reaching the user."""
    (tmp_path / "t").mkdir()
    for folder in (tmp_path / "t", tmp_path / "missing"):
        with pytest.raises(IndexDamaged):
            Terms.open(folder)
    with pytest.raises(WriteError):
        build_terms([], tmp_path / "t")


FULL = """
import resource, signal, sys
from pathlib import Path
from rag.errors import WriteError
from rag.index.terms import TermDoc, build_terms
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    docs = (TermDoc(n, [], [f"w{n}", f"x{n * n}"], [], "fr", None, 0) for n in range(20_000))
    build_terms(docs, Path(sys.argv[1]))
except WriteError as error:
    print("refused", error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [0, 1000, 30_000, 100_000])
def test_a_full_disk_is_a_write_error(tmp_path: Path, limit: int) -> None:
    """Catches tantivy's own errors, and an index that seems complete."""
    ran = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "t", str(limit)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout.startswith("refused "), ran.stderr


CHILD = """
import os, shutil, sys, tempfile, numpy, tantivy
from pathlib import Path
from rag.index.terms import QueryTerm, Terms
if sys.argv[2:]:
    os.seteuid(65534)
rows, _ = Terms.open(Path(sys.argv[1])).search([QueryTerm("words", "w")], 5)
assert rows.tolist() == [0, 1, 2, 3]
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_an_index_can_be_read_where_nothing_may_be_written(tmp_path: Path) -> None:
    """Catches tantivy's lock file: it asks to write where a reader only reads."""
    folder = tmp_path / "t"
    build_terms(FILTERED, folder)
    for parent in [tmp_path, *list(tmp_path.parents)[:3]]:
        parent.chmod(0o755)
    for lock in folder.glob(".*.lock"):
        lock.unlink()
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    as_nobody = ["nobody"] if os.geteuid() == 0 else []
    before = sorted(file.name for file in folder.iterdir())
    try:
        subprocess.run([sys.executable, "-c", CHILD, folder, *as_nobody], check=True, timeout=60)
        assert sorted(file.name for file in folder.iterdir()) == before
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("letter", ["x", "é", "漢", "\U0001f600"])
@pytest.mark.parametrize("length", [15_999, 16_000, 16_001])
def test_terms_are_cut_at_sixteen_thousand_characters(
    tmp_path: Path, letter: str, length: int
) -> None:
    """Catches a term over tantivy's limit of bytes, which it drops without a word."""
    terms = built(tmp_path / "t", [TermDoc(0, [], [letter * length], [], "fr", None, 0)])
    assert terms.doc_freq("words", letter * length) == 1
    assert terms.doc_freq("words", letter * 15_999) == (length == 15_999)
    assert terms.doc_freq("words", letter * 16_000) == (length >= 16_000)


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
