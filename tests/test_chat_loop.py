"""The question loop as a whole: nothing that can be typed ends it, but for what should."""

from __future__ import annotations

import datetime
import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from talk import CANCEL, DUVAL, ENTER, INDIA, NEW_LINE, SEARCH, TAB, UP, Talk, pasted

from rag import pipeline
from rag.chat.commands import COMMANDS
from rag.pipeline import Rag
from rag.question.followup import Readings
from rag.records import Answer

EVENTS = 11_000
KEYS = [
    *"abcé?1230 /+,.:~'\"\\",
    *(
        chr(code) for code in range(1, 32) if chr(code) not in "\x04\x1a"
    ),  # without leaving; Ctrl+Z is the shell's
    *(
        "\x1b",
        "\x7f",
        "\x1b\x7f",
        "日本",
        "שלום",
        "\u0301",
        "\U0001f600",
        "\udc80",
        "\x9b",
        "\u202e",
    ),
    *(
        f"\x1b[{key}"
        for key in (
            "A",
            "B",
            "C",
            "D",
            "H",
            "F",
            "Z",
            "2~",
            "3~",
            "5~",
            "6~",
            "1;5C",
            "1;2D",
            "200~",
            "M   ",
            "99;99R",
        )
    ),
    "\0",
    *(f"\x1b{key}" for key in "bfdulctyw.<>-5\r\\"),
    *(ENTER, NEW_LINE, SEARCH, TAB, UP, CANCEL, pasted("two\nlines"), pasted("\x1b[2J\x07"), INDIA),
    *(f"/{name} " for name in COMMANDS if name not in ("quit", "clear")),
    *(
        "/set editing vi\r",
        "/set editing emacs\r",
        "/set top 0\r",
        "/since hier\r",
        "/publisher off\r",
        "/lang fr\r",
        "/save x.md\r",
    ),
]


