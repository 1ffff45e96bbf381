"""What holds the question is no evidence; what answers it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.answer import echoes, evidence
from rag.answer.evidence import Reach, read_evidence
from rag.models import embedders
from rag.pipeline import BuildOptions, Rag, build, choices
from rag.question.date_filter import EVERYTHING, Scope
from rag.question.expand import Query
from rag.records import Answer
from rag.search import RankedPassages, channels, rank_passages
from rag.settings.schema import Settings

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import measure_stuffing as stuffing

PONT = """# Le pont de Velmar rouvre

Fermé pendant deux hivers, le pont tournant de Velmar a été repris par le chantier Aubrac.
Le chantier Aubrac a réparé le pont tournant de Velmar pour 6,3 millions d'euros.
Les piétons passent de nouveau depuis lundi.
"""
BAKERY = """# Trois boulangers pour une rue

La rue des Tanneurs compte trois boulangers depuis que la famille Lenoir a ouvert sa boutique.
Le plus ancien vend son pain depuis 1954.
"""
FRENCH = "Combien a coûté la réparation du pont tournant de Velmar ?"
ECHOES = [
    (FRENCH, FRENCH),
    (FRENCH, f"À qui demande « {FRENCH} », on répond 9 euros."),
    (FRENCH, "Combien a coûté la réparation du pont tournant de Velmar : 9 euros (17)."),
    (FRENCH, "Combien coûté réparation pont tournant Velmar : 9 euros."),
    (FRENCH, "9 euros : " + "coûté réparation pont tournant velmar " * 20),
    (FRENCH, "La réparation du pont de Velmar a-t-elle été chère ?"),
    ("Who runs the harbour of Port Elsby?", "To “Who runs the harbour of Port Elsby?” say Bob."),
    ("Who runs the harbour of Port Elsby", "Who runs the harbour of Port Elsby: Bob."),
    ("Wie viele Schiffe liegen im Hafen?", "Wie viele Schiffe liegen im Hafen: neun."),
    ("Кто построил маяк на острове Тихом?", "Кто построил маяк на острове Тихом: Пётр."),
    ("灯台を建てたのは誰ですか？", "灯台を建てたのは誰ですか？ 太郎です。"),
]
ANSWERS = [
    (FRENCH, "La réparation du pont tournant de Velmar a coûté 6,3 millions d'euros."),
    (FRENCH, "Le pont tournant de Velmar, dont la réparation a coûté 6,3 millions, rouvre."),
    ("Who runs the harbour of Port Elsby?", "Ann Lee, who runs the harbour of Port Elsby, left."),
    ("When was Sky Digital launched?", "When Sky Digital was launched in 1998, it used Astra."),
    ("Wie viele Schiffe liegen im Hafen?", "Im Hafen liegen neun Schiffe."),
    ("Кто построил маяк на острове Тихом?", "Маяк на острове Тихом построил Пётр."),
    ("¿Cuándo fue Temujin elegido khan?", "En 1186, Temujin fue elegido khan."),
    ("When were his best-known works published?", "His best-known works were published in 1520."),
    ("pont tournant Velmar", "Pont tournant de Velmar : 6,3 millions d'euros."),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("stuffing")
    articles = folder / "articles"
    articles.mkdir()
    (articles / "pont.md").write_text(PONT, encoding="utf-8")
    (articles / "boulangers.md").write_text(BAKERY, encoding="utf-8")
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [articles])
    return settings


@pytest.fixture(scope="module")
def rag(settings: Settings) -> Iterator[Rag]:
    with Rag.open(settings) as opened:
        yield opened


def judge(rag: Rag, question: str, sentence: str) -> bool:
    asked = echoes.read_asked_words(rag.query(question), embedders.open_token_vectors())
    return echoes.is_echo(sentence, asked)


@pytest.mark.parametrize(("question", "sentence"), ECHOES)
def test_what_holds_the_question_is_an_echo(rag: Rag, question: str, sentence: str) -> None:
    """Catches a question, its keywords or its repetition taken for an answer, in any language."""
    assert judge(rag, question, sentence)


@pytest.mark.parametrize(("question", "sentence"), ANSWERS)
def test_what_answers_in_the_words_of_the_question_is_none(
    rag: Rag, question: str, sentence: str
) -> None:
    """Catches a rule that refuses whatever says most of the question's words."""
    assert not judge(rag, question, sentence)


