"""The real command from a newcomer's first minute on: index, ask, show, refresh, and what is wrong in between."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newcomer import BRIDGE, COST, DIRECTOR, HARBOUR, Newcomer

from rag.cli import main

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Has indexed two articles; for questions only."""
    newcomer = Newcomer(tmp_path_factory.mktemp("reader"))
    del newcomer.environ["RAG_READER"]  # as the product is used
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.index("articles")
    return newcomer


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """Has two articles and no index."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.environ["RAG_INDEX"] = "index"
    return newcomer


def test_the_first_day(newcomer: Newcomer) -> None:
    """Catches a step of the ordinary way that does not lead to the next one."""
    del newcomer.environ["RAG_READER"]  # as the product is used
    assert "rag index" in newcomer.refused(5, "ask", DIRECTOR).err
    first = newcomer.index("articles")
    assert (first["documents"], first["added"], first["skipped"]) == (2, 2, [])
    asked = newcomer.run("ask", *DIRECTOR.split())
    assert asked.code == 0
    assert "Marta Quill" in asked.out
    assert "[bold]A harbour[/bold] for kites" in asked.out  # a title is no markup
    assert "harbour.md:6" in asked.out
    shown = newcomer.run("show", "1")
    assert re.search(r"^> 6  The town of Lindholm", shown.out, re.MULTILINE)
    assert newcomer.index()["changed"] is False
    newcomer.write(
        "articles/new.txt",
        "The mill\n\nThe mill of Hask belongs to Carla Voss, who bakes rye bread there.\n",
    )
    before = newcomer.tree()
    assert newcomer.index("--dry-run")["added"] == 1
    assert newcomer.tree() == before
    refreshed = newcomer.index()
    assert (refreshed["added"], refreshed["unchanged"], refreshed["removed"]) == (1, 2, 0)
    (newcomer.here / "articles" / "new.txt").unlink()
    assert newcomer.index()["removed"] == 0
    assert "Carla Voss" in newcomer.run("ask", "To whom does the mill of Hask belong?").out
    assert newcomer.index("--prune")["removed"] == 1
    assert newcomer.index("--rebuild")["added"] == 2
    assert newcomer.run("status", "--json").object["counts"]["articles"] == 2


@pytest.mark.parametrize(
    ("argv", "stdin", "code", "status"),
    [
        (["ask", DIRECTOR], None, 0, "answered"),
        ([COST], None, 0, "answered"),
        (["ask", "-"], COST.encode(), 0, "answered"),
        (["ask", "-"], COST.encode("utf-16"), 0, "answered"),
        (["ask", COST, "--strict", "-k", "1"], None, 0, "answered"),
        (["search", "harbour"], None, 0, "answered"),
        (["nonsense with spaces"], None, 3, "not_in_sources"),
        (["ask", "?!… ---", "--quotes"], None, 3, "not_in_sources"),
        (["ask", "من يزرع الزيتون في القمر؟"], None, 3, "not_in_sources"),
        (["谁在月球上种橄榄？"], None, 3, "not_in_sources"),
        (["ask", "🪁🪁🪁"], None, 3, "not_in_sources"),
        (
            ["ask", "-"],
            b"Who\0 grows \x1b[31molives\x1b[0m\x07 on the moon?\x08",
            3,
            "not_in_sources",
        ),
        (["ask", DIRECTOR, "--publisher", "Nobody"], None, 3, "not_in_sources"),
        (["ask", DIRECTOR, "--lang", "xx"], None, 3, "not_in_sources"),
        (["ask", DIRECTOR, "--since", "2031-01-01"], None, 3, "not_in_sources"),
        (["ask", ""], None, 2, "error"),
        (["ask", "-"], b"", 2, "error"),
        (["ask", "-"], b"a " * 50_000, 2, "error"),
        (["nonsense"], None, 2, "error"),
        (["ask", "--nope", "x"], None, 2, "error"),
        (["ask", "x", "-k", "0"], None, 2, "error"),
        (["ask", "x", "-k", "1000"], None, 2, "error"),
        (["ask", "x", "--lang", "frensh"], None, 2, "error"),
        (["ask", "x", "--since", "2025-12-01", "--until", "2025-01-01"], None, 2, "error"),
        (["show", "77"], None, 2, "error"),
        (["show", "zzzz"], None, 2, "error"),
        (["index", "nowhere"], None, 1, "error"),
        (["ask", "x", "--index", "elsewhere"], None, 5, "error"),
    ],
)
def test_every_outcome_is_one_valid_object(
    reader: Newcomer, argv: list[str], stdin: bytes | None, code: int, status: str
) -> None:
    """Catches a wrong exit code, a second object or none, and an object that a script cannot read."""
    done = reader.run(*argv, "--json", stdin=stdin)
    assert (done.code, done.answer["status"]) == (code, status), done
    if status == "error":
        error = done.answer["error"]
        assert error["message"] in done.err
        assert error["hint"]


VISITORS = "Combien de visiteurs le port des cerfs-volants attend-il par année ?"


def test_the_reader_refuses_what_the_articles_only_touch_on(reader: Newcomer) -> None:
    """Catches a near miss answered with the sentence that shares its words, and a reader that is not asked."""
    near = "Quel âge a la maire Odile Garnier ?"
    assert reader.run("ask", near, "--json").answer["status"] == "not_in_sources"
    answer = reader.run("ask", COST, "--json").answer
    assert [citation["quote"] for citation in answer["citations"]] == [
        "Les travaux ont coûté 3,2 millions d'euros."
    ]


def test_an_explanation_shows_which_word_stands_for_which(reader: Newcomer) -> None:
    """Catches an English article found for a French question by words that nobody is told, or that are not its own."""
    passages = reader.run("ask", VISITORS, "--json").answer["passages"]
    (harbour,) = [passage for passage in passages if passage["path"].endswith("harbour.md")]
    assert all(
        found["asked"] in VISITORS and found["found"] in harbour["text"]
        for found in harbour["matches"]
    )
    said = {found["asked"]: found["found"] for found in harbour["matches"]}
    assert (said["visiteurs"], said["port"], said["année"]) == ("visitors", "harbour", "year")
    explained = reader.run("ask", VISITORS, "--explain")
    shown = [line.strip() for line in explained.out.splitlines() if "↔" in line]
    assert any(re.search(r"visiteurs ↔ visitors (1\.00|\.\d\d)\b", line) for line in shown), (
        explained
    )
    assert "↔" not in reader.run("ask", VISITORS).out


def test_an_explanation_in_the_questions_own_language_names_the_words_found(
    reader: Newcomer,
) -> None:
    """Catches "harbour ↔ harbour", and an answer in one language whose matches are empty."""
    (first, *_) = reader.run("ask", DIRECTOR, "--json").answer["passages"]
    said = {found["asked"]: (found["found"], found["weight"]) for found in first["matches"]}
    assert said["director"] == ("director", 1)
    assert "harbour" in said
    assert not re.search(r"\b(\w+) ↔ \1\b", reader.run("ask", DIRECTOR, "--explain").out)


def test_a_name_that_no_article_has_is_said_to_be_unknown(reader: Newcomer) -> None:
    """Catches a misspelt publisher that passes for articles which do not say."""
    answer = reader.run("ask", DIRECTOR, "--publisher", "harbor gazet", "--json").answer
    assert answer["status"] == "answered"
    assert answer["warnings"] == ["--publisher harbor gazet is taken for Harbour Gazette"]
    done = reader.run("ask", DIRECTOR, "--lang", "xx")
    warning = "rag: warning: no article is in xx; the index has articles in en, fr\n"
    assert (done.code, done.err) == (3, warning)


@pytest.mark.parametrize(
    "setting",
    [
        "TOP=x",
        "TOP=0",
        "COLOR=blue",
        "OFFLINE=perhaps",
        "SINCE=soon",
        "LANG=zz9",
        "MAX_FILE_MB=0",
        "PASSAGE_TOKENS=5",
    ],
)
def test_a_bad_variable_is_named(reader: Newcomer, setting: str) -> None:
    """Catches a bad value that is silently taken for the default."""
    name, value = setting.split("=")
    done = reader.refused(2, "ask", "x", environ={f"RAG_{name}": value})
    assert f"RAG_{name}" in done.err
    assert repr(value) in done.err


@pytest.mark.parametrize(
    "content", ["top = \n", "tpo = 3\n", "top = 300\n", "[top]\nx = 1\n", b"\xff\xfet\0"]
)
def test_a_broken_rag_toml_is_named_with_its_place(
    newcomer: Newcomer, content: str | bytes
) -> None:
    """Catches a configuration that is half read, or that locks its owner out without saying where."""
    newcomer.write("rag.toml", content)
    assert str(newcomer.here / "rag.toml") in newcomer.refused(2, "ask", "x").err


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b"\xff",
        b'{"index": "x", "answer": {"citations": [{"n": 1, "article": "ab"}]}}',
    ],
)
def test_a_last_answer_that_cannot_be_read_is_no_last_answer(
    newcomer: Newcomer, content: bytes
) -> None:
    """Catches a traceback on what another version, or a full disk, has left in the state folder."""
    newcomer.index("articles")
    newcomer.run("ask", DIRECTOR)
    (path,) = Path(newcomer.environ["HOME"]).parent.rglob("last.json")
    path.write_bytes(content)
    assert "ask first" in newcomer.refused(2, "show", "1").err


def test_another_model_or_passage_size_is_told_with_the_command_that_mends_it(
    newcomer: Newcomer,
) -> None:
    """Catches vectors of two kinds in one search, and a way out that does not lead out."""
    newcomer.index("articles")
    smaller = {"RAG_PASSAGE_TOKENS": "40"}
    done = newcomer.run("ask", DIRECTOR, "--json", environ=smaller)
    assert (done.code, done.answer["error"]["type"]) == (5, "IndexMismatch")
    assert newcomer.run("ask", DIRECTOR).code == 0
    assert newcomer.refused(5, "index", environ=smaller)
    command = re.match(r"rag (index --rebuild --model \S+)", done.answer["error"]["hint"])
    assert command
    assert newcomer.run(*command[1].split(), environ=smaller).code == 0
    assert newcomer.run("ask", DIRECTOR, environ=smaller).code == 0


def test_a_file_that_changed_or_went_is_told(newcomer: Newcomer) -> None:
    """Catches a quotation that is called exact although nobody could find it."""
    newcomer.index("articles")
    path = newcomer.here / "articles" / "harbour.md"
    changes = {
        "near": HARBOUR.replace("\n---\n", "\nurl: x\n---\n\n"),
        "none": HARBOUR.replace("Marta", "Greta"),
        "gone": None,
    }
    for name, content in changes.items():
        path.unlink() if content is None else path.write_text(content, encoding="utf-8")
        done = newcomer.run("ask", DIRECTOR, "--json", "--strict")
        assert done.code == 4, name
        assert {citation["verified"] for citation in done.answer["citations"]} == {
            "none" if content is None else name
        }
        assert "harbour.md" in done.answer["warnings"][0]
        assert newcomer.run("ask", DIRECTOR).code == 0


@pytest.mark.parametrize("folder", ["empty", "unreadable"])
def test_a_folder_without_articles(newcomer: Newcomer, folder: str) -> None:
    """Catches an empty index made in silence, and skipped files that nobody hears of."""
    (newcomer.here / folder).mkdir()
    named = []
    if folder == "unreadable":
        newcomer.write("unreadable/noise.txt", bytes(range(256)) * 20)
        newcomer.write("unreadable/nothing.md", " \n\n")
        newcomer.write("unreadable/photo.png", b"\x89PNG\r\n")
        named = ["noise.txt: binary", "nothing.md: empty", "photo.png: not a"]
    done = newcomer.refused(1, "index", folder)
    assert all(reason in done.err for reason in named)
    assert not (newcomer.here / "index" / "CURRENT").exists()


def test_a_huge_file_is_refused_by_its_size(newcomer: Newcomer) -> None:
    """Catches a program that reads 100 MB before it says no, or says no without a way out."""
    if shutil.disk_usage(newcomer.here).free < 1 << 30:
        pytest.skip("less than 1 GB free")
    with newcomer.write("huge.txt", "").open("r+b") as file:
        file.truncate(100 << 20)
    assert "RAG_MAX_FILE_MB" in newcomer.refused(1, "index", "huge.txt").err
    report = newcomer.index("articles", "huge.txt")
    assert [skipped["path"] for skipped in report["skipped"]] == ["huge.txt"]


def test_a_line_of_a_million_characters(newcomer: Newcomer) -> None:
    """Catches work that grows with the square of a line's length, and a needle lost in it."""
    hay = "The quiet ships sail north when winter storms have passed over green fields. " * 6500
    line = f"{hay}The glass bell of Torvik was cast by Ingrid Solheim in 1842. {hay}"
    newcomer.write("long.txt", line)
    newcomer.index("long.txt")
    (citation,) = newcomer.run(
        "ask", "Who cast the glass bell of Torvik?", "--json", "--strict"
    ).answer["citations"]
    assert line[citation["start"] : citation["end"]] == citation["quote"]
    assert "Ingrid Solheim" in citation["quote"]
    assert citation["line"] == 1


