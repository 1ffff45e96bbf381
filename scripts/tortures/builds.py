"""The ways an index is built that are interrupted: first, update, segment, rebuild, prune."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from tortures.world import World, write_bridge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tortures.tally import Tally

ARTICLES = 9
COMMANDS = {
    "first": ("index", "articles"),
    "update": ("index",),
    "segment": ("index",),  # an update that writes one, beside another, instead of the whole
    "rebuild": ("index", "--rebuild"),
    "prune": ("index", "--prune"),
}


class Build(NamedTuple):
    """A build to be interrupted, with what the index answers before it and after it."""

    name: str
    world: World
    base: Path | None
    argv: Sequence[str]
    before: Any
    after: Any

    def prepare(self) -> None:
        """Put everything back as it was before the build."""
        self.world.restore(self.base)

    def judge(self, tally: Tally, how: str) -> str:
        """Say whether the index is as before or as after; count a fault when it is neither."""
        state = self.world.observe()
        if "crashed" in state:
            tally.add("crashed", f"{self.name}, {how}: {state['crashed']}")
            return "neither"
        if state == self.after:
            return "after"
        if state == self.before or (self.base is None and state.get("code") == 5):
            return "before"
        tally.add("lost", f"{self.name}, {how}: {describe(state)}")
        return "neither"

    def mend(self, tally: Tally, how: str) -> None:
        """Build again: everything must be as after, and nothing be left over."""
        ended = self.world.rag(*self.argv)
        if ended.crashed:
            tally.add(
                "crashed", f"{self.name}, mended after {how}: {ended.code} {ended.err[-500:]}"
            )
        elif ended.code or (state := self.world.observe()) != self.after:
            said = ended.err if ended.code else describe(state)
            tally.add("lost", f"{self.name}, not mended after {how}: {ended.code} {said}")
        elif litter := self.world.litter():
            tally.add("wrong", f"{self.name}, litter after {how}: {litter}")


def describe(state: Any) -> str:
    """Return the outline of what an index holds."""
    if "articles" not in state:
        return str(state)[:300]
    return f"{len(state['articles'])} articles, damaged {state['damaged']}, other answers"


def prepare_builds(folder: Path) -> Iterator[Build]:
    """Yield the builds, each in a world of its own: articles changed, removed and added since."""
    for name, argv in COMMANDS.items():
        world = World(folder / name, has_segments=name == "segment")
        for number in range(ARTICLES - 1):
            world.write(f"{number}.md", write_bridge(number))
        base = None
        if name != "first":
            build_or_fail(world, "index", "articles")
            if world.has_segments:
                world.write("7.md", write_bridge(7, version=1))
                build_or_fail(world, "index")
            base = folder / f"{name}.base"
            shutil.copytree(world.index, base)
        for number in (0, 3, 5):
            world.write(f"{number}.md", write_bridge(number, version=1))
        (world.articles / "6.md").unlink()
        world.write("8.md", write_bridge(8))
        before = world.observe()
        build_or_fail(world, *argv)
        if world.has_segments and not world.list_segments():
            raise RuntimeError("the update wrote no segment")
        yield Build(name, world, base, argv, before, world.observe())


def build_bridges(folder: Path, articles: int) -> World:
    """Return a world with so many articles, indexed."""
    world = World(folder)
    for number in range(articles):
        world.write(f"{number}.md", write_bridge(number))
    build_or_fail(world, "index", "articles")
    return world


def build_or_fail(world: World, *argv: str) -> None:
    """Run a command that nothing disturbs."""
    ended = world.rag(*argv, seconds=900)
    if ended.code:
        raise RuntimeError(f"rag {' '.join(argv)}: {ended.code} {ended.err}")