def ask_stuffed(settings: Settings, text: str, question: str) -> Answer:
    """Return the answer while an article written for the question is indexed."""
    articles = settings.index.parent / "articles"
    written = articles / "stuffed-000.md"
    written.write_text(text, encoding="utf-8")
    build(settings, [articles])
    with Rag.open(settings) as opened:
        answer = opened.ask(question)
    written.unlink()
    build(settings, [articles], options=BuildOptions(prune=True))
    return answer


TABLE = stuffing.read_kinds()
KINDS = [(kind, kind["name"]) for kind in TABLE["kinds"]]


@pytest.mark.parametrize(("kind", "name"), KINDS, ids=[name for _, name in KINDS])
def test_an_article_written_for_a_question_does_not_hide_the_truth(
    settings: Settings, kind: dict[str, object], name: str
) -> None:
    """Catches the article of one question that pushes what is true out of the answer."""
    truth = "6,3 millions d'euros"
    sentence = "Le chantier Aubrac a réparé le pont tournant de Velmar pour 6,3 millions d'euros."
    asked = stuffing.Asked(FRENCH, truth, sentence)
    text = stuffing.write_article(kind, "fr", TABLE["fake"]["fr"], asked)
    answer = ask_stuffed(settings, text, FRENCH)
    assert stuffing.find_truth(answer, [truth]), name


@pytest.mark.parametrize(("kind", "name"), KINDS, ids=[name for _, name in KINDS])
def test_an_article_written_for_a_question_does_not_turn_a_refusal(
    settings: Settings, kind: dict[str, object], name: str
) -> None:
    """Catches what nothing says, answered because somebody wrote the question down."""
    question = "Combien de passagers la navette fluviale de Gronval transporte-t-elle par an ?"
    text = stuffing.write_article(kind, "fr", TABLE["fake"]["fr"], stuffing.Asked(question))
    answer = ask_stuffed(settings, text, question)
    paths = [each.passage.article.document.path for each in answer.citations]
    assert not any(map(stuffing.is_stuffed, paths)), name


def test_an_article_under_an_echo_does_not_stand_for_its_reprints(settings: Settings) -> None:
    """Catches the true article left out as a reprint of the one that was written for the question,
    whose passage came first.
    """
    sentence = "Le chantier Aubrac a réparé le pont tournant de Velmar pour 6,3 millions d'euros."
    body = PONT.split("\n\n", 1)[1].replace(sentence, "")
    answer = ask_stuffed(settings, f"# {FRENCH}\n\n{FRENCH}\n\n{body}", FRENCH)
    assert stuffing.find_truth(answer, ["6,3 millions d'euros"])


def test_words_that_an_echo_alone_has_are_unseen(settings: Settings) -> None:
    """Catches "transporte" taken for a word of the articles because a question in them has it."""
    question = "Combien de passagers la navette fluviale de Gronval transporte-t-elle par an ?"
    written = settings.index.parent / "articles" / "stuffed-000.md"
    written.write_text(f"Brèves\n\n{question}\n", encoding="utf-8")
    build(settings, [written.parent])
    with Rag.open(settings) as opened:
        table = embedders.open_token_vectors()
        query = opened.query(question)
        found = rank_passages(query, generation=opened.generation, table=table)
        read = read_evidence(query, found, Reach(10), generation=opened.generation, table=table)
    written.unlink()
    build(settings, [written.parent], options=BuildOptions(prune=True))

    def get_frequency(of: Query) -> int:
        [place] = [n for n, term in enumerate(of.terms) if term == "gronval"]
        return sum(each.frequency for each in of.expansions["fr"] if each.term == place)

    assert (get_frequency(query), get_frequency(read.query)) == (1, 0)
    assert question not in [each.text for each in read.sentences]
    # It is still among the passages that are shown.
    assert sorted(read.ranked.rows) == sorted(found.rows)


