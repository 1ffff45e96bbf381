"""The slash commands, typed: what each says, does and refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from newcomer import SCHEMA
from reportlab.pdfgen import canvas
from talk import DUVAL, INDIA, Talk

from rag.chat import system
from rag.chat.bar import list_filters
from rag.chat.commands import COMMANDS, find_command
from rag.cli import main
from rag.errors import UsageError
from rag.index import lookup
from rag.index.references import View
from rag.show import view_page


def test_help_names_every_command(talk: Talk) -> None:
    """Catches a command that nobody can find, and one without a word on what it does."""
    out = talk.say("/help")
    for command in COMMANDS.values():
        assert f"/{command.name}" in out and command.help in out
        assert command.help in talk.say(f"/help {command.name}", f"/HELP /{command.name}")


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("hlep", "/help"),
        ("source", "/sources"),
        ("pubisher", "/publisher"),
        ("serach x", "/search"),
        ("zzzz", "/help"),
        ("", "/help"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(talk: Talk, typed: str, nearest: str) -> None:
    """Catches a slip of the finger that is asked as a question, or that leads nowhere."""
    assert nearest in talk.say(f"/{typed}") and talk.asked == []


def test_every_command_says_what_is_missing(talk: Talk) -> None:
    """Catches a command that fails where there is no answer yet, or without its argument."""
    for name in ("sources", "why", "copy", "retry", "show 1", "1", "2+", "open 1", "save x.md"):
        line = name if name[0].isdigit() else f"/{name}"
        assert re.search(r"^rag: there is no .* (yet|again)\n  → ask", talk.say(line)), name
    for name in ("show", "open", "search", "save"):
        assert f"/{name} what?" in talk.say(f"/{name}")


def test_sources_and_their_passages(talk: Talk) -> None:
    """Catches another passage than the cited one, a quotation that is not marked.

    Neighbours that are not shown.
    """
    out = talk.say(INDIA, "/sources")
    path, line = re.findall(r"(\S+\.txt):(\d+)\n", out)[0]
    for command in ("1", "/show 1", "/show 1:9:1"):
        shown = talk.say(command)
        assert re.search(rf"^> *{line}  Google avait", shown, re.MULTILINE) and path in shown
    numbers = {
        sign: re.findall(r"^[> ] *(\d+)  ", talk.say(f"/show 1{sign}"), re.MULTILINE)
        for sign in ("", "+")
    }
    assert set(numbers[""]) < set(numbers["+"])
    assert talk.say("1+") == talk.say("1 +") == talk.say("/show 1 +") == talk.say("/show 1+")
    assert "its sources: 1 to 2" in talk.say("/show 7")
    article = talk.chat.get_source(1).passage.article
    assert article.title in talk.say(f"/show {article.id}") and "no article or passage" in talk.say(
        "/show zzzz"
    )


def test_show_is_what_rag_show_shows(talk: Talk) -> None:
    """Catches two commands of one name that show different things, but for the page's language."""
    talk.say(INDIA)
    article, span = lookup.find_excerpt(
        talk.chat.settings.index,
        talk.chat.find_source(1).article_id,
        talk.chat.find_source(1).cited,
    )
    assert (
        span.start <= talk.chat.find_source(1).cited.start
        and talk.chat.find_source(1).cited.end <= span.end
    )
    plain = [
        line.plain.rstrip()
        for line in view_page(
            View(article, *span, talk.chat.find_source(1).cited), talk.chat.language
        )
    ]
    assert [line.rstrip() for line in talk.say("1").splitlines()] == [*plain, ""]


def test_passages_of_a_search_are_its_sources(talk: Talk) -> None:
    """Catches numbers that mean the sources of an older answer."""
    out = talk.say(DUVAL, "/search Inde milliards", "/sources", "/show 2")
    second = re.search(r"^\[2\] .*\) · (.*) · \S+:\d+$", out, re.MULTILINE)
    assert second is not None and out.count(second[0]) == 2
    assert re.search(rf"· {re.escape(second[1])}\n\S+:\d+  article ", out)
    assert talk.asked == [DUVAL]


