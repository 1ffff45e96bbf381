#!/usr/bin/env python
"""Count how many answers fit on a screen: 100 questions in four languages, at 80×24 and at 40×20.

    .venv/bin/python scripts/measure_pages.py [--show]

The questions (``scripts/page_questions.tsv``) were written before any page was looked at. They are asked of
``seeds/`` and of ``scripts/training/press``. A screen holds the line of the question, the page, the empty
line after it, the next prompt and the bar below it; where they are more rows than the window has, the
answer does not fit. ``--show`` prints the pages that do not. At 0d36cde 59 answers fitted at 80×24 and 16 at
40×20; with a line for each source 100 and 96 do.
"""

from __future__ import annotations

import argparse
import datetime
import io
import math
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from rag import Rag, Settings, build
from rag.show import Screen, answer_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag import Answer

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "scripts" / "page_questions.tsv"
FOLDERS = (ROOT / "seeds", ROOT / "scripts" / "training" / "press")
TODAY = datetime.date(2025, 12, 18)
PROMPT = "rag> "
ROWS_BELOW = 3  # the empty line after the page, the next prompt, the bar


class Window(NamedTuple):
    """The size of a terminal."""

    columns: int
    lines: int


WINDOWS = (Window(80, 24), Window(40, 20))


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def read_questions() -> list[tuple[str, str]]:
    """Return the questions, each with its language."""
    pairs = []
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        language, _, question = line.partition("\t")
        pairs.append((language, question))
    return pairs


def copy_articles(target: Path) -> None:
    """Copy the articles, and nothing that says which of them answers what."""
    for folder in FOLDERS:
        for path in folder.rglob("*"):
            if path.suffix in (".md", ".txt"):
                copied = target / folder.name / path.relative_to(folder)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copied)


def render(answer: Answer, columns: int) -> str:
    """Return the page of an answer as a terminal without colours shows it."""
    stream = _Terminal()
    screen = Screen(stream, color="never", width=columns, environ={"TERM": "xterm"})
    screen.write(answer_page(answer))
    return stream.getvalue()


def count_rows(question: str, page: str, columns: int) -> int:
    """Return how many rows of a window question, page, prompt and bar take."""
    question_rows = math.ceil(cell_len(PROMPT + question) / columns)
    return question_rows + page.count("\n") + ROWS_BELOW


def ask_all(rag: Rag) -> Iterator[tuple[str, str, Answer]]:
    """Yield each question with its language and its answer."""
    for language, question in read_questions():
        yield language, question, rag.ask(question, today=TODAY)


def main() -> None:
    """Print for each window the share of answers that fit, and for each language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print the pages that do not fit")
    show = parser.parse_args().show
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_articles(folder / "articles")
        settings = Settings(index=folder / "index")
        build(settings, [folder / "articles"])
        answers = list(ask_all(Rag.open(settings)))
    refused = sum(answer.status == "not_in_sources" for _, _, answer in answers)
    print(f"{len(answers)} questions, {refused} refused")
    for window in WINDOWS:
        tall = []
        for language, question, answer in answers:
            page = render(answer, window.columns)
            rows = count_rows(question, page, window.columns)
            if rows > window.lines:
                tall.append((language, f"--- {rows} rows: {question}\n{page}"))
        fitting = len(answers) - len(tall)
        by_language = {language: 0 for language, _, _ in answers}
        for language, _ in tall:
            by_language[language] += 1
        print(f"{window.columns}×{window.lines}: {fitting} fit; too tall: {by_language}")
        if show:
            print("\n".join(text for _, text in tall))


if __name__ == "__main__":
    main()
