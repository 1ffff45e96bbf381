"""The command line.

What is a question, which exit code, what goes where, and one object of JSON whatever happens.
"""

from __future__ import annotations

import datetime
import errno
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from answers import (
    FIRST,
    QUESTION,
    TEXT,
    Span,
    answered,
    article,
    citation,
    hostile,
    passage,
    refused,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rag.evaluate
import rag.index
from rag.cli import main
from rag.cli.app import app
from rag.cli.route import route
from rag.errors import IndexMissing, RagError, UsageError
from rag.pipeline import BuildOptions, explain_emptiness
from rag.reading.skipped import SkippedFile
from rag.records import Coverage, Filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.records import Answer
    from rag.settings.schema import Settings

SCHEMA = json.loads(
    (Path(rag.__file__).parent / "show" / "answer.schema.json").read_text(encoding="utf-8")
)
ROOT = Path(rag.__file__).parent.parent


class FakeRag:
    """Stands for the pipeline: remembers what it was asked, answers what it was told to."""

    def __init__(self) -> None:
        self.answer: Answer | BaseException = answered()
        self.settings: Settings | None = None
        self.asked: list[str] = []
        self.arguments: dict[str, object] = {}
        self.builds: list[dict[str, Any]] = []
        self.root = Path("/articles")
        self.generation = SimpleNamespace(
            manifest={
                "publishers": {"La Vallée": 10, "A, B": 1, "C": 1, "status": 1},
                "languages": {"fr": 9, "en": 3},
            },
            coverage=lambda filters: Coverage(12, None, None, 4),
        )

    def open(self, settings: Settings) -> FakeRag:
        self.settings = settings
        self.require(settings.index)
        return self

    def require(self, index: Path) -> None:
        if not (index / "CURRENT").is_file():
            raise IndexMissing(f"no index in {index}", hint="rag index FOLDER")

    def __enter__(self) -> FakeRag:
        return self

    def __exit__(self, *exc: object) -> None: ...

    def ask(self, question: str, **arguments: object) -> Answer:
        self.asked.append(question)
        self.arguments = arguments
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    search = ask

    def find_by_reference(self, index: Path, reference: str) -> object:
        self.require(index)
        self.asked.append(reference)
        return article()

    def find_excerpt(
        self, index: Path, article_id: str, cited: Span, *, neighbours: int = 0
    ) -> object:
        self.find_by_reference(index, article_id)
        return article(), Span(article().start, article().end)

    def describe_index(self, index: Path) -> dict[str, object]:
        self.require(index)
        return {
            "articles": 12,
            "created": datetime.date(2025, 12, 9),
            "publishers": {"La Vallée": 12},
            "size": 1.5,
        }

    def build(
        self,
        settings: Settings,
        paths: list[Path],
        *,
        options: BuildOptions,
        progress: Callable[[str, int, int], None],
    ) -> object:
        self.builds.append({"paths": paths, **options._asdict()})
        progress("embed", 1, 2)
        settings.index.mkdir(parents=True, exist_ok=True)
        (settings.index / "CURRENT").write_text("g1")
        counts = dict.fromkeys(
            ("documents", "articles", "passages", "sentences", "added", "removed", "reused"), 2
        )
        skipped = (SkippedFile("a.pdf", "not .txt or .md"),)
        return SimpleNamespace(
            **counts,
            gone=0,
            skipped=skipped,
            generation="g1",
            seconds=0.5,
            changed=True,
            warnings=(),
            file_warnings=(),
            **options._asdict(),
        )


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeRag:
    """A pipeline without a model, an index in the working folder, and a home of the test's own."""
    for name in [
        name
        for name in os.environ
        if name.startswith(("RAG_", "_RAG")) or name in ("NO_COLOR", "FORCE_COLOR")
    ]:
        monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name))
    pipeline = FakeRag()
    lookups = ("find_by_reference", "find_excerpt", "describe_index")
    for package, name, verbs in ((rag, "pipeline", ("build",)), (rag.index, "lookup", lookups)):
        module = ModuleType(f"{package.__name__}.{name}")
        module.__dict__.update({verb: getattr(pipeline, verb) for verb in verbs}, Rag=pipeline)
        module.__dict__["BuildOptions"] = BuildOptions
        module.__dict__["explain_emptiness"] = explain_emptiness
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(package, name, module, raising=False)
    (tmp_path / "work" / "index").mkdir(parents=True)
    (tmp_path / "work" / "index" / "CURRENT").write_text("g1")
    monkeypatch.chdir(tmp_path / "work")
    return pipeline


