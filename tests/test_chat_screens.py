"""The question loop as it is seen.

The program itself in a pseudo-terminal, its screen read by an emulator.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from newcomer import BRIDGE, HARBOUR, Newcomer
from talk import CANCEL, ENTER, INDIA, LEAVE, TAB
from test_show_page import golden

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

# The index is open.
READY = r"^rag(?: \[.*\])?> (?:a question, or\s+/\s*help)?\n(?:.*\n)*? [\d,]+ articles?\b"
LINES = (
    INDIA,
    "/sources",
    "1",
    "/lang fr",
    "/since 2025-12-01",
    "/help show",
    "/hlp",
    "/publisher off",
)
WIDE = """橋の再開

2025年3月3日

ベルマルの吊り橋は九か月の工事を経て月曜日に再開した。市長のオディール・ガルニエは四百人の住民の前でテープを切った。
"""
HEBREW = (
    "הגשר נפתח מחדש\n\n"
    "הגשר התלוי של ולמר נפתח מחדש ביום שני אחרי תשעה חודשי עבודה. "
    "ראש העיר אודיל גרנייה גזרה את הסרט לפני ארבע מאות תושבים.\n"
)


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Terminal]:
    """Starts the program on a terminal, in a home of its own.

    ``environ`` may say where the index is.
    """
    newcomer = Newcomer(tmp_path)

    def start(*argv: str, columns: int = 80, lines: int = 24, **environ: str) -> Terminal:
        place = {
            **newcomer.environ,
            "TERM": "xterm-256color",
            "EDITOR": "true",
            "PAGER": "cat",
            **environ,
        }
        command = [sys.executable, "-m", "rag", *argv]
        return Terminal(command, cwd=newcomer.here, environ=place, columns=columns, lines=lines)

    return start


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The folder that the program is started in."""
    return tmp_path / "work"


def say(terminal: Terminal, line: str) -> str:
    """Type a line and wait until the prompt has come back."""
    before = len(terminal.raw)
    terminal.type(line + ENTER)
    terminal.until(lambda: b"\x1b[?2004h" in terminal.raw[before:])
    return terminal.wait(
        r"^rag(?: \[.*\])?> *(?:a question, or\s+/help)?\n?(?:\n.*)* ms · |^rag.*> a question"
    )


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_session_reads_as_agreed(
    start: Callable[..., Terminal], seeds_index: Path, columns: int
) -> None:
    """Catches any unintended change of what is seen, at any width.

    Wrapping, the filters at the prompt, the bar.
    """
    with start("--index", str(seeds_index), columns=columns, RAG_AS_OF="2025-12-18") as terminal:
        terminal.wait(READY)
        for line in LINES:
            say(terminal, line)
        seen = even_out(terminal.scrolled)
        terminal.type(LEAVE)
        assert terminal.end() == 0
    golden(f"chat-{columns}", seen + "\n")


def even_out(screen: str) -> str:
    """A screen with the same duration always; where a line is cut depends on how many digits it had."""
    same_time = re.sub(r"\b\d+ ms\b", "12 ms", screen)
    return re.sub(r"( ms .*?)\S*…$", r"\1…", same_time, flags=re.MULTILINE)


def test_type_resize_interrupt_leave(
    start: Callable[..., Terminal], seeds_index: Path, here: Path
) -> None:
    """Catches a window that breaks the loop when it changes, an interrupt that ends it.

    And a terminal left in another state.
    """
    with start("--index", str(seeds_index), columns=100, EDITOR="sh -c 'sleep 60'") as terminal:
        modes = terminal.modes
        terminal.wait(READY)
        terminal.type("half a question")
        terminal.resize(40, 12)
        terminal.wait("half a question\n")
        terminal.type(CANCEL)
        terminal.type(INDIA + ENTER)
        terminal.resize(60, 20)  # while it is answered
        terminal.wait(r"1[45]\s+milliards(.*\n)+rag>")
        for keys, seen in (
            ("/pub", "/pub$"),
            (TAB, "/publisher$"),
            ("cn", "/publisher cn$"),
            (TAB, "/publisher CNBC$"),
        ):
            terminal.type(keys)
            terminal.wait(seen)
        terminal.type(CANCEL + "/open 1" + ENTER)
        terminal.until(lambda: terminal.raw.rstrip().endswith(b"\x1b[?2004l"))
        time.sleep(0.3)
        terminal.type(CANCEL)  # meant for the editor, which it ends
        terminal.wait("rag>")
        terminal.type("/quit" + ENTER)
        assert terminal.end() == 0 and terminal.modes == modes
        assert (
            "Traceback" not in terminal.scrolled
            and "?2004h" not in terminal.raw.decode("utf-8", "replace").split("?2004l")[-1]
        )
    history = here.parent / "XDG_STATE_HOME" / "rag" / "history"
    assert history.stat().st_mode & 0o077 == 0 and "half" not in history.read_text()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 0)])
