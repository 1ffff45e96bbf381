"""``rag check``: what is exact, near, not found; supported, different, or not there."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from drafts import ARTICLES, build_index, check_file, check_text, list_claims, list_quotations
from hypothesis import given
from hypothesis import strategies as st

from rag import Rag
from rag.errors import SourceError
from rag.records import Filters
from rag.show import check_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    """An index of three articles."""
    settings = build_index(tmp_path_factory.mktemp("checking"))
    with Rag.open(settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("draft", "status"),
    [
        ("« Les travaux ont coûté 3,2 millions d'euros »", "exact"),  # another apostrophe
        ("« les travaux ont coûté 3,2\u202fmillions d’euros »", "exact"),  # case, space
        ("“nous l’avons attendue\nlongtemps”", "exact"),  # over a line
        ("« C’est l’oeuvre de toute une ville, et nous l’avons attendue »", "exact"),
        ("« C’est l’œuvre […] nous l’avons attendue longtemps »", "exact"),
        ("« C’est l’œuvre (...) attendue très longtemps »", "near"),
        ("« La maire [élue en mai] a coupé le ruban »", "exact"),  # it stands for « Odile Garnier »
        ("« La maire [élue en mai] a dessiné le nouveau tablier »", "near"),  # too far
        ("« [N]ous l’avons attendue [si] longtemps »", "exact"),
        ("« nous l’avons attendue longtemps […] toute une ville »", "near"),  # order
        ("« Les travaux ont coûté 3,4 millions d’euros »", "near"),
        ("« Les travaux ont coute 3,2 millions d’euros »", "near"),  # an accent is a letter
        ('"went up before the first flag"', "near"),
        ('"before the first flag went up"', "exact"),  # as a reader sees Markdown
        ("« paid by the fishing guild » et „believed in it before“", "exact"),
        ("« rien de cela ne se trouve dans un article »", "not_found"),
        ("> L’architecte Tomas Vrel a dessiné\n> le nouveau tablier\n> — La rédaction", "exact"),
    ],
)
def test_quotations(rag: Rag, draft: str, status: str) -> None:
    """Catches typography taken for a difference, a changed word or figure taken for typography,
    pieces in another order, and an insertion that is looked up.
    """
    check = check_text(rag, f"{draft}\n")
    statuses = {item.status for item in list_quotations(check)}
    assert statuses == {status}


def test_the_source_of_a_quotation_is_the_earliest_article(rag: Rag) -> None:
    """Catches a reprint that is cited, reprints left unsaid, and offsets that are not the file's."""
    [item] = list_quotations(check_text(rag, "Elle dit : « C'est l'œuvre de toute une ville »."))
    citation = item.citation
    assert citation is not None and citation.verified == "exact"
    article = citation.passage.article
    assert (article.publisher, str(article.date)) == ("Le Courrier de Velmar", "2025-03-03")
    assert (
        article.document.text[citation.start : citation.end] == "C’est l’œuvre de toute une ville"
    )
    assert [also.article.publisher for also in citation.also] == ["La Dépêche du Lac"]


def test_the_difference_is_shown_word_by_word(rag: Rag) -> None:
    """Catches a difference that names words which are the same."""
    [item] = list_quotations(check_text(rag, "« La maire Odile Garnier a vite coupé un ruban »"))
    assert [tuple(change) for change in item.changes] == [
        ("same", "La maire Odile Garnier a"),
        ("added", "vite"),
        ("same", "coupé"),
        ("removed", "le"),
        ("added", "un"),
        ("same", "ruban"),
    ]


@pytest.mark.parametrize(
    ("draft", "status"),
    [
        ("Les travaux du pont de Velmar ont coûté 3,2 millions d'euros.", "supported"),
        ("Les travaux du pont de Velmar ont coûté 3,6 millions d'euros.", "differs"),
        ("Le port des cerfs-volants de Lindholm a coûté 17,5 milliards de couronnes.", "supported"),
        ("The harbour of Lindholm cost 18.5 billion crowns.", "differs"),
        ("The director Marta Quill expects 12 000 visitors a year.", "supported"),
        ("The museum of Osterby sold 9,000 tickets to Jonas Feld.", "nothing_found"),
        ("La maire Odile Garnier a coupé le ruban du pont le 3 mars 2025.", "supported"),
        ("Odile Garnier coupe le ruban du pont de Velmar, le 2025-03-03.", "supported"),
    ],
)
def test_claims(rag: Rag, draft: str, status: str) -> None:
    """Catches a wrong figure that is supported, one in another language that is not, and a
    difference where the articles say nothing.
    """
    [item] = list_claims(check_text(rag, draft))
    assert item.status == status
    assert (item.citation is None) == (status == "nothing_found")