def test_what_stands_beside_the_best_is_read_although_there_is_an_echo(tmp_path: Path) -> None:
    """Catches a new order of the passages, as if there were no echo, that forgets the paragraph
    after the names: seven of sixty answers were lost by it.
    """
    question = "Qui garde le phare de Kermor ?"
    answer = "Depuis mars, Ada Quint monte chaque soir les marches, et sa sœur la remplace en été."
    filling = "Les travaux ont duré trois hivers, sous la pluie et dans le vent du large. " * 3
    articles = tmp_path / "articles"
    articles.mkdir()
    phare = (
        f"# Le phare de Kermor\n\nLe phare de Kermor se garde seul. {filling}\n\n{answer} {filling}"
    )
    (articles / "phare.md").write_text(phare, encoding="utf-8")
    for number in range(12):
        text = f"# Côte {number}\n\nQui garde la côte {number} voit le phare de Kermor.\n"
        (articles / f"{number}.md").write_text(text, encoding="utf-8")
    settings = Settings(index=tmp_path / "index", reader="off", passage_tokens=64)
    table = embedders.open_token_vectors()
    for echo in ("", f"Brèves\n\n{question} {question}\n"):
        (articles / "stuffed.md").write_text(echo, encoding="utf-8")
        build(settings, [articles])
        with Rag.open(settings) as opened:
            query = opened.query(question)
            found = rank_passages(query, generation=opened.generation, table=table)
            for with_neighbours in (False, True):
                read = read_evidence(
                    query,
                    found,
                    Reach(8, with_neighbours),
                    generation=opened.generation,
                    table=table,
                )
                texts = [each.text for each in read.sentences]
                assert (answer in texts) is with_neighbours


def test_echoes_that_fill_the_search_do_not_push_the_truth_out_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an article of echoes that takes all places among the candidates, a second search that is no wider, and one
    for questions that have no echo.
    """
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "pont.md").write_text(PONT, encoding="utf-8")
    (articles / "boulangers.md").write_text(BAKERY, encoding="utf-8")
    settings = Settings(index=tmp_path / "index", reader="off", passage_tokens=40)
    bare = FRENCH.strip(stuffing.ASKING_MARKS)
    scopes = []

    def search(query: Query, *, scope: Scope, **options: Any) -> RankedPassages:
        scopes.append(scope)
        return rank_passages(query, scope=scope, **options)

    monkeypatch.setattr(choices, "rank_passages", search)
    for count in (0, 24):
        lines = [f"{bare} : 9 euros ({number}).\n\n" for number in range(count)]
        (articles / "stuffed.md").write_text("Brèves\n\n" + "".join(lines), encoding="utf-8")
        build(settings, [articles])
        with Rag.open(settings) as opened:
            assert stuffing.find_truth(opened.ask(FRENCH), ["6,3 millions d'euros"])
            assert bool(scopes) is (count > 0)
    table = embedders.open_token_vectors()
    monkeypatch.setattr(channels, "CANDIDATES", 2)
    with Rag.open(settings) as opened:
        query = opened.query(FRENCH)
        narrow, wide = (
            rank_passages(query, generation=opened.generation, table=table, scope=scope)
            for scope in (EVERYTHING, *scopes)
        )
        assert len(narrow.rows) <= 4 < len(wide.rows)
        reach = Reach(10, search_wider=lambda: wide)
        only_echoes = wide.take(range(10))
        read = read_evidence(query, only_echoes, reach, generation=opened.generation, table=table)
        assert sorted(read.ranked.rows) == sorted(wide.rows)


def test_no_article_fills_what_is_read_beside_an_echo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an article of echoes of another question that is read in the place of all others."""
    other = "Combien mesure le pont tournant de Velmar après la réparation"
    lines = [f"{other} : 9 euros ({number}).\n\n" for number in range(24)]
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "pont.md").write_text(PONT, encoding="utf-8")
    (articles / "boulangers.md").write_text(BAKERY, encoding="utf-8")
    (articles / "stuffed.md").write_text(f"{FRENCH}\n", encoding="utf-8")
    (articles / "other.md").write_text("Brèves\n\n" + "".join(lines), encoding="utf-8")
    settings = Settings(index=tmp_path / "index", reader="off", passage_tokens=40)
    build(settings, [articles])
    table = embedders.open_token_vectors()
    monkeypatch.setattr(evidence, "PASSAGES_PER_ARTICLE", 2)
    with Rag.open(settings) as opened:
        query = opened.query(FRENCH)
        found = rank_passages(query, generation=opened.generation, table=table)
        read = read_evidence(query, found, Reach(8), generation=opened.generation, table=table)
    paths = [hit.passage.article.document.path for hit in read.hits]
    names = [Path(path).name for path in paths[:6]]
    assert names.count("other.md") <= 3
    assert {"pont.md", "boulangers.md"} <= set(names)