def test_a_signal_leaves_the_terminal_as_it_was(
    start: Callable[..., Terminal], seeds_index: Path, number: int, code: int
) -> None:
    """Catches a terminal without echo after kill.

    And an interrupt from outside that ends the loop.
    """
    with start("--index", str(seeds_index)) as terminal:
        modes = terminal.modes
        terminal.wait(READY)
        terminal.type("half a question")
        terminal.wait("half a question")
        os.kill(terminal.pid, number)
        if number == signal.SIGINT:
            terminal.wait("half a question(\n.*)*\nrag>")
            terminal.type(LEAVE)
        assert terminal.end() == code and terminal.modes == modes
        assert terminal.raw.rfind(b"\x1b[?2004l") > terminal.raw.rfind(b"\x1b[?2004h")
        assert "Traceback" not in terminal.text


def test_the_first_start_builds_the_index(start: Callable[..., Terminal], here: Path) -> None:
    """Catches a first start that says nothing, asks nothing, or leads nowhere."""
    with start() as terminal:
        assert terminal.end() == 5
        assert re.fullmatch(
            r"There is no index yet.*\n  rag index FOLDER .*\n  rag .*", terminal.text
        )
    (here / "seeds").mkdir()
    with start() as terminal:
        assert terminal.end() == 1 and "rag index" in terminal.text
    (here / "seeds" / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    with start() as terminal:
        terminal.wait(r"no index yet: building one from\s(.*\n)+rag>")
        assert "1 article to" in terminal.wait(READY)
        assert "400 habitants" in say(terminal, "Combien d'habitants étaient là ?")


@pytest.mark.parametrize("columns", [40, 80])
def test_wide_and_right_to_left_texts_stay_within_their_rows(
    start: Callable[..., Terminal], here: Path, columns: int
) -> None:
    """Catches rows that run over the edge because a character is two columns wide or none.

    And a prompt that moves with them.
    """
    (here / "seeds").mkdir()
    (here / "seeds" / "bridge.txt").write_text(WIDE, encoding="utf-8")
    (here / "seeds" / "gesher.txt").write_text(HEBREW, encoding="utf-8")
    with start(columns=columns) as terminal:
        terminal.wait(READY)
        assert "月曜日に再開した" in say(terminal, "橋はいつ再開しましたか").replace(
            "\n", ""
        ).replace(" ", "")
        answer = say(terminal, "כמה תושבים היו בגשר?")
        assert "ארבע מאות" in re.sub(r"\s+", " ", answer)
        number = re.search(r"^\[(\d)\](?:\[\d\])* ✓ .*הגשר", answer, re.MULTILINE)
        assert number
        shown = say(terminal, number[1])
        assert re.search(r"^> 3  הגשר", shown, re.MULTILINE)
        terminal.type("橋はいつ\x1b[D\x1b[D")
        terminal.wait("rag> 橋はいつ")
        assert terminal.screen.cursor.x == len("rag> ") + 4


@pytest.mark.parametrize(
    "environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"RAG_COLOR": "never"}], ids=str
)
def test_no_colour_where_none_is_wanted(
    start: Callable[..., Terminal], seeds_index: Path, environ: dict[str, str]
) -> None:
    """Catches colours from either of the two libraries that write here.

    And escapes on a terminal that knows none.
    """
    with start("--index", str(seeds_index), **environ) as terminal:
        terminal.wait("rag>")
        terminal.type(INDIA + ENTER)
        terminal.wait(r"^\[1\](\[\d\])* ✓ (.*\n)*rag>")
        terminal.type(LEAVE)
        assert terminal.end() == 0
        codes = set(re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw))
        assert not {
            code for code in codes if re.search(rb"(^|;)(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;|$)", code)
        }
        assert b"\x1b[" not in terminal.raw or environ.get("TERM") != "dumb"


def test_where_there_is_no_terminal_nothing_is_read(tmp_path: Path) -> None:
    """Catches a program in a script that waits for a keyboard."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.index("articles", "--index", "index")
    for argv in ([], ["repl"], ["--index", "index"], ["--lang", "fr"]):
        done = newcomer.run(*argv, stdin=b"who is the director?\n")
        assert done.code == 2 and done.out == "" and "rag ask" in done.err, done
    assert (
        "Marta Quill"
        in newcomer.run(
            "ask", "-", "--index", "index", stdin=b"Who is the director of the harbour?\n"
        ).out
    )
