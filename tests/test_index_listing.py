"""The list of articles: its order, its filters, its places."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from pages import written

from rag.cli import main
from rag.errors import UsageError
from rag.index.generations import open_generation
from rag.index.listing import Listing, choose_sort, list_articles
from rag.records import Filters
from rag.show import list_page


def listed(index: Path, filters: Filters | None = None, **order: object) -> Listing:
    with open_generation(index) as generation:
        return list_articles(generation, filters or Filters(), **order)  # type: ignore[arg-type]


def test_the_newest_come_first_and_a_limit_says_how_many_there_are(seeds_index: Path) -> None:
    """Catches a list in the order of files, and a count of what is shown in place of all."""
    listing = listed(seeds_index, limit=3)
    days = [str(each.article.date) for each in listing.articles]
    assert days == ["2025-12-16"] * 3
    assert listing.total == 9
    last = listed(seeds_index).articles[-1]
    assert str(last.article.date) == "2025-10-28"


def test_a_list_is_sorted_as_asked(seeds_index: Path) -> None:
    """Catches capitals before small letters, and articles without a publisher first."""
    publishers = [each.article.publisher for each in listed(seeds_index, sort="publisher").articles]
    assert publishers[:4] == ["About Amazon", "CNBC", "engadget", "La Tribune"]
    assert publishers[4:] == [None] * 5
    titles = [each.article.title for each in listed(seeds_index, sort="title").articles]
    assert titles == sorted(titles, key=str.lower)
    with pytest.raises(UsageError, match="colour"):
        choose_sort("colour")


def test_filters_choose_and_places_name_the_line(seeds_index: Path) -> None:
    """Catches filters that are passed over, and the place of a file in place of a story's."""
    [only] = listed(seeds_index, Filters(publishers=("cnbc",))).articles
    assert only.location == "seeds/2025-12-18-lettre-amazon.txt:18"
    assert listed(seeds_index, Filters(languages=("de",))).total == 0


def test_the_page_fits_its_width(seeds_index: Path) -> None:
    """Catches a title that pushes the place off the row, and one cut where nothing is narrow."""
    listing = listed(seeds_index)
    narrow = written(list_page(listing), width=60, terminal=True, TERM="dumb")
    assert max(map(len, narrow.splitlines())) <= 60
    whole = written(list_page(listing))
    assert "Amazon pourrait faire disparaître jusqu’à 30 000 emplois, annonce Reuters" in whole
    assert whole.endswith("9 articles\n")


def test_a_script_gets_an_object_or_a_table(
    seeds_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches columns out of step, and an empty list that counts as a success."""
    index = ["--index", str(seeds_index)]
    assert main(["list", *index, "--publisher", "CNBC", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert (value["schema"], value["count"]) == (1, 1)
    assert main(["list", *index, "--csv", "--sort", "path"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    [row] = [row for row in rows if row["publisher"] == "CNBC"]
    article = value["articles"][0]
    assert row == {name: str(article[name] or "") for name in row}
    assert main(["list", *index, "--since", "2026-01-01"]) == 3
    assert main(["list", *index, "--json", "--csv"]) == 2