class Ran:
    """What a command printed and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *argv: str) -> None:
        self.code = main(list(argv))
        self.out, self.err = capsys.readouterr()

    @property
    def object(self) -> dict[str, Any]:
        assert self.out.count("\n") == 1
        value: dict[str, Any] = json.loads(self.out)
        return value


@pytest.fixture
def run(fake: FakeRag, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    return lambda *argv: Ran(capsys, *argv)


def valid(value: dict[str, Any]) -> dict[str, Any]:
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    return value


@pytest.mark.parametrize(
    ("argv", "question"),
    [
        (["ask", "Qui", "remplace", "Duval", "?"], "Qui remplace Duval ?"),
        (["Qui remplace Duval ?"], "Qui remplace Duval ?"),
        (["Qui", "remplace", "Duval", "?"], "Qui remplace Duval ?"),
        (["Pourquoi?"], "Pourquoi?"),
        (["アマゾンの社長は誰ですか"], "アマゾンの社長は誰ですか"),
        (["-k", "3", "Qui", "parle"], "Qui parle"),
        (["Qui", "-k3", "parle", "--strict"], "Qui parle"),
        (["--publisher", "status", "Qui parle"], "Qui parle"),
        (["-q", "ask", "statut"], "statut"),
        (["ask", "statut"], "statut"),
        (["ask", "--", "--json", "-k"], "--json -k"),
        (["--", "-5 % ?"], "-5 % ?"),
        (["--", "status"], "status"),
        (["ask", "  deux\n\tmots "], "deux mots"),
        (["ask", "search", "status"], "search status"),
    ],
)
def test_what_is_a_question(
    run: Callable[..., Ran], fake: FakeRag, argv: list[str], question: str
) -> None:
    """Catches options that swallow words, words that are taken for commands, and questions cut or
    glued wrongly.
    """
    assert run(*argv).code == 0
    assert fake.asked == [question]


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (["nonsense"], "rag ask nonsense"),
        (["stauts"], "rag status"),
        (["-k", "3", "serach"], "rag search"),
        (["ask"], "rag ask"),
        (["ask", " "], "rag ask"),
        (["ask", "é" * 10_001], "few sentences"),
        (["ask", "--jsn", "x"], "--"),
        (["ask", "-k"], "--help"),
        (["ask", "-k", "0", "x"], "1 to 100"),
        (["ask", "--since", "2025-13-01", "x"], "since"),
        (["ask", "--lang", "frensh", "x"], "lang"),
        (["ask", "--color", "blue", "x"], "never"),
        (["status", "quo", "of", "talks"], "quotes"),
        (["show"], "rag show --help"),
        (["show", "1:2:3:4"], "rag show"),
        (["show", "1:x"], "rag show"),
        (["show", "1:1:0"], "rag show"),
        (["show", "1"], "ask first"),
        (["config", "get", "tpo"], "did you mean top"),
        (["config", "set", "top", "zero"], "passages"),
        (["config", "nonsense"], "rag config"),
    ],
)
def test_what_is_no_command_line(run: Callable[..., Ran], argv: list[str], hint: str) -> None:
    """Catches exit codes other than 2, tracebacks, and messages without a way out.

    Also with --json one object.
    """
    ran = run(*argv)
    assert (ran.code, ran.out) == (2, "") and ran.err.startswith("rag: ")
    assert hint in ran.err.replace("\n", " ")
    again = run(*argv[:1], "--json", *argv[1:])
    assert again.code == 2 and valid(again.object)["error"]["type"] == "UsageError"


def test_no_arguments_is_help_and_2(run: Callable[..., Ran]) -> None:
    """Catches a hang on a terminal's input, and exit 0."""
    ran = run()
    assert ran.code == 2 and "rag index" in ran.err and ran.out == ""
    ran = run("--help")
    assert ran.code == 0 and "rag index" in ran.out
    assert run("-h", "ask").out == run("ask", "--help").out != ""
    assert run("--version").out == f"rag {rag.__version__}\n"


