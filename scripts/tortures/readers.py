"""Readers beside rebuilds: some ask all the time while the index is updated and built anew."""

from __future__ import annotations

import random
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from tortures.builds import ARTICLES, build_bridges, build_or_fail
from tortures.tally import Tally
from tortures.world import QUESTIONS, TODAY, Child, write_bridge

if TYPE_CHECKING:
    from pathlib import Path

    from tortures.world import World

READERS = 3
HOUR = 3600.0
FIGURE = re.compile(r"numéro 3 de Velmar a coûté (\d+) euros")


def torture(folder: Path, builds: int, seed: int) -> Tally:
    """Ask from several processes while another builds; every answer must be of one version."""
    tally = Tally("readers")
    world = build_bridges(folder / "readers", ARTICLES)
    stop = world.folder / "stop"
    readers = [Child(world, partial(_read, world, stop)) for _ in range(READERS)]
    rng = random.Random(seed)
    for version in range(1, builds + 1):
        for number in range(ARTICLES):
            world.write(f"{number}.md", write_bridge(number, version))
        _build_by_two(world, version, rng.choice(((), ("--rebuild",))), tally)
    stop.touch()
    for reader in readers:
        _count(tally, reader.wait(HOUR), builds)
    build_or_fail(world, "index", "--rebuild")
    if litter := world.litter():
        tally.add("wrong", f"litter after all: {litter}")
    return tally


def _build_by_two(world: World, version: int, flags: tuple[str, ...], tally: Tally) -> None:
    """Build from two processes at once: one at least must do it, the other may be locked out."""
    argv = ("index", *flags, "-q")
    children = [Child(world, partial(_run, argv)) for _ in range(2)]
    ended = [child.wait(HOUR) for child in children]
    tally.tried += 1
    tally.note("builds", 2)
    for end in ended:
        if end.crashed:
            tally.add("crashed", f"build {version}: {end.code} {end.err[-500:]}")
        elif end.code not in (0, 5):
            tally.add("wrong", f"build {version}: {end.code} {end.err[-300:]}")
    if not any(end.code == 0 for end in ended):
        tally.add("lost", f"build {version}: neither was done")


def _run(argv: tuple[str, ...]) -> int:
    from tortures.world import run_command

    return run_command(argv)


def _read(world: World, stop: Path) -> list[Any]:
    """Return what each answer said, until told to stop: a version, or what was wrong."""
    from rag import Rag, RagError, Settings

    seen: list[Any] = []
    settings = Settings.load({"index": world.index})
    while not stop.exists():
        try:
            with Rag.open(settings) as rag:
                answer = str(rag.ask(QUESTIONS[0], today=TODAY).to_dict()["answer"])
        except RagError as error:
            seen.append(f"{type(error).__name__}: {error.message}")
            continue
        figures = {int(figure) for figure in FIGURE.findall(answer)}
        versions = {(figure - 1000 - 37 * 3) // 100_000 for figure in figures}
        seen.append(versions.pop() if len(versions) == 1 else f"versions {versions}: {answer}")
    return seen


def _count(tally: Tally, ended: Any, builds: int) -> None:
    """Count the answers of one reader; the versions may only grow."""
    if ended.crashed or ended.value is None:
        tally.add("crashed", f"a reader: {ended.code} {ended.err[-500:]}")
        return
    newest = 0
    for seen in ended.value:
        tally.tried += 1
        tally.note("answers")
        if isinstance(seen, str) or not newest <= seen <= builds:
            tally.add("wrong", f"after version {newest}: {seen}")
        else:
            newest = seen
