"""Links: an index/ that somebody sent leads to files of whoever builds and asks in it."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

from tortures.tally import Tally
from tortures.world import World, write_bridge

if TYPE_CHECKING:
    from pathlib import Path

GENERATION = "20200101T000000000000Z-aaaaaaaaaaaa"
# What of an index is a link; the empty name is the index itself.
NAMES = (".lock", "CURRENT", ".CURRENT.0123456789ab", ".building-1", ".removed-1", GENERATION, "")
COMMANDS = (
    ("index", "articles"),
    ("ask", "--json", "Combien a coûté le pont numéro 3 de Velmar ?"),
    ("index", "--rebuild", "articles"),
    ("index", "--prune"),
)


def torture(folder: Path, links: int, seed: int) -> Tally:
    """Build and ask through links; what they lead to must stay as it was."""
    rng = random.Random(seed)
    tally = Tally("links")
    for number in range(links):
        world = World(folder / f"links{number}")
        for article in range(3):
            world.write(f"{article}.md", write_bridge(article))
        mine = world.folder / "mine"
        (mine / "project").mkdir(parents=True)
        (mine / "thesis.md").write_text("300 pages\n", encoding="utf-8")
        (mine / "project/manifest.json").write_text("{}\n", encoding="utf-8")
        name = rng.choice(NAMES)
        target = mine / (rng.choice(("thesis.md", "project", "absent")) if name else "project")
        _link(world.index / name if name else world.index, target, rng)
        _follow(world, mine, f"{name} -> {target.name}", tally)
        tally.tried += 1
        shutil.rmtree(world.folder)
    return tally


def _link(path: Path, target: Path, rng: random.Random) -> None:
    """Make a link, now and then a second name of the file itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file() and rng.random() < 0.3:
        os.link(target, path)
    else:
        path.symlink_to(target)


def _follow(world: World, mine: Path, how: str, tally: Tally) -> None:
    """Run the commands, and look at what is not theirs."""
    before = _read_files(mine)
    for command in COMMANDS:
        ended = world.rag(*command)
        if ended.crashed:
            tally.add("crashed", f"{how}, {command}: {ended.code} {ended.err[-500:]}")
    if _read_files(mine) != before:
        tally.add("let_through", f"{how}: written, emptied or removed")


def _read_files(folder: Path) -> dict[str, bytes]:
    """Return what lies below a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