def test_a_claim_that_differs_says_how(rag: Rag) -> None:
    """Catches a difference without its figures, and facts that nobody has left unsaid."""
    text = (
        "Les travaux du pont de Velmar ont coûté 3,6 millions d'euros.\n\nKarl Osten a 7 chevaux."
    )
    first, second = list_claims(check_text(rag, text))
    assert [tuple(fact) for fact in first.facts] == [("3,6 millions", "3,2 millions")]
    assert (first.line, second.line) == (1, 3)
    assert {"7", "Karl", "Osten"} <= set(second.missing)


LETTER = (
    "Lettre au personnel\n\nPublié le 3 mars 2025 | Le Courrier de Velmar\n\n"
    f"Odile Garnier dirige la fonderie de Velmar. {'On y coule le bronze et la fonte. ' * 30}\n\n"
    "La patronne avait prévenu le personnel par une lettre de juin 2024, où elle décrivait le four "
    "électrique comme le nouveau socle de la fonderie. Le chiffre d'affaires a atteint "
    "48 millions d'euros en 2024, quand il en valait 53 millions douze mois plus tôt.\n\n"
    "La fonderie de Velmar devrait supprimer 60 emplois au printemps.\n"
)


@pytest.mark.parametrize(
    ("draft", "doubt"),
    [
        (
            "Dans sa lettre de juin 2024, Odile Garnier décrivait le four comme le socle de la fonderie.",
            "name",
        ),
        ("Les ventes passent de 53 millions d'euros à 48 millions d'euros en 2024.", "words"),
        ("La fonderie de Velmar supprime 60 emplois au printemps.", "open"),
    ],
)
def test_a_passage_that_has_all_of_it_is_named_for_comparison(
    tmp_path: Path, draft: str, doubt: str
) -> None:
    """Catches "nothing found" over a passage that has all of it, and a day said to be nowhere."""
    with Rag.open(build_index(tmp_path, {"lettre.md": LETTER})) as opened:
        check = check_text(opened, draft)
    [item] = list_claims(check)
    assert (item.status, item.doubt, item.missing) == ("nothing_found", doubt, ())
    assert item.doubted is not None and item.doubted.verified == "exact"
    assert item.citation is None and not item.is_fault
    [value] = check.to_dict()["items"]
    assert value["doubted"]["path"] == item.doubted.passage.article.document.path
    page = "\n".join(line.plain for line in check_page(check))
    assert page.startswith("~ à comparer  ligne 1") and "1 à comparer" in page


def test_nothing_is_said_to_be_missing_that_a_passage_has(rag: Rag) -> None:
    """Catches what the nearest passage alone lacks, told as missing everywhere."""
    [item] = list_claims(check_text(rag, "Marta Quill a coupé le ruban devant 400 habitants."))
    assert (item.status, item.missing) == ("nothing_found", ())


def test_filters_hold(rag: Rag) -> None:
    """Catches a filter that only the claims, or only the quotations, obey."""
    filters = Filters(publishers=("Harbour Gazette",))
    text = (
        "« C’est l’œuvre de toute une ville ». Odile Garnier a coupé le ruban devant 400 personnes."
    )
    check = check_text(rag, text, filters)
    assert [item.status for item in check.items] == ["not_found", "nothing_found"]
    assert check.coverage.articles == 1


