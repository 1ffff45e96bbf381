"""Publishers that the user's table gives to articles which name none."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cli import main
from rag.errors import UsageError
from rag.index import sentence_vectors
from rag.index.generations import open_generation
from rag.reading.publishers import find_publisher
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

FITS = [
    ("bote/**", "in/bote/a.txt"),
    ("bote/**", "bote/2024/a.txt"),
    ("bote", "in/bote/a.txt"),
    ("bote/", "bote/a.txt"),
    ("*.eml", "in/mails/a.eml"),
    ("bote/*.md", "in/bote/a.md"),
    ("bote/**/a.md", "bote/a.md"),
    ("bote/**/a.md", "bote/x/y/a.md"),
    ("/in/bote", "in/bote/a.md"),
    ("/srv/bote/**", "/srv/bote/a.md"),
    ("b[ou]te/?.md", "bute/a.md"),
    ("Évron/*", "E\u0301vron/a.md"),
]
DOES_NOT_FIT = [
    ("bote/**", "in/bote"),
    ("bote/", "in/bote"),
    ("bote/**", "in/boten/a.txt"),
    ("*.eml", "in/a.eml.txt"),
    ("bote/*.md", "bote/x/a.md"),
    ("/bote", "in/bote/a.md"),
    ("bote/?.md", "bote/ab.md"),
    ("Bote/**", "bote/a.md"),
]


@pytest.mark.parametrize(("pattern", "path"), FITS)
def test_patterns_that_fit(pattern: str, path: str) -> None:
    """Catches fnmatch over the whole path, and a pattern that is bound to the first folder."""
    assert find_publisher(path, [("/none", "A"), (pattern, "B"), ("**", "C")]) == "B"


@pytest.mark.parametrize(("pattern", "path"), DOES_NOT_FIT)
def test_patterns_that_do_not_fit(pattern: str, path: str) -> None:
    """Catches a star that crosses folders, and a search for the words of a pattern."""
    assert find_publisher(path, [(pattern, "B")]) is None


PARTS = st.lists(st.sampled_from(["a", "b", "*", "**", "a*"]), min_size=1, max_size=5)


@given(PARTS, st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=6))
def test_matching_is_that_of_a_slow_regular_expression(parts: list[str], names: list[str]) -> None:
    """Catches a ** that is not taken back when what follows it does not fit."""
    pieces = ["(?:[^/]+/)*"]
    for number, part in enumerate(parts, 1):
        is_last = number == len(parts)
        if part == "**":
            pieces.append("[^/]+/" + "(?:[^/]+/)*" if is_last else "(?:[^/]+/)*")
        else:
            pieces.append(fnmatch.translate(part)[4:-3].replace(".*", "[^/]*") + "/")
    pieces.append("(?:[^/]+/)*")
    expected = re.fullmatch("".join(pieces), "/".join(names) + "/") is not None
    assert (find_publisher("/".join(names), [("/".join(parts), "P")]) == "P") is expected


def test_a_hostile_table_takes_no_time() -> None:
    """Catches an expression whose stars are tried in every way, by never ending."""
    pattern = "/".join(["**", "*a*a*a*a*a*b"] * 12)
    path = "/".join(["a" * 200] * 40)
    assert find_publisher(path, [(pattern, "P")]) is None


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ('[publishers]\n"a/**" = "A"\n"*.eml" = 3', 3, "no publisher's name"),
        ('top = 3\n[publishers]\n"!a" = "A"', 3, "negation"),
        ('[publishers]\n"a" = " "', 2, "no publisher's name"),
        ('[publishers]\n"" = "A"', 2, "no pattern"),
        ('[publishers]\n"a" = "A"\n"b" = "B\\u001b[1m"', 3, "control character"),
        ('[publishers]\n"a\\n" = "A"', 1, "control character"),
        ('publishers = ["a"]', 1, "no table"),
        ('[publishers.a]\nb = "A"', 1, "no publisher's name"),
        ("[publishers]\n" + "\n".join(f'a{n} = "A"' for n in range(1001)), 1, "1000 lines"),
    ],
)
def test_a_bad_table_is_told_with_its_line(
    lines: str, line: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches the line of the table in the place of the row's, and escapes that run."""
    monkeypatch.chdir(tmp_path)
    Path("rag.toml").write_text(lines, encoding="utf-8")
    with pytest.raises(UsageError, match=reason) as caught:
        Settings.load()
    assert f"rag.toml:{line}: publishers: " in caught.value.message
    assert caught.value.message.isprintable()


