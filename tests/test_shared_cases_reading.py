"""Cases of ``../shared/cases`` about stories, encodings, moved files and questions.

Each case folder has a README that says what is right; the checks below say the same in a form that
runs. Without the folder these tests are skipped.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.cli import main
from rag.index.generations import open_generation

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
COMMAND = re.compile(r"^  rag (ask|search) (?:--json )?(.*?) --index ix$", re.MULTILINE | re.DOTALL)
Answer = dict[str, Any]

TITLES = {
    "S01-h1-chapters": {"Toit sûr"},
    "S02-rules-h2": {"Toit sûr"},
    "S03-capital-headline": {"LE CONSEIL DE BREST VOTE LE TRAMWAY"},
    "S06-hash-in-code": {"Installer l’outil"},
    "S07-bom-heading": {"Titre vrai"},
    "S08-bold-titles": {"Le lac de Sérigny remonte", "Un pont neuf à Loudéac"},
    "S12-legit-caps-title": {"INCENDIE AU PORT DE BREST"},
    "S14-number-in-title": {"Der 1. FC Aldenau steigt auf", "Zum 25. Mal: Musikfest am 3. Mai"},
    "S16-gender-star": {"Communitybuilder*in gesucht"},
}
POOL = "Karim Ferrand"
ANSWERS = {  # what a quotation holds
    "E01-cp1252-micro": "à Lyon près de l'école",
    "E03-dos-box": "Étienne Carrère",
    "E04-bom-crlf-front": POOL,
    "E05-cr-only": POOL,
    "E06-crlf-line": POOL,
    "E07-nfd-body": POOL,
    "E08-soft-hyphen": "beschlossen",
    "E09-zwsp": "a nommé Sophie",
    "E10-nbsp-number": "14",
    "E13-stray-byte": POOL,
    "E14-long-line": POOL,
    "E17-emoji-offsets": "la piscine de Brézolles",
    "E18-rtl-article": "רות כהן",
    "E19-quote-line-deep": POOL,
    "Q01-apostrophes": "bassin d’hiver",
    "Q02-hyphens": "Saint-Étienne-du-Bois",
    "Q03-version-number": "12 euros",
    "Q04-umlaut-digraph": "Bürgermeisterin",
    "Q05-german-compound": "neun Millionen",
    "Q08-caps": "Karim Ferrand",
    "Q12-name-the-article": "42 millions",
    "Q13-sentence-de": "29. Juli",
    "Q14-sentence-fr": "en deux fois",
    "Q15-number-sentence-after": "340.000",
    "Q17-cross-language-max": "500 euro",
    "Q20-overview-german": "Rathaus eröffnet",
    "X05-html-in-txt": POOL,
}
LINES = {
    "E04-bom-crlf-front": 6,
    "E05-cr-only": 5,
    "E06-crlf-line": 9,
    "E17-emoji-offsets": 5,
    "E19-quote-line-deep": 403,
}
REFUSED = (
    "Q11-offtopic-1",
    "Q11-offtopic-2",
    "Q11-offtopic-3",
    "Q11-offtopic-5",
    "Q21-shared-name-1",
    "Q21-shared-name-2",
    "Q21-shared-name-4",
    "Q23-nonsense",
    "S10-unsubscribe",
)
# The reader tells these, which is off elsewhere in the tests.
READ = ("Q15-number-sentence-after", "Q21-shared-name-1", "Q21-shared-name-2")


@pytest.fixture
def index_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], str]:
    """Index a case and the articles that it is asked among; return what was printed."""

    def index(name: str) -> str:
        if not (CASES / name).is_dir():
            pytest.skip("no ../shared/cases")
        monkeypatch.chdir(tmp_path)
        if name in READ:
            monkeypatch.delenv("RAG_READER", raising=False)
        folder = tmp_path / "in"
        readme = (CASES / name / "README").read_text(encoding="utf-8")
        if "_background" in readme:
            shutil.copytree(CASES / "_background", folder)
        shutil.copytree(CASES / name, folder, dirs_exist_ok=True)
        (folder / "README").unlink()
        main(["index", "in", "--index", "ix"])
        printed = capsys.readouterr()
        return printed.out + printed.err

    return index


def ask(name: str, capsys: pytest.CaptureFixture[str]) -> Answer:
    """Ask what the README of a case asks."""
    readme = (CASES / name / "README").read_text(encoding="utf-8")
    command = COMMAND.search(readme)
    assert command is not None
    verb, words = command.groups()
    flags, _, question = words.partition("'")
    main([verb, "--json", *flags.split(), question.removesuffix("'"), "--index", "ix"])
    answer: Answer = json.loads(capsys.readouterr().out)
    return answer


def list_titles() -> set[str]:
    """Return the titles of what is indexed."""
    with open_generation(Path("ix")) as generation:
        return {row.title for row in generation.articles()}


@pytest.mark.parametrize("name", TITLES)
def test_files_are_cut_and_titled(name, index_case):
    """Wrong: chapters as articles, titles without their capitals, ordinals or stars."""
    index_case(name)
    assert list_titles() == TITLES[name]


def test_a_newsletter_is_cut_at_its_items(index_case, capsys):
    """Wrong: an issue as one article."""
    index_case("S05-h2-h3-newsletter")
    found = ask("S05-h2-h3-newsletter", capsys)
    assert found["passages"][0]["title"] == "Atlas des puits"


@pytest.mark.parametrize("name", ANSWERS)
def test_questions_are_answered(name, index_case, capsys):
    """Wrong: text that another codec makes of the file, a sentence that is not the one meant."""
    index_case(name)
    answer = ask(name, capsys)
    quotations = " ".join(citation["quote"] for citation in answer["citations"])
    assert ANSWERS[name] in quotations
    assert all(citation["verified"] == "exact" for citation in answer["citations"])
    assert answer["status"] == "answered"
    if name in LINES:
        assert answer["citations"][0]["line"] == LINES[name]


@pytest.mark.parametrize("name", REFUSED)
def test_questions_that_no_article_answers_are_refused(name, index_case, capsys):
    """Wrong: an answer from what only shares a word."""
    index_case(name)
    assert ask(name, capsys)["status"] == "not_in_sources"


def test_a_moved_file_is_cited_where_it_is(index_case, capsys):
    """Wrong: one article twice, or at its old path."""
    index_case("I01-moved")
    Path("in/sub").mkdir()
    Path("in/a.txt").rename("in/sub/b.txt")
    main(["index", "in", "--index", "ix"])
    capsys.readouterr()
    paths = {citation["path"] for citation in ask("I01-moved", capsys)["citations"]}
    assert paths == {"in/sub/b.txt"}


def test_a_deleted_file_is_said_to_be_gone(index_case, capsys):
    """Wrong: an answer from a file that is no more, without a word."""
    index_case("I03-deleted")
    Path("in/a.txt").unlink()
    main(["index", "in", "--index", "ix"])
    printed = capsys.readouterr()
    warnings = " ".join(ask("I03-deleted", capsys)["warnings"])
    assert "gone" in printed.out + printed.err + warnings


def test_of_two_equal_files_the_other_stays(index_case, capsys):
    """Wrong: the answer gone with one of two copies."""
    index_case("I02-duplicate-removed")
    Path("in/z.txt").unlink()
    main(["index", "in", "--index", "ix"])
    capsys.readouterr()
    paths = {citation["path"] for citation in ask("I02-duplicate-removed", capsys)["citations"]}
    assert paths == {"in/a.txt"}


def test_mojibake_is_told_and_shown_as_it_was_meant(index_case, capsys):
    """Wrong: Ã© in a title, or nobody told."""
    printed = index_case("E12-mojibake")
    assert "wrong encoding" in printed
    answer = ask("E12-mojibake", capsys)
    assert answer["citations"][0]["title"].startswith("L’été a été très sec")
    assert answer["citations"][0]["verified"] == "exact"


def test_a_byte_that_does_not_fit_is_said(index_case):
    """Wrong: a file with a hole and no word about it."""
    assert "1 byte does not fit" in index_case("E13-stray-byte")


def test_a_saved_mail_is_read_as_one(index_case, capsys):
    """Wrong: a line of the mail's head as the title, no day."""
    index_case("S09-saved-mail")
    citation = ask("S09-saved-mail", capsys)["citations"][0]
    assert (citation["date"], "Return-Path" in citation["title"]) == ("2025-02-14", False)