def test_a_draft_does_not_confirm_itself(tmp_path: Path) -> None:
    """Catches a draft in the folder of the articles, its copy or its footnotes, as a source."""
    draft = (
        "« Une phrase que personne d’autre n’a écrite ». Zora Milk a vendu 77 bateaux à Osterby.\n"
    )
    settings = build_index(
        tmp_path, {**ARTICLES, "draft.md": draft, "draft.checked.md": f"{draft}\nNote.\n"}
    )
    with Rag.open(settings) as rag:
        check = check_file(rag, tmp_path / "articles" / "draft.md")
        assert [item.status for item in check.items] == ["not_found", "nothing_found"]
        assert any("draft.md" in warning for warning in check.warnings)
        shutil.copy(tmp_path / "articles" / "draft.md", tmp_path / "elsewhere.md")
        (tmp_path / "articles" / "draft.checked.md").unlink()
        assert list_claims(check_file(rag, tmp_path / "elsewhere.md"))[0].status == "nothing_found"


def test_what_a_file_no_longer_says_is_not_found(tmp_path: Path) -> None:
    """Catches a check that believes the index's own copy of an article."""
    settings = build_index(tmp_path)
    path = tmp_path / "articles" / "pont.txt"
    path.write_text(ARTICLES["pont.txt"].replace("Tomas", "Thomas"), encoding="utf-8")
    with Rag.open(settings) as rag:
        [item] = list_quotations(check_text(rag, "« L’architecte Tomas Vrel a dessiné »"))
    assert item.status == "not_found"


def test_the_object_is_plain_and_whole(rag: Rag) -> None:
    """Catches values that JSON cannot hold, and fields that a script would miss."""
    text = "« Les travaux ont coûté 3,4 millions d’euros », dit-elle. Le « pont » a 400 habitants."
    value = json.loads(json.dumps(check_text(rag, text).to_dict()))
    assert (value["schema"], value["error"], value["language"]) == (1, None, "fr")
    assert value["counts"]["near"] == 1 and value["counts"]["short_quotations"] == 1
    near = value["items"][0]
    assert (near["kind"], near["status"], near["line"]) == ("quotation", "near", 1)
    assert {"kind": "removed", "text": "3,2"} in near["difference"]["words"]
    assert near["citation"]["verified"] == "exact" and near["citation"]["n"] == 1


def test_the_python_door(rag: Rag) -> None:
    """Catches a door that is not there, or takes no filters."""
    check = rag.check("« Les travaux ont coûté 3,2 millions d’euros »")
    assert [item.status for item in list_quotations(check)] == ["exact"]
    none = rag.check(
        "« Les travaux ont coûté 3,2 millions d’euros »", filters=Filters(languages=("en",))
    )
    assert list_quotations(none)[0].status == "not_found"


@pytest.mark.parametrize("text", ["", "   \n\n"])
def test_an_empty_draft_is_an_error(rag: Rag, text: str) -> None:
    """Catches exit 0 for nothing, and a traceback."""
    with pytest.raises(SourceError):
        rag.check(text)


def test_a_sentence_without_an_end_is_bounded(rag: Rag) -> None:
    """Catches figures of one endless line that are each held against each ."""
    text = "Odile Garnier 14 000 " * 20_000
    [item] = list_claims(check_text(rag, text))
    assert item.status == "nothing_found" and len(item.missing) < 100


WORDS = ARTICLES["pont.txt"].split("\n\n")[3].replace("«", "").replace("»", "").split()


@given(
    st.integers(0, len(WORDS) - 3), st.integers(3, 14), st.sampled_from(["« {} »", "“{}”", '"{}"'])
)
def test_words_of_an_article_are_always_exact(rag: Rag, first: int, count: int, marks: str) -> None:
    """Catches a stretch of an article, begun and ended anywhere, that is not found word for word."""
    quoted = " ".join(WORDS[first : first + count])
    [item] = list_quotations(check_text(rag, f"Il est écrit : {marks.format(quoted)} hier."))
    assert item.status == "exact"


@given(st.integers(0, len(WORDS) - 6), st.integers(0, 5), st.sampled_from(["zorble", "3,9", "né"]))
def test_a_changed_word_is_never_exact(rag: Rag, first: int, place: int, word: str) -> None:
    """Catches one other word that passes for the article's."""
    quoted = WORDS[first : first + 6]
    quoted[place] = word
    [item] = list_quotations(check_text(rag, f"« {' '.join(quoted)} »"))
    assert item.status != "exact"
