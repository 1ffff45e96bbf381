"""Articles full of escapes: no character that steers a terminal may reach it."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING

from tortures.builds import build_or_fail
from tortures.tally import Tally
from tortures.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from tortures.world import Ended

ESC = "\x1b"
SEQUENCES = (
    f"{ESC}[2J",
    f"{ESC}[1;1H",
    f"{ESC}[31m",
    f"{ESC}[8m",
    f"{ESC}[?1049h",
    f"{ESC}[6n",
    f"{ESC}]0;OWNED\x07",
    f"{ESC}]8;;file:///etc/passwd\x07x{ESC}]8;;\x07",
    f"{ESC}]52;c;b3duZWQ=\x07",
    f'{ESC}P$q"p{ESC}\\',
    f"{ESC}_Ga=T;AAAA{ESC}\\",
    f"{ESC}^OWNED{ESC}\\",
    f"{ESC}c",
    f"{ESC}(0",
    "\x9b2J",
    "\x9d0;OWNED\x9c",
    f"{ESC}\u200b[2J",
    f"{ESC}{ESC}[2J",
    "[bold red]x[/]",
    "[link=file:///etc/passwd]x[/link]",
    "\r[2] ✓ Reuters",
    "\b" * 20,
    "e" + "\u0301" * 60,
)
# One each of what is not to be seen: controls, directions, separators, blanks, tags.
CHARACTERS = (
    *map(chr, (*range(1, 9), 11, 12, *range(14, 32), *range(0x7F, 0xA0))),
    *map(chr, (0xAD, 0x61C, 0x115F, 0x200B, 0x200E, 0x2028, 0x2029, *range(0x202A, 0x202F))),
    *map(chr, (*range(0x2060, 0x206A), 0x3164, 0xFEFF, 0xFFF9, 0xE0001, 0xE0041, 0xE0100)),
)
# What a terminal obeys, what turns a line round, what breaks it, what hides in it.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\u115f\u3164\xad\U000e0000-\U000e01ef]|[\u0300-\u036f]{12}"
)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
ARTICLES = 40


def torture(folder: Path, outputs: int, seed: int) -> Tally:
    """Ask articles full of escapes, and read every way out of rag."""
    rng = random.Random(seed)
    tally = Tally("terminals")
    world = World(folder / "terminals")
    for number in range(ARTICLES):
        world.write(f"{number}.md", _write_hostile(rng, number))
    build_or_fail(world, "index", "articles")
    while tally.tried < outputs:
        question = f"Combien a coûté le viaduc numéro {rng.randrange(ARTICLES)} de Velmar ?"
        for argv in _list_commands(question, rng):
            ended = world.rag(*argv)
            tally.tried += 1
            _judge(tally, argv, ended)
    return tally


def _write_hostile(rng: random.Random, number: int) -> str:
    def spoil() -> str:
        return "".join(rng.choice((*SEQUENCES, *CHARACTERS)) for _ in range(rng.randrange(1, 4)))

    return (
        f"---\ntitle: Titre {number} {spoil()} fin\npublisher: Gazette {spoil()} fin\n"
        f"url: https://example.org/{spoil()}\ndate: 2025-12-09\n---\n"
        f"Le viaduc numéro {number} de Velmar {spoil()} a coûté {20_000 + 37 * number} euros"
        f" {spoil()} à la ville.\n\nUne autre ligne {spoil()} ici.\n"
    )


def _list_commands(question: str, rng: random.Random) -> list[list[str]]:
    spoilt = rng.choice((*SEQUENCES, *CHARACTERS))
    return [
        ["ask", question],
        ["ask", "--color", "always", question],
        ["ask", "--quotes", "--explain", question],
        ["ask", "--json", question],
        ["show", "1"],
        ["show", "1", "--color", "always"],
        ["show", "1", "--json"],
        ["show", "1+"],
        ["search", "-k", "2", question],
        ["search", "--json", question],
        ["status"],
        ["status", "--json"],
        ["show", f"{spoilt}x"],
        ["ask", "--publisher", spoilt, "Qui ?"],
        ["ask", f"{spoilt} qui ?"],
        ["index", f"{spoilt}nowhere"],
    ]


def _judge(tally: Tally, argv: list[str], ended: Ended) -> None:
    """Look for what must not come out."""
    label = " ".join(argv[:3])
    if ended.crashed:
        tally.add("crashed", f"{label}: {ended.code} {ended.err[-500:]}")
        return
    for text in (ended.out, ended.err):
        seen = FORBIDDEN.search(COLOURS.sub("", text) if "always" in argv else text)
        if seen:
            around = text[max(0, seen.start() - 40) : seen.end() + 40]
            tally.add("let_through", f"{label}: U+{ord(seen[0][0]):04X} in {around!r}")
    if "--json" in argv:
        try:
            json.loads(ended.out)
        except ValueError:
            tally.add("wrong", f"{label}: no JSON: {ended.out[:200]!r}")
