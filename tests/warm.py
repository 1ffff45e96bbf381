"""The command in a copy of an interpreter that has imported it already: nine tenths of a run are imports.

Each run is a process of its own, with its own streams, folder, variables and limits; it ends with the exit code of the
command. What it does not try is how the command starts: ``Newcomer.start`` does, as do the tests of the imports.
"""

from __future__ import annotations

import array
import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIBRARIES = (
    *("Stemmer", "click", "dateparser", "faiss", "ftfy", "lxml.html", "markdown_it", "numpy.ma"),
    *("prompt_toolkit", "rich.console", "sqlite3", "tiktoken", "tomlkit"),
)
# An interpreter asks for these when it starts, or what it has imported did.
STARTING = ("PYTHON", "LANG", "LC_", "OMP_", "OPENBLAS_", "MALLOC_", "LD_")
TREE = str(Path(__file__).resolve().parent.parent)
PIPE = 1 << 16  # bytes that a pipe holds before somebody reads
TIMEOUT = 120  # seconds of a run


class Ended(NamedTuple):
    """A run that has ended."""

    code: int
    out: bytes
    err: bytes


class Interpreter:
    """The interpreter that copies itself."""

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        command = [sys.executable, str(Path(__file__)), str(its.fileno())]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": TREE},
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        its.close()
        self.socket = ours
        atexit.register(self.end)

    def end(self) -> None:
        """End it, and a run that has not ended."""
        self.socket.close()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def run(self, request: Mapping[str, Any], stdin: bytes | None) -> Ended:
        """Run the command, and read what it writes until nobody is left who might write."""
        data = json.dumps(request).encode()
        reading = open_stdin(stdin)
        (out, its_out), (err, its_err) = os.pipe(), os.pipe()
        streams = array.array("i", [reading, its_out, its_err])
        message = [struct.pack("!I", len(data))]
        self.socket.sendmsg(message, [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        for stream in streams:
            os.close(stream)
        self.socket.sendall(data)
        written = read_all([out, err], time.monotonic() + TIMEOUT)
        self.socket.settimeout(TIMEOUT)
        (code,) = struct.unpack("!i", receive(self.socket, 4))
        return Ended(code, *written)


def read_all(streams: Sequence[int], until: float) -> list[bytes]:
    """Return what comes from each stream until it ends."""
    read = dict.fromkeys(streams, b"")
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            if time.monotonic() > until:
                raise TimeoutError(f"the command has not ended: {read}")
            for key, _ in selector.select(1):
                data = os.read(key.fd, PIPE)
                read[key.fd] += data
                if not data:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    return list(read.values())


def open_stdin(data: bytes | None) -> int:
    """Return what reads these bytes, or nothing."""
    if data is None:
        return os.open(os.devnull, os.O_RDONLY)
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


def receive(connection: socket.socket, size: int) -> bytes:
    """Return so many bytes, or fewer where the other end has gone."""
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data


def choose_starting(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of which the interpreter that runs has to have the same."""
    return {name: value for name, value in environ.items() if name.startswith(STARTING)}


@functools.cache
def start_interpreter() -> Interpreter:
    """Return the one of these tests, started with the variables that they have."""
    return Interpreter()


def is_possible(environ: Mapping[str, str], stdin: bytes | None) -> bool:
    """Return whether a run would start as the interpreter has: others need a fresh one."""
    here = choose_starting({**os.environ, "PYTHONPATH": TREE})
    is_short = len(stdin or b"") <= PIPE
    return hasattr(os, "fork") and is_short and choose_starting(environ) == here


def run(
    argv: Sequence[str],
    environ: Mapping[str, str],
    cwd: Path,
    stdin: bytes | None = None,
    limits: Mapping[int, tuple[int, int]] | None = None,
) -> Ended:
    """Run ``rag`` with these arguments; ``limits`` are those of ``resource.setrlimit``."""
    request = {
        "argv": list(argv),
        "environ": dict(environ),
        "cwd": str(cwd),
        "limits": list((limits or {}).items()),
    }
    return start_interpreter().run(request, stdin)


def serve(connection: socket.socket) -> list[str]:
    """Copy this process for each run; return the arguments of its run in the copy."""
    while True:
        room = socket.CMSG_SPACE(3 * array.array("i").itemsize)
        head, rights, _, _ = connection.recvmsg(4, room)
        if len(head) < 4:
            os._exit(0)
        streams = array.array("i")
        streams.frombytes(rights[0][2])
        request = json.loads(receive(connection, *struct.unpack("!I", head)))
        child = os.fork()
        if child == 0:
            connection.close()
            become(request, streams)
            return request["argv"]
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        connection.sendall(struct.pack("!i", os.waitstatus_to_exitcode(status)))


def become(request: Mapping[str, Any], streams: Sequence[int]) -> None:
    """Take over what a run has of its own."""
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    sys.path[0] = request["cwd"]
    if request["limits"]:
        import resource

        for kind, limit in request["limits"]:
            resource.setrlimit(kind, tuple(limit))


def prepare() -> None:
    """Import what the commands import, and read what the languages are described in."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does
    sys.path[0] = ""  # not the folder of the tests
    import rag

    for module in pkgutil.walk_packages(rag.__path__, "rag."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in LIBRARIES:
        importlib.import_module(name)
    from rag.models.lexicon import get_lexicon
    from rag.models.tokenizer import get_tokenizer

    get_tokenizer()
    get_lexicon()
    gc.freeze()


if __name__ == "__main__":
    prepare()
    arguments = serve(socket.socket(fileno=int(sys.argv[1])))
    from rag.cli import main

    sys.exit(main(arguments))
