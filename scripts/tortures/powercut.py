"""Power cuts: ahead of each call that changes files, and after the last; only what was synced stays."""

from __future__ import annotations

import os
import random
import shutil
import signal
from typing import TYPE_CHECKING, Any

from tortures.builds import COMMANDS, prepare_builds
from tortures.disk import Disk
from tortures.kills import count_calls
from tortures.shim import Counter, watch
from tortures.tally import Tally
from tortures.world import run_command

if TYPE_CHECKING:
    from pathlib import Path

    from tortures.builds import Build


def torture(folder: Path, cuts: int, seed: int) -> Tally:
    """Cut the power of each kind of build, and look what the index answers then."""
    tally = Tally("powercut")
    for build in prepare_builds(folder):
        rng = random.Random(f"{seed} {build.name}")
        calls = count_calls(build)
        order = [calls + 1, *rng.sample(range(1, calls + 1), calls)]
        for number in range(-(-cuts // len(COMMANDS))):
            # The cut after the last call comes first: what was called done must be there.
            at = order[number % len(order)]
            build.prepare()
            how = _cut_at_call(build, at, rng.randrange(1 << 30))
            tally.tried += 1
            state = build.judge(tally, how)
            tally.note(state)
            if at > calls and state == "before":
                tally.add(
                    "lost", f"{build.name}, {how}: rag said done, and the index is the old one"
                )
            build.mend(tally, how)
    return tally


def _cut_at_call(build: Build, number: int, seed: int) -> str:
    """Cut the power ahead of a call, or at the end; what is left takes the place of the index."""
    target = build.world.folder / "left"

    def run() -> None:
        disk = Disk(build.world.disk)

        def cut(_event: str = "", _arguments: tuple[Any, ...] = ()) -> None:
            survives = disk.cut(target, random.Random(seed))
            target.with_suffix(".how").write_text(survives, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

        watch(Counter(number, cut), synced=disk.sync)
        run_command(build.argv)
        # What Python does at the end is none of this program's doing: no call is waited for.
        cut()

    ended = build.world.fork(run)
    if not target.exists():
        raise RuntimeError(f"no power cut at call {number}: {ended.code} {ended.err}")
    shutil.rmtree(build.world.disk)
    target.rename(build.world.disk)
    survives = target.with_suffix(".how").read_text(encoding="utf-8")
    return f"power cut ahead of call {number}, of what was not synced {survives} survives"
