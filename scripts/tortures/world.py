"""A folder of articles with a home of its own, and rag run in it in a process of its own.

Starting Python and loading the model takes a second; a fork of a process that has them takes
milliseconds and is a process like any other: it can be killed, and what it does to files stays.
"""

from __future__ import annotations

import datetime
import gc
import io
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.index.index_folder import read_segment_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HUNG = "hung"
PATIENCE = 60.0  # seconds for what takes one
SECONDS_FOR_THREADS = 5.0
TODAY = datetime.date(2025, 12, 31)
QUESTIONS = (
    "Combien a coûté le pont numéro 3 de Velmar ?",
    "Qui est l’architecte du pont numéro 6 ?",
    "Combien a coûté le pont numéro 8 de Velmar ?",
)
# What an answer says of when it was made, not of what was asked.
PASSING = ("timing_ms", "index", "warnings")


class Ended(NamedTuple):
    """How a process ended: exit code (negative: a signal), what it returned and wrote."""

    code: int | str
    value: Any
    out: str
    err: str

    @property
    def crashed(self) -> bool:
        """Whether it ended as no program may."""
        if self.code == HUNG or (isinstance(self.code, int) and self.code < 0):
            return True
        return "Traceback" in self.err or "panicked" in self.err


def warm_up() -> None:
    """Build and ask once in this process, so that every fork finds loaded what that needs."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", LANG="C.UTF-8")
    environ, here = dict(os.environ), Path.cwd()
    with tempfile.TemporaryDirectory() as place:
        world = World(Path(place).resolve() / "warm")
        for number in range(9):
            world.write(f"{number}.md", write_bridge(number))
        world.enter()
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            run_command(("index", "articles"))
            run_command(("ask", "--json", QUESTIONS[0]))
        observe(world.index, QUESTIONS)
        os.chdir(here)
    os.environ.clear()
    os.environ.update(environ)
    _wait_for_threads()


def _wait_for_threads() -> None:
    """Return once no other thread runs, or soon: a fork has none, and what they hold stays held.

    One that only watches may stay: it holds nothing while it sleeps.
    """
    tasks = Path("/proc/self/task")
    until = time.monotonic() + SECONDS_FOR_THREADS
    while tasks.is_dir() and len(list(tasks.iterdir())) > 1 and time.monotonic() < until:
        gc.collect()
        time.sleep(0.05)


def write_bridge(number: int, version: int = 0) -> str:
    """Return a small article with facts of its own; the version is in one of them."""
    return (
        f"# Le pont numéro {number}\n\nLa Gazette de Velmar / 9 décembre 2025\n\n"
        f"Le pont numéro {number} de Velmar a coûté"
        f" {1000 + 37 * number + 100_000 * version} euros à la ville.\n\n"
        f"L’architecte du pont numéro {number} est Jean Dupont-{number}."
        f" Les travaux ont duré {number % 17 + 2} ans.\n"
    )


class World:
    """A folder: ``articles/``, ``disk/index/`` and a home."""

    def __init__(self, folder: Path, *, has_segments: bool = False) -> None:
        """``has_segments``: an update of this small index writes one, as that of a large one does."""
        self.folder = folder
        self.has_segments = has_segments
        self.articles = folder / "articles"
        self.disk = folder / "disk"
        self.index = self.disk / "index"
        for path in (self.articles, self.disk, folder / "home"):
            path.mkdir(parents=True)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write an article."""
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its processes: nothing of the user's.

        The reader reads nothing of an index, and as long as ten questions take: it is off.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RAG_", "XDG_", "_RAG"))
        }
        home = {"HOME": str(self.folder / "home"), "RAG_INDEX": str(self.index)}
        return {**kept, **home, "HF_HUB_OFFLINE": "1", "RAG_READER": "off"}

    def enter(self) -> None:
        """Make this process one of the world's."""
        environ = self.environ
        os.environ.clear()
        os.environ.update(environ)
        os.chdir(self.folder)
        if self.has_segments:
            from rag.index import segment_plan

            segment_plan.MIN_CHARACTERS = 0
            segment_plan.MERGE_FACTOR = 0
            segment_plan.MAX_WORN = 1.0

    def fork(self, function: Callable[[], Any], *, seconds: float = PATIENCE) -> Ended:
        """Return how a process ended that runs a function; what it returns must fit into JSON."""
        return Child(self, function).wait(seconds)

    def rag(self, *argv: str, seconds: float = PATIENCE) -> Ended:
        """Run a command of rag in a process of its own."""
        return self.fork(lambda: run_command(argv), seconds=seconds)

    def observe(self, questions: Sequence[str] = QUESTIONS) -> Any:
        """Return what the index in force holds and answers, in a process of its own."""
        ended = self.fork(lambda: observe(self.index, questions))
        if ended.crashed or ended.code:
            return {"crashed": f"{ended.code} {ended.err[-600:]}"}
        return ended.value

    def litter(self) -> list[str]:
        """Return what lies in the index beside the generation in force and its segments."""
        kept = {"CURRENT", ".lock", self._name_current(), *self.list_segments()}
        return sorted(path.name for path in self.index.iterdir() if path.name not in kept)

    def list_segments(self) -> list[str]:
        """Return the generations that the one in force answers together with."""
        name = self._name_current()
        return read_segment_names(self.index / name) if name else []

    def _name_current(self) -> str:
        current = self.index / "CURRENT"
        return current.read_text(encoding="utf-8").strip() if current.is_file() else ""

    def restore(self, base: Path | None) -> None:
        """Put a copy of a saved index in the place of the index; None: there is none."""
        shutil.rmtree(self.disk)
        self.disk.mkdir()
        if base is not None:
            shutil.copytree(base, self.index)