def test_the_answer_goes_to_stdout_and_the_rest_to_stderr(run: Callable[..., Ran]) -> None:
    """Catches warnings among the answer, and -q that hides the answer or keeps the warnings."""
    ran = run("ask", QUESTION)
    assert ran.out.startswith(FIRST) and "warning" not in ran.out
    assert ran.err == "rag: attention : seeds/lettre.txt has changed since it was indexed\n"
    assert run("ask", "-q", QUESTION).err == ""
    loud = run("ask", "-v", QUESTION).err
    assert "search 1 ms" in loud and "nearest index/" in loud
    assert (
        FIRST in run("ask", "--quotes", QUESTION).out
        and "score 0.5" in run("ask", "--explain", QUESTION).out
    )


def test_exit_codes(run: Callable[..., Ran], fake: FakeRag) -> None:
    """Catches a refusal that counts as an answer, and --strict that is deaf or too strict."""
    near = answered(citations=(citation(1, article(), FIRST, "near"),))
    table: list[tuple[Answer | BaseException, list[str], int]] = [
        (answered(), ["ask", "x"], 0),
        (answered(status="partial"), ["ask", "x"], 0),
        (answered(), ["ask", "--strict", "x"], 0),
        (near, ["ask", "x"], 0),
        (near, ["ask", "--strict", "x"], 4),
        (refused(), ["ask", "--strict", "x"], 3),
        (answered(), ["search", "x"], 0),
        (refused(hits=()), ["search", "x"], 3),
        (IndexMissing("none"), ["ask", "x"], 5),
        (RagError("failed"), ["ask", "x"], 1),
        (KeyboardInterrupt(), ["ask", "x"], 130),
        (OSError(errno.ENOSPC, "No space left on device"), ["ask", "x"], 1),
        (PermissionError(errno.EACCES, "Permission denied", "f"), ["search", "x"], 1),
        (OSError("bare"), ["ask", "x"], 1),
    ]
    for answer, argv, code in table:
        fake.answer = answer
        ran = run(*argv)
        assert ran.code == code, (answer, argv)
        status = valid(run(*argv, "--json").object)["status"]
        assert (status == "error") == isinstance(answer, BaseException)


def test_errors_name_the_cause_and_the_question(run: Callable[..., Ran], fake: FakeRag) -> None:
    """Catches a lost question, a lost type, and a cause that cannot be had."""
    fake.answer = OSError(errno.ENOSPC, "No space left on device", "/some/file")
    ran = run("ask", "-v", "--json", "pourquoi", "?")
    assert ran.object["question"] == "pourquoi ?"
    assert (
        ran.object["error"]["type"] == "WriteError"
        and "/some/file: No space left" in ran.object["error"]["message"]
    )
    assert "free some space" in ran.err and "caused by OSError" in ran.err