def test_filters_stay_until_they_are_off(talk: Talk) -> None:
    """Catches a filter that is lost, that is not in force, that cannot be taken off.

    Or that takes a wrong value.
    """
    out = talk.say(
        "/since il y a 3 siècles",
        "/since 2025-12-10",
        "/until 9 décembre 2025",
        "/publisher la tribune",
        "/lang xx9",
    )
    assert out.count("rag: ") == 3 and "since 2025-12-10 is after until 2025-12-09" in out
    assert list_filters(talk.chat) == ["since 10 Dec 2025", "La Tribune"]
    talk.say(INDIA)
    talk.say("/publisher about amazon", INDIA)
    assert [bool(exchange.answer.hits) for exchange in talk.chat.history] == [True, False]
    out = talk.say(
        "/publisher Tribune", "/publisher off", "/since off", "/until off", "/lang off", "/lang"
    )
    assert "/publisher Tribune is taken for La Tribune" in out
    assert list_filters(talk.chat) == [] and out.endswith("lang: off\n\n")


def test_a_month_is_its_first_day_for_since_and_its_last_for_until(talk: Talk) -> None:
    """Catches the two ends changed over, and /set that reads days as another command does."""
    out = talk.say("/since novembre 2025", "/until novembre 2025")
    assert "since: 2025-11-01" in out and "until: 2025-11-30" in out
    out = talk.say("/set as-of décembre 2025", "/set since none")
    assert "as_of: 2025-12-31" in out and "since: off" in out


def test_settings_for_a_while(talk: Talk) -> None:
    """Catches a setting that is not in force, that is written to a file.

    Or that takes what rag.toml would not.
    """
    assert "did you mean top" in talk.say("/set tpo 3") and "1 to 100" in talk.say("/set top 0")
    out = talk.say(
        "/set",
        "/set top 2",
        "/set top",
        "/search Amazon",
        "/set top off",
        "/set as_of 2025-11-01",
        "/set color never",
    )
    assert "top: 2" in out and "[2]" in out and "[3]" not in out
    assert (
        talk.chat.settings.top == 5
        and list_filters(talk.chat) == ["au 1er nov. 2025"]
        and talk.chat.settings.color == "never"
    )
    assert not list(Path.cwd().rglob("rag.toml"))


def test_another_model_or_index_is_taken_only_when_it_opens(talk: Talk) -> None:
    """Catches a loop that is of no use any more after a wrong name."""
    out = talk.say(
        "/model", "/model nowhere/none", "/set index nowhere", "/set passage_tokens 50", INDIA
    )
    assert "embedding model: shipped" in out and out.count("\nrag: ") == 3
    assert talk.asked == [INDIA] and talk.chat.settings.model == "shipped"


def test_a_language_model_has_to_be_named(talk: Talk) -> None:
    """Catches a command that pretends."""
    assert "answers are quotations" in talk.say("/llm")
    assert re.match(r"rag: .*no language model.*\n  → ", talk.say("/llm gpt"))


def test_asking_again(talk: Talk) -> None:
    """Catches a retry that asks something else, that ignores -k, that keeps it.

    Or that counts as another question.
    """
    talk.say(INDIA, "/retry -k 2")
    assert talk.asked == [INDIA] and len(talk.chat.history[0].answer.hits) == 2
    talk.say("/retry -k 3", "/publisher engadget", "/retry")
    assert talk.asked == [INDIA]
    assert {hit.passage.article.publisher for hit in talk.chat.history[0].answer.hits} == {
        "engadget"
    }
    assert talk.say("/retry -k 0", "/retry -k 101", "/retry x").count("rag: ") == 3
    assert "rag: " not in talk.say("/retry 1", "/retry --top 100", "/retry -k100")
    assert talk.say("/retry -k 1000", "/retry 1 2", "/retry -k").count("rag: ") == 3