def test_an_edited_file_is_told(index_case, capsys):
    """Wrong: a line that is another's today, without a word (I04)."""
    index_case("I04-edited-not-reindexed")
    path = Path("in/a.txt")
    head, _, rest = path.read_text(encoding="utf-8").partition("\n\n")
    path.write_text(f"{head}\n\nUn.\n\nDeux.\n\n{rest}", encoding="utf-8")
    answer = ask("I04-edited-not-reindexed", capsys)
    assert answer["citations"][0]["line"] == 7 or any("in/a.txt" in it for it in answer["warnings"])


def test_a_folder_that_was_renamed_has_nothing_gone(index_case, capsys):
    """Wrong: each article told as gone beside itself (I05)."""
    index_case("I05-folder-moved")
    Path("in").rename("archiv")
    main(["index", "archiv", "--index", "ix"])
    printed = capsys.readouterr()
    assert "gone" not in printed.out + printed.err
    with open_generation(Path("ix")) as generation:
        paths = [row.path for row in generation.articles()]
    assert len(paths) == len(set(paths)) == 6
    assert all(path.startswith("archiv/") for path in paths)


@pytest.mark.parametrize(("words", "code"), [(["   "], 2), ([], 2), (["???"], 3)])
def test_no_question_is_told(words, code, index_case, capsys):
    """Wrong: a traceback, an answer to nothing (Q07)."""
    index_case("Q07-marks")
    assert main(["ask", *words, "--index", "ix"]) == code
    printed = capsys.readouterr()
    assert (printed.out + printed.err).strip()