FACTS = {  # a question, and the sentence that answers it
    "Who repaired the clock of Brenn?": "The clock of Brenn was repaired by Élodie Marchand in spring.",
    "Qui dirige le musée des cerfs-volants ?": "Le musée des cerfs-volants est dirigé par Anaïs Forêt – à Brême.",
    "Wer leitet die Bäckerei in Drumsee?": "Die Bäckerei in Drumsee wird von Jörg Weiß geleitet.",
    "¿Quién fundó el teatro de Alba?": "El teatro de Alba fue fundado por Íñigo Peña en 1901.",
}
FILLERS = (
    "La pluie n'a pas cessé.",
    "Nobody had seen it coming…",
    "«Peut-être», dit-elle.",
    "Es war 9 °C.",
    "½ tasse, c'est tout !",
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """An article as text and as bytes: any line ending, any encoding that holds it."""
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    parts = draw(
        st.lists(
            st.sampled_from([*FACTS.values(), *FILLERS, "", " ", "\t"]), min_size=2, max_size=9
        )
    )
    parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from(list(FACTS.values()))))
    text = "".join(part + newline * draw(st.integers(1, 3)) for part in parts)
    codecs = ["utf-8", "utf-8-sig", "utf-16", "cp1252"] + ["latin-1"] * all(
        ord(character) < 256 for character in text
    )
    return text, text.encode(draw(st.sampled_from(codecs)))


@given(articles=st.lists(files(), min_size=1, max_size=4), question=st.sampled_from(list(FACTS)))
@settings(max_examples=25)
def test_every_citation_is_exact(articles: list[tuple[str, bytes]], question: str) -> None:
    """Catches offsets counted in bytes, after a mark or in repaired line ends, and lines counted by another rule."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        texts = {}
        for number, (text, data) in enumerate(articles):
            Path(f"{number}.txt").write_bytes(data)
            texts[f"{number}.txt"] = text
        assert called("index", ".", "--index", "index")[0] == 0
        code, answer = called("ask", question, "--index", "index", "--strict")
        assert code in (0, 3)
        for citation in answer["citations"]:
            text, start = texts[citation["path"]], citation["start"]
            assert citation["verified"] == "exact"
            assert text[start : citation["end"]] == citation["quote"] != ""
            assert citation["line"] == len(re.split(r"\r\n|\r|\n", text[:start]))


def called(*argv: str) -> tuple[int, dict[str, Any]]:
    """The command's exit code and object, without a process of its own: those are slow to start."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main([*argv, "--json"])
    value: dict[str, Any] = json.loads(out.getvalue())
    return code, value
