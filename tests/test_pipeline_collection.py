"""Questions about the articles as a whole, over seeds/: counted, cited, or refused."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from pages import written

import rag.show
from rag.pipeline import Rag
from rag.records import Filters
from rag.settings import Settings
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.records import Answer, CollectionCount

SCHEMA = json.loads(
    (Path(rag.show.__file__).parent / "answer.schema.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def seeds(seeds_index: Path) -> Iterator[Rag]:
    with Rag.open(Settings(index=seeds_index, reader="off")) as opened:
        yield opened


def count(answer: Answer) -> CollectionCount:
    assert answer.collection is not None
    jsonschema.validate(answer.to_dict(), SCHEMA)
    return answer.collection


@pytest.mark.parametrize("word", ["Amazon", "Microsoft", "Luxembourg", "Bloomberg", "Anthropic"])
def test_a_count_is_that_of_reading_every_article(seeds: Rag, word: str) -> None:
    """Catches passages counted for articles, and publishers counted for words."""
    term = word.lower()
    texts = [f"{article.title} {article.text}" for article in seeds.articles()]
    expected = sum(term in {each.term for each in find_words(text)} for text in texts)
    answer = seeds.ask(f"Combien d'articles parlent de {word} ?")
    assert count(answer).count == expected > 0


def test_every_article_that_is_listed_is_quoted_exactly(seeds: Rag) -> None:
    """Catches a claim that cites nothing, and a list in the order of files."""
    answer = seeds.ask("Combien d'articles parlent de Microsoft ?")
    assert answer.text == "2 articles contiennent « Microsoft »."
    assert answer.sentences[0].citations == (1, 2)
    assert [citation.verified for citation in answer.citations] == ["exact", "exact"]
    days = [citation.passage.article.date for citation in answer.citations]
    assert days == [datetime.date(2025, 12, 16), datetime.date(2025, 12, 10)]
    page = written(rag.show.answer_page(answer))
    assert page.startswith("2 articles contiennent « Microsoft ». [1][2]\n")
    assert "[2] ✓ La Tribune" in page


def test_kinds_say_what_they_are_asked_for(seeds: Rag) -> None:
    """Catches the newest article where the first is asked, and publishers left out."""
    since = seeds.ask("Depuis quand parle-t-on de Microsoft ?")
    assert since.text == "2 articles contiennent « Microsoft ». Le premier : 10 déc. 2025."
    assert since.citations[0].passage.article.date == datetime.date(2025, 12, 10)
    papers = seeds.ask("Which papers mention OpenAI?")
    assert papers.text == "1 article contains “OpenAI”. Publishers: CNBC (1)."
    extent = count(seeds.ask("Von wann bis wann?"))
    assert (str(extent.first), str(extent.last)) == ("2025-10-28", "2025-12-16")


def test_filters_and_days_of_the_question_choose(seeds: Rag) -> None:
    """Catches a count of all articles under a filter, and days read as words of the topic."""
    asked = "Combien d'articles parlent d'Amazon"
    in_october = seeds.ask(f"{asked} en octobre 2025 ?", today=datetime.date(2026, 1, 5))
    assert count(in_october).count == 1
    assert in_october.period is not None
    filtered = seeds.ask(f"{asked} ?", filters=Filters(publishers=("CNBC",)))
    assert count(filtered).publishers == {"CNBC": 1}


def test_what_stands_nowhere_is_refused_with_the_nearest_spelling(seeds: Rag) -> None:
    """Catches a count of the corrected word passed off as that of the word asked for."""
    answer = seeds.ask("Combien d'articles parlent de Mircosoft ?")
    assert (answer.status, answer.citations) == ("not_in_sources", ())
    assert count(answer).nearest == "Microsoft"
    assert "Au plus près : « Microsoft »." in written(rag.show.answer_page(answer))
    unknown = count(seeds.ask("How many articles are about Verlune?"))
    assert (unknown.count, unknown.nearest) == (0, "")


def test_a_question_about_what_articles_say_is_no_count(seeds: Rag) -> None:
    """Catches the catalog answering what has to be searched."""
    assert seeds.ask("Combien d'articles compte la loi ?").collection is None


def test_which_articles_are_asked_for_are_listed(seeds: Rag) -> None:
    """Catches "which articles" that is searched, and refused, and a list cut after five."""
    answer = seeds.ask("Quels articles parlent d'Amazon ?")
    assert (count(answer).kind, count(answer).count) == ("articles", 8)
    assert len(answer.citations) == 8


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Combien d'articles de La Tribune ?", 1),
        ("combien d'articles de la tribune en décembre 2025 ?", 1),
        ("How many articles from CNBC?", 1),
        ("How many articles from CNBC mention OpenAI?", 1),
        ("combien d'articles de La Tribune parlent d'OpenAI ?", 0),
        ("How many articles in December 2025?", 8),
    ],
)
def test_the_articles_of_a_publisher_are_counted(seeds: Rag, question: str, expected: int) -> None:
    """Catches days taken for a publisher, and a publisher in lower case."""
    assert count(seeds.ask(question)).count == expected


def test_whoever_publishes_nothing_here_is_searched_for(seeds: Rag) -> None:
    """Catches all articles counted for a publisher that there is none of."""
    assert seeds.ask("Combien d'articles de presse ?").collection is None


@pytest.mark.parametrize(
    ("question", "follow_up", "expected"),
    [
        ("Combien d'articles parlent d'Amazon ?", "et de Google ?", "Google"),
        ("How many articles mention Amazon?", "and Google?", "Google"),
    ],
)
def test_a_follow_up_of_a_count_is_a_count(
    seeds: Rag, question: str, follow_up: str, expected: str
) -> None:
    """Catches a completed question that is searched for, and refused by a tool that knows."""
    answer = seeds.ask(follow_up, before=[seeds.ask(question)])
    assert (count(answer).topic, count(answer).count) == (expected, 1)
    assert answer.question != follow_up
