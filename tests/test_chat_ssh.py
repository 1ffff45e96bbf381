"""The question loop and a question behind ssh, with a server of the test's own on this machine."""

from __future__ import annotations

import fcntl
import getpass
import os
import pty
import re
import select
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from talk import INDIA

import rag

if TYPE_CHECKING:
    from collections.abc import Iterator

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(
    SSHD is None or shutil.which("ssh") is None, reason="no ssh server is installed"
)
PATIENCE = 60
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][\w]|[=>78M])")
READY = r"rag>[^\0]* shipped"  # the line below the prompt comes last
CTRL_C, CTRL_D = b"\x03", b"\x04"


class Ssh:
    """A server that lets its user in with a key of its own, and commands to it."""

    def __init__(self, folder: Path) -> None:
        for key in ("host", "user"):
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(make, check=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = {
            "Port": port, "ListenAddress": "127.0.0.1", "HostKey": folder / "host", "PidFile": "none",
            "AuthorizedKeysFile": folder / "user.pub", "StrictModes": "no", "UsePAM": "no",
        }  # fmt: skip
        server = [str(SSHD), "-D", "-e", "-f", os.devnull]
        for name, value in options.items():
            server += ["-o", f"{name}={value}"]
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(server, stderr=log)
        self.client = [
            "ssh", "-F", os.devnull, "-p", str(port), "-i", str(folder / "user"), "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder / 'known'}",
            "-o", "ConnectionAttempts=20", "-o", "LogLevel=ERROR",
        ]  # fmt: skip

    def command(self, *flags: str, words: str) -> list[str]:
        """The client's command line."""
        return [*self.client, *flags, f"{getpass.getuser()}@127.0.0.1", words]


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ssh]:
    if os.geteuid() == 0:  # where the server parts with its rights
        Path("/run/sshd").mkdir(exist_ok=True)
    ssh = Ssh(tmp_path_factory.mktemp("ssh"))
    reached = subprocess.run(ssh.command(words="true"), capture_output=True, timeout=60)
    if reached.returncode:
        ssh.server.kill()
        pytest.skip(f"no way in: {ssh.log.read_text(errors='replace')[-300:]}")
    yield ssh
    ssh.server.terminate()
    ssh.server.wait()


@pytest.fixture
def remote(tmp_path: Path, seeds_index: Path) -> str:
    """The program as it is called there, in a home of its own."""
    source = str(Path(rag.__file__).parent.parent)
    words = ["env", f"HOME={tmp_path}", f"PYTHONPATH={source}", f"RAG_INDEX={seeds_index}"]
    return shlex.join([*words, "RAG_READER=off", sys.executable, "-m", "rag"])


class Session:
    """The client on a terminal of 80 by 24."""

    def __init__(self, command: list[str]) -> None:
        self.end, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environ = {"TERM": "xterm-256color", "PATH": os.environ["PATH"]}  # no language at all
        self.client = subprocess.Popen(
            command,
            stdin=there,
            stdout=there,
            stderr=there,
            env=environ,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(there)
        self.printed = ""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.kill()
        self.client.wait()
        os.close(self.end)

    def type(self, keys: bytes) -> None:
        os.write(self.end, keys)

    def wait(self, pattern: str) -> str:
        """Wait for what is printed since the last time; it answers where the terminal is asked."""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.printed)):
            assert time.monotonic() < end, f"no {pattern!r}: {self.printed!r}"
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    data = os.read(self.end, 65536).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    data = ""
                if "\x1b[6n" in data:
                    self.type(b"\x1b[1;1R")
                self.printed += ESCAPES.sub("", data)
        text, self.printed = self.printed[: found.end()], self.printed[found.end() :]
        return text


def test_a_question_without_a_terminal_prints_no_escapes(ssh: Ssh, remote: str) -> None:
    """Catches colours or a prompt where no terminal is, and letters that no language of the system lets through."""
    words = f"{remote} ask {shlex.quote(INDIA)}"
    done = subprocess.run(ssh.command(words=words), capture_output=True, timeout=PATIENCE)
    out = done.stdout.decode("utf-8")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\x1b" not in out and "] ✓ La Tribune" in out and "l’Inde" in out


def test_a_session_behind_ssh(ssh: Ssh, remote: str) -> None:
    """Catches a loop that dumbs down, hangs on Ctrl+C or leaves with another code behind ssh."""
    with Session(ssh.command("-tt", words=remote)) as session:
        session.wait(READY)
        session.type(INDIA.encode() + b"\r")
        session.wait(rf"\] ✓ La Tribune[^\0]*{READY}")
        session.type("à moitié".encode())
        session.wait("à moitié")
        session.type(CTRL_C)
        session.wait(READY)
        session.type(b"/new\r")
        session.wait(rf"a new conversation[^\0]*{READY}")
        session.type(CTRL_D)
        assert session.client.wait(PATIENCE) == 0


def test_a_lost_connection_ends_the_loop(ssh: Ssh, remote: str, tmp_path: Path) -> None:
    """Catches a program that goes on without a terminal, and a lost history."""
    with Session(
        ssh.command("-tt", words=f"sh -c {shlex.quote(f'echo pid $$ ; exec {remote}')}")
    ) as session:
        text = session.wait(rf"pid \d+\s[^\0]*{READY}")
        found = re.search(r"pid (\d+)", text)
        assert found is not None
        session.type(INDIA.encode() + b"\r")
        session.wait(rf"\] ✓ La Tribune[^\0]*{READY}")
        session.client.kill()
        session.client.wait()
        end = time.monotonic() + PATIENCE
        while Path(f"/proc/{found[1]}").exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert time.monotonic() < end
        histories = [path for path in tmp_path.rglob("history") if path.is_file()]
        assert [INDIA in path.read_text(encoding="utf-8") for path in histories] == [True]
