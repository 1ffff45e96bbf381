"""Every test runs in a home of its own, without settings from outside and without a network."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from talk import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postgres_server import Server

TREE = Path(__file__).resolve().parent.parent
LOOKS = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "LINES",
    "TERM",
    "LC_ALL",
    "LC_CTYPE",
)

settings.register_profile("tree", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("tree")


@pytest.fixture(scope="session", autouse=True)
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees or touches the user's settings, files or network; programs that tests start do not either."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [
            name for name in os.environ if name.startswith(("RAG_", "XDG_", "HF_")) or name in LOOKS
        ]:
            patch.delenv(name)
        for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
            patch.setenv(name, str(home))
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("HF_HUB_OFFLINE", "1")
        # What stands around the choice of sentences is tested without the reader, which takes a
        # second in each process; what it chooses in tests of its own.
        patch.setenv("RAG_READER", "off")
        patch.setattr(socket.socket, "connect", at_home(socket.socket.connect))
        yield


def at_home(connect: Callable[..., None]) -> Callable[..., None]:
    """``connect`` for this machine alone."""

    def guarded(self: socket.socket, address: object) -> None:
        if (
            isinstance(address, tuple)
            and address[0] != "localhost"
            and not ipaddress.ip_address(address[0]).is_loopback
        ):
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    return guarded


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of seeds/, made once by the command itself."""
    index = tmp_path_factory.mktemp("seeds") / "index"
    command = [sys.executable, "-m", "rag", "index", "seeds", "--index", str(index)]
    done = subprocess.run(
        command, cwd=TREE, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return index


@pytest.fixture
def talk(
    seeds_index: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Talk:
    """A conversation about seeds/ in a folder of the test's own, where editors, pagers and browsers end at once."""
    for name in ("EDITOR", "VISUAL", "PAGER", "BROWSER"):
        monkeypatch.setenv(name, "true")
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)
    return Talk(seeds_index, tmp_path, capsys)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server with pgvector, started when the first test needs it."""
    from postgres_server import run_server

    with run_server() as server:
        yield server