class Child:
    """A running process that was forked: what it writes goes into files of the world."""

    def __init__(self, world: World, function: Callable[[], Any]) -> None:
        self._files = [world.folder / f"child-{time.monotonic_ns()}.{name}" for name in "oe"]
        for path in self._files:
            path.touch()  # a process may be killed before it opens them
        self._reader, writer = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._reader)
            _live(world, function, writer, self._files)
        os.close(writer)

    def is_over(self, seconds: float) -> bool:
        """Return whether it ends within a time."""
        ready, _, _ = select.select([self._reader], [], [], seconds)
        return bool(ready)

    def wait(self, seconds: float) -> Ended:
        """Return how it ended; after this time it is killed, and counts as hung."""
        data, until, hung = b"", time.monotonic() + seconds, False
        while True:
            if not self.is_over(max(0.0, until - time.monotonic())):
                os.kill(self.pid, signal.SIGKILL)
                hung = True
                break
            block = os.read(self._reader, 1 << 20)
            if not block:
                break
            data += block
        _, status = os.waitpid(self.pid, 0)
        os.close(self._reader)
        texts = []
        for path in self._files:
            texts.append(path.read_text(encoding="utf-8", errors="surrogateescape"))
            path.unlink()
        code: int | str = HUNG if hung else os.waitstatus_to_exitcode(status)
        return Ended(code, json.loads(data) if data and not hung else None, texts[0], texts[1])


def _live(world: World, function: Callable[[], Any], writer: int, files: Sequence[Path]) -> None:
    """Run a function in the child, hand over what it returns, and end."""
    code = 99
    try:
        world.enter()
        for descriptor, path in enumerate(files, 1):
            target = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            os.dup2(target, descriptor)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        value = function()
        code = value if isinstance(value, int) and not isinstance(value, bool) else 0
        data = json.dumps(value).encode()
        while data:
            data = data[os.write(writer, data) :]
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def run_command(argv: Sequence[str]) -> int:
    """Run a command of rag in this process."""
    from rag.cli import main

    return main(list(argv))


def observe(index: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Return what an index holds and answers, or which error it raises."""
    from rag import Rag, RagError, Settings
    from rag.index.generations import verify_generation

    try:
        damaged = verify_generation(index)
        with Rag.open(Settings.load({"index": index})) as rag:
            articles = [[article.document.path, article.text] for article in rag.articles()]
            answers = [strip(rag.ask(question, today=TODAY).to_dict()) for question in questions]
    except RagError as error:
        return {"error": type(error).__name__, "code": error.exit_code, "message": error.message}
    return {"damaged": damaged, "articles": sorted(articles), "answers": answers}


def strip(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what passes: its time, its generation, remarks."""
    return {key: value for key, value in answer.items() if key not in PASSING}
