"""Hostile files in a folder: what is no article must neither hang nor fill the memory."""

from __future__ import annotations

import os
import random
import resource
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tortures.tally import Tally
from tortures.world import QUESTIONS, Ended, World, run_command, write_bridge

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 60.0
MEMORY = 6 << 30  # bytes of address space
FIGURE = "1111"  # what bridge 3 cost
HUGE = 3 << 30


def torture(folder: Path, rounds: int, seed: int) -> Tally:
    """Index folders with hostile files beside an article, and ask after an article became one."""
    tally = Tally("hostile")
    for number in range(rounds):
        rng = random.Random(f"{seed} {number}")
        for name, make in BESIDE.items():
            world = _make_world(folder / f"{number} beside {name}")
            make(world.articles, rng)
            ended = _run(world, "index", "articles")
            _judge(tally, f"{name}: index", ended, {0})
            _judge(tally, f"{name}: ask", _ask(world), {0}, must_say=FIGURE)
        for name, become in BECOMES.items():
            world = _make_world(folder / f"{number} becomes {name}")
            _judge(tally, f"{name}: index before", _run(world, "index", "articles"), {0})
            path = world.articles / "3.md"
            path.unlink()
            become(path)
            ended = _ask(world)
            _judge(tally, f"article became {name}: ask", ended, {0, 3, 4})
            if "✓" in ended.out:
                tally.add("wrong", f"article became {name}: a false ✓")
            _judge(tally, f"article became {name}: index", _run(world, "index"), {0, 1})
            if path.is_file() or path.is_symlink() or path.is_fifo():
                path.unlink()
        # Deeper than shutil.rmtree goes.
        subprocess.run(["rm", "-rf", str(folder / f"{number} beside deep folders")], check=True)
    return tally


def _make_world(folder: Path) -> World:
    world = World(folder)
    world.write("3.md", write_bridge(3))
    return world


def _run(world: World, *argv: str) -> Ended:
    """Run a command with bounded memory and time."""

    def run() -> int:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        return run_command(argv)

    return world.fork(run, seconds=SECONDS)


def _ask(world: World) -> Ended:
    return _run(world, "ask", "--quotes", QUESTIONS[0])


def _judge(tally: Tally, how: str, ended: Ended, codes: set[int], must_say: str = "") -> None:
    tally.tried += 1
    if ended.crashed:
        tally.add("crashed", f"{how}: {ended.code} {ended.err[-500:]}")
    elif ended.code not in codes or must_say not in ended.out:
        tally.add("wrong", f"{how}: {ended.code} {ended.out[-200:]} {ended.err[-300:]}")


def _make_pipe(folder: Path, _rng: random.Random) -> None:
    os.mkfifo(folder / "pipe.txt")


def _make_socket(folder: Path, _rng: random.Random) -> None:
    here = Path.cwd()
    os.chdir(folder)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
    os.chdir(here)


def _link_devices(folder: Path, _rng: random.Random) -> None:
    for name in ("zero", "random", "tty", "stdin"):
        (folder / f"{name}.txt").symlink_to(f"/dev/{name}")
    for name in ("kmsg", "self/environ", "self/mem"):
        (folder / f"{name.replace('/', '-')}.txt").symlink_to(f"/proc/{name}")


def _link_around(folder: Path, _rng: random.Random) -> None:
    (folder / "root").symlink_to("/")
    (folder / "up").symlink_to("..")
    (folder / "here").symlink_to(".")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "nowhere.md").symlink_to("/nowhere/at/all.md")


def _make_deep(folder: Path, rng: random.Random) -> None:
    here = Path.cwd()
    os.chdir(folder)
    for _ in range(rng.randrange(400, 1500)):
        Path("d").mkdir()
        os.chdir("d")
    Path("deep.md").write_text("Une phrase au fond de tout.\n", encoding="utf-8")
    os.chdir(here)


def _make_giants(folder: Path, rng: random.Random) -> None:
    size = rng.randrange(50_000, 150_000)
    (folder / "title.md").write_text("# " + "x" * size + "\n\nUn fait.\n", encoding="utf-8")
    spaces = "title: x" + " " * size + "\n\nUn fait.\n"
    (folder / "spaces.md").write_text(spaces, encoding="utf-8")
    (folder / "word.txt").write_text("a" * size, encoding="utf-8")
    (folder / "marks.txt").write_text("‼" * size, encoding="utf-8")
    (folder / "number.txt").write_text("100'" * (size // 4), encoding="utf-8")
    bullets = "LES CHIFFRES\n" + "- un point\n" * 6000
    (folder / "bullets.txt").write_text(bullets, encoding="utf-8")
    with (folder / "sparse.txt").open("wb") as file:
        file.truncate(HUGE)


def _make_bytes(folder: Path, rng: random.Random) -> None:
    for number in range(30):
        data = rng.randbytes(rng.randrange(1, 20_000))
        (folder / f"bytes{number}.txt").write_bytes(data)
    (folder / "controls.md").write_bytes(bytes(range(32)) * 200 + "Un fait.".encode("utf-16"))


def _make_names(folder: Path, _rng: random.Random) -> None:
    for name in (b"\xff\xfe.md", b"new\nline.md", b"\x1b[2J.md", b"-rf.md", b" .md", b"$(x).md"):
        path = folder / os.fsdecode(name)
        with path.open("wb") as file:
            file.write(b"A sentence in a file with a hostile name.\n")


BESIDE: dict[str, Callable[[Path, random.Random], None]] = {
    "pipe": _make_pipe,
    "socket": _make_socket,
    "devices": _link_devices,
    "links": _link_around,
    "deep folders": _make_deep,
    "giants": _make_giants,
    "bytes": _make_bytes,
    "names": _make_names,
}


def _become_sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(HUGE)


BECOMES: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "/dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "a folder": lambda path: path.mkdir(),
    "a sparse file": _become_sparse,
    "a loop": lambda path: path.symlink_to(path.name),
    "nothing": lambda path: None,
}