@pytest.fixture
def list_publishers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], dict[str, str | None]]:
    """Index four articles under a table; return the publisher of each."""
    monkeypatch.chdir(tmp_path)
    for folder in ("in/bote", "in/autre"):
        Path(folder).mkdir(parents=True)
    Path("in/bote/a.md").write_text("---\nauthor: Jeanne Roux\n---\nDie Brücke ist gesperrt.\n")
    Path("in/bote/b.md").write_text("---\npublisher: Die Wacht\n---\nDie Wehr hilft.\n")
    Path("in/bote/c.txt").write_text("Der Markt\n\nDer Markt von Aldenau beginnt am Montag.\n")
    Path("in/autre/d.txt").write_text("Le port\n\nLe port attend quatre navires en mai.\n")

    def index(table: str) -> dict[str, str | None]:
        Path("rag.toml").write_text(table, encoding="utf-8")
        assert main(["index", "in", "--index", "ix", "-q"]) == 0
        with open_generation(Path("ix")) as generation:
            return {Path(row.path).name: row.publisher for row in generation.articles()}

    return index


def test_a_change_of_the_table_is_followed_and_embeds_nothing(
    list_publishers: Callable[[str], dict[str, str | None]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Catches a table that only new files follow, one that goes before the files, and slowness."""
    before = {"a.md": "Jeanne Roux", "b.md": "Die Wacht", "c.txt": None, "d.txt": None}
    assert list_publishers("") == before
    monkeypatch.setattr(sentence_vectors, "embed_passages", _refuse)
    bote = '[publishers]\n"bote/**" = "Bote"\n'
    after = {"a.md": "Bote", "b.md": "Die Wacht", "c.txt": "Bote", "d.txt": None}
    assert list_publishers(bote) == after
    assert list_publishers(bote + '"*.txt" = "Texte"') == {**after, "d.txt": "Texte"}
    assert list_publishers('[publishers]\n"*.txt" = "Texte"')["c.txt"] == "Texte"
    assert list_publishers("") == before
    capsys.readouterr()
    main(["status", "--json", "--index", "ix"])
    lacking = json.loads(capsys.readouterr().out)["lacking"]
    assert lacking["publisher"] == {"articles": 2, "paths": ["in/autre/d.txt", "in/bote/c.txt"]}
    assert lacking["day"]["articles"] == 4
    assert len(lacking["day"]["paths"]) == 3
    main(["status", "--index", "ix"])
    assert "2 articles, as in in/autre/d.txt, in/bote/c.txt" in capsys.readouterr().out


def _refuse(*arguments: object) -> None:
    pytest.fail("embedded again")


def test_what_is_embedded_is_what_the_file_says(
    list_publishers: Callable[[str], dict[str, str | None]],
) -> None:
    """Catches vectors that depend on which of the table and the article came first."""
    list_publishers('[publishers]\n"in" = "Presse"')
    with open_generation(Path("ix")) as generation:
        [row] = generation.article_rows(_find_article("d.txt"))
        named = generation.vectors.reconstruct(list(generation.sentence_rows(row)))
    list_publishers("")
    assert main(["index", "--rebuild", "--index", "ix", "-q"]) == 0
    with open_generation(Path("ix")) as generation:
        [row] = generation.article_rows(_find_article("d.txt"))
        unnamed = generation.vectors.reconstruct(list(generation.sentence_rows(row)))
    assert (named == unnamed).all()


def _find_article(name: str) -> str:
    with open_generation(Path("ix")) as generation:
        return next(row.id for row in generation.articles() if Path(row.path).name == name)


def test_the_table_is_written_and_read_as_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches a list in the place of a table in what is written, and a variable that is not read."""
    monkeypatch.chdir(tmp_path)
    Path("rag.toml").write_text('top = 3\n[publishers]\nx = "X"\n', encoding="utf-8")
    main(["config", "set", "publishers", "a/**=Der Bote, *.eml=Post"])
    table = (("a/**", "Der Bote"), ("*.eml", "Post"))
    assert Settings.load().publishers == table
    main(["config", "set", "top", "7"])
    assert (Settings.load().publishers, Settings.load().top) == (table, 7)
    main(["config", "get", "publishers"])
    assert capsys.readouterr().out.strip() == "a/**=Der Bote,*.eml=Post"
    environ = {"RAG_PUBLISHERS": "a=B=C"}
    assert Settings.load(environ=environ).publishers == (("a", "B=C"),)
