"""Flips: bytes of an index changed at random places, one file at a time, and a question asked.

Many flips are asked in one process, which is forked again after it died of one. Half of them change
a file chosen by chance, a quarter a place chosen by chance among all bytes, a quarter the text of
the very sentence that answers.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import ANSWERED, NOT_IN_SOURCES
from tortures.builds import build_or_fail
from tortures.tally import Tally
from tortures.world import TODAY, World, strip, write_bridge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SMALL, SOME, LARGE = 12, 250, 1300  # articles; of some, files of dozens of blocks
FEW = 100  # flips for which the index of some articles is enough, as it takes a fifth of the time
BATCH = 500  # flips of a process
BY_COMMAND = 1000  # one flip of so many is also asked of the command
BLOCK = 512
SUBJECTS = (
    "ville",
    "maire",
    "projet",
    "budget",
    "région",
    "usine",
    "port",
    "gare",
    "école",
    "route",
)


class Flip(NamedTuple):
    """A change of a file: the bytes from ``start`` on; None: the file ends there."""

    path: Path
    start: int
    data: bytes | None
    question: str
    how: str

    def apply(self, original: bytes) -> None:
        """Change the file."""
        if self.data is None:
            os.truncate(self.path, self.start)
        else:
            _overwrite(self.path, self.start, self.data)

    def undo(self, original: bytes) -> None:
        """Give the file back what it held."""
        _overwrite(self.path, self.start, original[self.start :][: len(self.data or original)])


def torture_small(folder: Path, flips: int, seed: int) -> Tally:
    """Flip bytes of an index of a few articles."""
    return _torture(World(folder / "flips"), SMALL, flips, random.Random(seed))


def torture_large(folder: Path, flips: int, seed: int) -> Tally:
    """Flip bytes of an index whose files are read in parts."""
    articles = SOME if flips < FEW else LARGE
    return _torture(World(folder / "large-flips"), articles, flips, random.Random(seed))


def _torture(world: World, articles: int, flips: int, rng: random.Random) -> Tally:
    for number in range(articles):
        padding = _pad(number) if articles > SMALL else ""
        world.write(f"{number}.md", write_bridge(number) + padding)
    build_or_fail(world, "index", "articles")
    base = world.folder / "base"
    shutil.copytree(world.index, base)
    return _flip_world(world, base, flips, rng)


def _pad(number: int) -> str:
    """Return sentences that make an article long."""
    rng = random.Random(number)
    sentences = [
        f"Le {rng.choice(SUBJECTS)} de la {rng.choice(SUBJECTS)} {rng.randrange(9999)} attend le"
        f" {rng.choice(SUBJECTS)} que la {rng.choice(SUBJECTS)} avait annoncé, dans le district de"
        f" {rng.choice(SUBJECTS)}, depuis {rng.randrange(2, 90)} mois et {rng.randrange(30)} jours."
        for _ in range(20)
    ]
    return "\n" + " ".join(sentences) + "\n"


def _flip_world(world: World, base: Path, flips: int, rng: random.Random) -> Tally:
    """Flip as often as asked, in processes that are forked again when they die."""
    tally = Tally(world.folder.name)
    originals = {
        path: path.read_bytes()
        for path in sorted(world.index.rglob("*"))
        if path.is_file() and path.stat().st_size
    }
    tally.note("bytes in the longest file", max(map(len, originals.values())))
    numbers = range(0, len(list(world.articles.iterdir())), 3)
    questions = [f"Combien a coûté le pont numéro {number} de Velmar ?" for number in numbers]
    questions = rng.sample(questions, min(8, len(questions)))
    expected = world.fork(
        lambda: {text: ask_index(open_index(world), text) for text in questions}
    ).value
    plan = [_choose(originals, questions, rng) for _ in range(flips)]
    results = world.folder / "results"
    while len(plan) > tally.tried:
        rest = plan[tally.tried : tally.tried + BATCH]
        results.write_bytes(b"")
        ended = world.fork(partial(_flip_all, world, rest, originals, expected), seconds=3600)
        lines = results.read_text(encoding="utf-8").splitlines()
        for line in lines:
            _count(tally, json.loads(line))
        tally.tried += len(lines)
        if len(lines) < len(rest):
            tally.add("crashed", f"{rest[len(lines)].how}: {ended.code} {ended.err[-600:]}")
            tally.tried += 1
            world.restore(base)
    for flip in plan[:: min(BY_COMMAND, max(1, flips // 3))]:
        _flip_command(world, flip, originals[flip.path], expected, tally)
    return tally


def _choose(originals: Mapping[Path, bytes], questions: Sequence[str], rng: random.Random) -> Flip:
    """Return a change that changes something."""
    while True:
        question = rng.choice(questions)
        path, at = _choose_place(originals, question, rng)
        original = originals[path]
        kind = rng.choice(("bit", "bit", "byte", "byte", "zeros", "noise", "swap", "cut"))
        data: bytes | None = None
        if kind == "bit":
            data = bytes([original[at] ^ 1 << rng.randrange(8)])
        elif kind == "byte":
            data = rng.randbytes(1)
        elif kind == "zeros":
            data = bytes(min(BLOCK, len(original) - at))
        elif kind == "noise":
            data = rng.randbytes(min(BLOCK, len(original) - at))
        elif kind == "swap":  # as a write that went to another place
            other = rng.randrange(len(original))
            data = original[other : other + min(BLOCK, len(original) - at)]
        if data is None or original[at : at + len(data)] != data:
            return Flip(
                path, at, data, question, f"{kind} at {at} of {path.name} ({len(original)})"
            )


def _choose_place(
    originals: Mapping[Path, bytes], question: str, rng: random.Random
) -> tuple[Path, int]:
    paths = list(originals)
    chance = rng.random()
    if chance < 0.25:
        [path] = rng.choices(paths, [len(data) for data in originals.values()])
        return path, rng.randrange(len(originals[path]))
    if chance < 0.5:
        path = next(path for path in paths if path.name == "catalog.sqlite")
        evidence = question.removeprefix("Combien a coûté le ").removesuffix(" ?").encode()
        found = originals[path].find(evidence + " a coûté".encode())
        if found >= 0:
            return path, found + rng.randrange(len(evidence) + 20)
    path = rng.choice(paths)
    return path, rng.randrange(len(originals[path]))


def _flip_all(
    world: World,
    flips: Sequence[Flip],
    originals: Mapping[Path, bytes],
    expected: Mapping[str, str],
) -> None:
    """Make each change, ask, and take it back; a line is written of each."""
    with (world.folder / "results").open("a", encoding="utf-8") as results:
        for flip in flips:
            flip.apply(originals[flip.path])
            result = _judge(world, flip, expected[flip.question])
            flip.undo(originals[flip.path])
            results.write(json.dumps(result) + "\n")
            results.flush()


def _judge(world: World, flip: Flip, expected: str) -> tuple[str, str]:
    """Return what came of a flip, and an example where it is a fault."""
    from rag import RagError

    try:
        answer = ask_index(open_index(world), flip.question)
    except RagError as error:
        if error.exit_code == 5:
            return "refused as damaged", ""
        return "wrong", f"{flip.how}: {type(error).__name__} {error.message}"
    except Exception as error:
        return "crashed", f"{flip.how}: {type(error).__name__}: {error}"
    if answer == expected:
        return "answered right", ""
    false = find_false_citations(world, json.loads(answer))
    return "wrong", f"{flip.how}: {f'FALSE ✓ {false}' if false else 'another answer'}"


def _count(tally: Tally, result: tuple[str, str]) -> None:
    what, example = result
    if example:
        tally.add(what, example)
    else:
        tally.note(what)


def _flip_command(
    world: World, flip: Flip, original: bytes, expected: Mapping[str, str], tally: Tally
) -> None:
    """Make a change, and ask the command: its exit code, its object."""
    flip.apply(original)
    ended = world.rag("ask", "--json", "--as-of", TODAY.isoformat(), flip.question)
    flip.undo(original)
    tally.note("also asked of the command")
    if ended.crashed:
        tally.add("crashed", f"{flip.how}, the command: {ended.code} {ended.err[-500:]}")
        return
    answer = json.loads(ended.out)
    quoted = json.loads(expected[flip.question])["answer"]
    code = ANSWERED if quoted else NOT_IN_SOURCES
    if ended.code == 5 and answer["error"]["hint"]:
        return
    if ended.code != code or answer["answer"] != quoted or find_false_citations(world, answer):
        tally.add("wrong", f"{flip.how}, the command: {ended.code} {ended.out[:300]}")


def find_false_citations(world: World, answer: dict[str, Any]) -> list[str]:
    """Return the quotations that are called exact and do not stand in their files."""
    false = []
    for citation in answer["citations"]:
        path = world.folder / citation["path"]
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        is_true = text[citation["start"] : citation["end"]] == citation["quote"]
        if citation["verified"] == "exact" and not is_true:
            false.append(citation["quote"][:80])
    return false


def open_index(world: World) -> Any:
    """Open the index of a world, in this process."""
    from rag import Rag, Settings

    return Rag.open(Settings.load({"index": world.index}))


def ask_index(rag: Any, question: str) -> str:
    """Return an answer as JSON, without what passes; closes what it asked."""
    with rag:
        return json.dumps(strip(rag.ask(question, today=TODAY).to_dict()), sort_keys=True)


def _overwrite(path: Path, start: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data)