def test_json_is_one_valid_object(run: Callable[..., Ran], fake: FakeRag) -> None:
    """Catches a second object, text around it, and fields that search must not have."""
    for answer in (answered(), refused(), hostile()):
        fake.answer = answer
        assert {"answer", "sentences", "citations"} < set(valid(run("--json", "ask", "x y").object))
        assert not {"answer", "sentences", "citations"} & set(
            valid(run("search", "x", "--json").object)
        )
    assert run("ask", "x", "--json", "-q").err == ""


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    argv=st.lists(
        st.sampled_from(
            [
                "ask",
                "search",
                "show",
                "x",
                "a b",
                "-k",
                "3",
                "--",
                "-",
                "-q",
                "--top=",
                "-k9",
                "",
                "é?",
                "--since",
                "1:2",
            ]
        )
    )
)
def test_any_command_line_ends_in_one_object(
    argv: list[str], run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a traceback or silence for some order of words and options."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"question")))
    ran = run("--json", *argv)
    value = ran.object
    assert ran.code in (0, 2) and (ran.code == 2) == (value["status"] == "error")


@given(
    st.lists(
        st.sampled_from(
            ["ask", "status", "word", "two words", "-", "--", "-k", "--json", "--help", "?"]
        ),
        min_size=1,
    )
)
def test_routing_keeps_every_word(argv: list[str]) -> None:
    """Catches words lost or moved when the command's name is found or added."""
    try:
        routed = route(argv, app)
    except UsageError:
        return
    assert sorted(routed) in (sorted(argv), sorted([*argv, "ask"]))


@pytest.mark.parametrize(
    ("raw", "question"),
    [
        (b"Qui parle ?\n", "Qui parle ?"),
        ("\ufeffQui a été élu ?\r\n".encode(), "Qui a été élu ?"),
        ("Qui a été élu ?".encode("cp1252"), "Qui a été élu ?"),
        ("Qui a été élu ?".encode("utf-16"), "Qui a été élu ?"),
        (b"a\x81\xff b", "a\ufffdÿ b"),
    ],
)
def test_a_question_on_stdin(
    run: Callable[..., Ran],
    fake: FakeRag,
    monkeypatch: pytest.MonkeyPatch,
    raw: bytes,
    question: str,
) -> None:
    """Catches a crash or a changed question where bytes are not UTF-8, and a byte order mark that
    stays.
    """
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert run("ask", "-").code == 0 and fake.asked == [question]


@pytest.mark.parametrize("raw", [b"", b" \n", b"x" * 10_001, b"\xe9" * 100_000])
def test_no_question_on_stdin(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, raw: bytes
) -> None:
    """Catches an empty question that is asked, and an endless one that is read."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert run("-").code == 2


def test_stdin_is_read_only_when_asked(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a command that waits for input or eats that of a loop around it."""
    monkeypatch.setattr("sys.stdin", None)
    assert run("ask", "x").code == 0
    assert run("ask", "x", "-").code == 0
    assert run("ask", "-").code == 2


def test_settings_reach_the_pipeline(
    run: Callable[..., Ran], fake: FakeRag, tmp_path: Path
) -> None:
    """Catches a flag that is parsed and dropped; days in words are for flags."""
    argv = [
        "--since",
        "2025-01-02",
        "--publisher",
        "A, B",
        "--publisher",
        "C",
        "--lang",
        "FR",
        "--top",
        "7",
        "--no-offline",
        "--model",
        "m",
    ]
    assert run("search", "x", *argv).code == 0
    got = fake.settings
    assert got is not None and (got.top, got.model, got.offline, got.lang) == (
        7,
        "m",
        False,
        ("fr",),
    )
    assert (got.since, got.publisher) == (datetime.date(2025, 1, 2), ("A, B", "C"))
    filters = Filters(datetime.date(2025, 1, 2), None, ("A, B", "C"), ("fr",))
    assert fake.arguments == {"filters": filters, "today": None, "top": 7}
    assert run("status", "--index", str(tmp_path)).code == 5
    assert (
        run("search", "x", "--until", "9 décembre 2025", "--as-of", "December 10, 2025").code == 0
    )
    got = fake.settings
    assert got is not None and (got.until, got.as_of) == (
        datetime.date(2025, 12, 9),
        datetime.date(2025, 12, 10),
    )
    assert run("search", "x", "--until", "soon").code == 2


@pytest.mark.parametrize(
    ("flags", "since", "until"),
    [
        (["--since", "last week"], "2025-12-08", None),
        (["--since", "il y a 3 mois", "--until", "hier"], "2025-09-01", "2025-12-17"),
        (["--until", "vorige Woche"], None, "2025-12-14"),
        (["--since", " el mes pasado "], "2025-11-01", None),
        (["--since", "2025-12-09", "--until", "décembre 2025"], "2025-12-09", "2025-12-31"),
    ],
)
def test_days_as_people_say_them(
    run: Callable[..., Ran], fake: FakeRag, flags: list[str], since: str | None, until: str | None
) -> None:
    """Catches the wrong end of a period, and days reckoned from today where --as-of names another,
    whatever the order.
    """
    for argv in ([*flags, "--as-of", "2025-12-18"], ["--as-of", "18 décembre 2025", *flags]):
        assert run("search", "x", *argv).code == 0
        got = fake.settings
        assert got is not None
        assert (got.since and got.since.isoformat(), got.until and got.until.isoformat()) == (
            since,
            until,
        )


def test_the_first_question_builds_the_index(run: Callable[..., Ran], fake: FakeRag) -> None:
    """Catches a newcomer's first question that fails, or an index built in silence or twice."""
    Path("index/CURRENT").unlink()
    assert run("ask", "x").code == 5 and not fake.builds
    Path("seeds").mkdir()
    ran = run("ask", "x")
    assert ran.code == 0 and fake.builds[0]["paths"] == [Path.cwd() / "seeds"]
    assert (
        "no index yet: building one" in ran.err
        and "2 documents" in ran.err
        and ran.out.startswith(FIRST)
    )
    assert run("ask", "x").code == 0 and len(fake.builds) == 1


def test_indexing(run: Callable[..., Ran], fake: FakeRag) -> None:
    """Catches sources that are forgotten, options that are dropped, and a report that is not
    shown.
    """
    ran = run("index", "a", "b c", "--prune", "--dry-run")
    assert fake.builds[-1] == {
        "paths": [Path("a"), Path("b c")],
        "rebuild": False,
        "prune": True,
        "dry_run": True,
        "follow_links": None,
    }
    assert ran.code == 0 and "2 articles" in ran.out and "a.pdf: not .txt or .md" in ran.out
    assert (
        run("index", "--rebuild").code == 0
        and fake.builds[-1]["paths"] == []
        and fake.builds[-1]["rebuild"]
    )
    value = run("index", "--json").object
    assert value["unchanged"] == 2 and value["skipped"] == [
        {"path": "a.pdf", "reason": "not .txt or .md"}
    ]
    assert run("index", "").code == 2
    Path("index/CURRENT").unlink()
    assert run("index").code == 2
    Path("seeds").mkdir()
    assert run("index").code == 0 and fake.builds[-1]["paths"] == [Path.cwd() / "seeds"]


def test_showing_a_source_of_the_last_answer(
    run: Callable[..., Ran], fake: FakeRag, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches another source, another index than the answer's, and an answer that others may
    read.
    """
    run("ask", QUESTION)
    state = next(Path(os.environ["XDG_STATE_HOME"]).rglob("last.json"))
    assert state.stat().st_mode & 0o077 == 0
    elsewhere = Path("sub/deeper")
    elsewhere.mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    Path("seeds").mkdir()  # another index would be nearer
    shown = run("show", "2", "--json").object
    assert fake.asked[-1] == article().id and TEXT[shown["cited"]["start"] :].startswith(
        "Elle dirigeait"
    )
    assert "> 4  Elle" in run("show", "2").out and "> 3  La" in run("show", "1").out
    assert run("show", "1:4:1").out.splitlines()[-1].startswith("  4  Elle")
    assert run("show", "3").code == 2 and "1 to 2" in run("show", "3").err
    assert run("show", "1", "--index", "none").code == 5
    assert (
        run("show", "1000", "--index", "../../index").code == 0 and fake.asked[-1] == "1000"
    )  # four digits begin an id
    fake.answer = refused()
    run("search", "x", "--index", "../../index")
    assert (
        run("show", "2", "--json").object["cited"]["start"]
        == passage(article(), "Le conseil").start
    )


def test_a_state_that_cannot_be_kept_is_no_failure(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Catches a question that fails because a home folder is read-only or absent."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert run("ask", "-q", "x").code == 0
    assert "not kept" in run("ask", "-v", "x").err
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "state" / "rag").mkdir(parents=True)
    (tmp_path / "state" / "rag" / "last.json").write_text("{broken")
    assert run("show", "1").code == 2


def test_status_and_evaluation(run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches values that JSON cannot hold, and arguments that do not arrive."""
    assert run("status", "--json").object["created"] == "2025-12-09"
    assert "publishers  La Vallée 12" in run("status").out
    seen: list[object] = []

    def measure(
        path: Path, settings: Settings, *, corpus: Path | None, progress: object
    ) -> dict[str, object]:
        seen.extend([path, corpus])
        return {"queries": 3, "retrieval": None}

    monkeypatch.setattr(rag.evaluate, "evaluate", measure)
    assert run("eval", "q.jsonl", "--corpus", "c.jsonl", "--json").object == {
        "queries": 3,
        "retrieval": None,
    }
    assert seen == [Path("q.jsonl"), Path("c.jsonl")] and "queries" in run("eval", "q.jsonl").out


def test_config(run: Callable[..., Ran]) -> None:
    """Catches a set that get does not see, a wrong origin, and a file that is not where path
    says.
    """
    Path("rag.toml").write_text("# mine\n")
    assert run("config", "path").out == f"{Path.cwd() / 'rag.toml'}\n"
    assert run("config", "set", "top", "9").code == 0
    assert run("config", "get", "top").out == "9\n" and Path("rag.toml").read_text().startswith(
        "# mine\n"
    )
    assert f"9 ({Path.cwd() / 'rag.toml'}:" in run("config").out
    assert run("config", "show", "--json").object["settings"]["top"]["value"] == 9
    assert run("config", "set", "quote-words", "70").code == 0
    assert run("config", "get", "quote-words").out == "70\n"
    assert run("config", "set", "top", "").code == 0 and run("config", "get", "top").out == "5\n"


def test_a_broken_rag_toml_is_said_once_with_its_line(run: Callable[..., Ran]) -> None:
    """Catches settings that fail before anybody can say so in JSON."""
    Path("rag.toml").write_text("top = 3\nmodle = 'x'\n")
    ran = run("ask", "x", "--json")
    assert (
        ran.code == 2
        and "rag.toml:2" in valid(ran.object)["error"]["message"]
        and "model" in ran.object["error"]["hint"]
    )


PROGRAM = """
import os, signal, sys, types, rag
from rag.cli import main
module = types.ModuleType("rag.pipeline")
class Rag:
    def open(settings):
        WHAT
module.Rag = Rag
sys.modules["rag.pipeline"] = rag.pipeline = module
sys.exit(main(sys.argv[1:]))
"""


def program(what: str, *argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM.replace("WHAT", what), *argv]
    env = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        "RAG_INDEX": "none",
        "HOME": "/nonexistent",
    }
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=env,
        cwd="/",
        timeout=60,
        check=False,
        encoding="utf-8",
        **options,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("sent", "code", "say"),
    [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")],
)
def test_signals(sent: signal.Signals, code: int, say: str) -> None:
    """Catches a traceback on Ctrl-C, and a script's kill that leaves no object behind."""
    ran = program(f"os.kill(os.getpid(), {int(sent)})", "ask", "x", "--json")
    assert ran.returncode == code and ran.stderr == f"rag: {say}\n"
    assert valid(json.loads(ran.stdout))["error"]["message"] == say


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_stdout() -> None:
    """Catches an answer that is lost with exit 0, and the interpreter's own complaint at its
    end.
    """
    ran = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m rag --help >/dev/full"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (
        ran.returncode == 1
        and ran.stderr.startswith("rag: No space left")
        and ran.stderr.count("\n") == 2
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_build_that_cannot_be_told(tmp_path: Path) -> None:
    """Catches a message that sounds as if the index were not there."""
    (tmp_path / "a.txt").write_text("The ferry\n\nThe ferry of Quorl sails again on Monday.\n")
    command = f"{sys.executable} -m rag index {tmp_path / 'a.txt'} -q --json >/dev/full"
    env = {**os.environ, "RAG_INDEX": str(tmp_path / "index"), "HOME": str(tmp_path)}
    ran = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, env=env
    )
    assert ran.returncode == 1 and "the index is in force" in ran.stderr
    assert (tmp_path / "index" / "CURRENT").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_leaves_early() -> None:
    """Catches a traceback in ``rag … | head -1``."""
    what = "import answers, contextlib, types; a = answers.answered()"
    what += "; fake = types.SimpleNamespace(ask=lambda question, **arguments: a, root=None)"
    what += "; return contextlib.nullcontext(fake)"
    code = PROGRAM.replace("WHAT", what)
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "RAG_INDEX": "none"}
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-c", code, "ask", "x"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd="/",
        check=False,
    )
    os.close(writer)
    assert ran.returncode == 141 and "Traceback" not in ran.stderr and "Broken" not in ran.stderr


