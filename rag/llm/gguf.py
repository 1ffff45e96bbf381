"""A language model in a file, run in this process by llama.cpp (``rag-articles[llm]``)."""

from __future__ import annotations

import json
import os
import queue
import secrets
import shutil
import socket
import tempfile
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.errors import LanguageModelError
from rag.llm.events import AT_LIMIT, make_limit_error, parse_piece
from rag.llm.models import QUOTATIONS_HINT, AnswerCut

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from types import ModuleType

    from rag.llm.models import Limits, Message
    from rag.llm.specs import Spec

MAGIC = b"GGUF"  # that the files begin with
# Seconds that reading a long prompt may take, after which it can be stopped; chosen by hand.
_ENDING = 20.0
_SILENT = -1  # of the levels of llama.cpp's log
_EXTRA = 'pip install "rag-articles[llm]"'


class ChatServer(Protocol):
    """What of llama.cpp is used; a callback that returns True ends the answer."""

    def handle_chat_completions(
        self, request: Mapping[str, object], callback: Callable[[object], bool]
    ) -> object:
        """Answer messages, piece by piece."""
        ...


class FileModel:
    """A model that is loaded when it is first asked."""

    def __init__(self, spec: Spec, limits: Limits) -> None:
        self.spec = spec
        self.limits = limits
        self._server: ChatServer | None = None
        assert spec.file is not None
        check_file(spec.file)
        import_library()

    def stream(
        self, messages: Sequence[Message], limits: Limits | None = None
    ) -> Generator[str, None, None]:
        """Yield the answer in pieces; see ``LanguageModel``.

        It is waited for as long as it computes, unless there are ``limits``.
        """
        request = {
            "messages": [message._asdict() for message in messages],
            "max_tokens": (limits or self.limits).answer,
            "temperature": 0,
            "stream": True,
        }
        server = self._load()
        pieces: queue.Queue[str | None] = queue.Queue()
        stopped = threading.Event()
        failures: list[str] = []

        def take(chunk: object) -> bool:
            for value in chunk if isinstance(chunk, list) else [chunk]:
                pieces.put(value if isinstance(value, str) else json.dumps(value))
            return stopped.is_set()  # True ends the answer

        def run() -> None:
            try:
                server.handle_chat_completions(request, take)
            except (RuntimeError, ValueError, TypeError) as error:
                failures.append(f"{error}"[:200])
            finally:
                pieces.put(None)

        writing = threading.Thread(target=run, daemon=True)
        writing.start()
        try:
            finish = yield from read_texts(pieces, limits.timeout if limits else None)
        finally:
            stopped.set()
            # A process that ends while llama.cpp still computes is aborted with an error.
            writing.join(_ENDING)
        if failures:
            message = f"{self.spec.text}: {failures[0]}"
            raise LanguageModelError(message, hint=QUOTATIONS_HINT)
        if finish == AT_LIMIT:
            raise make_limit_error()

    def _load(self) -> ChatServer:
        """Return the model, loaded."""
        if self._server is None:
            library = import_library()
            folder = tempfile.mkdtemp(prefix="rag-llm-")
            # It goes away with the model, or when the process ends.
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            parameters = self._make_parameters(library, Path(folder))
            try:
                server: ChatServer = library.Server(parameters)
            except (RuntimeError, ValueError) as error:
                message = f"{self.spec.text} cannot be loaded: {error}"
                raise LanguageModelError(message, hint=QUOTATIONS_HINT) from error
            self._server = server
        return self._server

    def _make_parameters(self, library: ModuleType, folder: Path) -> object:
        """Return what llama.cpp is told.

        It opens a server beside what is called here. That one listens in a folder of this user
        alone, wants a key that nobody has, and shows nothing; llama.cpp writes no log.
        """
        parameters = library.CommonParams()
        parameters.model.path = str(self.spec.file)
        parameters.n_ctx = self.limits.context
        parameters.n_parallel = 1
        parameters.api_keys = [secrets.token_hex()]
        if hasattr(socket, "AF_UNIX"):
            parameters.hostnames = [str(folder / "server.sock")]
        parameters.endpoint_slots = False
        parameters.ui = False
        parameters.offline = True
        parameters.verbosity = _SILENT
        threads = count_threads()
        parameters.cpuparams.n_threads = threads
        parameters.cpuparams_batch.n_threads = threads
        return parameters


def count_threads() -> int:
    """Return how many threads compute: one fewer than there are processors.

    They wait for each other without rest: on two processors that others use as well, two of them
    took fifteen times as long as one.
    """
    processors = os.cpu_count() or 1
    return max(1, processors - 1)


def read_texts(
    pieces: queue.Queue[str | None], timeout: float | None = None
) -> Generator[str, None, str]:
    """Yield the texts of an answer as they come, and return why it ended.

    Raises:
        AnswerCut: none came for ``timeout`` seconds.
    """
    finish = ""
    while (data := _wait_for_piece(pieces, timeout)) is not None:
        piece = parse_piece(data.removeprefix("data:").strip())
        finish = finish or piece.finish
        if piece.text:
            yield piece.text
    return finish


def _wait_for_piece(pieces: queue.Queue[str | None], timeout: float | None) -> str | None:
    try:
        return pieces.get(timeout=timeout)
    except queue.Empty as error:
        raise AnswerCut(f"no word came for {timeout:g} seconds") from error


def check_file(path: Path) -> None:
    """Raise LanguageModelError where there is no such file, or one of another kind."""
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise LanguageModelError(message, hint="gguf:FILE names a model's file") from error
    if start != MAGIC:
        message = f"{path} is no GGUF file"
        raise LanguageModelError(message, hint="gguf:FILE names a model's file")


def import_library() -> ModuleType:
    """Return the library that runs such files.

    Raises:
        LanguageModelError: it is not installed.
    """
    try:
        import xllamacpp as library
    except ImportError as error:
        message = "gguf: needs a library that is not installed"
        raise LanguageModelError(message, hint=f"{_EXTRA}; {QUOTATIONS_HINT}") from error
    module: ModuleType = library
    return module
