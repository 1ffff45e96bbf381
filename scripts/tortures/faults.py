"""Faults: a call that changes files fails, a file may grow no longer, a system call fails (strace)."""

from __future__ import annotations

import errno
import os
import random
import re
import resource
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tortures.builds import COMMANDS, prepare_builds
from tortures.kills import list_calls
from tortures.shim import FSYNC, Counter, watch
from tortures.tally import Tally
from tortures.world import Ended, run_command
from tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tortures.builds import Build

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
WAY_OUT = re.compile(r"^rag: \S.*\n  → \S", re.MULTILINE)
# In which a fault is injected where there is strace.
SYSTEM_CALLS = (
    "fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,ftruncate,"
    "pwrite64,write,flock"
)
BY_STRACE = 10  # one of so many, since each starts Python twice


def torture(folder: Path, faults: int, seed: int) -> Tally:
    """Let calls of each kind of build fail; look what rag says, and what the index answers."""
    tally = Tally("faults")
    for build in prepare_builds(folder):
        rng = random.Random(f"{seed} {build.name}")
        calls = list_calls(build)
        order = rng.sample(range(len(calls)), len(calls))
        longest = max(path.stat().st_size for path in build.world.index.rglob("*"))
        for number in range(-(-faults // len(COMMANDS))):
            build.prepare()
            if number % BY_STRACE == 3 and shutil.which("strace"):
                how, ended = _fail_system_call(build, rng)
            elif number % 4 == 3:
                how, ended = _limit_files(build, rng.randrange(longest + 1))
            else:
                place = order[number * 3 // 4 % len(calls)]
                how, ended = _fail_call(build, place + 1, ERRORS[(number + place) % len(ERRORS)])
                how = f"{how} ({calls[place]})"
            tally.tried += 1
            _judge(build, tally, how, ended)
            build.mend(tally, how)
    return tally


def _fail_call(build: Build, number: int, error: int) -> tuple[str, Ended]:
    """Let one call fail."""

    def fail(event: str, arguments: tuple[Any, ...]) -> None:
        name = None if event == FSYNC else arguments[0]
        raise OSError(error, os.strerror(error), name)

    def run() -> int:
        watch(Counter(number, fail))
        return run_command(build.argv)

    return f"{errno.errorcode[error]} at call {number}", build.world.fork(run)


def _limit_files(build: Build, size: int) -> tuple[str, Ended]:
    """Let no file grow longer: writes of C libraries fail, too."""

    def run() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return run_command(build.argv)

    return f"no file longer than {size} bytes", build.world.fork(run)


def _fail_system_call(build: Build, rng: random.Random) -> tuple[str, Ended]:
    """Let a system call that reaches the index fail, in a program started anew."""
    trace = build.world.folder / "trace"
    _trace(build, "-y", "-o", str(trace), "-e", f"trace={SYSTEM_CALLS}")
    rows = trace.read_text(errors="replace").splitlines()
    names = [match[1] for row in rows if (match := re.match(r"\d+ +(\w+)\(", row))]
    mine = [row for row in rows if str(build.world.index) in row]
    name = re.match(r"\d+ +(\w+)\(", rng.choice(mine))
    assert name is not None
    build.prepare()
    error = errno.errorcode[rng.choice(ERRORS)]
    when = rng.randrange(1, names.count(name[1]) + 1)
    inject = f"inject={name[1]}:error={error}:when={when}"
    done = _trace(build, "-o", os.devnull, "-e", f"trace={name[1]}", "-e", inject)
    return inject, Ended(done.returncode, None, done.stdout, done.stderr)


def _trace(build: Build, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["strace", "-f", "-qq", *options, sys.executable, "-m", "rag", *build.argv]
    environ = {**build.world.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=build.world.folder, env=environ, capture_output=True, text=True, check=False
    )


def _judge(build: Build, tally: Tally, how: str, ended: Ended) -> None:
    """Compare what rag says with what has become of the index."""
    if ended.crashed:
        tally.add("crashed", f"{build.name}, {how}: {ended.code} {ended.err[-500:]}")
    state = build.judge(tally, how)
    said = f"{build.name}, {how}: exit {ended.code}, index as {state}: {ended.err[-300:]}"
    if ended.code == 0:
        tally.note("went through")
        if state == "before" and build.before != build.after:
            tally.add("wrong", said)
        return
    tally.note("refused")
    is_unsaid = state == "after" and build.before != build.after and "in force" not in ended.err
    if ended.code not in (1, 5) or not WAY_OUT.search(ended.err) or is_unsaid:
        tally.add("wrong", said)