def test_why_and_new(talk: Talk) -> None:
    """Catches an explanation of something else, and a conversation that cannot be begun anew."""
    out = talk.say(INDIA, "/why")
    answer = talk.chat.last_answer
    assert answer is not None and answer.explanation is not None
    assert f"{round(100 * answer.explanation.confidence)} %" in out
    assert "rag ask --explain" in out
    talk.say("/new")
    assert talk.asked == [] and "no answer yet" in talk.say("/sources")


def test_saving(talk: Talk, tmp_path: Path) -> None:
    """Catches footnotes that are not where they are named, numbers used twice.

    A file overwritten, JSON of another shape.
    """
    out = talk.say(
        INDIA,
        DUVAL,
        "Who won the chess tournament in Oslo?",
        "/save talk.md",
        "/save talk.json",
        "/save talk.md",
    )
    assert out.count("written to") == 3
    text = (tmp_path / "talk.md").read_text(encoding="utf-8")
    notes = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    used = re.findall(r"\[\^(\d+)\](?!:)", text)
    assert (
        sorted(notes) == sorted(set(used)) == [str(n) for n in range(1, len(notes) + 1)]
        and text.count("\n## ") == 2
    )
    for answer in json.loads((tmp_path / "talk.json").read_text(encoding="utf-8"))["answers"]:
        jsonschema.Draft202012Validator(SCHEMA).validate(answer)
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "folder.md").mkdir()
    bad = [
        "mine.md",
        "folder.md",
        "x.txt",
        "no/where/x.md",
        "nowhere/../x.md",
        "~nobody-of-that-name/x.md",
        f"{'x' * 300}.md",
        "\0.md",
    ]
    for name in bad:
        out = talk.say(f"/save {name}")
        assert out.startswith("rag: ") or "written to" in out, name
    assert (tmp_path / "mine.md").read_text() == "mine"


