"""Forged: an index damaged and given right checksums, as whoever sends one could.

It may answer as its maker wants, or not at all. It may not crash, nor call exact what no file says.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from functools import partial
from typing import TYPE_CHECKING

from tortures.builds import build_bridges
from tortures.flips import ask_index, find_false_citations, open_index
from tortures.tally import Tally
from tortures.world import QUESTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tortures.world import World

ARTICLES = 12
# Each names what it holds, and is no part of what it is the sum of.
UNFORGED = ("CURRENT", "manifest.json")


def torture(folder: Path, indexes: int, seed: int) -> Tally:
    """Damage a file of an index after the other, make the checksums right, and ask."""
    rng = random.Random(seed)
    tally = Tally("forged")
    world = build_bridges(folder / "forged", ARTICLES)
    base = world.folder / "base"
    shutil.copytree(world.index, base)
    files = [path for path in sorted(base.rglob("*")) if path.is_file() and path.stat().st_size]
    names = [path.relative_to(base) for path in files if path.name not in UNFORGED]
    for number in range(indexes):
        world.restore(base)
        name = names[number % len(names)]
        how = f"{name.name} {_damage(world.index / name, rng)}"
        _forge(world.index)
        _judge(world, how, rng.choice(QUESTIONS), tally)
        tally.tried += 1
    return tally


def _damage(path: Path, rng: random.Random) -> str:
    """Change a bit, a stretch or the end of a file; return what was done."""
    data = bytearray(path.read_bytes())
    place = rng.randrange(len(data))
    how = rng.choice(("bit", "bit", "bit", "zeros", "noise", "cut"))
    if how == "bit":
        data[place] ^= 1 << rng.randrange(8)
    elif how == "cut":
        del data[place:]
    else:
        length = len(data[place : place + 256])
        data[place : place + length] = bytes(length) if how == "zeros" else rng.randbytes(length)
    path.write_bytes(data)
    return f"{how} at {place}"


def _forge(index: Path) -> None:
    """Make the checksums right, and with them the name of the generation."""
    from rag.files import compute_digests

    name = (index / "CURRENT").read_text(encoding="utf-8").strip()
    path = index / name / "manifest.json"
    manifest = json.loads(path.read_bytes())
    path.unlink()
    manifest["files"] = compute_digests(index / name)
    data = json.dumps(manifest).encode()
    path.write_bytes(data)
    forged = f"{name.rpartition('-')[0]}-{hashlib.sha256(data).hexdigest()[:12]}"
    (index / name).rename(index / forged)
    (index / "CURRENT").write_text(f"{forged}\n", encoding="utf-8")


def _judge(world: World, how: str, question: str, tally: Tally) -> None:
    """Ask in a process of its own, which a native library may end."""
    ended = world.fork(partial(_ask_or_refuse, world, question))
    if ended.crashed or ended.code:
        tally.add("crashed", f"{how}: {ended.code} {ended.err[-500:]}")
    elif ended.value is None:
        tally.note("refused as damaged")
    else:
        tally.note("answered")
        for quote in find_false_citations(world, json.loads(ended.value)):
            tally.add("let_through", f"{how}: {quote!r} called exact")


def _ask_or_refuse(world: World, question: str) -> str | None:
    """Return the answer as JSON, or nothing where a message tells the damage."""
    from rag import RagError

    try:
        return ask_index(open_index(world), question)
    except RagError as error:
        if error.exit_code == 5 and error.hint:
            return None
        raise
