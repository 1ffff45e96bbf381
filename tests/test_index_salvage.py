"""``rag index --rebuild`` of a damaged index: what can be read is taken over, the rest is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from newcomer import Newcomer

pytestmark = pytest.mark.timeout(300)
COUNT = 40  # articles, each on some pages of the catalog


@pytest.fixture
def reader(tmp_path: Path) -> Newcomer:
    """Has an index of many articles, of all but one of which the file is gone."""
    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    for n in range(COUNT):
        lines = [
            f"Sentence {k} of article {n} says that mill {n} of Hask grinds." for k in range(60)
        ]
        newcomer.write(
            f"articles/a{n:02}.txt", f"The mill number {n}\n\n" + "\n\n".join(lines) + "\n"
        )
    newcomer.index("articles")
    for n in range(1, COUNT):
        (newcomer.here / f"articles/a{n:02}.txt").unlink()
    return newcomer


def locate(newcomer: Newcomer, name: str) -> Path:
    """A file of the generation in force."""
    index = newcomer.here / "index"
    return index / (index / "CURRENT").read_text().strip() / name


def list_generations(newcomer: Newcomer) -> list[str]:
    return sorted(path.name for path in (newcomer.here / "index").glob("2*"))


def test_a_rebuild_of_a_sound_index_keeps_lost_articles_and_nothing_else(reader: Newcomer) -> None:
    """Catches articles dropped because their file is gone, and warnings of damage that is none."""
    report = reader.index("--rebuild")
    assert (report["articles"], report["warnings"]) == (COUNT, [])
    assert len(list_generations(reader)) == 1


def test_damage_away_from_the_articles_loses_none(reader: Newcomer) -> None:
    """Catches articles dropped because some other file of the index is damaged."""
    path = locate(reader, "catalog.sqlite")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert reader.run("ask", "Which mill grinds?").code == 5
    report = reader.index("--rebuild")
    assert report["articles"] == COUNT
    assert "rag index --prune" in report["warnings"][-1]
    assert reader.run("search", "Which mill grinds?").code == 0


def test_what_stands_on_damaged_pages_is_said_and_the_rest_is_kept(reader: Newcomer) -> None:
    """Catches one bad page that costs all articles, silence about those it holds, and false text kept.

    Also the damaged index removed before anybody said so, by the rebuild or by an update after it.
    """
    path = locate(reader, "catalog.sqlite")
    data = bytearray(path.read_bytes())
    # A sentence is changed, and the pages with a whole text are lost.
    changed = data.index(b"Sentence 30 of article 7 says")
    data[changed : changed + 8] = b"Verdicts"
    page = data.index(b"Sentence 30 of article 9 says") // 4096 * 4096
    data[page - 4096 : page + 8192] = bytes(3 * 4096)
    path.write_bytes(data)
    damaged = path.parent.name
    report = reader.index("--rebuild")
    assert COUNT - 6 <= report["articles"] < COUNT
    warnings = "\n".join(report["warnings"])
    assert "a07.txt" in warnings
    assert damaged in warnings
    listed = {
        reader.run("show", hit["article"]).out for hit in search(reader, "Verdicts 30 mill 7")
    }
    assert not any("Verdicts" in text for text in listed)
    assert damaged in list_generations(reader)
    reader.write("articles/new.txt", "The dam\n\nThe dam of Hask holds.\n")
    reader.index()
    assert damaged in list_generations(reader)
    assert len(list_generations(reader)) == 2
    reader.index("--prune")
    assert len(list_generations(reader)) == 1
    assert damaged not in list_generations(reader)


def search(newcomer: Newcomer, query: str) -> list[dict[str, str]]:
    """The passages of a search."""
    hits: list[dict[str, str]] = newcomer.run("search", "--json", query).object["passages"]
    return hits


@pytest.mark.parametrize("manifest", ["changed", "missing"])
def test_without_a_right_manifest_the_articles_are_still_read(
    reader: Newcomer, manifest: str
) -> None:
    """Catches an index taken for empty because what it says of itself is damaged."""
    path = locate(reader, "manifest.json")
    if manifest == "changed":
        path.write_bytes(path.read_bytes().replace(b'"format"', b'"formal"'))
    else:
        path.unlink()
    refused = reader.refused(5, "index")
    assert "--rebuild FOLDER" in refused.err
    before = list_generations(reader)
    assert before
    report = reader.index("--rebuild", "articles")
    assert report["articles"] == COUNT
    assert set(before) < set(list_generations(reader))
    reader.index("--prune")
    assert len(list_generations(reader)) == 1


def test_a_catalog_of_noise_is_said_and_kept(reader: Newcomer) -> None:
    """Catches a rebuild that drops everything without a word, or ends in an error of SQLite."""
    path = locate(reader, "catalog.sqlite")
    path.write_bytes(bytes(range(256)) * (path.stat().st_size // 256))
    report = reader.index("--rebuild")
    assert report["articles"] == 1
    assert "nothing of" in report["warnings"][0]
    assert path.parent.name in list_generations(reader)
