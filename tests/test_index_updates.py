"""An index that was brought up to date, however often, is the one that a whole build makes."""

from __future__ import annotations

import contextlib
import random
import shutil
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index.generations import open_generation
from rag.pipeline import BuildOptions, build
from rag.settings import Settings

PLACES = ("Valmeron", "Ostrel", "Quorl", "Bridmoor", "Tessan", "Havelund")
DEEDS = ("sold the old mill", "opened a library", "paid for two ferries", "lost its last baker")


def write_story(number: int) -> str:
    """An article of its number; those of numbers that differ by six tell one story in two papers."""
    chance = random.Random(number % 6)
    title = f"title: News from {PLACES[number % 6]}"
    lines = [title, f"publisher: Paper {number % 5}", "date: 2025-03-04", ""]
    for _ in range(4 + number % 4):
        place, deed = chance.choice(PLACES), chance.choice(DEEDS)
        lines.append(f"{place} {deed} for {chance.randint(2, 90)} thousand crowns last week. ")
    return "\n".join(lines) + "\n"


def read_files(index: Path) -> dict[str, bytes]:
    """The files of the generation in force, but for what tells when they were read."""
    with open_generation(index) as generation:
        names = set(generation.manifest["files"]) - {"files.jsonl", "catalog.sqlite"}
        return {name: (generation.folder / name).read_bytes() for name in names}


def read_catalog(index: Path) -> list[object]:
    """The rows of the catalog, with groups of near-duplicates, and the manifest's figures."""
    with open_generation(index) as generation:
        rows: list[object] = list(generation.articles())
        rows += generation.owners_of(range(generation.size))
        rows += [passage.text for passage in generation.passages(range(generation.size))]
        for name in ("counts", "dates", "publishers", "languages", "passages_by_language"):
            rows.append(generation.manifest[name])  # type: ignore[literal-required]
        return rows


# A step writes a story into a file, moves a file, or removes one.
STEP = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 5), st.integers(0, 11)),
    st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("remove"), st.integers(0, 5), st.just(0)),
)


def change(folder: Path, step: tuple[str, int, int]) -> None:
    """Do a step; the last file stays, so that there is something to index."""
    what, first, second = step
    path = folder / f"{first}.txt"
    if what == "write":
        path.write_text(write_story(second))
    with contextlib.suppress(FileNotFoundError):
        if what == "move":
            path.rename(folder / f"{second}.txt")
        if what == "remove":
            path.unlink()


@settings(max_examples=4, deadline=None)
@given(rounds=st.lists(st.lists(STEP, min_size=1, max_size=4), min_size=1, max_size=4))
def test_updates_end_where_a_whole_build_does(tmp_path_factory, rounds) -> None:
    """Catches a removed passage that is still counted, a frequency or a length of before, rows that
    do not fit each other, and a group that depends on the order in which articles came."""
    home = tmp_path_factory.mktemp("updates")
    folder = home / "articles"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(write_story(number))
    (folder / "stays.txt").write_text(write_story(40))
    grown = Settings(index=home / "grown", reader="off")
    build(grown, [folder])
    for steps in rounds:
        for step in steps:
            change(folder, step)
        build(grown, options=BuildOptions(prune=True))
    whole = Settings(index=home / "whole", reader="off")
    build(whole, [folder])
    assert read_catalog(grown.index) == read_catalog(whole.index)
    grown_files, whole_files = read_files(grown.index), read_files(whole.index)
    assert grown_files.keys() == whole_files.keys()
    assert [name for name in grown_files if grown_files[name] != whole_files[name]] == []
    shutil.rmtree(home)
