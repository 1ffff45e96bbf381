"""The front door: what ``from rag import …`` gives, what it costs, and that docs/python.md tells the truth."""

from __future__ import annotations

import doctest
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rag
from rag import Rag, Settings

if TYPE_CHECKING:
    from rag import Answer

TREE = Path(__file__).resolve().parent.parent
NAMES = ["Answer", "Citation", "Filters", "Rag", "RagError", "Settings", "__version__", "build"]
QUESTIONS = [
    "Qui remplacera Frédéric Duval à la tête d'Amazon France ?",
    "How much did Google promise to invest in India?",
    "Combien d'emplois Amazon compte-t-il créer en Inde ?",
    "Wie heißt die Hauptstadt von Kanada?",
]


def run_python(code: str, folder: Path) -> str:
    """What a program of one line prints, run in a folder that holds nothing."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_front_door_has_these_names_and_no_others() -> None:
    """Catches a name that vanished, one that slipped in, and a list that names what is not there."""
    assert sorted(rag.__all__) == sorted(NAMES)
    assert dir(rag) == sorted(NAMES)
    for name in NAMES:
        assert getattr(rag, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'ask'"):
        rag.ask  # noqa: B018


def test_import_costs_nothing_until_a_name_is_used(tmp_path: Path) -> None:
    """Catches an import at the top of the front door that loads numpy or FAISS."""
    heavy = "{'numpy', 'faiss', 'rich', 'torch', 'rag.pipeline'}"
    code = f"import sys, rag; print({heavy} & set(sys.modules)); from rag import Rag; print(Rag.__module__)"
    assert run_python(code, tmp_path) == "set()\nrag.pipeline.asking\n"


def test_the_package_says_that_it_is_typed() -> None:
    """Catches a wheel whose users' type checkers see ``Any`` everywhere."""
    assert (Path(rag.__file__).parent / "py.typed").is_file()


def test_the_examples_of_the_documentation_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches docs/python.md when an example of it no longer does what it says."""
    shutil.copytree(TREE / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    failed, tried = doctest.testfile(
        str(TREE / "docs" / "python.md"), module_relative=False, encoding="utf-8"
    )
    assert (failed, tried > 15) == (0, True)


def test_two_threads_may_ask_one_index(seeds_index: Path) -> None:
    """Catches state of one question that another question sees: a connection of one thread, settings written over."""
    with Rag.open(Settings(index=seeds_index, reader="off")) as index:
        alone = {question: index.ask(question).text for question in QUESTIONS}
        orders = [QUESTIONS, QUESTIONS[::-1], QUESTIONS[2:] + QUESTIONS[:2]]

        def ask_all(questions: list[str]) -> list[Answer]:
            return [index.ask(question) for question in questions * 5]

        with ThreadPoolExecutor(len(orders)) as threads:
            answers = [answer for some in threads.map(ask_all, orders) for answer in some]
    assert len(answers) == len(orders) * len(QUESTIONS) * 5
    assert all(answer.text == alone[answer.question] for answer in answers)


def test_an_answer_reads_as_a_person_would_write_it(seeds_index: Path) -> None:
    """Catches an answer whose sentences lose their numbers, a source without its place, a refusal that is empty."""
    with Rag.open(Settings(index=seeds_index, reader="off")) as index:
        answer, refused = index.ask(QUESTIONS[0]), index.ask(QUESTIONS[3])
    text, empty, source = str(answer).split("\n")
    assert text.endswith("en février 2026. [1]")
    assert empty == ""
    assert source.startswith("[1] About Amazon · 2025-12-09 · Jean-Baptiste Thomas")
    assert source.endswith("2025-12-18-lettre-amazon.txt:3")
    assert str(refused) == "not in the sources (searched 9 articles)"
