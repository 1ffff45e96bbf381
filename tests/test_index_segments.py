"""Segments answer together as the one generation that a whole build makes."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_index_updates import DEEDS, PLACES, change

from rag.errors import IndexDamaged
from rag.index import segment_plan
from rag.index.generations import open_generation, verify_generation
from rag.index.segmented_index import SegmentedIndex
from rag.pipeline import BuildOptions, Rag, build
from rag.pipeline.carrying import export_index
from rag.records import Filters
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = ("Who sold the old mill?", "What did Ostrel pay for?", "library in Quorl", "crowns")


def write_story(number: int) -> str:
    """An article of its number; those of numbers that differ by six tell one story in two papers."""
    chance = random.Random(number % 6)
    lines = [f"title: News from {PLACES[number % 6]}", f"publisher: Paper {number % 5}"]
    lines += [f"date: 2025-03-{number % 6 + 1:02}", ""]
    for _ in range(4 + number % 4):
        place, deed = chance.choice(PLACES), chance.choice(DEEDS)
        lines.append(f"{place} {deed} for {chance.randint(2, 90)} thousand crowns last week. ")
    return "\n".join(lines) + "\n"


# A step writes a story into a file, moves a file, or removes one.
STEP = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 5), st.integers(0, 17)),
    st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("remove"), st.integers(0, 5), st.just(0)),
)


@pytest.fixture(autouse=True)
def _segments_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_plan, "MIN_CHARACTERS", 0)
    monkeypatch.setattr(segment_plan, "MERGE_FACTOR", 2)
    monkeypatch.setattr(segment_plan, "MAX_WORN", 0.5)


def make_folder(home: Path, count: int = 12) -> Path:
    """A folder of stories that no step touches, and some that steps do."""
    folder = home / "articles"
    folder.mkdir()
    for number in range(count):
        name = number if number < 3 else f"stays-{number}"
        (folder / f"{name}.txt").write_text(write_story(20 + number))
    return folder


def describe(index: Path) -> dict[str, object]:
    """All that an index says, rows left out: those of segments are other ones."""
    with open_generation(index) as opened:
        rows = [row._replace(row=0) for row in opened.articles()]
        ids = [row.id for row in rows]
        groups: dict[int, set[str]] = {}
        for article_id in ids:
            for owner in opened.owners_of(opened.article_rows(article_id)[:1]):
                groups.setdefault(owner.cluster, set()).add(article_id)
        words = ("mill", "crowns", "ostrel", "last", "paper")
        manifest = opened.manifest
        return {
            "rows": rows,
            "texts": [p.text for each in ids for p in opened.passages(opened.article_rows(each))],
            "groups": sorted(map(sorted, groups.values())),
            "reprints": [[other.id for other in opened.reprints(each)] for each in ids],
            "counts": manifest["counts"],
            "dates": manifest["dates"],
            "publishers": manifest["publishers"],
            "languages": manifest["languages"],
            "passages_by_language": manifest["passages_by_language"],
            "size": opened.size,
            "mean_length": opened.mean_length,
            "tokens": np.trim_zeros(opened.token_frequency, "b").tolist(),
            "frequencies": [opened.terms.doc_freq("words", word) for word in words],
            "forms": [[form[1:] for form in opened.vocabulary.forms(word)] for word in words],
            "near": [sorted(opened.vocabulary.near(f"{word}x", 1)) for word in words],
            "formats": sorted(opened.list_formats()),
            "encodings": opened.count_encodings(),
            "coverage": opened.coverage(Filters(publishers=("Paper 1",))),
        }


def search(index: Path) -> list[list[tuple[str, float]]]:
    """What questions find, with the scores, with filters and without."""
    found = []
    with Rag.open(Settings(index=index, reader="off")) as rag:
        for question in QUESTIONS:
            for filters in (Filters(), Filters(publishers=("Paper 2",))):
                answer = rag.search(question, filters=filters, top=8)
                found.append([(hit.passage.id, hit.score) for hit in answer.hits])
    return found


def assert_same(one: Path, other: Path) -> None:
    """Both say and find the same."""
    described, expected = describe(one), describe(other)
    for name, value in expected.items():
        assert described[name] == value, name
    for hits, expected_hits in zip(search(one), search(other), strict=True):
        # Passages of equal scores may change places.
        assert dict(hits) == pytest.approx(dict(expected_hits), abs=1e-6)


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rounds=st.lists(st.lists(STEP, min_size=1, max_size=3), min_size=1, max_size=4))
def test_segments_answer_as_a_whole_build(tmp_path_factory, rounds) -> None:
    """Catches a removed passage that is still found or counted, a frequency, a length or a group of
    one segment alone, rows of another segment, and a merge that loses or doubles an article."""
    home = tmp_path_factory.mktemp("segments")
    folder = make_folder(home)
    grown = Settings(index=home / "grown", reader="off")
    build(grown, [folder])
    for steps in rounds:
        for step in steps:
            change(folder, step)
        build(grown, options=BuildOptions(prune=True))
    whole = Settings(index=home / "whole", reader="off")
    build(whole, [folder])
    assert_same(grown.index, whole.index)
    assert verify_generation(grown.index) == []
    shutil.rmtree(home)


def list_names(index: Path) -> list[str]:
    """The generations of an index, whether they are in force or segments."""
    return sorted(path.name for path in index.iterdir() if path.name[:1].isdigit())


def grow(tmp_path: Path, rounds: int = 1) -> tuple[Settings, Path]:
    """An index of a segment for each round behind the first."""
    folder = make_folder(tmp_path)
    grown = Settings(index=tmp_path / "index", reader="off")
    build(grown, [folder])
    for number in range(rounds):
        (folder / f"{number}.txt").write_text(write_story(60 + number))
        build(grown)
    return grown, folder


def test_only_what_is_new_is_written(tmp_path: Path) -> None:
    """Catches an update that writes the whole index once more."""
    grown, _ = grow(tmp_path)
    with open_generation(grown.index) as opened:
        assert isinstance(opened, SegmentedIndex)
        first, last = opened.list_segments()
        assert (first.own_counts["articles"], last.own_counts["articles"]) == (12, 1)
        assert opened.manifest["counts"]["articles"] == 12
    assert list_names(grown.index) == [first.name, last.name]


def test_segments_are_merged_and_what_they_replace_is_removed(tmp_path: Path) -> None:
    """Catches a segment for each update for ever, and folders that nobody reads any more."""
    grown, folder = grow(tmp_path)
    for number in range(12):
        text = f"Ferry {number}\n\nThe ferry number {number} of Quorl is late once more today.\n"
        (folder / f"new-{number}.txt").write_text(text)
        build(grown)
    for number in range(4):
        (folder / f"new-{number}.txt").unlink()
        build(grown, options=BuildOptions(prune=True))
    with open_generation(grown.index) as opened:
        names = [segment.name for segment in opened.list_segments()]
    assert len(names) <= 5
    assert list_names(grown.index) == sorted(names)
    build(grown, options=BuildOptions(rebuild=True))
    assert len(list_names(grown.index)) == 1


def test_a_reader_keeps_its_segments(tmp_path: Path) -> None:
    """Catches a segment that is removed while an older generation that needs it is open."""
    grown, folder = grow(tmp_path)
    with Rag.open(grown) as rag:
        (folder / "0.txt").write_text(write_story(70))
        build(grown, options=BuildOptions(rebuild=True))
        assert len(list_names(grown.index)) == 3
        assert rag.search("Who sold the old mill?", top=3).hits
        assert len(list(rag.generation.articles())) == 12
    build(grown, options=BuildOptions(rebuild=True))
    assert len(list_names(grown.index)) == 1


def test_a_segment_that_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    """Catches an index that answers from what is left of it, and damage that a check passes over."""
    grown, _ = grow(tmp_path)
    first, _ = list_names(grown.index)
    path = grown.index / first / "spans.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert verify_generation(grown.index) == [f"{first}/spans.npy"]
    shutil.rmtree(grown.index / first)
    with pytest.raises(IndexDamaged, match="is missing"):
        open_generation(grown.index)
    with pytest.raises(IndexDamaged, match="is missing"):
        verify_generation(grown.index)


@pytest.mark.parametrize("damaged", ["spans.npy", "removals.json", "catalog.sqlite", ""])
def test_a_rebuild_takes_over_what_no_file_holds_any_more(tmp_path: Path, damaged: str) -> None:
    """Catches an article of an older segment that is lost, and a removed one that comes back."""
    grown, folder = grow(tmp_path, rounds=2)
    (folder / "0.txt").unlink()
    build(grown, options=BuildOptions(prune=True))  # its story is removed for good
    (folder / "stays-7.txt").unlink()  # of the first segment
    (folder / "1.txt").unlink()  # of a later one
    with open_generation(grown.index) as opened:
        last = opened.list_segments()[-1]
        assert len(opened.list_segments()) > 1
        paths = {row.path for row in opened.articles()}
    before = list_names(grown.index)
    if damaged:
        path = last.folder / damaged
        path.write_bytes(path.read_bytes()[:-3] + b"xyz")
    report = build(grown, options=BuildOptions(rebuild=True))
    # What is damaged stays until it is pruned, with the segments that it cannot be read without.
    assert set(list_names(grown.index)).issuperset(before) == bool(damaged)
    with open_generation(grown.index) as opened:
        rebuilt = {row.path for row in opened.articles()}
    if damaged == "removals.json":
        # What was removed cannot be known any more: better back than something lost.
        assert rebuilt >= paths
    elif damaged != "catalog.sqlite":
        assert rebuilt == paths
    assert any(path.endswith("stays-7.txt") for path in rebuilt)
    assert bool(report.warnings) == bool(damaged)


def test_articles_of_many_words_move_with_their_segment(tmp_path: Path) -> None:
    """Catches vectors, tokens or places of another row after a merge: all passages are compared."""
    grown, folder = grow(tmp_path, rounds=3)
    whole = Settings(index=tmp_path / "whole", reader="off")
    build(whole, [folder])
    with open_generation(grown.index) as one, open_generation(whole.index) as other:
        for article in other.articles():
            rows, expected = one.article_rows(article.id), other.article_rows(article.id)
            assert len(rows) == len(expected) > 0
            for row, expected_row in zip(rows, expected, strict=True):
                sentences, others = one.sentence_rows(row), other.sentence_rows(expected_row)
                assert one.spans(sentences) == other.spans(others)
                for ids, expected_ids in zip(
                    one.tokens(sentences), other.tokens(others), strict=True
                ):
                    assert ids.tolist() == expected_ids.tolist()
                np.testing.assert_array_equal(
                    one.vectors.reconstruct(np.array(sentences)),
                    other.vectors.reconstruct(np.array(others)),
                )
            assert one.find_by_id_prefix(article.id) == other.find_by_id_prefix(article.id)
            assert one.document(article.path) == other.document(article.path)


def test_a_table_of_publishers_and_a_moved_file(tmp_path: Path) -> None:
    """Catches an article that is named after what it was called, and a moved one that is doubled."""
    grown, folder = grow(tmp_path)
    (folder / "stays-9.txt").rename(folder / "moved.txt")
    build(grown)
    with open_generation(grown.index) as opened:
        paths = [row.path for row in opened.articles() if row.path.endswith("moved.txt")]
        assert len(paths) == 1
        assert not [row for row in opened.articles() if row.path.endswith("stays-9.txt")]
        assert len(opened.paths_with(opened.document(paths[0]).sha256)) == 1
    named = Settings(index=grown.index, reader="off", publishers=(("**/moved.txt", "The Ledger"),))
    (folder / "moved.txt").write_text("A title\n\nOstrel sold the old mill for nine crowns.\n")
    build(named)
    with open_generation(grown.index) as opened:
        publishers = {row.path: row.publisher for row in opened.articles()}
    assert publishers[paths[0]] == "The Ledger"


def test_an_exported_index_is_one_generation(tmp_path: Path) -> None:
    """Catches segments that are carried without those before them, and removed articles with them."""
    grown, folder = grow(tmp_path, rounds=2)
    (folder / "2.txt").unlink()
    build(grown, options=BuildOptions(prune=True))
    export_index(grown, tmp_path / "other")
    assert len(list_names(tmp_path / "other")) == 1
    assert_same(tmp_path / "other", grown.index)


@pytest.mark.parametrize(
    "name", ["vectors.faiss", "spans.npy", "tokens.npy", "catalog.sqlite", "fingerprints.npy"]
)
def test_a_merge_launders_no_damage(tmp_path: Path, name: str) -> None:
    """Catches a damaged segment whose wrong bytes get right checksums in the one it is merged into."""
    grown, folder = grow(tmp_path)
    _, last = list_names(grown.index)
    path = grown.index / last / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    for number in range(6):
        (folder / f"new-{number}.txt").write_text(write_story(80 + number))
    with pytest.raises(IndexDamaged, match="is not what was written"):
        build(grown)
    assert verify_generation(grown.index) == [f"{last}/{name}"]
    build(grown, options=BuildOptions(rebuild=True, prune=True))
    whole = Settings(index=tmp_path / "whole", reader="off")
    build(whole, [folder])
    assert_same(grown.index, whole.index)