def test_a_pasted_article_is_no_question(index_case, capsys):
    """Wrong: minutes, a crash (Q10); no crash in Hebrew either (Q09)."""
    index_case("Q10-long")
    assert ask("Q10-long", capsys)["status"] in ("answered", "partial", "error")
    assert ask("Q09-hebrew", capsys)["status"] in ("answered", "partial", "not_in_sources")


def test_an_overview_quotes_sentences(index_case, capsys):
    """Wrong: an image or a heading as the first sentence of a story (Q19)."""
    index_case("Q19-overview-markdown")
    answer = ask("Q19-overview-markdown", capsys)
    assert len(answer["citations"]) == 2
    for citation in answer["citations"]:
        assert citation.get("shown", citation["quote"]).endswith(".")
        assert "![" not in citation["quote"]


def test_one_note_does_not_fill_the_list(index_case, capsys):
    """Wrong: five passages of the same note (Q22)."""
    index_case("Q22-same-note-many-times")
    titles = [passage["title"] for passage in ask("Q22-same-note-many-times", capsys)["passages"]]
    assert {"Le brise-glace Aurore à Brest", "Le brise-glace Aurore à Tromsø"} <= set(titles[:5])


@pytest.mark.parametrize("name", ["X01-other-formats-only", "X02-mixed-folder"])
def test_a_mixed_folder_is_accounted_for(name, index_case):
    """Wrong: files that vanish without a word: each is read or counted with its reason."""
    printed = index_case(name)
    files = {path for path in Path("in").rglob("*") if path.is_file()}
    with open_generation(Path("ix")) as generation:
        read = {Path(row.path) for row in generation.articles()}
    assert read
    unread = len(files) - len(read)
    counted = re.search(r"(\d+) files skipped", printed)
    assert counted is not None
    assert int(counted[1]) == unread
