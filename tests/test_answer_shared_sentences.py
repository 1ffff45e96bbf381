"""A series of articles that share sentences: each is told by its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.pipeline import Rag, build
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BULLETIN = (
    "Bulletin des avalanches n° {number}\n\nMétéo Alpes, {day} janvier 2026\n\n"
    "Le risque d'avalanche est de {risk} sur 5 dans le massif du Vercors. La neige tient à {height} "
    "mètres. Les skieurs sont invités à la prudence. Prochain bulletin dans une semaine.\n"
)
RISKS = [
    f"Le risque d'avalanche est de {risk} sur 5 dans le massif du Vercors." for risk in (2, 3, 4)
]


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    """An index of three weekly bulletins."""
    folder: Path = tmp_path_factory.mktemp("bulletins")
    for number in (1, 2, 3):
        text = BULLETIN.format(
            number=number, day=7 * number, risk=1 + number, height=1000 + 150 * number
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index")
    build(settings, [folder])
    with Rag.open(settings) as opened:
        yield opened


def test_the_news_of_a_series_are_of_each_of_them(rag: Rag) -> None:
    """Catches a closing sentence for the story, by which the newest are taken for the oldest."""
    assert [each.text for each in rag.ask("Quoi de neuf ?").sentences] == RISKS[::-1]


def test_a_timeline_of_a_series_has_an_event_of_each(rag: Rag) -> None:
    """Catches an event that all articles tell alike."""
    answer = rag.ask("Chronologie du risque d'avalanche")
    assert [each.text for each in answer.sentences] == RISKS


def test_the_newest_of_a_series_is_summarised(rag: Rag) -> None:
    """Catches the first of several that are on the topic alike."""
    answer = rag.ask("Résume le bulletin des avalanches")
    assert answer.form is not None
    assert answer.form.title == "Bulletin des avalanches n° 3"


def test_an_article_that_has_no_sentence_of_its_own_keeps_them(tmp_path: Path) -> None:
    """Catches a story that is lost since another one has all of its sentences."""
    text = "Le four du musée a fondu lundi. Personne n'a été blessé."
    for name, more in (
        ("un", ""),
        ("deux", " Une enquête a été ouverte par le parquet de Marsel."),
    ):
        page = f"Le four du musée\n\n3 mars 2026\n\n{text}{more}\n"
        (tmp_path / f"{name}.txt").write_text(page, encoding="utf-8")
    settings = Settings(index=tmp_path / "index")
    build(settings, [tmp_path])
    with Rag.open(settings) as opened:
        assert opened.ask("Quoi de neuf sur le four du musée ?").status == "answered"