@pytest.mark.parametrize("editing", ["emacs", "vi"])
def test_no_traceback_is_reachable_from_the_keyboard(talk: Talk, editing: str) -> None:
    """Catches a key, a command, an argument.

    Or a mixture of them that ends the loop or prints what went wrong inside.
    """
    chance = random.Random(5)
    talk.say(f"/set editing {editing}")
    for _ in range(EVENTS // 1000):
        keys = chance.choices(KEYS, k=500)
        out = talk.type(*keys)
        assert "Traceback" not in out and "Unhandled" not in out, keys


@pytest.mark.parametrize("editing", ["emacs", "vi"])
def test_ctrl_c_drops_a_line_with_a_selection(talk: Talk, editing: str) -> None:
    """Catches Ctrl+C after Ctrl+Space that waits for a second key, and swallows what follows."""
    talk.say(f"/set editing {editing}")
    for selection in ("\0", "\0\x01", "\0\x1b[A"):
        talk.type("dropped", selection, CANCEL, "/new", ENTER, INDIA, ENTER)
        assert talk.asked == [INDIA]


def test_a_completed_question_is_asked_as_typed(talk: Talk) -> None:
    """Catches "=" that is searched for, asks the completed question again, or completes it anew."""
    out = talk.say(INDIA, "And Microsoft?", "=", "/retry", "=")
    asked = [exchange.answer.question for exchange in talk.chat.history]
    assert asked == [INDIA, "And Microsoft?"]
    assert out.count("promise to invest in India? · = as typed") == 1
    assert out.count("the last question was asked as you typed it") == 1


def test_what_is_said_to_an_answer_is_understood(talk: Talk) -> None:
    """Catches "source ?" and its like that are searched for, and a summary of nothing."""
    assert "there is no answer yet" in talk.say("tu peux résumer ?")
    out = talk.say(INDIA, "source ?", "plus de détails", "en anglais ?", "tu peux résumer ?")
    assert "rien n'est traduit" in out
    title = "Google, Microsoft, Amazon : des milliards pour l’Inde"
    assert talk.asked == [INDIA, f"résume l'article sur {title}"]
    assert "Amazon a répliqué dès le jour suivant" in out  # beside the quotation


def test_which_were_counted_is_understood(talk: Talk) -> None:
    """Catches "lesquels ?" that is searched for, and taken for a count where nothing was counted."""
    out = talk.say("Combien d'articles parlent d'Amazon ?", "lesquels ?")
    assert talk.asked[1] == "quels articles mentionnent Amazon"
    assert "[8]" in out.rpartition("lesquels")[2]
    talk.say(DUVAL, "lesquels ?")
    assert talk.asked[-1] == "lesquels ?"


def test_filters_are_understood_as_the_flags_are(talk: Talk) -> None:
    """Catches a language by name and a part of a publisher that the loop alone refuses."""
    out = talk.say("/lang french", "/publisher trib", "/model nowhere/none")
    assert "lang: fr" in out and "/publisher trib is taken for La Tribune" in out
    assert talk.chat.settings.filters.publishers == ("La Tribune",)
    assert "loading nowhere/none …" in out and "://" not in out


def test_who_asks_who_is_there_is_told_what_to_do(talk: Talk) -> None:
    """Catches a question to rag itself that is searched for, and one about somebody that is not."""
    out = talk.say("Qui es-tu ?", "Who are you?", "Who are you hiring in India?")
    assert "Posez une question aux articles" in out
    assert talk.asked == ["Who are you hiring in India?"]


def test_what_finds_nothing_says_why(talk: Talk) -> None:
    """Catches a day that no article passes and nobody warns of, and sources of nothing that print nothing."""
    out = talk.say("/since 2030-01-01", INDIA, "/sources")
    assert "warning: /since 2030-01-01 leaves no article of the 9 without it" in out.split(INDIA)[0]
    assert "the last answer quotes no article" in out
    assert "leaves no article" not in talk.say("/since off", "/since 2025-01-01")


def test_a_question_is_answered_with_its_source(talk: Talk) -> None:
    """Catches another answer than rag ask gives, and a line that is asked twice or not at all."""
    with Rag.open(talk.chat.settings) as rag:
        quote = rag.ask(INDIA).citations[0].quote
    out = talk.say(INDIA, "", "   ")
    assert talk.asked == [INDIA]
    assert quote in out and "] ✓ " in out


def test_what_leans_on_a_question_before_is_completed_and_shown(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a completion that nobody sees, that is not asked.

    That sees too little of the conversation, or outlives /new.
    """
    seen: list[tuple[str, list[str]]] = []

    def complete(question: str, before: Sequence[Answer], today: datetime.date) -> Readings:
        seen.append((question, [answer.question for answer in before]))
        return Readings(f"{question} En Inde ?")

    monkeypatch.setattr("rag.question.followup.find_readings", complete)
    out = talk.say(DUVAL, "Et Google ?", "/retry", "/new", "Et Google ?")
    assert seen == [("Et Google ?", [DUVAL]), ("Et Google ?", [DUVAL])]
    assert out.count("→ Et Google ? En Inde ?") == 2
    assert talk.asked == ["Et Google ?"]


def test_nothing_pasted_is_sent_before_enter(talk: Talk) -> None:
    """Catches a paste that asks each of its lines.

    And lines that are glued together when they are sent.
    """
    talk.type(pasted("How much did Google\npromise to\r\ninvest\n"), CANCEL)
    assert talk.asked == []
    talk.type(pasted("How much did Google\npromise to\r\ninvest\n"), "in India?", ENTER)
    assert talk.asked == [INDIA]


@pytest.mark.parametrize(("length", "is_asked"), [(10_000, True), (10_001, False)])
def test_how_long_a_line_may_be(talk: Talk, length: int, is_asked: bool) -> None:
    """Catches a limit that is one off, and white space that counts."""
    line = "x" * length
    out = talk.type(pasted(f" {line} "), ENTER)
    assert ("longer than 10,000 characters" in out) is not is_asked
    assert talk.asked == ([line] if is_asked else [])


def test_a_line_too_long_is_refused(talk: Talk) -> None:
    """Catches a pasted book that keeps the loop busy."""
    assert "longer than 10,000 characters" in talk.type(pasted("mot " * 3000), ENTER)


def test_ctrl_c_drops_the_line_and_ctrl_d_leaves_only_an_empty_one(talk: Talk) -> None:
    """Catches a loop that ends with a half-typed question, and one that asks it."""
    talk.type("half a quest", CANCEL, "x\x04", CANCEL, INDIA, ENTER)
    assert talk.asked == [INDIA]


def test_ctrl_c_cancels_what_runs_and_keeps_the_loop(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an interrupt that ends the loop, and one that is not heard."""
    ask = Rag.ask

    def slow(self: Rag, question: str, **options: object) -> object:
        if question == "slow":
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(20)
        return ask(self, question, **options)

    monkeypatch.setattr(Rag, "ask", slow)
    out = talk.say("slow", INDIA)
    assert "rag: interrupted" in out and talk.asked == [INDIA]


def test_what_ends_the_program_is_not_taken_for_ctrl_c(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches SIGTERM swallowed as an interrupt."""

    class Terminated(KeyboardInterrupt):
        pass

    def ends(self: Rag, question: str, **options: object) -> object:
        raise Terminated

    talk.say(DUVAL)
    monkeypatch.setattr(Rag, "ask", ends)
    with pytest.raises(Terminated):
        talk.say(INDIA)


@pytest.fixture
def own(talk: Talk, seeds_index: Path, tmp_path: Path) -> Talk:
    """The conversation, about an index that the test may damage."""
    shutil.copytree(seeds_index, tmp_path / "index")
    talk.chat.settings = talk.chat.settings.with_value(
        "index", str(tmp_path / "index"), origin="test"
    )
    return talk


def generation(talk: Talk) -> Path:
    index = talk.chat.settings.index
    return index / (index / "CURRENT").read_text().strip()


def test_an_index_removed_meanwhile_is_a_message(own: Talk, tmp_path: Path) -> None:
    """Catches a loop that ends, or that answers from an index that is no more.

    And one that never finds the new one.
    """
    own.say(INDIA)
    (tmp_path / "index").rename(tmp_path / "away")
    out = own.say(DUVAL, "/search Inde", "/status", "/show 1", "/reload")
    assert out.count("rag: there is no index in") == 5 and own.asked == [INDIA]
    (tmp_path / "away").rename(tmp_path / "index")
    own.say(DUVAL)
    assert own.asked == [INDIA, DUVAL]


@pytest.mark.parametrize("name", ["catalog.sqlite", "vectors.faiss", "manifest.json"])
@pytest.mark.parametrize("damage", [b"", b"garbage"])
def test_an_index_damaged_meanwhile_is_a_message(own: Talk, name: str, damage: bytes) -> None:
    """Catches a crash in a library that trusts its file.

    Above all one that has it mapped into memory.
    """
    own.say(INDIA)
    (generation(own) / name).write_bytes(damage)
    out = own.say(DUVAL, "/search Inde", "1")
    assert out.count("\nrag: ") + out.startswith("rag: ") == 3 and own.asked == [INDIA]


@pytest.mark.parametrize("damage", [b"", b"garbage"])
def test_a_damaged_current_leaves_the_loop_its_generation(own: Talk, damage: bytes) -> None:
    """Catches a loop that stops answering although the index it reads is whole."""
    own.say(INDIA)
    (generation(own).parent / "CURRENT").write_bytes(damage)
    out = own.say(DUVAL, "/search Inde", "1")
    assert own.asked == [INDIA, DUVAL]
    assert "] ✓ " in out and "\nrag: " not in out


def test_a_rebuilt_index_is_taken_with_the_next_question(own: Talk, tmp_path: Path) -> None:
    """Catches answers from the old articles, and a change that nobody is told of."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "mill.txt").write_text(
        "The mill\n\nThe mill of Hask belongs to Carla Voss, who bakes rye bread there.\n"
    )
    mill = "To whom does the mill of Hask belong?"
    assert "Carla Voss" not in own.say(mill)
    own.chat.index.get(own.chat.settings)
    pipeline.build(own.chat.settings, [tmp_path / "more"])
    assert own.chat.index.is_rebuilt()
    out = own.say(mill)
    assert "the index, now: 10 articles" in out and "Carla Voss" in out
    assert "the index, now" not in own.say(mill)


def test_a_state_folder_that_cannot_be_written_is_no_failure(talk: Talk, tmp_path: Path) -> None:
    """Catches a question that fails because its line cannot be remembered."""
    (tmp_path / "file").write_text("")
    talk.history = tmp_path / "file" / "history"
    talk.say(INDIA)
    assert talk.asked == [INDIA]