def test_saving_makes_no_folder_and_overwrites_nothing(talk: Talk, tmp_path: Path) -> None:
    """Wrong: folders made on the way, a link written through, a file of ours that another changed."""
    (tmp_path / "dangling.md").symlink_to(tmp_path / "elsewhere.md")
    (tmp_path / "linked.md").symlink_to(tmp_path / "mine.txt")
    (tmp_path / "mine.txt").write_text("mine")
    for name in ("made/by/save.md", "dangling.md", "linked.md"):
        assert talk.say(INDIA, f"/save {name}").splitlines()[-3].startswith("rag: "), name
    assert not (tmp_path / "made").exists() and not (tmp_path / "elsewhere.md").exists()
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert "written to" in talk.say("/save ours.md", "/save ours.md")
    (tmp_path / "ours.md").write_text("edited by hand")
    assert "is there already" in talk.say("/save ours.md")
    assert (tmp_path / "ours.md").read_text() == "edited by hand"
    (tmp_path / "ours.md").unlink()
    (tmp_path / "ours.md").symlink_to(tmp_path / "mine.txt")
    assert "is there already" in talk.say("/save ours.md")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_address_is_seen_before_it_is_opened(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong: a page on the web that an article chose, opened before anyone saw its address."""
    opened: list[str] = []
    monkeypatch.setattr(system, "open_in_browser", lambda url: opened.append(url) or True)
    talk.say(INDIA)
    article = talk.chat.get_source(1).passage.article
    object.__setattr__(article, "url", "https://example.org/a")
    out = talk.say("/open 1 url")
    assert "https://example.org/a" in out and opened == []
    talk.say("/open 1 url")
    assert opened == ["https://example.org/a"]
    object.__setattr__(article, "url", "https://other.example/")
    talk.say("/open 1 url")
    assert opened == ["https://example.org/a"]
    object.__setattr__(article.document, "path", "nowhere.txt")
    assert "is gone" in talk.say("/open 1")
    assert opened == ["https://example.org/a"]


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("https://exämple.org/é", True),
        ("https://[::1]/x", True),
        (None, False),
        ("", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("-https://example.org", False),
        ("https://", False),
        ("https:///x", False),
        ("https://[", False),
        ("https://bank.example@evil.example/", False),
        ("https://evil.example\\@bank.example/", False),
        ("https://a.example/ --option", False),
        ("https://a.example/\n", False),
        ("https://a.example/\x1b[2J", False),
        ("https://a.example/\u202egpj", False),
        ("https://a\u200b.example/", False),
    ],
)
def test_which_addresses_may_be_opened(url: str | None, may: bool) -> None:
    """Wrong: another scheme, an option, a host that is hidden behind a user name."""
    assert system.is_web_address(url) is may


def test_copying(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches another text than the answer, and an escape where a terminal understands none."""
    copied: list[str] = []
    monkeypatch.setattr(system, "copy", lambda text, terminal: copied.append(text) or "test")
    out = talk.say(INDIA, "/copy", "/search Inde", "/copy")
    assert out.startswith(copied[0]) and copied[1] in out and "\x1b" not in copied[0]


def test_opening(talk: Talk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Catches another file or line, and an editor that is not there."""
    script = tmp_path / "editor"
    script.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >{tmp_path}/opened\n")
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    talk.say(INDIA, "/open 1")
    line, path = (tmp_path / "opened").read_text().splitlines()
    quote = talk.chat.get_source(1).passage.article.document.text[
        slice(*talk.chat.get_source(1).span)
    ]
    assert quote in Path(path).read_text(encoding="utf-8").splitlines()[int(line.lstrip("+")) - 1]
    monkeypatch.setenv("VISUAL", "no-such-editor")
    assert "cannot be started" in talk.say("/open 1")
    monkeypatch.setenv("VISUAL", "false")
    assert "ended with code 1" in talk.say("/open 1")
    assert talk.say("/open 1 url", "/open 9", "/open x", "/open 1 file").count("rag: ") == 4
    many = "9" * 5000  # more digits than int() takes
    assert talk.say(f"/open {many}", "/open ١", "/open -1").count("is no number of a source") == 3


def test_status_reload_and_quit(talk: Talk) -> None:
    """Catches commands that do nothing."""
    out = talk.say("/status", "/reload", "/quit", INDIA)
    assert "publishers" in out and "the index, read again: 9 articles" in out and talk.asked == []


def test_names_are_looked_up_whatever_their_case() -> None:
    """Catches a table whose keys are not its names."""
    assert all(
        find_command(name.upper()).name == name == key
        for key, command in COMMANDS.items()
        for name in [command.name]
    )
    with pytest.raises(UsageError):
        find_command("\0" * 100_000)


PAGES = (
    "Der Anfang des Berichts steht hier.",
    "Die Brücke von Aldenau kostet neun Millionen Euro.",
)
PAGE = """<html lang="fr"><head><title>Le bac de Lumes</title></head><body><nav>Menu</nav><article>
<h1>Le bac de Lumes</h1><p>Le bac de Lumes fermera au mois de mai, a annoncé la commune, qui
cherche un autre passeur.</p><p>Il a porté douze mille voitures, et deux fois plus de vélos.</p>
</article></body></html>"""


def test_opening_at_the_page_or_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong: a PDF at its first page, a web page at its top, an editor for either."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "le bac.html").write_text(PAGE, encoding="utf-8")
    paper = canvas.Canvas("in/bericht.pdf")
    for line in PAGES:
        paper.drawString(72, 700, line)
        paper.showPage()
    paper.save()
    assert main(["index", "in", "--index", "ix", "-q"]) == 0
    opened: list[str] = []
    monkeypatch.setattr(system, "open_in_browser", lambda url: opened.append(url) or True)
    talk = Talk(tmp_path / "ix", tmp_path, capsys)
    talk.say("Quand le bac de Lumes fermera-t-il ?", "/open 1")
    talk.say("Was kostet die Brücke von Aldenau?", "/open 1")
    page, paper_page = opened
    folder = (tmp_path / "in").as_uri()
    assert page.startswith(f"{folder}/le%20bac.html#:~:text=Le%20bac%20de%20Lumes%20fermera")
    assert " " not in page
    assert paper_page == f"{folder}/bericht.pdf#page=2"
    monkeypatch.setattr(system, "open_in_browser", lambda url: False)
    assert "/show 1 shows it here" in talk.say("/open 1")
