"""Someone who has just installed the command: a home and a folder of their own, and the real program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import warm

import rag

SCHEMA = json.loads(
    (Path(rag.__file__).parent / "show" / "answer.schema.json").read_text(encoding="utf-8")
)
BRIDGE = """Le pont de Velmar rouvre

Publié le 3 mars 2025 | Le Courrier de Velmar

Le pont suspendu de Velmar rouvre lundi après neuf mois de travaux. La maire Odile Garnier a coupé le ruban devant 400 habitants.

Les travaux ont coûté 3,2 millions d'euros. L'architecte Tomas Vrel a dessiné le nouveau tablier en mélèze.
"""
HARBOUR = """---
title: "[bold]A harbour[/bold] for kites"
date: 2025-04-11
publisher: Harbour Gazette
---
The town of Lindholm opened a harbour for kites on Friday. Its director, Marta Quill, expects 12,000 visitors a year.

The harbour cost 4 million crowns and was paid by the fishing guild.
"""
COST = "Combien ont coûté les travaux du pont de Velmar ?"
DIRECTOR = "Who is the director of the harbour for kites?"
WARM = {"environ", "cwd", "limits"}  # options of ``run`` that need no fresh interpreter
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069]"
)  # a terminal obeys these


class Done(NamedTuple):
    """What a run of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one object of ``--json``."""
        assert self.out.count("\n") == 1, self.out
        value: dict[str, Any] = json.loads(self.out)
        return value

    @property
    def answer(self) -> dict[str, Any]:
        """The object of ``ask`` and ``search``, and of every error."""
        jsonschema.Draft202012Validator(SCHEMA).validate(self.object)
        return self.object


class Newcomer:
    """Runs the command from ``here``; whatever it does, it never ends in a traceback and never commands the terminal."""

    def __init__(self, folder: Path) -> None:
        self.here = folder / "work"
        self.here.mkdir(parents=True)
        places = {
            name: str(folder / name)
            for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
        }
        self.environ = {**os.environ, **places, "PYTHONPATH": warm.TREE}

    def start(
        self, *argv: str, environ: dict[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        pipes = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "cwd": self.here,
        }
        command = [sys.executable, "-m", "rag", *argv]
        return subprocess.Popen(
            command, env={**self.environ, **(environ or {})}, **{**pipes, **options}
        )

    def end(self, process: subprocess.Popen[bytes], stdin: bytes | None = None) -> Done:
        out, err = process.communicate(stdin, timeout=120)
        return self.judge(warm.Ended(process.returncode, out or b"", err or b""))

    def judge(self, ended: warm.Ended) -> Done:
        texts = (part.decode("utf-8").replace(os.linesep, "\n") for part in (ended.out, ended.err))
        done = Done(ended.code, *texts)
        assert "Traceback" not in done.out + done.err, done
        assert not UNSAFE.search(done.out + done.err), done
        return done

    def run(self, *argv: str, stdin: bytes | None = None, **options: Any) -> Done:
        """Run the command to its end: in a copy of an interpreter that is there already, unless ``options`` are such
        that only a fresh one will do."""
        environ = {**self.environ, **options.get("environ", {})}
        if options.keys() <= WARM and warm.is_possible(environ, stdin):
            cwd = options.get("cwd", self.here)
            return self.judge(warm.run(argv, environ, cwd, stdin, options.get("limits")))
        if stdin is not None:
            options["stdin"] = subprocess.PIPE
        return self.end(self.start(*argv, **options), stdin)

    def refused(self, code: int, *argv: str, **options: Any) -> Done:
        """Run what must fail: with this code, on stderr what happened and the way out, on stdout nothing."""
        done = self.run(*argv, **options)
        assert (done.code, done.out) == (code, ""), done
        assert re.fullmatch(r"rag: \S.*\n(  → \S.*\n)+", done.err), done.err
        return done

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def index(self, *argv: str) -> dict[str, Any]:
        done = self.run("index", *argv, "--json")
        assert done.code == 0, done
        return done.object

    def tree(self, name: str = "index") -> dict[str, bytes]:
        """Every file of a folder with its bytes."""
        folder = self.here / name
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
