"""Filters beside what the index has: names by a part of them, and a filter that leaves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.cli.filters import choose_filters
from rag.errors import UsageError
from rag.pipeline import Rag, build
from rag.question.spoken_values import READERS
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.cli.filters import ChosenFilters

ARTICLES = (
    ("Ouest-Velmar", "2025-03-03", "Le pont suspendu de Velmar rouvre lundi après des travaux."),
    ("Harbour Gazette", "2025-04-11", "The town of Lindholm opened a harbour for kites on Friday."),
    ("Harbour Times", "2025-05-11", "The town of Lindholm closed a harbour for boats on Friday."),
)


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("filters")
    for number, (publisher, day, text) in enumerate(ARTICLES):
        front = f"---\ntitle: Number {number}\npublisher: {publisher}\ndate: {day}\n---\n"
        (folder / f"{number}.md").write_text(f"{front}{text}\n", encoding="utf-8")
    settings = Settings.load({"index": folder / "index"}, here=folder, environ={})
    build(settings, [folder])
    with Rag.open(settings) as rag:
        yield rag


def choose(rag: Rag, here: Path, flags: object = (), **environ: str) -> ChosenFilters:
    settings = Settings.load(dict(flags), here=here, environ=environ, readers=READERS)  # type: ignore[call-overload]
    return choose_filters(settings, rag)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ouest", "Ouest-Velmar"),
        ("GAZETTE", "Harbour Gazette"),
        ("Harbour  Gazet", "Harbour Gazette"),
        ("harbour times", "Harbour Times"),
    ],
)
def test_a_publisher_by_a_part_of_its_name(rag: Rag, tmp_path: Path, typed: str, name: str) -> None:
    """Wrong: a search of nothing, a name used without a word, a word where nothing was changed."""
    chosen = choose(rag, tmp_path, RAG_PUBLISHER=typed)
    assert chosen.settings.filters.publishers == (name,)
    is_same = typed == name.lower()
    assert chosen.remarks == (() if is_same else (f"RAG_PUBLISHER {typed} is taken for {name}",))


def test_a_name_that_several_publishers_have(rag: Rag, tmp_path: Path) -> None:
    """Wrong: the first of several taken, an error that names nothing of the index."""
    with pytest.raises(UsageError) as error:
        choose(rag, tmp_path, {"publisher": ("harbour",)})
    assert error.value.message.startswith("--publisher: 2 publishers")
    assert "name one of them: Harbour Gazette, Harbour" in error.value.hint


@pytest.mark.parametrize("flags", [{"publisher": ("zeitung",)}, {"lang": ("fr", "xx")}])
def test_a_name_that_no_article_has_is_left_to_the_answer(
    rag: Rag, tmp_path: Path, flags: object
) -> None:
    """Wrong: one name warned of twice, or an error where the articles do not say it."""
    chosen = choose(rag, tmp_path, flags)
    assert chosen.remarks == ()
    [warning] = rag.ask("Was?", filters=chosen.settings.filters).warnings
    assert warning.startswith("no article is ")


def test_what_leaves_no_article_is_named_with_what_there_is_without(
    rag: Rag, tmp_path: Path
) -> None:
    """Wrong: another filter blamed, the variable called a flag, as_of or a pair passed over."""
    days = ", from 2025-03-03 to 2025-05-11"
    since = choose(rag, tmp_path, {"lang": ("en",)}, RAG_SINCE="2030-01-01")
    assert since.remarks == (
        "RAG_SINCE 2030-01-01 leaves no article of the 2 without it, from 2025-04-11 to 2025-05-11",
    )
    as_of = choose(rag, tmp_path, {"as_of": "2020-01-01", "since": "2019-01-01"})
    assert as_of.remarks == (f"--as-of 2020-01-01 leaves no article of the 3 without it{days}",)
    both = choose(rag, tmp_path, {"since": "2030-01-01", "as_of": "2020-01-01"})
    assert both.remarks == (
        "--since 2030-01-01, --as-of 2020-01-01 leave no article of the 3 without them",
    )
    each = choose(rag, tmp_path, {"publisher": ("ouest",), "lang": ("en",)})
    assert [remark.partition(" leaves")[0] for remark in each.remarks[1:]] == [
        "--publisher Ouest-Velmar",
        "--lang en",
    ]
    assert choose(rag, tmp_path, {"since": "2025-05-01"}).remarks == ()
