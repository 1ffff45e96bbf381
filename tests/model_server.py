"""A language model's server of the tests' own: it says what it was told to, on this machine."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Script(NamedTuple):
    """How one request is answered: a status and a body, or pieces of text, then how it ends."""

    pieces: tuple[str, ...] = ()
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    wait: float = 0.0  # seconds before the first piece
    drops: bool = False  # the connection, before the stream has ended
    finish: str = "stop"
    plain: bool = False  # one JSON object, no stream


class ModelServer:
    """Answers each request by the next script; the last one is used again."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.paths: list[str] = []
        handler = _make_handler(self)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def spec(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}#toy"

    @property
    def prompt(self) -> str:
        """What was sent last."""
        return "\n".join(message["content"] for message in self.requests[-1]["messages"])

    def next_script(self) -> Script:
        return self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _make_handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            server.requests.append(json.loads(self.rfile.read(length)))
            server.authorizations.append(self.headers["Authorization"])
            server.paths.append(self.path)
            with contextlib.suppress(OSError):  # whoever asked may be gone
                self.answer(server.next_script())

        def answer(self, script: Script) -> None:
            time.sleep(script.wait)
            self.send_response(script.status)
            for name, value in script.headers:
                self.send_header(name, value)
            is_object = script.status != 200 or script.plain
            self.send_header(
                "Content-Type", "application/json" if is_object else "text/event-stream"
            )
            self.end_headers()
            if script.status != 200:
                self.wfile.write(script.body.encode())
                return
            if script.plain:
                message = {"content": "".join(script.pieces)}
                whole = {"choices": [{"message": message, "finish_reason": script.finish}]}
                self.wfile.write(json.dumps(whole).encode())
                return
            for piece in script.pieces:
                self.send({"choices": [{"delta": {"content": piece}, "finish_reason": None}]})
            if not script.drops:
                self.send({"choices": [{"delta": {}, "finish_reason": script.finish}]})
                self.wfile.write(b"data: [DONE]\n\n")

        def send(self, value: object) -> None:
            self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler


@contextlib.contextmanager
def serving(*scripts: Script) -> Iterator[ModelServer]:
    with ModelServer(*scripts) as server:
        yield server