def test_help_needs_nothing_heavy() -> None:
    """Catches a slow import on the way to help, and to a usage error."""
    heavy = {
        "numpy",
        "faiss",
        "rich",
        "tiktoken",
        "platformdirs",
        "tomllib",
        "hashlib",
        "rag.pipeline",
    }
    code = (
        "import sys; from rag.cli import main; main(['--help']); main(['ask', '-h']);"
        f"sys.exit(str({heavy} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert ran.stderr == "set()\n"


def test_completion_offers_the_commands() -> None:
    """Catches a completion script that the shell cannot have."""
    asked = {"COMP_WORDS": "rag s", "COMP_CWORD": "1", "_RAG_WORD": "s"}
    env = {**os.environ, **asked, "_RAG_COMPLETE": "bash_complete"}
    ran = subprocess.run(
        [sys.executable, "-m", "rag"],
        capture_output=True,
        text=True,
        env=env,
        cwd=ROOT,
        check=False,
    )
    assert ran.stdout.split() == ["plain,search", "plain,show", "plain,status"]


@pytest.mark.parametrize(
    ("flags", "environ", "use", "articles"),
    [
        ([], {}, "filter", 1),
        (["--no-dates"], {}, None, 9),
        ([], {"RAG_DATES": "no"}, None, 9),
        (["--dates"], {"RAG_DATES": "no"}, "filter", 1),
        (["--since", "2025-10-01"], {}, None, 9),
    ],
)
def test_days_in_a_question_can_be_left_as_words(
    seeds_index: Path, flags: list[str], environ: dict[str, str], use: str | None, articles: int
) -> None:
    """Catches a switch that does nothing, and an object that the schema does not know."""
    question = "Combien d'emplois Amazon pourrait-il supprimer en octobre ?"
    command = [
        sys.executable,
        "-m",
        "rag",
        "ask",
        question,
        "--as-of",
        "2025-12-18",
        "--json",
        "--index",
        str(seeds_index),
        *flags,
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, SCHEMA)
    assert answer.get("asked", {}).get("use") == use
    assert answer["coverage"]["articles"] == articles


@pytest.mark.parametrize(("length", "code"), [(9_999, 0), (10_000, 0), (10_001, 2)])
def test_a_question_has_ten_thousand_characters_at_most(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, length: int, code: int
) -> None:
    """Catches a limit off by one, on the command line and on stdin, in characters of any width."""
    for character in ("x", "é", "🌊"):
        question = character * length
        assert run("ask", question).code == code
        stdin = io.TextIOWrapper(io.BytesIO(question.encode()))
        monkeypatch.setattr("sys.stdin", stdin)
        assert run("ask", "-").code == code


def test_status_says_what_is_known_of_each_language(run: Callable[..., Ran]) -> None:
    """Catches a list on stdout, in the object, or without -v; and a language that is left out."""
    from rag.text.languages import describe_languages

    assert "language" not in run("status").err
    ran = run("status", "-v")
    for language, sections in describe_languages().items():
        assert f"rag: language {language}: {', '.join(sections)}" in ran.err
    assert "interface" in next(line for line in ran.err.splitlines() if "language fr:" in line)
    assert "languages" not in run("status", "-v", "--json").object
