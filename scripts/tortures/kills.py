"""Kills: half of them ahead of each call that changes files, one after the other; half at random."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING, Any

from tortures.builds import COMMANDS, prepare_builds
from tortures.shim import Counter, watch
from tortures.tally import Tally
from tortures.world import PATIENCE, Child, run_command

if TYPE_CHECKING:
    from pathlib import Path

    from tortures.builds import Build


def torture(folder: Path, kills: int, seed: int) -> Tally:
    """Kill each kind of build, and look what the index answers then."""
    tally = Tally("kills")
    for build in prepare_builds(folder):
        rng = random.Random(f"{seed} {build.name}")
        calls = count_calls(build)
        order = rng.sample(range(1, calls + 1), calls)
        seconds = measure_build(build)
        tally.note(f"calls of {build.name}", calls)
        for number in range(-(-kills // len(COMMANDS))):
            build.prepare()
            if number % 2:
                how = kill_at_random(build, rng, seconds)
            else:
                how = kill_at_call(build, order[number // 2 % calls])
            tally.tried += 1
            tally.note(build.judge(tally, how))
            build.mend(tally, how)
    return tally


def count_calls(build: Build) -> int:
    """Return how many calls of an undisturbed build change files."""
    return len(list_calls(build))


def list_calls(build: Build) -> list[str]:
    """Return the calls of an undisturbed build that change files, in order."""
    build.prepare()

    def run() -> list[str]:
        counter = Counter()
        watch(counter)
        run_command(build.argv)
        return counter.calls

    calls: list[str] = build.world.fork(run).value
    return calls


def measure_build(build: Build) -> float:
    """Return how many seconds an undisturbed build takes."""
    build.prepare()
    started = time.monotonic()
    build.world.rag(*build.argv)
    return time.monotonic() - started


def kill_at_call(build: Build, number: int) -> str:
    """Let a build kill itself ahead of a call."""

    def kill(_event: str, _arguments: tuple[Any, ...]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def run() -> int:
        watch(Counter(number, kill))
        return run_command(build.argv)

    build.world.fork(run)
    return f"killed ahead of call {number}"


def kill_at_random(build: Build, rng: random.Random, seconds: float) -> str:
    """Kill a build from outside; mostly in its second half, in which files are written."""
    part = rng.uniform(0.4, 1.1) if rng.random() < 0.75 else rng.uniform(0, 0.4)
    child = Child(build.world, lambda: run_command(build.argv))
    if not child.is_over(part * seconds):
        os.kill(child.pid, signal.SIGKILL)
    child.wait(PATIENCE)
    return f"killed after {part:.0%}"
